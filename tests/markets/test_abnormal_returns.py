import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.stats import rankdata

from econ import OLS, Clustered, White, simultaneous_bands
from econ.errors import DataError, EmptySampleError, IdentificationError, NotDefinedError, OptionError
from econ.markets import Close, abnormal_returns, returns_from_prices
from econ.markets.ranks import ranks
from econ.report import event_study_figure

TESTS = {
    "bmp",
    "bootstrap",
    "corrado",
    "corrado_zivney",
    "cross_sectional",
    "crude_dependence",
    "generalized_sign",
    "grank_t",
    "grank_z",
    "kolari_pynnonen",
    "patell",
    "patell_adjusted",
    "sign",
}


def market(days=600, assets=12, seed=0, common=0.0):
    """Returns with a market, and a common shock to the errors of a day."""
    rng = np.random.default_rng(seed)
    index = pd.bdate_range("2001-01-01", periods=days)
    m = pd.Series(rng.normal(0, 0.01, days), index=index, name="market")
    shocks = np.sqrt(common) * rng.normal(size=(days, 1)) + np.sqrt(1 - common) * rng.normal(size=(days, assets))
    names = [f"A{place}" for place in range(assets)]
    return pd.DataFrame(0.8 * m.to_numpy()[:, None] + 0.015 * shocks, index=index, columns=names), m


def pairs(returns, first=280, step=20):
    return [(name, returns.index[first + step * place]) for place, name in enumerate(returns.columns)]


def test_the_market_model_is_least_squares_before_the_event():
    returns, m = market()
    study = abnormal_returns(returns, m, [("A3", returns.index[400])], window=(-2, 2))
    frame = pd.DataFrame({"r": returns["A3"], "m": m}).iloc[150:370]
    fit = OLS("r ~ m").fit(frame)
    inside = pd.DataFrame({"r": returns["A3"], "m": m}).iloc[398:403]
    assert_allclose(study.ar.iloc[0], inside["r"] - fit.params[0] - fit.params[1] * inside["m"], atol=1e-15)
    assert study.events["returns"].item() == 220
    assert study.events["sd"].item() == pytest.approx(np.sqrt(fit.residuals @ fit.residuals / 218))


def test_averages_and_paths_are_sums_of_the_abnormal_returns():
    returns, m = market()
    study = abnormal_returns(returns, m, pairs(returns))
    assert_allclose(study.car.iloc[:, -1], study.ar.sum(axis=1))
    assert_allclose(study.average["caar"], study.ar.mean().cumsum())
    assert_allclose(study.cumulated(-1, 1)["car"], study.ar[[-1, 0, 1]].sum(axis=1))
    held = (1 + returns["A0"].iloc[270:291]).prod() - (
        1 + returns["A0"].iloc[270:291] - study.ar.iloc[0].to_numpy()
    ).prod()
    assert study.bhar.iloc[0, -1] == pytest.approx(held)


def test_all_tests_are_there_and_find_a_large_effect():
    returns, m = market(assets=20)
    events = pairs(returns, step=15)
    for name, day in events:
        returns.loc[day, name] += 0.05
    study = abnormal_returns(returns, m, events)
    table = study.test(0, 0).set_index("test")
    assert set(table.index) == TESTS
    assert (table["p_value"] < 0.001).all()
    assert set(study.tests[["first", "last"]].itertuples(index=False, name=None)) == {
        (0, 0),
        (-10, 0),
        (0, 10),
        (-10, 10),
    }
    assert "20 events" in repr(study)


@pytest.mark.parametrize(
    ("common", "wrong"), [(0.0, set()), (0.3, {"cross_sectional", "bmp", "patell", "sign", "grank_z"})]
)
def test_events_on_one_date_are_independent_for_some_tests_only(common, wrong):
    """Without an effect, tests that allow for dependence keep their size when all events share a date."""
    rejected = []
    for seed in range(150):
        returns, m = market(days=260, assets=25, seed=seed, common=common)
        study = abnormal_returns(returns, m, returns.index[235], estimation=(-200, -11), window=(-2, 2))
        rejected.append(study.test(0, 0).set_index("test")["p_value"] < 0.05)
    rates = pd.DataFrame(rejected).mean()
    honest = {"kolari_pynnonen", "patell_adjusted", "corrado", "corrado_zivney", "grank_t", "crude_dependence"}
    assert (rates[sorted(honest)] < 0.13).all()
    assert (rates[sorted(wrong)] > 0.2).all()
    if not common:
        assert ((rates > 0.005) & (rates < 0.13)).all()


