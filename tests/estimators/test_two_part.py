"""The two-part model is its parts."""

import numpy as np
import pytest
from laws.members import panel
from numpy.testing import assert_allclose

from econ import PPML, Classical, Clustered, Logit, TwoPart, White
from econ.errors import DataError, FormulaError, IdentificationError


@pytest.mark.parametrize("weights", [None, "w"])
def test_coefficients_and_errors_are_those_of_the_parts(weights):
    data = panel().assign(any=lambda frame: (frame["c"] > 0).astype(float))
    fit = TwoPart("c ~ x1 + C(s)", weights=weights).fit(data)
    one = Logit("any ~ x1 + C(s)", weights=weights).fit(data)
    two = PPML("c ~ x1 + C(s)", weights=weights).fit(data[data["c"] > 0])
    assert_allclose(fit.params, [*one.params, *two.params], rtol=1e-12)
    for covariance in (White("HC0"), Clustered("g", correction="CR0"), Classical()):
        expected = [*one.inference(covariance).se, *two.inference(covariance).se]
        assert_allclose(fit.inference(covariance).se, expected, rtol=1e-10)
    assert np.abs(fit.inference(Clustered("g")).covariance[:4, 4:]).max() > 0
    assert (fit.nobs, fit.statistics["positive"]) == (180, float(data["any"].sum()))


def test_the_mean_has_the_chance_and_the_amount():
    data = panel()
    fit = TwoPart("c ~ C(s)").fit(data)
    assert_allclose(fit.fitted, data.groupby("s")["c"].transform("mean"), rtol=1e-8)  # saturated
    assert [prefix for prefix, _ in fit.spec.parts] == ["any: ", "amount: "]


@pytest.mark.parametrize(
    ("formula", "data", "error", "named"),
    [
        ("c ~ x1", panel().assign(c=lambda t: t["c"] - 1), DataError, "'c' is negative in row"),
        ("c ~ x1", panel().assign(c=0.0), IdentificationError, "'c' is zero in every row"),
        ("y ~ x1", panel(), IdentificationError, "'y' is positive in every row used; .*PPML"),
        ("c ~ x1 | f", panel(), FormulaError, "use PPML"),
        ("c ~ x1 | x2 ~ z", panel(), FormulaError, "use IV"),
    ],
)
def test_what_cannot_be_estimated_is_named(formula, data, error, named):
    with pytest.raises(error, match=named):
        TwoPart(formula).fit(data)
