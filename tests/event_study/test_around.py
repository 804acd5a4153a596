"""What stands around the estimators: pre-trends, bounded trends, decompositions, adoption."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws.event_studies import COLUMNS, staggered
from numpy.testing import assert_allclose
from scipy.stats import multivariate_normal, norm

from econ import OLS, Clustered, Mammen, Rademacher, White, simultaneous_bands, wald_test
from econ.errors import CollinearError, DataError, IdentificationError, MissingColumnError, NotDefinedError, OptionError
from econ.event_study import (
    TWFE,
    CallawaySantAnna,
    Conditional,
    FixedLength,
    LeastFavorable,
    RelativeMagnitudes,
    Smoothness,
    SunAbraham,
    bacon_decomposition,
    first_treated,
    pretrend_power,
    pretrend_test,
    sensitivity,
    treatment_weights,
)
from econ.event_study.normal_box import box_probability
from econ.event_study.path import EventPath
from econ.event_study.robustness import Problem
from econ.report import event_study_figure

BY = Clustered("f")
NAMES = {name: COLUMNS[name] for name in ("outcome", "unit", "time", "cohort")}


def path(pre, post, seed=0, correlation=0.5):
    rng = np.random.default_rng(seed)
    k = pre + post
    covariance = 0.04 * ((1 - correlation) * np.eye(k) + correlation)
    times = np.array([*range(-pre - 1, -1), *range(post)])
    return EventPath(times, 0.1 * rng.normal(size=k) + (times >= 0), covariance, np.inf, -1, "")


# pre-trends


def test_the_joint_test_is_that_of_the_terms_before_the_base():
    fit = SunAbraham(**COLUMNS).fit(staggered())
    terms = [name for name in fit.names if int(name) < -1]
    found, expected = pretrend_test(fit, BY), wald_test(fit, BY, terms=terms)
    assert (found.statistic, found.p_value, found.df) == (expected.statistic, expected.p_value, expected.df)
    slopes = list(found.details.values())
    assert 0 < slopes[0] < slopes[1]


def test_power_is_that_of_draws_and_the_trend_is_that_of_the_base():
    fit = SunAbraham(**COLUMNS).fit(staggered())
    found = pretrend_power(fit, BY, slope=0.2)
    table = found.table.set_index("event_time")
    assert_allclose(table["trend"], 0.2 * (table.index + 1))
    estimates = fit.inference(BY)
    pre = [place for place, name in enumerate(fit.names) if int(name) < -1]
    rng = np.random.default_rng(0)
    draws = rng.multivariate_normal(table["trend"], estimates.covariance, size=200_000)
    passed = (np.abs(draws[:, pre]) <= norm.ppf(0.975) * estimates.se[pre]).all(axis=1)
    assert found.power == pytest.approx(1 - passed.mean(), abs=0.005)
    assert_allclose(table["after_passing"], draws[passed].mean(axis=0), atol=0.02)
    assert pretrend_power(fit, BY, power=0.8).power == pytest.approx(0.8, abs=1e-5)


def test_anticipation_moves_what_comes_before():
    fit = SunAbraham(**COLUMNS, anticipation=1).fit(staggered())
    assert "-1" not in pretrend_test(fit, BY).title
    assert "-3 = 0" in pretrend_test(fit, BY).title


def test_a_varying_base_has_one_slope_a_period():
    fit = SunAbraham(**COLUMNS, base="varying").fit(staggered())
    table = pretrend_power(fit, BY, slope=0.3).table
    assert_allclose(table.loc[table["event_time"] < 0, "trend"], 0.3)
    assert_allclose(table.loc[table["event_time"] == 2, "trend"], 0.9)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 5), st.integers(0, 10_000))
def test_probabilities_of_boxes_are_those_of_scipy(d, seed):
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(d, d + 2))
    covariance = root @ root.T
    centre, width = rng.normal(size=d), rng.uniform(0.5, 3, size=d) * np.sqrt(np.diag(covariance))
    found = box_probability(covariance, centre - width, centre + width)
    law = multivariate_normal(cov=covariance, seed=1)
    assert found == pytest.approx(law.cdf(centre + width, lower_limit=centre - width), abs=3e-5)


def test_what_is_no_event_study_is_refused():
    fit = OLS("y ~ x | f").fit(staggered())
    with pytest.raises(NotDefinedError, match="the terms 'x' are no event times"):
        pretrend_test(fit, BY)
    after = SunAbraham(**COLUMNS, window=(0, 2)).fit(staggered())
    with pytest.raises(IdentificationError, match="no estimate stands before the base period -1"):
        pretrend_test(after, BY)
    fit = SunAbraham(**COLUMNS).fit(staggered())
    for options in ({"power": 2.0}, {"slope": np.inf}, {"slope": "a"}, {"level": 1}):
        with pytest.raises(OptionError, match="give a"):
            pretrend_power(fit, BY, **options)


# bounded trends


def test_no_bound_on_relative_magnitudes_is_parallel_trends():
    problem = Problem(path(3, 2), RelativeMagnitudes(), LeastFavorable(), np.array([1.0, 0.0]), 0.95)
    low, high = problem.interval(0.0)
    assert low == pytest.approx(problem.estimate - norm.ppf(0.975) * problem.error, rel=0.02)
    assert problem.identified(0.0) == (problem.estimate, problem.estimate)
    assert high - low < 1.02 * 2 * norm.ppf(0.975) * problem.error


@pytest.mark.parametrize("restriction", [RelativeMagnitudes(), Smoothness()], ids=repr)
@pytest.mark.parametrize("method", [LeastFavorable(), Conditional(), FixedLength()], ids=repr)
def test_sets_grow_with_the_bound_and_contain_what_is_possible(restriction, method):
    if isinstance(restriction, RelativeMagnitudes) and isinstance(method, FixedLength):
        pytest.skip("goes with smoothness")
    problem = Problem(path(3, 3), restriction, method, np.array([1.0, 0.0, 1.0]) / 2, 0.95)
    bounds = [0.2, 0.4, 0.8, 1.6]
    sets = np.array([problem.interval(bound) for bound in bounds])
    assert (np.diff(sets[:, 0]) < 0).all()
    assert (np.diff(sets[:, 1]) > 0).all()
    for (low, high), bound in zip(sets, bounds, strict=True):
        inside = problem.identified(bound)
        assert np.isnan(inside).all() or low < inside[0] <= inside[1] < high


def test_the_fixed_length_is_the_shortest_of_many_combinations():
    problem = Problem(path(4, 2, correlation=0.3), Smoothness(), FixedLength(), np.array([1.0, 0.0]), 0.95)
    from econ.event_study.honesty import fixed_length as solver

    model = solver._problem(problem.path.covariance, problem.weights)
    rng = np.random.default_rng(0)
    for bound in (0.02, 0.1, 0.5):
        best = np.diff(problem.interval(bound)).item() / 2
        found = solver._best(model, bound, 0.95)
        for scale in (1e-3, 1e-2, 0.1, 1.0):
            tried = found + scale * rng.normal(size=(300, found.size))
            lengths = [solver._true_length(model, one, bound, 0.95) for one in tried]
            assert min(lengths) >= best * (1 - 1e-6)


@pytest.mark.parametrize("options", [{}, {"restriction": Smoothness()}, {"method": Conditional()}])
def test_the_breakdown_is_where_zero_comes_in(options):
    fit = SunAbraham(**COLUMNS).fit(staggered(units=200, noise=0.3))
    found = sensitivity(fit, BY, weights=[0, 1, 0, 0, 0], **options)
    assert 0 < found.breakdown < np.inf
    near = sensitivity(
        fit, BY, weights=[0, 1, 0, 0, 0], bounds=[0.999 * found.breakdown, 1.001 * found.breakdown], **options
    )
    assert near.table["low"].iloc[0] > 0 > near.table["low"].iloc[1]
    assert "zero is left out up to" in repr(found)


def test_what_the_sensitivity_cannot_do_is_said():
    fit = SunAbraham(**COLUMNS).fit(staggered())
    with pytest.raises(OptionError, match="fit with base='universal'"):
        sensitivity(SunAbraham(**COLUMNS, base="varying").fit(staggered()), BY)
    with pytest.raises(IdentificationError, match=r"event times -3 have no estimate"):
        sensitivity(fit.combine(np.eye(10)[[0, 1, 2, 4, 5, 6]], ["-6", "-5", "-4", "-2", "0", "1"]), BY)
    for options, error, named in (
        ({"bounds": [-1.0]}, OptionError, "bounds"),
        ({"weights": [1, 0]}, OptionError, "weights"),
        ({"level": 95}, OptionError, "level"),
        ({"restriction": Smoothness}, OptionError, "restriction"),
        ({"method": "FLCI"}, OptionError, "method"),
        ({"method": FixedLength()}, NotDefinedError, "goes with Smoothness"),
    ):
        with pytest.raises(error, match=named):
            sensitivity(fit, BY, **options)
    for build in (lambda: LeastFavorable(share=1.5), lambda: Conditional(moments="pre")):
        with pytest.raises(OptionError):
            build()


# bands


@pytest.mark.parametrize("multiplier", [Rademacher(), Mammen()], ids=repr)
@pytest.mark.parametrize("covariance", [BY, White("HC0")], ids=repr)
def test_bands_by_multipliers_are_near_those_of_joint_normality(multiplier, covariance):
    fit = CallawaySantAnna(**COLUMNS).fit(staggered(units=400))
    one = simultaneous_bands(fit, covariance, multiplier=multiplier, reps=20_000)
    other = simultaneous_bands(fit, covariance)
    assert one.critical_value == pytest.approx(other.critical_value, rel=0.04)
    assert "multiplier bootstrap by" in repr(one)
    again = simultaneous_bands(fit, covariance, multiplier=multiplier, reps=20_000)
    assert again.critical_value == one.critical_value


def test_multipliers_need_independent_clusters():
    fit = CallawaySantAnna(**COLUMNS).fit(staggered())
    with pytest.raises(NotDefinedError, match="multipliers weigh clusters that are independent"):
        simultaneous_bands(fit, Clustered("f", "t"), multiplier=Rademacher())


def test_one_call_draws_estimates_bands_and_sets():
    fit = CallawaySantAnna(**COLUMNS).fit(staggered())
    figure = event_study_figure(fit, BY, name="effects", title="Effects", multiplier=Rademacher())
    assert figure.svg == event_study_figure(fit, BY, name="effects", title="Effects", multiplier=Rademacher()).svg
    assert "Zero is left out up to a bound of" in figure.notes[1]
    alone = event_study_figure(fit, BY, name="effects", title="Effects", restriction=None)
    assert len(alone.notes) == 1
    assert len(alone.svg) < len(figure.svg)


# decompositions


def test_the_static_coefficient_is_the_sum_of_its_comparisons():
    data = staggered().assign(treated=lambda d: (d["t"] >= d["first"]).astype(float))
    found = bacon_decomposition(data, **NAMES)
    static = OLS("y ~ treated | f + t").fit(data).params[0]
    assert found.estimate == pytest.approx(static, rel=1e-10)
    assert found.table["weight"].sum() == pytest.approx(1)
    assert found.kinds["weight"].sum() == pytest.approx(1)
    assert "later vs earlier" in repr(found)
    weights = treatment_weights(data, **NAMES, controls="x", weights="w")
    static = OLS("y ~ treated + x | f + t", weights="w").fit(data).params[0]
    assert weights.estimate == pytest.approx(static, rel=1e-10)
    assert weights.weights.sum() == pytest.approx(1)
    assert weights.table["weight"].sum() == pytest.approx(1)
    assert weights.table["rows"].sum() == data["treated"].sum()
    assert "negative weights" in repr(weights)


def test_decompositions_say_what_they_need():
    data = staggered()
    with pytest.raises(DataError, match="needs a balanced panel"):
        bacon_decomposition(data.iloc[1:], **NAMES)
    with pytest.raises(CollinearError, match="all start at one time"):
        treatment_weights(data.assign(first=2004), **NAMES)


# adoption


def test_the_first_treated_period_of_a_column_of_treatment():
    data = staggered().assign(d=lambda one: one["t"] >= one["first"])
    found = first_treated(data.sample(frac=1, random_state=0), "d", unit="f", time="t")
    pd.testing.assert_series_equal(found.sort_index(), data["first"], check_names=False)
    off = data.assign(d=(data["t"] == data["first"]).astype(int))
    with pytest.raises(DataError, match="f 0 is treated and then not any more in t 2005"):
        first_treated(off, "d", unit="f", time="t")
    pd.testing.assert_series_equal(
        first_treated(off, "d", unit="f", time="t", after="stay"), data["first"], check_names=False
    )


def test_columns_that_are_no_treatment_are_refused():
    data = staggered()
    with pytest.raises(DataError, match="a treatment is zero or one"):
        first_treated(data, "dose", unit="f", time="t")
    with pytest.raises(MissingColumnError, match="no column 'd'"):
        first_treated(data, "d", unit="f", time="t")
    with pytest.raises(OptionError, match="no after 'drop'"):
        first_treated(data, "dose", unit="f", time="t", after="drop")


def test_two_way_fixed_effects_keep_the_wild_bootstrap_only_while_nothing_is_left_out():
    assert not TWFE(**COLUMNS).fit(staggered()).derived
    assert TWFE(**COLUMNS, window=(-2, 2)).fit(staggered()).derived
