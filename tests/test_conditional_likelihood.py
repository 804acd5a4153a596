"""The conditional likelihood against sums over all sets of rows."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from econ.conditional_likelihood import ConditionalLikelihood
from econ.groups import Groups


def draw(seed, k, largest=7, scale=1.0):
    """Units of two to `largest` rows, in random order, whose responses vary."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(2, largest + 1, 12)
    codes = np.repeat(np.arange(12), sizes)
    y = np.zeros(codes.size)
    for unit, size in enumerate(sizes):
        rows = np.flatnonzero(codes == unit)
        y[rng.choice(rows, rng.integers(1, size), replace=False)] = 1
    order = rng.permutation(codes.size)
    X = scale * rng.normal(size=(codes.size, k))
    return ConditionalLikelihood(X, y[order], rng.normal(size=y.size), None, Groups("unit", codes[order], 12))


def by_sets(likelihood, b):
    """Log likelihood and probabilities from all sets of as many rows."""
    eta, total, p = likelihood.index(b), 0.0, np.zeros(likelihood.y.size)
    for unit in range(likelihood.groups.count):
        rows = np.flatnonzero(likelihood.groups.codes == unit)
        sets = [list(one) for one in combinations(rows, int(likelihood.y[rows].sum()))]
        logs = np.array([eta[one].sum() for one in sets])
        log_sum = logs.max() + np.log(np.exp(logs - logs.max()).sum())
        total += eta[rows] @ likelihood.y[rows] - log_sum
        for one, log in zip(sets, logs, strict=True):
            p[one] += np.exp(log - log_sum)
    return total, p


@given(seed=st.integers(0, 10_000), k=st.integers(1, 4), scale=st.sampled_from([0.1, 1.0, 30.0]))
def test_it_is_the_sum_over_all_sets(seed, k, scale):
    likelihood, b = draw(seed, k, scale=scale), np.linspace(-1, 1, k)
    expected, p = by_sets(likelihood, b)
    at = likelihood.at(b)
    assert_allclose(-at.loss, expected, rtol=1e-11, atol=1e-9)
    assert_allclose(likelihood.probabilities(b), p, rtol=1e-9, atol=1e-11)
    assert_allclose(at.slope, likelihood.X.T @ (p - likelihood.y), rtol=1e-8, atol=1e-9 * scale)


@given(seed=st.integers(0, 10_000))
def test_the_curvature_is_the_derivative_of_the_slope(seed):
    likelihood, b, step = draw(seed, 3), np.array([0.3, -1.0, 0.5]), 1e-5
    numeric = [
        (likelihood.at(b + step * one).slope - likelihood.at(b - step * one).slope) / (2 * step) for one in np.eye(3)
    ]
    assert_allclose(likelihood.at(b).curvature, numeric, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("successes", [1, 700, 1999])
def test_a_large_unit_neither_overflows_nor_loses_rows(successes):
    rng = np.random.default_rng(1)
    y = (rng.permutation(2000) < successes).astype(float)
    likelihood = ConditionalLikelihood(
        5 * rng.normal(size=(2000, 1)), y, None, None, Groups("unit", np.zeros(2000, dtype=np.intp), 1)
    )
    at, p = likelihood.at(np.ones(1)), likelihood.probabilities(np.ones(1))
    assert at.finite
    assert_allclose(p.sum(), successes, rtol=1e-10)
    assert_allclose(at.slope, likelihood.X.T @ (p - y), rtol=1e-8)
