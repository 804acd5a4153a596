"""Local projections: each horizon is a regression, gaps in time and units are kept apart, truths are found."""

from dataclasses import replace

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from econ import OLS, Classical, Clustered, DriscollKraay, ImpulseResponse, NeweyWest, White
from econ.errors import DataError, EconError, IdentificationError, MissingColumnError, OptionError

SERIES = ImpulseResponse(outcome="y", impulse="s", time="t", horizons=3, lags=2)
PANEL = replace(SERIES, unit="u", lags=1)


@pytest.fixture(scope="module")
def series():
    rng = np.random.default_rng(1)
    table = pd.DataFrame(rng.normal(size=(90, 3)), columns=["y", "s", "x"])
    return table.assign(t=np.arange(90) + 1900)


@pytest.fixture(scope="module")
def panel():
    rng = np.random.default_rng(2)
    table = pd.DataFrame({"u": np.repeat(list("cabdefg"), 16), "t": np.tile(range(16), 7)})
    table[["y", "s", "x"]] = rng.normal(size=(112, 3)) + rng.normal(size=7)[np.repeat(range(7), 16)][:, None]
    return table.drop(index=[20, 21, 55, 80])


def by_hand(spec, data):
    """Estimates and HC0 errors by horizon, with leads and lags looked up one at a time."""
    key = (lambda row: (row["u"], row["t"])) if spec.unit else (lambda row: ("", row["t"]))
    at = {key(row): row for row in data.to_dict("records")}
    found = []
    for h in range(spec.horizons + 1):
        rows = []
        for (u, t), row in at.items():
            leads = [at.get((u, t + j), {}).get("y", np.nan) for j in range(h + 1)]
            record = {**row, "left": sum(leads) if spec.cumulative else leads[-1]}
            for lag in range(1, spec.lags + 1):
                before = at.get((u, t - lag), {})
                record |= {f"y{lag}": before.get("y", np.nan), f"s{lag}": before.get("s", np.nan)}
            rows.append(record)
        lagged = [f"{name}{lag}" for lag in range(1, spec.lags + 1) for name in "ys"]
        text = " + ".join(["s", *lagged, *spec.controls]) + (" | u" if spec.unit else "")
        found.append(OLS(f"left ~ {text}").fit(pd.DataFrame(rows)).inference(White("HC0")).row("s"))
    return np.array([[row["estimate"], row["se"]] for row in found]).T


@settings(max_examples=20)
@given(
    seed=st.integers(0, 10_000),
    unit=st.sampled_from([None, "u"]),
    lags=st.integers(0, 2),
    horizons=st.integers(0, 3),
    controls=st.sampled_from([(), ("x",)]),
    cumulative=st.booleans(),
)
def test_it_is_a_loop_of_regressions(seed, unit, lags, horizons, controls, cumulative):
    rng = np.random.default_rng(seed)
    units, periods = (4, 25) if unit else (1, 60)
    table = pd.DataFrame(rng.normal(size=(units * periods, 3)), columns=["y", "s", "x"])
    table["u"], table["t"] = np.repeat(range(units), periods), np.tile(range(periods), units)
    table["y"] = table["y"].mask(rng.random(len(table)) < 0.03)
    table = table[rng.random(len(table)) > 0.05].sample(frac=1, random_state=seed)
    options = {"lags": lags, "horizons": horizons, "controls": controls, "cumulative": cumulative}
    spec = replace(SERIES, unit=unit, **options)
    fit = spec.fit(table)
    estimates, errors = by_hand(spec, table)
    assert fit.names == tuple(str(h) for h in range(horizons + 1))
    assert_allclose(fit.params, estimates, rtol=1e-8, atol=1e-10)
    assert_allclose(fit.inference(White("HC0")).se, errors, rtol=1e-8)


def test_a_gap_in_time_is_a_row_that_is_missing(series):
    gone = series["t"].isin([1920, 1921, 1950])
    missing = series.assign(**{name: series[name].mask(gone) for name in "ysx"})
    for cumulative in (False, True):
        spec = replace(SERIES, cumulative=cumulative)
        found, expected = spec.fit(series[~gone]), spec.fit(missing)
        assert found.nobs == expected.nobs
        assert_allclose(found.params, expected.params, rtol=1e-12)
        closed = spec.fit(series[~gone].assign(t=range(len(series) - 3)))
        assert not np.allclose(closed.params, expected.params, rtol=1e-3)


