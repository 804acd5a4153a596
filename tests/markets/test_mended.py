from datetime import date

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_allclose

from econ.errors import DataError, IdentificationError, OptionError
from econ.markets import Close, abnormal_returns


def market(days=500, assets=2, seed=0):
    rng = np.random.default_rng(seed)
    index = pd.bdate_range("2001-01-01", periods=days)
    m = pd.Series(rng.normal(0, 0.01, days), index=index, name="market")
    noise = 0.015 * rng.normal(size=(days, assets))
    return pd.DataFrame(0.8 * m.to_numpy()[:, None] + noise, index=index, columns=[*"ABCDEFGH"[:assets]]), m


def remarked(study, words):
    return any(words in remark for remark in study.remarks)


@pytest.mark.parametrize(("apart", "expected"), [(0, False), (1, True), (20, True), (21, False)])
def test_windows_that_overlap_on_different_dates_are_remarked(apart, expected):
    returns, m = market()
    study = abnormal_returns(returns, m, {"A": returns.index[300], "B": returns.index[300 + apart]})
    assert remarked(study, "the windows of 2 events overlap") is expected
    assert remarked(study, "events on one date are dependent") is (apart == 0)


def test_days_of_another_zone_are_refused():
    returns, m = market()
    tokyo = returns.set_axis(returns.index.tz_localize("Asia/Tokyo"))
    day = returns.index[300]
    with pytest.raises(DataError, match=r"zone UTC and times other than midnight, .* index.tz_convert\(zone\)"):
        abnormal_returns(tokyo.tz_convert("UTC"), m, day)
    assert_allclose(abnormal_returns(tokyo, m, day).ar, abnormal_returns(returns, m, day).ar)


def test_a_late_market_is_lagged_on_its_own_sessions():
    returns, m = market()
    index = returns.index
    holiday, closed = index[398], index[402]
    expected = m.shift(1)
    expected[index[403]] = m[index[401]]
    shut = m.drop(closed)
    study = abnormal_returns(returns.drop(index=holiday), shut, [("A", index[400])], market_lag=1, window=(-1, 5))
    x, y = expected.drop(holiday), returns["A"].drop(holiday)
    place = x.index.get_loc(index[400])
    before, inside = slice(place - 250, place - 30), slice(place - 1, place + 6)
    slope, constant = np.polyfit(x.iloc[before], y.iloc[before], 1)
    assert_allclose(study.ar.iloc[0], y.iloc[inside] - constant - slope * x.iloc[inside], atol=1e-12)


def test_a_late_market_ends_when_its_returns_do():
    returns, m = market()
    study = abnormal_returns(returns, m.iloc[:401], [("A", returns.index[400])], market_lag=2, window=(0, 5))
    assert study.ar.iloc[0].notna().tolist() == [True, True, True, False, False, False]
    long = abnormal_returns(returns, m, [("A", returns.index[400])], market_lag=2, window=(0, 2))
    assert_allclose(study.ar.iloc[0, :3], long.ar.iloc[0])


def test_the_rule_for_closed_days_applies_to_the_days_of_an_asset():
    returns, m = market()
    index = returns.index
    returns.loc[index[300:302], "A"] = np.nan
    event = [("A", index[300])]

    def day(closed):
        return abnormal_returns(returns, m, event, calendar="asset", closed=closed).events["day"].item()

    assert (day("next"), day("previous")) == (index[302], index[299])
    with pytest.raises(DataError, match="is on a day without returns"):
        day("refuse")
    with pytest.raises(DataError, match="'B' has no returns at all"):
        abnormal_returns(returns.assign(B=np.nan), m, [("B", index[300])], calendar="asset")


def test_contamination_counts_the_days_of_an_asset():
    returns, m = market()
    index = returns.index
    returns.loc[index[301:320], "A"] = np.nan
    events = [("A", index[300]), ("A", index[323])]
    days = {
        calendar: set(abnormal_returns(returns, m, events, calendar=calendar).contamination["days"])
        for calendar in ("table", "asset")
    }
    assert days == {"table": {3}, "asset": {17}}


def test_two_events_of_an_asset_on_one_trading_day_are_refused():
    returns, m = market()
    with pytest.raises(DataError, match="'A' on 2002-06-08 and 2002-06-09 both count for 2002-06-10"):
        abnormal_returns(returns, m, [("A", "2002-06-08"), ("A", "2002-06-09"), ("B", "2002-06-09")])


