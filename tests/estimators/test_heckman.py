"""Heckman's selection model."""

import numpy as np
import pandas as pd
import pytest
from laws.members import panel
from numpy.testing import assert_allclose
from scipy.stats import multivariate_normal, norm

from econ import Classical, Frequency, Heckman, White
from econ.errors import ConvergenceError, DataError, FormulaError, IdentificationError

SPEC = Heckman("y ~ x", selection="d ~ x + z")


def selected(seed=0, n=500, rho=0.5):
    rng = np.random.default_rng(seed)
    data = pd.DataFrame(rng.normal(size=(n, 2)), columns=["x", "z"])
    u, v = rng.multivariate_normal([0, 0], [[1, rho], [rho, 1]], size=n).T
    data["d"] = (0.2 + 0.5 * data["x"] + data["z"] + v > 0).astype(float)
    return data.assign(y=(1 + 2 * data["x"] + 1.5 * u).where(data["d"] == 1))


def test_it_finds_the_truth():
    fit = SPEC.fit(selected(n=20_000))
    truth = [1, 2, 0.2, 0.5, 1, np.log(1.5), np.arctanh(0.5)]
    assert (np.abs(fit.params - truth) < 4 * fit.inference(Classical()).se).all()
    assert fit.names[2:] == ("selection: Intercept", "selection: x", "selection: z", "log(sigma)", "atanh(rho)")


def test_the_likelihood_is_that_of_two_normals():
    """P(v > -z'g and u = r) by integrating the bivariate normal over a small interval of r."""
    data = selected(n=60)
    fit = SPEC.fit(data)
    b, g, sigma, rho = fit.params[:2], fit.params[2:5], np.exp(fit.params[5]), np.tanh(fit.params[6])
    total, width = 0.0, 1e-3
    both = multivariate_normal([0, 0], [[1, -rho], [-rho, 1]])
    for x, z, d, y in data[["x", "z", "d", "y"]].to_numpy():
        index = g @ [1, x, z]
        if d == 0:
            total += norm.logcdf(-index)
            continue
        r = (y - b @ [1, x]) / sigma
        total += np.log((both.cdf([r + width, index]) - both.cdf([r - width, index])) / (2 * width * sigma))
    assert fit.statistics["log_likelihood"] == pytest.approx(total, abs=0.02)


def test_scores_are_derivatives_and_vanish_at_the_maximum():
    fit = SPEC.fit(selected())
    total = fit.scores.matrix.sum(axis=0)
    assert_allclose(total @ fit.bread / fit.inference(Classical()).se, 0, atol=1e-8)
    ratio = fit.inference(White("HC0")).se / fit.inference(Classical()).se  # equal in expectation
    assert_allclose(ratio, 1, atol=0.25)


def test_the_sign_of_the_outcome_turns_the_correlation():
    data = selected()
    one, other = SPEC.fit(data), SPEC.fit(data.assign(y=-data["y"]))
    assert_allclose(other.params, one.params * [-1, -1, 1, 1, 1, 1, -1], rtol=1e-7)


def test_what_is_not_selected_may_be_missing_or_anything():
    data = selected()
    one, other = SPEC.fit(data), SPEC.fit(data.assign(y=data["y"].fillna(1e9)))
    assert_allclose(one.params, other.params, rtol=1e-12)
    assert np.isnan(one.fitted[data["d"] == 0]).all()
    assert_allclose(one.fitted[data["d"] == 1], 0 + one.params[0] + one.params[1] * data["x"][data["d"] == 1])


def test_selected_rows_that_are_incomplete_are_dropped_and_counted():
    data = selected().assign(only=np.random.default_rng(2).normal(size=500), count=1 + np.arange(500) % 3)
    rows = data.index[data["d"] == 1]
    holes = data.copy()
    holes.loc[rows[:4], "y"] = np.nan
    holes.loc[rows[4:6], "only"] = np.nan
    holes.loc[data.index[data["d"] == 0][:7], "only"] = np.nan  # not needed there
    holes.loc[rows[6:9], "z"] = np.nan
    for weights in (None, "count", Frequency("count")):
        spec = Heckman("y ~ x + only", selection="d ~ x + z", weights=weights)
        fit, expected = spec.fit(holes), spec.fit(data.drop(index=rows[:9]))
        assert_allclose(fit.params, expected.params, rtol=1e-9)
        assert_allclose(fit.inference(White("HC1")).se, expected.inference(White("HC1")).se, rtol=1e-8)
        if weights is None:
            assert fit.sample.dropped == {"missing z": 3, "missing y": 4, "missing only": 2}
            assert fit.nobs == 491


def test_frequencies_are_repeated_rows():
    data = selected().assign(count=lambda frame: 1 + np.arange(len(frame)) % 3)
    often = Heckman("y ~ x", selection="d ~ x + z", weights=Frequency("count")).fit(data)
    rows = SPEC.fit(data.loc[data.index.repeat(data["count"])].reset_index(drop=True))
    weighted = Heckman("y ~ x", selection="d ~ x + z", weights="count").fit(data)
    assert_allclose(often.params, rows.params, rtol=1e-9)
    assert_allclose(weighted.params, rows.params, rtol=1e-8)
    assert_allclose(often.inference(Classical()).se, rows.inference(Classical()).se, rtol=1e-8)


@pytest.mark.parametrize(
    ("spec", "data", "error", "named"),
    [
        (SPEC, selected().assign(d=1.0, y=1.0), IdentificationError, "'d' is 1 in every row"),
        (SPEC, selected().assign(d=0), IdentificationError, "'d' is 0 in every row"),
        (SPEC, selected().assign(d=0.5), DataError, "'d' is 0.5 in row 0"),
        (SPEC, selected().assign(y=lambda t: 1 - t["x"]), IdentificationError, "'y' is fitted exactly"),
        (
            Heckman("y ~ x | g", selection="d ~ x"),
            selected().assign(g=lambda t: t.index % 5),
            FormulaError,
            "no effects",
        ),
        (
            Heckman("y ~ x", selection="d ~ x | g"),
            selected().assign(g=lambda t: t.index % 5),
            FormulaError,
            "no effects",
        ),
        (Heckman("y ~ x", selection="d"), selected(), FormulaError, "'d': write it as"),
        (Heckman("y ~ x1", selection="d ~ x1 + x3"), panel(units=4).head(14), ConvergenceError, "rho runs to one"),
    ],
    ids=["all", "none", "half", "exact", "effects", "effects of selection", "no formula", "boundary"],
)
def test_what_cannot_be_estimated_is_named(spec, data, error, named):
    with pytest.raises(error, match=named):
        spec.fit(data)
