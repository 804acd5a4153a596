"""Wu-Hausman tests."""

import numpy as np
import pytest
from laws.members import COVARIANCES, EXAMPLES, panel
from numpy.testing import assert_allclose

from econ import IV, OLS, Clustered, White, endogeneity_test, wald_test
from econ.errors import IdentificationError, NotDefinedError, OptionError
from econ.inference.endogeneity import ControlFunction

EVERY = [one for cls in COVARIANCES for one in EXAMPLES.get(cls, [])]
SPEC = IV("y ~ lat | t | x1 + x2 ~ z + x3 + w + s1", weights="w")


@pytest.mark.parametrize("covariance", EVERY, ids=repr)
def test_it_is_the_test_of_the_residuals_of_the_first_stages(covariance):
    data = panel()
    for name in ("x1", "x2"):
        stage = OLS(f"{name} ~ lat + z + x3 + w + s1 | t", weights="w").fit(data)
        data[f"v{name}"] = stage.residuals
    by_hand = wald_test(
        OLS("y ~ lat + x1 + x2 + vx1 + vx2 | t", weights="w").fit(data), covariance, terms=["vx1", "vx2"]
    )
    found = endogeneity_test(SPEC.fit(panel()), covariance)
    assert_allclose([found.statistic, *found.df], [by_hand.statistic, *by_hand.df], rtol=1e-7)


def test_with_the_residuals_added_least_squares_is_two_stage_least_squares():
    regression = ControlFunction(SPEC, "y ~ ...").fit(panel())
    assert_allclose(regression.params[:3], SPEC.fit(panel()).params, rtol=1e-8)
    assert regression.names[3:] == ("residual(x1)", "residual(x2)")
    assert regression.spec.formula == "y ~ lat + x1 + x2 + residual(x1) + residual(x2) | t"


def test_endogeneity_is_found_where_it_is():
    rng = np.random.default_rng(1)
    data = panel().assign(u=lambda table: rng.normal(size=len(table)))
    exogenous = data.assign(x=data["z"] + data["u"], v=rng.normal(size=len(data)))
    exogenous["out"] = exogenous["x"] + exogenous["v"]
    endogenous = exogenous.assign(out=exogenous["x"] + exogenous["u"] + 0.1 * exogenous["v"])
    one, other = (
        endogeneity_test(IV("out ~ 1 | x ~ z").fit(frame), Clustered("f")) for frame in (exogenous, endogenous)
    )
    assert one.p_value > 0.05
    assert other.p_value < 1e-6
    assert other.title == "x exogenous"


@pytest.mark.parametrize(
    ("spec", "covariance", "error"),
    [
        (OLS("y ~ x1"), White(), NotDefinedError),
        (SPEC, "HC1", OptionError),
        (IV("y ~ 1 | x1 ~ copy"), White(), IdentificationError),
    ],
)
def test_what_cannot_be_tested_is_refused(spec, covariance, error):
    data = panel().assign(copy=lambda table: 2 * table["x1"] + 1)
    with pytest.raises(error):
        endogeneity_test(spec.fit(data), covariance)
