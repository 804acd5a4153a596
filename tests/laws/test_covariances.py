"""Properties that every covariance of the folder has."""

from dataclasses import replace

import numpy as np
import pytest
from laws.members import COVARIANCES, EXAMPLES, is_frozen, panel
from numpy.testing import assert_allclose, assert_array_equal

from econ import OLS, Clustered, NeweyWest, White

EVERY = [one for cls in COVARIANCES for one in EXAMPLES.get(cls, [])]


def test_every_member_has_an_example():
    assert not set(COVARIANCES) - set(EXAMPLES), "add an example to tests/laws/members.py"


@pytest.mark.parametrize("cls", COVARIANCES, ids=lambda one: one.__name__)
def test_a_covariance_is_frozen(cls):
    assert is_frozen(cls)


@pytest.mark.parametrize("covariance", EVERY, ids=repr)
def test_equal_values_are_equal_and_give_equal_results(covariance):
    fit, copy = OLS("y ~ x1 + x2 | f").fit(panel()), replace(covariance)
    assert copy is not covariance
    assert copy == covariance
    assert hash(copy) == hash(covariance)
    assert_array_equal(copy.of(fit).matrix, covariance.of(fit).matrix)


@pytest.mark.parametrize("covariance", EVERY, ids=repr)
def test_doubling_the_outcome_doubles_the_errors(covariance):
    data = panel()
    one, other = (
        OLS("y ~ x1 + x2 | f").fit(frame).inference(covariance) for frame in (data, data.assign(y=2 * data["y"]))
    )
    assert_allclose(2 * one.se, other.se, rtol=1e-10)


@pytest.mark.parametrize("covariance", EVERY, ids=repr)
def test_intervals_contain_the_estimate_and_widen_with_the_level(covariance):
    fit = OLS("y ~ x1 + x2").fit(panel())
    narrow, wide = (fit.inference(covariance, level=level).table for level in (0.9, 0.99))
    assert (wide["low"] < narrow["low"]).all()
    assert (narrow["low"] < narrow["estimate"]).all()
    assert (narrow["high"] < wide["high"]).all()


def test_one_cluster_column_twice_is_that_column():
    fit = OLS("y ~ x1").fit(panel().assign(h=lambda frame: frame["g"]))
    assert_allclose(fit.inference(Clustered("g", "h")).covariance, fit.inference(Clustered("g")).covariance, rtol=1e-12)


def test_newey_west_without_lags_is_hc1_for_a_series():
    fit = OLS("y ~ x1").fit(panel())
    assert_allclose(
        fit.inference(NeweyWest("period", lags=0)).covariance, fit.inference(White("HC1")).covariance, rtol=1e-12
    )


def test_a_gap_in_time_breaks_the_pairs_of_a_unit():
    data = panel()
    fit = OLS("y ~ x1").fit(data[data["t"] != 4])
    psi, frame = fit.influence, fit.sample.data.iloc[fit.sample.rows]
    gamma = np.zeros((2, 2))
    for i, (f, period) in enumerate(zip(frame["f"], frame["t"].rank(method="dense"), strict=True)):
        before = np.flatnonzero((frame["f"] == f) & (frame["t"].rank(method="dense") == period - 1))
        gamma += sum((np.outer(psi[i], psi[j]) for j in before), np.zeros((2, 2)))
    n, T = fit.nobs, 8
    expected = (psi.T @ psi + (gamma + gamma.T) / 2) * (n - 1) / (n - 2) * T / (T - 1)
    assert_allclose(fit.inference(NeweyWest("t", unit="f", lags=1)).covariance, expected, rtol=1e-10)