def test_nothing_comes_from_another_unit(panel):
    apart = panel.assign(t=panel["t"] + 1000 * panel["u"].map(ord))
    assert_allclose(PANEL.fit(apart).params, PANEL.fit(panel).params, rtol=1e-10)
    runs_on = panel["u"].map(dict(zip("cabdefg", range(7), strict=True))) * 16 + panel["t"]  # units one after another
    assert_allclose(PANEL.fit(panel.assign(t=runs_on)).params, PANEL.fit(panel).params, rtol=1e-10)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.sample(frac=1, random_state=5),
        lambda data: data.assign(t=data["t"] - 5000),
        lambda data: data.astype({"t": "int16"}),
        lambda data: data.astype({"t": "uint16"}),
        lambda data: data.astype({"t": "Int64", "y": "Float64"}),
        lambda data: data.set_axis([3] * len(data)),
        lambda data: data.set_axis([f"row {i // 2}" for i in range(len(data))]),
        lambda data: pl.from_pandas(data.reset_index(drop=True)),
        lambda data: data.assign(**{"lag 1 of z": 0.0, "other": "text"}),
    ],
    ids=["order", "shifted", "int16", "uint16", "nullable", "one label", "labels repeat", "polars", "other columns"],
)
def test_what_makes_no_difference(series, panel, change):
    for spec, data in ((SERIES, series), (PANEL, panel)):
        found, expected = spec.fit(change(data)), spec.fit(data)
        assert_allclose(found.params, expected.params, rtol=1e-10)
        covariance = NeweyWest("t", lags=3, unit=spec.unit)
        assert_allclose(found.inference(covariance).covariance, expected.inference(covariance).covariance, rtol=1e-8)


def test_units_may_be_categories_or_numbers(panel):
    expected = PANEL.fit(panel).inference(Clustered("u")).se
    for units in (panel["u"].astype("category"), panel["u"].map(ord), panel["u"].map(ord) + 0.5):
        assert_allclose(PANEL.fit(panel.assign(u=units)).inference(Clustered("u")).se, expected, rtol=1e-10)


def test_names_that_are_no_names_of_formulas(series):
    names = {"y": "the outcome", "s": "a + b", "t": "time (quarters)", "x": "x 1"}
    spec = replace(
        SERIES, outcome=names["y"], impulse=names["s"], time=names["t"], controls=(names["x"],), cumulative=True
    )
    expected = replace(SERIES, controls=("x",), cumulative=True).fit(series)
    assert_allclose(spec.fit(series.rename(columns=names)).params, expected.params, rtol=1e-12)


@pytest.mark.parametrize("factor", [1e-5, -3.0, 1e5])
def test_units_of_measurement_scale_the_response(series, factor):
    base = SERIES.fit(series).params
    assert_allclose(SERIES.fit(series.assign(s=factor * series["s"])).params, base / factor, rtol=1e-8)
    assert_allclose(SERIES.fit(series.assign(y=factor * series["y"])).params, base * factor, rtol=1e-8)


def test_an_impulse_of_truth_values_is_one_of_zeros_and_ones(series):
    pulses = series.assign(s=series["s"] > 0)
    assert_allclose(SERIES.fit(pulses).params, SERIES.fit(pulses.astype({"s": float})).params, rtol=1e-12)


def test_at_once_cumulated_is_the_same_and_later_it_is_the_sum(series):
    plain, summed = SERIES.fit(series), replace(SERIES, cumulative=True).fit(series)
    assert_allclose(summed.params[0], plain.params[0], rtol=1e-12)
    # on the rows that have all leads, the sum's response is the sum of the responses
    last = series["t"].max() - SERIES.horizons
    inner = replace(SERIES, controls=("late",))
    rows = series.assign(late=series["x"].where(series["t"] <= last))
    total = replace(inner, cumulative=True).fit(rows).params[-1]
    assert_allclose(total, inner.fit(rows).params.sum(), rtol=1e-10)


def test_errors_of_a_horizon_alone(series):
    spec = replace(SERIES, horizons=0)
    own = OLS("y ~ s + y1 + s1 + y2 + s2").fit(
        series.assign(**{f"{name}{lag}": series[name].shift(lag) for name in "ys" for lag in (1, 2)})
    )
    for covariance in (White("HC1"), NeweyWest("t", lags=4)):
        assert_allclose(
            spec.fit(series).inference(covariance).se[0], own.inference(covariance).row("s")["se"], rtol=1e-10
        )


def test_covariances_between_horizons_are_those_of_the_sums(series, panel):
    weights = np.array([[1.0, 1.0, 1.0, 1.0]])
    for fit, covariance in (
        (SERIES.fit(series), NeweyWest("t", lags=3)),
        (PANEL.fit(panel), DriscollKraay("t", lags=3)),
        (PANEL.fit(panel), Clustered("u")),
    ):
        V = fit.inference(covariance).covariance
        total = fit.combine(weights, ["total"]).inference(covariance)
        assert_allclose(total.se**2, weights @ V @ weights[0], rtol=1e-10)
        assert np.abs(V - np.diag(np.diag(V))).max() > 0


def autoregression(rng, periods, rho):
    shocks = rng.normal(size=periods + 50)
    y = np.zeros(periods + 50)
    for t in range(1, periods + 50):
        y[t] = rho * y[t - 1] + shocks[t]
    return pd.DataFrame({"y": y, "s": shocks, "t": range(periods + 50)}).iloc[50:]