def test_tests_without_returns_in_the_window_are_not_defined():
    returns, m = market()
    index = returns.index
    returns.loc[index[300:303], "A"] = np.nan
    study = abnormal_returns(returns, m, [("A", index[300])])
    assert study.test(0, 2).drop(columns=["test", "first", "last"])["p_value"].isna().all()
    assert remarked(study, "1 events have no abnormal return on day 0")
    some, known = (study.test(*days).set_index("test") for days in ((0, 3), (3, 3)))
    for name in ("corrado", "crude_dependence"):
        assert some.loc[name, "statistic"] == pytest.approx(known.loc[name, "statistic"])


@pytest.mark.parametrize("model", ["mean", "market", "market_adjusted"])
def test_returns_without_residuals_are_refused_and_tiny_ones_are_not(model):
    returns, m = market()
    event = [("A", returns.index[300])]
    series = None if model == "mean" else m
    flat = returns.assign(A=-0.001 if model == "mean" else m)
    with pytest.raises(IdentificationError, match=r"event A 2002-02-25: .* leave the event out"):
        abnormal_returns(flat, series, event, model=model)
    tiny = abnormal_returns(1e-14 * returns, None if series is None else 1e-14 * series, event, model=model)
    plain = abnormal_returns(returns, series, event, model=model)
    assert_allclose(tiny.sar, plain.sar, rtol=1e-6)


def test_closes_say_what_they_need():
    returns, m = market()
    for close in ("16:00", {"A": "16:00"}):
        with pytest.raises(OptionError, match=r"close=Close\('16:00', 'America/New_York'\)"):
            abnormal_returns(returns, m, returns.index[300], close=close)
    with pytest.raises(OptionError, match="without an offset"):
        Close("15:00+09:00", "Asia/Tokyo")
    with pytest.raises(DataError, match="has no time zone"):
        Close("15:00", "Asia/Tokyo").day(pd.Timestamp("1998-06-17 08:00"))


def test_a_riskless_rate_may_be_a_factor():
    returns, m = market()
    rate = pd.Series(np.linspace(1e-4, 2e-4, len(m)), index=m.index)
    day = returns.index[300]
    found = abnormal_returns(returns, pd.DataFrame({"m": m, "rf": rate}), day, model="factor")
    assert found.ar.notna().all(axis=None)
    with pytest.raises(DataError, match="market of 'rf' are never negative .* divide a rate in per cent by 100"):
        abnormal_returns(returns, pd.DataFrame({"m": m, "rf": 5 + rate}), day, model="factor")
    with pytest.raises(DataError, match="these look like prices"):
        abnormal_returns(returns, rate, day)


@pytest.mark.parametrize(
    "events",
    [
        lambda day: day.to_datetime64(),
        lambda day: np.array([day.to_datetime64()]),
        lambda day: {one: pd.DatetimeIndex([day]) for one in "AB"},
        lambda day: {one: pd.Series([day]) for one in "AB"},
        lambda day: dict.fromkeys("AB", day.to_datetime64()),
        lambda day: date.fromisoformat(str(day.date())),
    ],
)
def test_dates_of_numpy_and_pandas_are_events(events):
    returns, m = market()
    found = abnormal_returns(returns, m, events(returns.index[300]))
    pd.testing.assert_frame_equal(found.ar, abnormal_returns(returns, m, returns.index[300]).ar)


@pytest.mark.parametrize("events", [19980617, [19980617], [("A", np.int64(19980617))], {"A": 19980617}])
def test_dates_as_numbers_are_refused(events):
    returns, m = market()
    with pytest.raises(DataError, match="19980617 is a number; write a date, such as '1998-06-17'"):
        abnormal_returns(returns, m, events)


def test_numpy_integers_are_days():
    returns, m = market()
    one, two, ten, far = np.array([1, 2, 10, 250])
    study = abnormal_returns(
        returns, m, returns.index[300], estimation=(-far, -ten), window=(-one, two), market_lag=one, fewest=ten
    )
    assert study.days == [-1, 0, 1, 2]
    assert_allclose(study.cumulated(-one, two)["car"], study.car.iloc[:, -1])
    with pytest.raises(OptionError, match="window="):
        abnormal_returns(returns, m, returns.index[300], window=(True, 2))


def test_other_tables_are_named_by_their_type():
    _, m = market()
    with pytest.raises(DataError, match=r"not polars\.\S*DataFrame"):
        abnormal_returns(pl.DataFrame({"A": [0.1]}), m, m.index[300])
