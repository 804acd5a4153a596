"""Panels that were once estimated wrongly, or refused without need."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from laws.event_studies import COLUMNS, staggered
from numpy.testing import assert_allclose

from econ import OLS, Clustered, jackknife
from econ.errors import CollinearError, DataError, IdentificationError, NotDefinedError, OptionError
from econ.event_study import (
    TWFE,
    CallawaySantAnna,
    FixedLength,
    Imputation,
    LeastFavorable,
    LocalProjection,
    Smoothness,
    Stacked,
    SunAbraham,
    bacon_decomposition,
    first_treated,
    pretrend_power,
    pretrend_test,
    sensitivity,
)
from econ.types import Uncertainty

NAMES = {name: COLUMNS[name] for name in ("outcome", "unit", "time", "cohort")}
ESTIMATORS = (TWFE, SunAbraham, CallawaySantAnna, Imputation, Stacked, LocalProjection)


class Given:
    """A covariance that is known."""

    def __init__(self, matrix):
        self.matrix = np.asarray(matrix, dtype=float)

    def of(self, _):
        return Uncertainty(self.matrix, np.inf, "given", {}, ())


def estimates(names, params):
    fit = OLS("y ~ 1").fit(pd.DataFrame({"y": [0.0, 1.0, 2.0]}))
    return fit.transform(lambda beta: np.array(params) * (1 + beta - beta), names)


@pytest.fixture(scope="module")
def data():
    return staggered(units=40, periods=8)


@pytest.fixture(scope="module")
def plain(data):
    return SunAbraham(**NAMES).fit(data).params


# times


def test_ordered_categories_are_matched_by_their_labels(data, plain):
    labels = {time: f"p{time:02.0f}" for time in sorted(data[NAMES["time"]].unique())}
    every = pd.CategoricalDtype(list(labels.values()), ordered=True)
    cohort = data[NAMES["cohort"]].map(labels)
    some = pd.CategoricalDtype(sorted(cohort.dropna().unique()), ordered=True)
    for column in (cohort.astype(every), cohort.astype(some), cohort):
        table = data.assign(**{NAMES["time"]: data[NAMES["time"]].map(labels).astype(every), NAMES["cohort"]: column})
        assert_allclose(SunAbraham(**NAMES).fit(table).params, plain)


def test_a_label_that_is_no_category_is_refused(data):
    labels = {time: f"p{time:02.0f}" for time in sorted(data[NAMES["time"]].unique())}
    times = pd.Categorical(data[NAMES["time"]].map(labels), list(labels.values()), ordered=True)
    cohort = data[NAMES["cohort"]].map(labels).replace({labels[data[NAMES["cohort"]].min()]: "elsewhere"})
    with pytest.raises(DataError, match="'elsewhere', which is none of the ordered categories"):
        SunAbraham(**NAMES).fit(data.assign(**{NAMES["time"]: times, NAMES["cohort"]: cohort}))


def test_periods_of_another_frequency_are_refused(data):
    def quarters(column, freq):
        return (
            pd.PeriodIndex.from_ordinals(column.fillna(0).astype(int), freq=freq)
            .to_series(index=column.index)
            .where(column.notna())
        )

    table = data.assign(
        **{
            NAMES["time"]: quarters(data[NAMES["time"]], "Q-DEC"),
            NAMES["cohort"]: quarters(data[NAMES["cohort"]], "Q-NOV"),
        }
    )
    with pytest.raises(DataError, match="frequency or time zone Q.*-NOV"):
        SunAbraham(**NAMES).fit(table)


def test_dates_of_another_zone_are_converted(data, plain):
    months = pd.date_range("2001-01-01", periods=40, freq="MS", tz="Asia/Tokyo")
    dated = {time: months[int(place)] for place, time in enumerate(sorted(data[NAMES["time"]].unique()))}
    time, cohort = data[NAMES["time"]].map(dated), data[NAMES["cohort"]].map(dated)
    table = data.assign(**{NAMES["time"]: time, NAMES["cohort"]: cohort.dt.tz_convert("UTC")})
    assert_allclose(SunAbraham(**NAMES).fit(table).params, plain)
    with pytest.raises(DataError, match="time zone"):
        SunAbraham(**NAMES).fit(table.assign(**{NAMES["cohort"]: cohort.dt.tz_localize(None)}))


def test_python_dates_and_objects_with_none_are_times(data, plain):
    dated = {time: dt.date(2001 + int(place), 1, 1) for place, time in enumerate(sorted(data[NAMES["time"]].unique()))}
    cohort = data[NAMES["cohort"]].map(dated).astype(object)
    cohort = cohort.where(cohort.notna(), None)
    table = data.assign(**{NAMES["time"]: data[NAMES["time"]].map(dated), NAMES["cohort"]: cohort})
    assert_allclose(SunAbraham(**NAMES).fit(table).params, plain)
    numbers = data[NAMES["cohort"]].astype(object).where(data[NAMES["cohort"]].notna(), None)
    assert_allclose(SunAbraham(**NAMES).fit(data.assign(**{NAMES["cohort"]: numbers})).params, plain)


def test_a_cohort_of_minus_infinity_was_treated_before(data):
    cohort = data[NAMES["cohort"]].fillna(-np.inf)
    with pytest.raises(DataError, match="or before"):
        SunAbraham(**NAMES).fit(data.assign(**{NAMES["cohort"]: cohort}))


def test_an_infinite_time_is_refused(data):
    times = data[NAMES["time"]].astype(float)
    times.iloc[3] = np.inf
    with pytest.raises(DataError, match="row 3: a time is infinite"):
        SunAbraham(**NAMES).fit(data.assign(**{NAMES["time"]: times}))


def test_a_column_of_treatment_is_no_cohort(data):
    for treatment in (data[NAMES["cohort"]].notna(), data[NAMES["cohort"]].notna().astype(int)):
        with pytest.raises(DataError, match="first_treated"):
            SunAbraham(**NAMES).fit(data.assign(**{NAMES["cohort"]: treatment}))


def test_an_end_between_periods_is_refused(data):
    ends = data[NAMES["cohort"]] + 1.5
    with pytest.raises(DataError, match="ends in no period"):
        SunAbraham(**NAMES, ends="end").fit(data.assign(end=ends))


def test_adoption_needs_units_and_times():
    table = pd.DataFrame({"unit": list("aab"), "year": [1, 2, np.nan], "d": [0, 1, 0]})
    with pytest.raises(DataError, match="column 'year', row 2 is missing"):
        first_treated(table, "d", unit="unit", time="year")


# few treated units and few clusters


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_effects_on_a_single_unit_have_a_remark(estimator):
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"f": np.repeat(np.arange(20), 6), "t": np.tile(np.arange(1, 7), 20)})
    table = table.assign(y=rng.normal(size=len(table)), first=np.where(table["f"] == 0, 4.0, np.nan))
    fit = estimator(outcome="y", unit="f", time="t", cohort="first", window=(-1, 0)).fit(table)
    remarks = " ".join(fit.inference(Clustered("f")).remarks)
    assert "rest on few treated units (their number): " in remarks
    assert "0 (1)" in remarks
    many = table.assign(first=np.where(table["f"] < 8, 4.0, np.nan))
    fit = estimator(outcome="y", unit="f", time="t", cohort="first", window=(-1, 0)).fit(many)
    assert "few treated units" not in " ".join(fit.inference(Clustered("f")).remarks)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_the_jackknife_leaves_groups_out_of_the_whole_estimation(data, estimator):
    spec = estimator(**NAMES, window=(-2, 2))
    found = jackknife(spec.fit(data), "g")
    without = spec.fit(data[data["g"] != 0])
    assert_allclose(found.table.loc[0, list(without.names)], without.params)
    usual = spec.fit(data).inference(Clustered("g")).table["se"]
    assert (found.estimates.table["se"].to_numpy() > 0.5 * usual.to_numpy()).all()


@pytest.mark.parametrize(
    ("treated", "correction", "low", "high"), [(1, "CR1", 0.4, 1.0), (2, "CR1", 0.12, 0.5), (2, "CR2", 0.0, 0.08)]
)
def test_errors_of_few_treated_units_are_what_the_remark_says(treated, correction, low, high):
    table = pd.DataFrame({"f": np.repeat(np.arange(20), 6), "t": np.tile(np.arange(1, 7), 20)})
    table["first"] = np.where(table["f"] < treated, 4.0, np.nan)
    spec = SunAbraham(outcome="y", unit="f", time="t", cohort="first", window=(-1, 0))
    rejected = []
    for seed in range(100):
        data = table.assign(y=np.random.default_rng(seed).normal(size=len(table)))
        estimates = spec.fit(data).inference(Clustered("f", correction=correction))
        rejected.append(estimates.row("0")["p_value"] < 0.05)
    assert low <= np.mean(rejected) <= high


def test_a_combination_keeps_the_remark_on_few_units():
    table = pd.DataFrame({"f": np.repeat(np.arange(20), 6), "t": np.tile(np.arange(1, 7), 20)})
    table = table.assign(y=np.sqrt(1 + table["f"] * table["t"]), first=np.where(table["f"] == 0, 4.0, np.nan))
    fit = SunAbraham(outcome="y", unit="f", time="t", cohort="first").fit(table)
    assert fit.combine(np.eye(len(fit.names))[:1], fit.names[:1]).caveats == fit.caveats != ()


def test_a_covariance_of_too_few_clusters_is_refused(data):
    fit = SunAbraham(**NAMES).fit(data.assign(state=data[NAMES["unit"]].astype("category").cat.codes % 6))
    for run in (sensitivity, pretrend_power):
        with pytest.raises(IdentificationError, match="fewer clusters than estimates"):
            run(fit, Clustered("state"))


def test_degrees_of_freedom_that_underflow_are_none():
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"f": np.repeat(np.arange(4), 3), "t": np.tile([1, 2, 3], 4)})
    table = table.assign(
        y=rng.normal(size=12), w=np.exp(rng.normal(size=12)), first=np.where(table["f"] == 0, 2.0, np.nan)
    )
    fit = SunAbraham(outcome="y", unit="f", time="t", cohort="first", weights="w").fit(table)
    assert len(fit.inference(Clustered("f", correction="CR2")).table) == len(fit.names)


def test_a_constant_outcome_has_no_share_explained(data):
    fit = SunAbraham(**NAMES).fit(data.assign(**{NAMES["outcome"]: 1.0}))
    assert np.isnan(fit.statistics["r2"])


# bounded trends


@pytest.mark.parametrize("bound", [1e3, 1e5, 1e7])
def test_the_interval_of_fixed_length_is_shortest_at_large_bounds(bound):
    low, high = FixedLength().interval(
        np.array([0.1, 0.2, 1, 1.5]), np.diag([0.04, 0.03, 0.04, 0.05]), np.array([1.0, 0.0]), bound, 0.95
    )
    assert (high - low) / 2 == pytest.approx(bound, rel=1e-3)


@pytest.mark.parametrize("pre", [[0.2, 0.1], [0.0, 0.0], [0.3, 0.15 + 1e-15]])
def test_estimates_on_a_line_have_a_breakdown(pre):
    fit = estimates(["-3", "-2", "0"], [*pre, 0.9])
    found = sensitivity(fit, Given(np.diag([0.04] * 3)), restriction=Smoothness())
    assert 0 <= found.breakdown < np.inf
    assert found.table["bound"].is_monotonic_increasing
    assert found.table["bound"].iloc[-1] > 0.1


def test_empty_confidence_sets_are_pointed_out():
    fit = estimates(["-4", "-3", "-2", "0"], [9.0, -5.0, 4.0, 1.0])
    found = sensitivity(
        fit,
        Given(np.diag([0.04] * 4)),
        restriction=Smoothness(),
        method=LeastFavorable(moments="all"),
        bounds=[0.0, 0.5],
    )
    assert found.table["low"].isna().all()
    assert "at bounds of up to 0.5 no effect is possible" in repr(found)


@pytest.mark.parametrize(
    "options",
    [{"weights": "a"}, {"bounds": "a"}, {"restriction": 3}, {"restriction": Smoothness}, {"method": 3}, {"level": 95}],
    ids=str,
)
def test_options_without_meaning_are_refused(options):
    fit = estimates(["-3", "-2", "0"], [0.1, 0.2, 0.9])
    with pytest.raises(OptionError):
        sensitivity(fit, Given(np.diag([0.04] * 3)), **options)


def test_levels_of_pretrend_tests_are_shares(data):
    fit = SunAbraham(**NAMES).fit(data)
    for level in (95, 0.0, 1.0):
        with pytest.raises(OptionError, match="level="):
            pretrend_test(fit, Clustered(NAMES["unit"]), level=level)


def test_a_path_with_an_estimate_for_its_base_is_refused():
    fit = estimates(["-2", "-1", "0"], [0.1, 0.2, 0.9])
    with pytest.raises(NotDefinedError, match="an estimate for the base period -1"):
        sensitivity(fit, Given(np.diag([0.04] * 3)))


# what is left out


def test_units_with_gaps_are_counted_by_stacks(data):
    fit = Stacked(**NAMES, window=(-2, 2)).fit(data)
    used = np.unique(fit.sample.rows).size
    assert fit.sample.dropped["in no stack"] == len(data) - used


def test_local_projections_name_what_they_cannot_compare(data):
    table = data[data[NAMES["cohort"]].notna()]
    fit = LocalProjection(**NAMES).fit(table)
    assert fit.omitted
    assert not set(fit.omitted) & set(fit.aggregate("cohort_time").names)


def test_a_lead_that_is_not_identified_stops_nothing():
    rng = np.random.default_rng(3)
    table = pd.DataFrame({"f": np.repeat(np.arange(12), 6), "t": np.tile(np.arange(1, 7), 12)})
    table = table.assign(
        y=rng.normal(size=72), first=table["f"].map(lambda f: 5.0 if f == 0 else 3.0 if f < 5 else np.nan)
    )
    table = table[(table["f"] != 0) | (table["t"] == 1) | (table["t"] >= 5)]
    fit = Imputation(outcome="y", unit="f", time="t", cohort="first").fit(table)
    assert "-4" in fit.omitted
    assert {"0", "1"} <= set(fit.names)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_the_scale_of_weights_changes_nothing(data, estimator):
    table = data.assign(x=np.random.default_rng(0).normal(size=len(data)), w=1e-13)
    options = {**NAMES, "controls": "x"}
    expected = estimator(**options).fit(table).params
    assert_allclose(estimator(**options, weights="w").fit(table).params, expected, rtol=1e-8, atol=1e-10)


def test_treatment_that_does_not_vary_is_not_decomposed():
    table = pd.DataFrame({"f": list("aabb"), "t": [1, 2, 1, 2], "y": [1.0, 2, 3, 5], "first": [2.0] * 4})
    with pytest.raises(CollinearError, match="does not vary"):
        bacon_decomposition(table, outcome="y", unit="f", time="t", cohort="first")


def test_an_average_without_effects_in_the_window_is_refused():
    table = pd.DataFrame({"f": np.repeat(np.arange(6), 4), "t": np.tile(np.arange(1, 5), 6)})
    table = table.assign(y=np.arange(24.0) ** 1.5, first=np.where(table["f"] < 3, 3.0, np.nan))
    table = table[(table["f"] >= 3) | (table["t"] != 3)]
    with pytest.raises(IdentificationError, match="window"):
        SunAbraham(outcome="y", unit="f", time="t", cohort="first", window=(0, 0)).fit(table)