def test_the_response_of_an_autoregression_is_found():
    rho, spec = 0.8, replace(SERIES, horizons=5, lags=1)
    table = autoregression(np.random.default_rng(7), 6000, rho)
    truth = rho ** np.arange(6)
    found = spec.fit(table).inference(NeweyWest("t", lags=6))
    # the response at once is exact: y is then a combination of the shock and its own lag
    assert_allclose(found.params[0], 1.0, rtol=1e-10)
    assert (np.abs(found.params - truth)[1:] < 4 * found.se[1:]).all()
    assert (found.se[1:] < 0.05).all()
    level = replace(spec, cumulative=True).fit(table).inference(NeweyWest("t", lags=6))
    assert (np.abs(level.params - np.cumsum(truth))[1:] < 4 * level.se[1:]).all()


def test_intervals_with_one_lag_more_cover_the_response():
    inside, draws, rho = np.zeros(3), 120, 0.5
    spec = replace(SERIES, horizons=3, lags=2)
    for seed in range(draws):
        rng = np.random.default_rng(seed)
        table = autoregression(rng, 200, rho)
        table["s"] += rng.normal(size=200)  # the shock is seen with noise that moves nothing: half of it counts
        rows = spec.fit(table).inference(White("HC1")).table.iloc[1:]
        truth = 0.5 * rho ** np.arange(1, 4)
        inside += (rows["low"] < truth) & (truth < rows["high"])
    # 0.95 give or take three standard errors of 120 draws
    assert (inside / draws > 0.89).all()
    assert (inside / draws < 1).all()


def test_a_fit_says_what_it_is(panel):
    fit = replace(PANEL, controls=("x",), cumulative=True).fit(panel)
    assert fit.spec.formula == "sum of y up to 3 periods later ~ s + lags 1 to 1 + x | u"
    assert replace(SERIES, lags=0).formula == "y up to 3 periods later ~ s"
    assert "ImpulseResponse" in repr(fit.inference(Clustered("u")))
    with pytest.raises(EconError, match="ImpulseResponse has no classical"):
        fit.inference(Classical())


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"horizons": -1}, "horizons=-1: give a whole number"),
        ({"horizons": 2.0}, "horizons=2.0"),
        ({"horizons": True}, "horizons=True"),
        ({"lags": -2}, "lags=-2"),
        ({"lags": None}, "lags=None"),
        ({"controls": "x"}, "give a tuple of columns"),
        ({"controls": ["x"]}, "give a tuple of columns"),
        ({"outcome": "s"}, "outcome 's' and impulse 's' have to differ"),
    ],
)
def test_options_that_make_no_sense(option, message):
    with pytest.raises(OptionError, match=message):
        replace(SERIES, **option)


@pytest.mark.parametrize(
    "option",
    [{"outcome": "q"}, {"impulse": "q"}, {"time": "q"}, {"unit": "q"}, {"controls": ("q",)}],
)
def test_columns_that_are_not_there(series, option):
    with pytest.raises(MissingColumnError, match="no column 'q'; the table has 'y', 's', 'x', 't'"):
        replace(SERIES, **option).fit(series)


@pytest.mark.parametrize(
    "times",
    [
        lambda t: t.astype(float),
        lambda t: t.astype(float).mask(t == 1905),
        lambda t: t.astype("Int64").mask(t == 1905),
        lambda t: pd.to_datetime(t.astype(str)),
        lambda t: t > 1950,
        lambda t: pd.Categorical(t, ordered=True),
    ],
    ids=["float", "missing", "missing whole", "dates", "truth values", "categories"],
)
def test_periods_are_whole_numbers(series, times):
    with pytest.raises(DataError, match="'t' has to count periods by whole numbers"):
        SERIES.fit(series.assign(t=times(series["t"])))


def test_other_tables_that_are_refused(series, panel):
    with pytest.raises(DataError, match="order in time is not known"):
        SERIES.fit(series.assign(t=[f"month {i}" for i in range(90)]))
    with pytest.raises(DataError, match=r"'t' repeat in row .*5.*; keep one row a period"):
        SERIES.fit(series.assign(t=np.where(series.index == 5, 1900, series["t"])))
    with pytest.raises(DataError, match="'u', 't' repeat"):
        PANEL.fit(pd.concat([panel, panel.iloc[:1]]))
    with pytest.raises(DataError, match="'t' repeat"):
        SERIES.fit(panel)
    with pytest.raises(DataError, match="'u'.*whole numbers|whole numbers"):
        PANEL.fit(panel.assign(u=panel["u"].where(panel["u"] != "a")))
    with pytest.raises(DataError, match="not finite"):
        SERIES.fit(
            series.assign(x=np.where(series.index == 4, np.inf, series["x"])).rename(columns={"x": "s", "s": "x"})
        )
    with pytest.raises(IdentificationError, match="rows"):
        replace(SERIES, horizons=86).fit(series)
    with pytest.raises(IdentificationError, match="one level"):
        replace(SERIES, unit="u").fit(series.assign(u=1))
    with pytest.raises(IdentificationError, match="lag 1 of s|s is"):
        SERIES.fit(series.assign(s=1.0))
