"""Properties of every dispersion, correction, trend, sieve, merger, functional and choice found in its folder."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws.members import is_frozen, members
from numpy.testing import assert_allclose

import econ.breaks.choices
import econ.breaks.functionals
import econ.convergence.club_search.mergers
import econ.convergence.club_search.sieves
import econ.convergence.corrections
import econ.convergence.dispersions
import econ.convergence.trends
from econ import Clustered
from econ.breaks import LWZ, BaiPerron, Fixed, Sequential
from econ.convergence import BetaConvergence, LogT, TotalVariance, clubs
from econ.errors import OptionError

DISPERSIONS = [one() for one in members(econ.convergence.dispersions, "of")]
CORRECTIONS = [one() for one in members(econ.convergence.corrections, "of")]
TRENDS = [one() for one in members(econ.convergence.trends, "of")]
SIEVES = [one() for one in members(econ.convergence.club_search.sieves, "of")]
MERGERS = [one() for one in members(econ.convergence.club_search.mergers, "of")]
FUNCTIONALS = [one() for one in members(econ.breaks.functionals, "of")]
CHOICES = [one for one in members(econ.breaks.choices, "of") if one is not Fixed]

FOUND = [*DISPERSIONS, *CORRECTIONS, *TRENDS, *SIEVES, *MERGERS, *FUNCTIONALS, *[one() for one in CHOICES], Fixed(1)]


def every(found):
    return pytest.mark.parametrize("one", found, ids=repr)


@every(FOUND)
def test_it_is_frozen_and_equal_to_its_copy(one):
    assert is_frozen(type(one))
    assert dataclasses.replace(one) == one
    assert hash(one) == hash(dataclasses.replace(one))


def test_the_folders_are_not_empty():
    counts = [len(group) for group in (DISPERSIONS, CORRECTIONS, TRENDS, SIEVES, MERGERS, FUNCTIONALS, CHOICES)]
    assert min(counts) >= 2


def sample(one, n, seed):
    rng = np.random.default_rng(seed)
    return rng.dirichlet(np.full(4, 3.0), n) if one.compositional else np.exp(rng.normal(size=(n, 1)) / 3)


@every(DISPERSIONS)
@given(n=st.integers(3, 30), seed=st.integers(0, 999))
def test_a_dispersion_is_zero_for_equal_units_and_knows_no_order(one, n, seed):
    values = sample(one, n, seed)
    dispersion, influence = one.of(values)
    again, moved = one.of(values[::-1])
    assert dispersion > 0
    assert_allclose(again, dispersion, rtol=1e-9)
    assert_allclose(moved[::-1], influence, rtol=1e-7, atol=1e-12)
    assert_allclose(influence.sum(), 0, atol=1e-9 * max(1, np.abs(influence).sum()))
    assert one.of(np.repeat(values[:1], n, axis=0))[0] <= 1e-7


@every(DISPERSIONS)
def test_the_influence_is_that_of_leaving_a_unit_out(one):
    values = sample(one, 2000, 1)
    n = len(values)
    whole, influence = one.of(values)
    left = np.array([whole - one.of(np.delete(values, i, axis=0))[0] for i in range(n)])
    assert np.corrcoef(left, influence)[0, 1] > 0.999
    assert_allclose(left.std(), influence.std(), rtol=0.02)


@every(DISPERSIONS)
def test_a_dispersion_names_the_row_that_it_cannot_measure(one):
    values = sample(one, 5, 0)
    assert one.problem(values) is None
    values[3] = [0.0, 0.5, 0.25, 0.25] if one.compositional else [0.0]
    assert one.problem(values)[0] == 3


def dynamic_panel(rng, rho, N=60, T=10):
    a, y = rng.normal(size=N), np.empty((N, T))
    y[:, 0] = a / (1 - rho) + rng.normal(size=N) / np.sqrt(1 - rho**2)
    for t in range(1, T):
        y[:, t] = rho * y[:, t - 1] + a + rng.normal(size=N)
    return pd.DataFrame({"unit": np.repeat(range(N), T), "year": np.tile(range(T), N), "y": np.exp(y.ravel() / 5)})


def persistence(data, correction):
    spec = BetaConvergence("y", unit="unit", time="year", span=1, effects=("unit", "year"), correction=correction)
    fit = spec.regression(data)
    return 1 + fit.params[0], fit.inference(Clustered("unit")).se[0]


@every(CORRECTIONS)
@pytest.mark.parametrize("rho", [0.4, 0.7])
def test_a_correction_removes_most_of_the_bias_and_its_errors_are_right(one, rho):
    panels = [dynamic_panel(np.random.default_rng(seed), rho) for seed in range(40)]
    plain = np.mean([persistence(data, None)[0] for data in panels]) - rho
    found = np.array([persistence(data, one) for data in panels])
    assert plain < -0.08
    assert abs(found[:, 0].mean() - rho) < 0.5 * abs(plain)
    assert 0.7 < found[:, 1].mean() / found[:, 0].std(ddof=1) < 1.4


@every(CORRECTIONS)
def test_a_correction_needs_unit_effects(one):
    with pytest.raises(OptionError, match="unit effects"):
        BetaConvergence("y", unit="unit", time="year", span=1, correction=one)


@every(TRENDS)
@given(slope=st.floats(-5, 5), start=st.floats(-5, 5))
def test_a_trend_keeps_what_is_linear(one, slope, start):
    y = (start + slope * np.arange(30.0))[:, None]
    trend = one.of(y)
    assert_allclose(trend, y[len(y) - len(trend) :], atol=1e-6)


@every(TRENDS)
def test_a_trend_is_that_of_each_series_alone(one):
    Y = np.random.default_rng(0).normal(size=(40, 3)).cumsum(axis=0)
    assert_allclose(one.of(Y)[:, [1]], one.of(Y[:, [1]]), atol=1e-9)


def club_panel(seed, noise=0.02):
    rng = np.random.default_rng(seed)
    years, levels = np.arange(1, 51), np.repeat([0.10, 0.06, 0.02], 8)
    start = rng.uniform(-1, 1, 24)
    y = 5 + levels[:, None] * years + start[:, None] / years**0.8 + noise * rng.normal(size=(24, 50)) / years
    return pd.DataFrame({"unit": np.repeat(range(24), 50), "year": np.tile(years, 24), "y": y.ravel()})


SPEC = LogT("y", unit="unit", time="year")


@every(SIEVES)
@pytest.mark.parametrize("seed", range(3))
def test_clubs_are_the_groups_that_were_made(one, seed):
    found = clubs(club_panel(seed), SPEC, sieve=one)
    assert found.memberships.tolist() == [1] * 8 + [2] * 8 + [3] * 8
    assert found.table["converges"].all()


@every(SIEVES)
def test_every_unit_is_in_one_place(one):
    rng = np.random.default_rng(3)
    data = club_panel(1, noise=1.0).assign(y=lambda frame: frame["y"] + rng.normal(size=len(frame)) / 10)
    found = clubs(data, SPEC, sieve=one)
    placed = np.concatenate([*found.groups, found.divergent, found.left])
    assert sorted(placed) == list(range(24))


@every(MERGERS)
def test_a_merger_keeps_all_units_and_no_group_that_was_made(one):
    found = clubs(club_panel(0), SPEC)
    merged = found.merge(one)
    assert sorted(np.concatenate(merged.groups)) == sorted(np.concatenate(found.groups))
    assert len(merged.groups) == len(found.groups) == 3


@every(FUNCTIONALS)
@pytest.mark.parametrize("k", [1, 3])
def test_a_p_value_falls_with_the_statistic_and_grows_with_the_dates(one, k):
    statistics = [0.5, 2.0, 6.0, 12.0, 20.0]
    p = [one.p_value(x, k, 0.15, 0.85) for x in statistics]
    assert p == sorted(p, reverse=True)
    assert 0 <= p[-1] < 0.05
    assert one.p_value(0.0, k, 0.15, 0.85) > 0.9


@every(FUNCTIONALS)
def test_a_functional_of_equal_statistics_is_monotone_in_them(one):
    low, high = one.of(np.full(10, 2.0)), one.of(np.full(10, 4.0))
    assert low < high


@every(CHOICES)
def test_a_choice_finds_clear_breaks_and_few_others(one):
    found = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        data = pd.DataFrame({"t": range(120), "y": rng.normal(size=120)})
        assert len(
            BaiPerron("y ~ 1", time="t", breaks=one()).find(data.assign(y=data["y"] + 5 * (data["t"] >= 60))).dates
        )
        found.append(len(BaiPerron("y ~ 1", time="t", breaks=one()).find(data).dates))
    assert np.mean(np.array(found) > 0) <= 0.2


def test_a_stricter_choice_finds_no_more_breaks():
    rng = np.random.default_rng(0)
    data = pd.DataFrame({"t": range(100), "y": rng.normal(size=100).cumsum() / 3})
    counts = [len(BaiPerron("y ~ 1", time="t", breaks=choice).find(data).dates) for choice in (LWZ(), Sequential())]
    assert counts[0] <= len(BaiPerron("y ~ 1", time="t").find(data).dates)


@settings(max_examples=20)
@given(seed=st.integers(0, 99), scale=st.floats(0.1, 10))
def test_total_variance_knows_no_closure(seed, scale):
    shares = np.random.default_rng(seed).dirichlet(np.ones(3) * 4, 8)
    perturbed = shares * np.array([scale, 1.0, 2.0])
    perturbed /= perturbed.sum(axis=1, keepdims=True)
    assert_allclose(TotalVariance().of(perturbed)[0], TotalVariance().of(shares)[0], rtol=1e-9)
