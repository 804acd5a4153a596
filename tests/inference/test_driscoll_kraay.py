"""Driscoll and Kraay's covariance."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws.members import panel
from numpy.testing import assert_allclose

from econ import OLS, PPML, Clustered, DriscollKraay
from econ.errors import DataError, IdentificationError, MissingColumnError, OptionError


def by_pairs_of_rows(fit, lags):
    """The double loop: rows of periods l apart weigh 1 - l / (L + 1)."""
    t = fit.sample.column("t").rank(method="dense").to_numpy()
    apart = np.abs(t[:, None] - t)
    weights = np.maximum(0, 1 - apart / (lags + 1))
    return fit.influence.T @ weights @ fit.influence


@given(seed=st.integers(0, 10_000), lags=st.integers(0, 12))
def test_it_is_the_sum_over_pairs_of_rows(seed, lags):
    data = panel(seed, units=4, periods=8).sample(frac=0.7, random_state=seed)
    fit = OLS("y ~ x1 + x2").fit(data)
    n, T = fit.nobs, data["t"].nunique()
    factor = (n - 1) / (n - 3) * T / (T - 1)
    expected = factor * by_pairs_of_rows(fit, lags)
    assert_allclose(DriscollKraay("t", lags=lags).of(fit).matrix, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("spec", [OLS("y ~ x1 + x2 | f + t"), PPML("y ~ x1 | t")], ids=repr)
def test_without_lags_it_clusters_by_period(spec):
    fit = spec.fit(panel())
    one, other = (fit.inference(choice) for choice in (DriscollKraay("t", lags=0), Clustered("t")))
    assert_allclose(one.covariance, other.covariance, rtol=1e-10)
    assert (one.df == other.df).all()


def test_the_default_is_the_fourth_root_of_the_periods():
    data = panel(units=3, periods=81)
    fit = OLS("y ~ x1").fit(data)
    assert fit.inference(DriscollKraay("t")).label == "Driscoll-Kraay over t, 3 lags"
    assert OLS("y ~ x1").fit(data[data["t"] > 0]).inference(DriscollKraay("t")).label.endswith("2 lags")


def test_autocorrelated_common_shocks_are_found():
    """The mean of a moving average of order 1 with equal weights has twice the variance of white noise."""
    rng = np.random.default_rng(1)
    shocks = rng.normal(size=4001)
    data = panel(units=2, periods=4000).assign(y=lambda frame: (shocks[1:] + shocks[:-1])[frame["t"]])
    se = OLS("y ~ 1").fit(data).inference(DriscollKraay("t", lags=40)).se[0]
    assert_allclose(se, np.sqrt(4 / 4000), rtol=0.1)


@pytest.mark.parametrize("lags", [-1, 1.5, "2"])
def test_lags_are_whole_numbers(lags):
    with pytest.raises(OptionError, match="whole number"):
        DriscollKraay("t", lags=lags)


@pytest.mark.parametrize(
    ("data", "error", "named"),
    [
        (panel().drop(columns="t"), MissingColumnError, "'t'"),
        (panel().assign(t=1), IdentificationError, "'t' has one value"),
        (panel().assign(t=lambda frame: frame["t"].where(frame["row"] != 7)), DataError, "row 7"),
    ],
)
def test_bad_periods_are_named(data, error, named):
    with pytest.raises(error, match=named):
        OLS("y ~ x1").fit(data).inference(DriscollKraay("t"))
