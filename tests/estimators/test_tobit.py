"""Tobit."""

import numpy as np
import pandas as pd
import pytest
from laws.members import panel
from numpy.testing import assert_allclose

from econ import OLS, Classical, Tobit, White
from econ.design import build
from econ.errors import FormulaError, IdentificationError, OptionError


def test_without_censored_rows_it_is_least_squares():
    data = panel().assign(y=lambda frame: frame["y"] + 1)
    fit, least = Tobit("y ~ x1 + x2").fit(data), OLS("y ~ x1 + x2").fit(data)
    assert_allclose(fit.params[:-1], least.params, rtol=1e-9)
    assert_allclose(np.exp(2 * fit.params[-1]), np.mean(least.residuals**2), rtol=1e-9)
    shrink = np.sqrt((fit.nobs - 3) / fit.nobs)
    assert_allclose(fit.inference(Classical()).se[:-1], shrink * least.inference(Classical()).se, rtol=1e-8)
    assert_allclose(fit.inference(Classical()).se[-1], np.sqrt(1 / (2 * fit.nobs)), rtol=1e-8)


@pytest.mark.parametrize("covariance", [Classical(), White("HC0")], ids=repr)
def test_limits_turn_with_the_sign_and_move_with_the_response(covariance):
    data = panel().assign(minus=lambda frame: -frame["c"], moved=lambda frame: 5 + 10 * frame["c"])
    one = Tobit("c ~ x1 + x2").fit(data).inference(covariance)
    minus = Tobit("minus ~ x1 + x2", lower=None, upper=0.0).fit(data).inference(covariance)
    moved = Tobit("moved ~ x1 + x2", lower=5.0).fit(data).inference(covariance)
    assert_allclose(minus.params, one.params * [-1, -1, -1, 1], rtol=1e-9)
    assert_allclose(moved.params, one.params * [10, 10, 10, 1] + [5, 0, 0, np.log(10)], rtol=1e-9)
    assert_allclose(minus.se, one.se, rtol=1e-8)
    assert_allclose(moved.se, one.se * [10, 10, 10, 1], rtol=1e-8)


@pytest.mark.parametrize(("lower", "upper"), [(0.0, None), (None, 1.0), (0.0, 1.0)])
def test_it_finds_the_truth_and_predicts_the_censored_response(lower, upper):
    rng = np.random.default_rng(5)
    x = rng.normal(size=40_000)
    y = np.clip(0.3 + 0.7 * x + 0.8 * rng.normal(size=x.size), lower, upper)
    fit = Tobit("y ~ x", lower=lower, upper=upper).fit(pd.DataFrame({"y": y, "x": x}))
    assert_allclose(fit.params, [0.3, 0.7, np.log(0.8)], atol=4 * fit.inference(Classical()).se.max())
    for low, high in ((-3, -1), (-0.5, 0.5), (1, 3)):
        inside = (x > low) & (x < high)
        assert_allclose(fit.fitted[inside].mean(), y[inside].mean(), atol=0.03)


def test_a_coefficient_held_at_its_estimate_changes_nothing():
    spec = Tobit("c ~ x1 + x2", upper=2.0)
    fit = spec.fit(panel())
    held = spec.estimate(build(spec.formula, panel()).fixing("x2", fit.params[2]))
    assert_allclose(held.params, fit.params[[0, 1, 3]], rtol=1e-8)
    assert_allclose(held.fitted, fit.fitted, rtol=1e-8)
    assert_allclose(held.statistics["log_likelihood"], fit.statistics["log_likelihood"], rtol=1e-12)


def test_a_far_mean_costs_no_digits():
    data = panel().assign(year=lambda frame: 2000 + frame["t"], c=lambda frame: 1e6 + frame["c"])
    one = Tobit("c ~ x1 + year", lower=1e6).fit(data)
    other = Tobit("c ~ x1 + t", lower=0.0).fit(panel())
    assert_allclose(one.params[1:], other.params[1:], rtol=1e-7)


@pytest.mark.parametrize(
    ("spec", "data", "error", "named"),
    [
        (Tobit("c ~ x1"), panel().assign(c=0.0), IdentificationError, "'c' is censored in every row"),
        (Tobit("c ~ x1"), panel().assign(c=lambda t: 9 + t["x1"]), IdentificationError, "fitted exactly"),
        (
            Tobit("c ~ x1"),
            panel().assign(c=lambda t: (2 * t["x1"] - 1).clip(0)),
            IdentificationError,
            "rows between the limits are fitted exactly",
        ),
        (Tobit("c ~ x1 | f"), panel(), FormulaError, "Tobit absorbs no effects; write them"),
        (Tobit("c ~ x1 | x2 ~ z"), panel(), FormulaError, "use IV"),
    ],
    ids=["all censored", "exact", "exact inside", "effects", "instruments"],
)
def test_what_cannot_be_estimated_is_named(spec, data, error, named):
    with pytest.raises(error, match=named):
        spec.fit(data)


@pytest.mark.parametrize("limits", [(None, None), (1.0, 0.0), (1.0, 1.0), (np.nan, None), ("0", None)])
def test_limits_are_checked(limits):
    with pytest.raises(OptionError, match="limit"):
        Tobit("y ~ x", lower=limits[0], upper=limits[1])
