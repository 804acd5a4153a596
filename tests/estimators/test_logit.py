"""Logit, probit, fractional and conditional logit."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from laws.members import panel
from numpy.testing import assert_allclose
from scipy.special import expit, ndtr

from econ import PPML, Clustered, FractionalLogit, Frequency, Logit, Probit, White
from econ.design import build
from econ.errors import CollinearError, DataError, FormulaError, IdentificationError, NotDefinedError
from econ.estimators.logit import Logistic
from econ.estimators.probit import Normal

UNCONDITIONAL = [Logit("d ~ x1 + x2"), Probit("d ~ x1 + x2"), FractionalLogit("s1 ~ x1 + x2")]
every = pytest.mark.parametrize("spec", UNCONDITIONAL, ids=repr)


@pytest.mark.parametrize("family", [Logistic(), Normal()], ids=repr)
def test_a_family_is_its_own_derivative_also_in_the_tails(family):
    eta, step = np.array([-30.0, -5, -0.1, 0, 2, 6, 30]), 1e-5
    for y in (0.0, 1.0):
        up, down = (family.at(np.full(eta.size, y), eta + sign * step) for sign in (1, -1))
        at = family.at(np.full(eta.size, y), eta)
        assert_allclose(at.score, (down.loss - up.loss) / (2 * step), rtol=1e-6, atol=1e-10)
        assert_allclose(at.curvature, (down.score - up.score) / (2 * step), rtol=1e-5, atol=1e-10)
        assert (at.curvature > 0).all()
    far = family.at(np.array([0.0, 1.0]), np.array([1e6, -1e6]))
    assert all(np.isfinite(part).all() for part in (far.score, far.curvature, far.loss))


@every
def test_the_mean_is_what_was_fitted(spec):
    fit, design = spec.fit(panel()), build(spec.formula, panel())
    assert_allclose(spec.mean(fit.params, (design.X,), np.zeros(fit.nobs)), fit.fitted)
    assert_allclose(fit.fitted + fit.residuals, design.y)
    link = ndtr if isinstance(spec, Probit) else expit
    assert_allclose(link(design.X @ fit.params), fit.fitted, rtol=1e-12)


@every
def test_a_coefficient_held_at_its_estimate_changes_nothing(spec):
    fit = spec.fit(panel())
    held = spec.estimate(build(spec.formula, panel()).fixing("x2", fit.params[2]))
    assert_allclose(held.params, fit.params[:2], rtol=1e-8)


@every
def test_frequencies_are_repeated_rows_and_weights_scale_nothing(spec):
    data = panel()
    often, rows = (
        replace(spec, weights=Frequency("count")).fit(data),
        spec.fit(data.loc[data.index.repeat(data["count"])].reset_index(drop=True)),
    )
    assert_allclose(often.params, rows.params, rtol=1e-10)
    assert_allclose(often.inference(White("HC1")).se, rows.inference(White("HC1")).se, rtol=1e-9)
    assert_allclose(replace(spec, weights="count").fit(data).params, rows.params, rtol=1e-8)


def test_statistics_are_those_of_the_likelihood():
    fit = Logit("d ~ x1").fit(panel())
    d, p = panel()["d"], fit.fitted
    likelihood = np.log(np.where(d == 1, p, 1 - p)).sum()
    null = np.log(np.where(d == 1, d.mean(), 1 - d.mean())).sum()
    assert fit.statistics["log_likelihood"] == pytest.approx(likelihood)
    assert fit.statistics["deviance"] == pytest.approx(-2 * likelihood)
    assert fit.statistics["null_deviance"] == pytest.approx(-2 * null)
    assert fit.statistics["pseudo_r2"] == pytest.approx(1 - likelihood / null)
    assert "aic" not in FractionalLogit("s1 ~ x1").fit(panel()).statistics


def choices(seed=3, units=150, size=5):
    """Each unit chooses one of its rows."""
    rng = np.random.default_rng(seed)
    data = pd.DataFrame(rng.normal(size=(units * size, 2)), columns=["x1", "x2"])
    data["unit"] = np.repeat(np.arange(units), size)
    data["utility"] = 0.8 * data["x1"] - 0.5 * data["x2"] + rng.gumbel(size=len(data))
    return data.assign(d=(data["utility"] == data.groupby("unit")["utility"].transform("max")).astype(float))


def test_one_success_a_unit_is_poisson_with_effects():
    data = choices()
    exact, poisson = Logit("d ~ x1 + x2 | unit").fit(data), PPML("d ~ x1 + x2 | unit").fit(data)
    assert_allclose(exact.params, poisson.params, rtol=1e-8)
    assert_allclose(exact.influence, poisson.influence, rtol=1e-5, atol=1e-10)
    assert_allclose(exact.inference(Clustered("unit")).se, poisson.inference(Clustered("unit")).se, rtol=1e-7)
    assert_allclose(exact.params, [0.8, -0.5], atol=3 * exact.inference(Clustered("unit")).se.max())


def test_what_is_the_same_in_a_unit_changes_no_error():
    data = panel()
    moved = data.assign(x1=data["x1"] + 100.0 * data["f"])
    one, other = (Logit("d ~ x1 + x2 | f").fit(frame) for frame in (data, moved))
    for covariance in (White("HC0"), Clustered("f"), Clustered("t")):
        assert_allclose(one.inference(covariance).se, other.inference(covariance).se, rtol=1e-6)


def test_units_without_variation_and_what_only_they_identify_are_left_out():
    data = panel().assign(d=lambda frame: frame["d"].where(frame["f"] > 1, 1.0))
    data["only"] = data["x3"] * (data["f"] <= 1)
    fit = Logit("d ~ x1 + only | f").fit(data)
    assert fit.sample.dropped == {"no variation": 18}
    assert fit.names == ("x1",)
    assert fit.omitted == ("only",)
    assert_allclose(fit.params, Logit("d ~ x1 | f").fit(data[data["f"] > 1]).params, rtol=1e-10)


@pytest.mark.parametrize(
    ("spec", "data", "error", "named"),
    [
        (Logit("s1 ~ x1"), panel(), DataError, "'s1' is 0.*row 0.*FractionalLogit"),
        (Probit("y ~ x1"), panel(), DataError, "'y' is .* in row 0"),
        (FractionalLogit("y ~ x1"), panel().assign(y=-1.0), DataError, "'y' is -1 in row 0"),
        (Logit("d ~ x1"), panel().assign(d=1), IdentificationError, "'d' is 1 in every row"),
        (Logit("d ~ x1 | f"), panel().assign(d=lambda t: t["f"] % 2), IdentificationError, "vary within any f"),
        (Logit("d ~ x1 | f + t"), panel(), FormulaError, "one effect"),
        (Logit("d ~ x1 | f[x2]"), panel(), FormulaError, "one effect"),
        (Logit("d ~ x1 | f", weights="w"), panel(), DataError, "weight of row .* of its f"),
        (Logit("d ~ lat | f"), panel(), CollinearError, "lat does not vary within"),
        (Logit("d ~ x1 | x2 ~ z"), panel(), FormulaError, "takes no instruments; use IV"),
        (Probit("d ~ x1 | f"), panel(), FormulaError, "use Logit"),
        (FractionalLogit("s1 ~ x1 | f"), panel(), FormulaError, "BurdenShares"),
    ],
    ids=[
        "share",
        "amount",
        "negative",
        "constant",
        "constant in units",
        "two effects",
        "slopes",
        "weights",
        "collinear",
        "instruments",
        "probit with effects",
        "fractional with effects",
    ],
)
def test_what_cannot_be_estimated_is_named(spec, data, error, named):
    with pytest.raises(error, match=named):
        spec.fit(data)


def test_conditional_logit_predicts_no_row_by_itself():
    with pytest.raises(NotDefinedError, match="use Logit without f"):
        _ = Logit("d ~ x1 | f").parts