def test_a_path_is_a_fit_whose_errors_may_be_clustered_by_date():
    returns, m = market(common=0.5)
    study = abnormal_returns(
        returns, m, [(name, returns.index[300 + 50 * (place // 4)]) for place, name in enumerate(returns)]
    )
    fit = study.path()
    assert fit.names == tuple(str(day) for day in range(-10, 11))
    assert_allclose(fit.params, study.average["caar"])
    one = fit.inference(White("HC1"))
    assert_allclose(one.se, study.car.std(ddof=1) / np.sqrt(12), rtol=1e-12)
    assert fit.inference(Clustered("day")).se[-1] > one.se[-1]
    assert simultaneous_bands(fit, White("HC1")).critical_value > 2
    assert event_study_figure(fit, White("HC1"), name="car", title="CAR", restriction=None).svg
    with pytest.raises(NotDefinedError, match="an average path is made by"):
        fit.spec.fit(returns)
    with pytest.raises(OptionError, match="no path of 'bhar'"):
        study.path("bhar")
    with pytest.raises(NotDefinedError, match="a path needs two events"):
        abnormal_returns(returns, m, [("A0", returns.index[300])]).path()


def test_one_event_has_the_tests_that_need_no_others():
    returns, m = market()
    table = abnormal_returns(returns, m, [("A0", returns.index[300])]).test(0, 3).set_index("test")
    assert np.isnan(table.loc[["bmp", "cross_sectional", "grank_t", "bootstrap", "corrado_zivney"], "p_value"]).all()
    assert np.isfinite(table.loc[["patell", "corrado", "crude_dependence", "sign"], "p_value"]).all()


@pytest.mark.parametrize(
    "events",
    [
        lambda i: i[300],
        lambda i: str(i[300].date()),
        lambda i: [i[300]],
        lambda i: [("A0", i[300]), ("A1", i[300])],
        lambda i: {"A0": i[300], "A1": [i[300]]},
        lambda i: pd.Series({"A0": i[300], "A1": i[300]}),
        lambda i: pd.DataFrame({"asset": ["A0", "A1"], "date": [i[300].date()] * 2}),
    ],
)
def test_events_may_be_given_in_many_ways(events):
    returns, m = market(assets=2)
    found = abnormal_returns(returns, m, events(returns.index))
    expected = abnormal_returns(returns, m, [("A0", returns.index[300]), ("A1", returns.index[300])])
    pd.testing.assert_frame_equal(found.ar, expected.ar)


def test_closed_days_count_for_the_day_that_the_rule_says():
    returns, m = market(assets=1)
    saturday = returns.index[299] + pd.Timedelta(days=1)
    assert saturday not in returns.index
    days = {
        rule: abnormal_returns(returns, m, saturday, closed=rule).events["day"].item() for rule in ("next", "previous")
    }
    assert days == {"next": returns.index[300], "previous": returns.index[299]}
    with pytest.raises(DataError, match="is on a day without returns"):
        abnormal_returns(returns, m, saturday, closed="refuse")


def test_news_after_the_close_of_a_market_counts_for_its_next_day():
    returns, m = market(assets=2)
    moment = pd.Timestamp("2002-06-05 09:30", tz="America/New_York")  # Wednesday evening in Tokyo
    closes = {"A0": Close("15:00", "Asia/Tokyo"), "A1": Close("16:00", "America/New_York")}
    found = abnormal_returns(returns, m, moment, close=closes).events["day"]
    assert [str(day.date()) for day in found] == ["2002-06-06", "2002-06-05"]
    with pytest.raises(DataError, match="nothing says when the asset's market closes"):
        abnormal_returns(returns, m, moment)
    for bad in (("25:00", "Asia/Tokyo"), ("15:00", "Asia/Nowhere"), (15, "Asia/Tokyo")):
        with pytest.raises(OptionError, match="give a time and a zone"):
            Close(*bad)


def test_the_calendar_of_an_asset_skips_the_days_without_its_returns():
    returns, m = market(assets=2)
    returns.loc[returns.index[290:296], "A0"] = np.nan
    event = [("A0", returns.index[300])]
    table, asset = (abnormal_returns(returns, m, event, calendar=one) for one in ("table", "asset"))
    assert table.ar.iloc[0].isna().sum() == 6
    assert asset.ar.iloc[0].notna().all()
    assert table.cumulated(-10, 10)["car"].item() == pytest.approx(table.ar.iloc[0].sum())
    assert abnormal_returns(returns, m, [("A0", returns.index[293])], calendar="asset").abnormal.dates[0, 10] == 296


def test_a_market_that_closes_later_is_taken_from_the_day_before():
    returns, m = market(assets=1)
    late = m.shift(1)
    study = abnormal_returns(returns, m, returns.index[400], market_lag=1)
    expected = abnormal_returns(returns, late, returns.index[400])
    assert_allclose(study.ar, expected.ar)


def test_events_in_the_windows_of_others_are_listed():
    returns, m = market(assets=2)
    study = abnormal_returns(
        returns, m, [("A0", returns.index[300]), ("A0", returns.index[360]), ("A1", returns.index[305])]
    )
    (row,) = study.contamination.itertuples(index=False)
    assert (row.event, row.where, row.days) == (study.events.index[1], "estimation", 21)
    assert any("in their estimation or event window" in remark for remark in study.remarks)
    near = abnormal_returns(returns, m, [("A0", returns.index[300]), ("A0", returns.index[304])])
    assert set(near.contamination["where"]) == {"window"}
    assert set(near.contamination["days"]) == {17}


def test_few_events_say_what_they_could_have_found():
    returns, m = market(assets=4)
    study = abnormal_returns(returns, m, pairs(returns))
    expected = (1.959964 + 0.841621) * np.sqrt((study.cumulated(0, 0)["se"] ** 2).sum()) / 4
    assert study.detectable(0, 0) == pytest.approx(expected, rel=1e-6)
    assert "4 events: only a mean of" in study.remarks[0]
    with pytest.raises(OptionError, match="power"):
        study.detectable(0, 0, power=80)


def test_garch_variances_follow_the_recursion_and_beat_constant_ones():
    rng = np.random.default_rng(4)
    days, h, e = 900, 1.0, 0.0
    errors = np.empty(days)
    for day in range(days):
        h = 0.05 + 0.15 * e**2 + 0.8 * h
        e = errors[day] = np.sqrt(h) * rng.normal()
    index = pd.bdate_range("2001-01-01", periods=days)
    returns = pd.Series(0.05 + errors, index=index, name="A")
    study = abnormal_returns(returns, None, index[860], model="garch", estimation=(-850, -31), window=(-5, 5))
    plain = abnormal_returns(returns, None, index[860], model="mean", estimation=(-850, -31), window=(-5, 5))
    variances = study.abnormal.expected.variances[0] * study.events["sd"].item() ** 2
    steps = np.diff(variances)
    assert_allclose(steps[1:] / steps[:-1], steps[1] / steps[0], rtol=1e-8)  # they return to their mean geometrically
    assert 0.85 < steps[1] / steps[0] < 0.999
    assert_allclose(study.ar, plain.ar, atol=0.2)
    assert study.cumulated(-5, 5)["se"].item() == pytest.approx(np.sqrt(variances.sum()))


def test_tables_that_are_no_returns_are_refused():
    returns, m = market(assets=1)
    prices = 100 * np.exp(returns.cumsum())
    day = returns.index[300]
    cases = [
        (prices, m, DataError, "look like prices; turn them into returns"),
        (returns, prices["A0"], DataError, "market of 'A0' are never negative"),
        (returns.reset_index(drop=True), m, DataError, "the index of returns has to be dates"),
        (returns.iloc[::-1], m, DataError, "the dates are not in order"),
        (pd.concat([returns, returns.tail(1)]), m, DataError, "stands more than once"),
        (returns.astype(object).assign(A0="x"), m, DataError, "'x' is not a number"),
        (returns.replace(returns.iloc[0, 0], np.inf), m, DataError, "are infinite"),
        (returns, m.set_axis(m.index + pd.Timedelta(days=10_000)), DataError, "share no date"),
        (returns.iloc[:0], m, EmptySampleError, "no rows or no columns"),
        (pl.DataFrame({"A0": [0.1]}), m, DataError, "have to be a pandas DataFrame"),
        (returns, 0 * m, IdentificationError, "do not vary in its estimation window"),
    ]
    for table, series, error, named in cases:
        with pytest.raises(error, match=named):
            abnormal_returns(table, series, day)


def test_events_and_windows_that_do_not_fit_are_named():
    returns, m = market(assets=2)
    index = returns.index
    cases = [
        ([("A0", "1990-01-01")], {}, DataError, "lies before the first return of 2001-01-01"),
        ([("A0", "2030-01-01")], {}, DataError, "lies after the last return"),
        ([("A9", index[300])], {}, DataError, "no returns of 'A9'"),
        ([("A0", index[300])] * 2, {}, DataError, "is given more than once"),
        ([("A0", "soon")], {}, DataError, "'soon' is no date"),
        ([], {}, DataError, "there are no events"),
        (3.5, {}, DataError, "give a date, a list of dates"),
        (pd.DataFrame({"asset": ["A0"]}), {}, DataError, "lacks 'date'"),
        ([("A0", index[20])], {}, DataError, "has 0 returns, 30 are needed"),
        ([("A0", index[-3])], {}, DataError, "the event window of 'A0' .* reaches beyond the returns"),
        ([("A0", index[60])], {"estimation": (-50, -31)}, DataError, "has 20 returns, 30 are needed"),
        ([("A0", index[300])], {"estimation": (-50, -5)}, OptionError, "not before the event window begins"),
        ([("A0", index[300])], {"window": (3, 1)}, OptionError, "window="),
        ([("A0", index[300])], {"model": "capm"}, OptionError, "no model 'capm'"),
        ([("A0", index[300])], {"model": "mean"}, OptionError, "takes no market"),
        ([("A0", index[300])], {"closed": "drop"}, OptionError, "no rule 'drop'"),
        ([("A0", index[300])], {"calendar": "NYSE"}, OptionError, "no calendar"),
        ([("A0", index[300])], {"market_lag": -1}, OptionError, "market_lag"),
        ([("A0", index[300])], {"fewest": 2}, OptionError, "fewest"),
    ]
    for events, options, error, named in cases:
        with pytest.raises(error, match=named):
            abnormal_returns(returns, m, events, **options)
    with pytest.raises(OptionError, match="needs a market"):
        abnormal_returns(returns, None, index[300])
    with pytest.raises(OptionError, match="takes one market, not 2"):
        abnormal_returns(returns, pd.DataFrame({"a": m, "b": m}), index[300])
    study = abnormal_returns(returns, m, index[300])
    with pytest.raises(OptionError, match=r"window \(0, 40\)"):
        study.test(0, 40)


def test_returns_from_prices():
    returns, _ = market(assets=2)
    prices = np.exp(returns.cumsum())
    assert_allclose(returns_from_prices(prices).iloc[1:], returns.iloc[1:])
    prices.iloc[5, 0] = np.nan
    simple = returns_from_prices(prices["A0"], kind="simple")
    assert simple.iloc[6] == pytest.approx(prices["A0"].iloc[6] / prices["A0"].iloc[4] - 1)
    with pytest.raises(DataError, match="a price is above zero"):
        returns_from_prices(-prices)
    with pytest.raises(OptionError, match="no kind 'net'"):
        returns_from_prices(prices, kind="net")


@settings(max_examples=50, deadline=None)
@given(st.lists(st.one_of(st.integers(-3, 3), st.none()), min_size=4, max_size=30))
def test_ranks_are_those_of_scipy(values):
    row = np.array([np.nan if value is None else float(value) for value in values])
    if not np.isfinite(row).any():
        return
    found, count = ranks(row[None])
    known = np.isfinite(row)
    assert_allclose(found[0, known], rankdata(row[known]) / (1 + known.sum()))
    assert np.isnan(found[0, ~known]).all()
    assert count[0] == known.sum()


def test_the_bootstrap_is_that_of_resampled_t_statistics():
    returns, m = market(assets=9, seed=3)
    study = abnormal_returns(returns, m, pairs(returns))
    scar = study.cumulated(0, 4)["scar"].to_numpy()
    rng = np.random.default_rng(9)
    drawn = rng.choice(scar - scar.mean(), (20_000, scar.size))
    t = drawn.mean(axis=1) / (drawn.std(axis=1, ddof=1) / 3)
    found = scar.mean() / (scar.std(ddof=1) / 3)
    row = study.test(0, 4).set_index("test").loc["bootstrap"]
    assert row["statistic"] == pytest.approx(found)
    assert row["p_value"] == pytest.approx((np.abs(t) >= abs(found)).mean(), abs=0.015)
