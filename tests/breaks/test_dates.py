"""Which period a date falls into, and how many breaks are found where errors depend on each other."""

import numpy as np
import pandas as pd
import pytest

from econ import NeweyWest
from econ.breaks import BaiPerron, BreakTest, Coincidence, Sequential
from econ.errors import OptionError


def quarters(times):
    rng = np.random.default_rng(0)
    y = rng.normal(size=80) + 6.0 * (np.arange(80) >= 20)
    return pd.DataFrame({"when": times, "y": y})


PERIODS = pd.period_range("2000Q1", periods=80, freq="Q")
COLUMNS = {
    "periods": PERIODS,
    "starts": PERIODS.to_timestamp(),
    "ends": PERIODS.to_timestamp(how="end").normalize(),
}


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize(
    ("date", "away"), [("2005-01-01", 0), ("2005-02-15", 0), ("2005-03-31", 0), ("2004-11-08", 1), ("2005-04-01", 1)]
)
def test_a_date_falls_into_its_quarter(column, date, away):
    found = BaiPerron("y ~ 1", time="when", breaks=1).find(quarters(COLUMNS[column]))
    assert found.starts.tolist() == [20]
    assert Coincidence().of(found, [pd.Timestamp(date)]).statistic == away


@pytest.mark.parametrize("column", COLUMNS)
def test_the_last_quarter_is_in_the_sample_and_the_next_is_not(column):
    found = BaiPerron("y ~ 1", time="when", breaks=1).find(quarters(COLUMNS[column]))
    assert Coincidence().of(found, [pd.Timestamp("2019-11-15")]).statistic == 59
    test = Coincidence().of(found, [pd.Timestamp("2019-11-15"), pd.Timestamp("2020-01-15")])
    assert test.remarks == ("1 events lie outside the sample and are left out",)


def test_a_known_date_is_that_of_its_quarter():
    tests = [
        BreakTest("y ~ 1", time="when").at(pd.Timestamp("2005-02-15"), quarters(COLUMNS[column])).statistic
        for column in COLUMNS
    ]
    assert np.ptp(tests) < 1e-9


def test_events_of_another_kind_are_refused():
    found = BaiPerron("y ~ 1", time="when", breaks=1).find(quarters(COLUMNS["starts"]))
    with pytest.raises(OptionError, match="no values of 'when'"):
        Coincidence().of(found, ["soon"])


@pytest.mark.parametrize("lags", [2, 4])
def test_one_break_stays_one_under_autocorrelation(lags):
    counts = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        e = rng.normal(size=160)
        for t in range(1, 160):
            e[t] += 0.4 * e[t - 1]
        data = pd.DataFrame({"t": range(160), "y": e + 5.0 * (np.arange(160) >= 80)})
        choice = Sequential(covariance=NeweyWest("t", lags=lags))
        counts.append(len(BaiPerron("y ~ 1", time="t", trim=0.25, breaks=choice).find(data).dates))
    assert min(counts) >= 1
    assert np.mean(np.array(counts) == 1) >= 0.7


def test_few_rows_for_the_lags_are_said():
    data = quarters(range(80))
    spec = BreakTest("y ~ 1", time="when", covariance=NeweyWest("when", lags=4))
    assert "rejects too often" in spec.of(data).remarks[-1]
    spec = BreakTest("y ~ 1", time="when", covariance=NeweyWest("when", lags=1), trim=0.3)
    assert "rejects too often" not in spec.of(data).remarks[-1]


@pytest.mark.parametrize("labels", [["Q1 1995", "Q2 1995", "Q1 1996"], ["1/2000", "2/2000", "1/2001"]])
def test_texts_with_the_year_last_have_no_order(labels):
    data = quarters(range(80))
    data["when"] = [f"{labels[0][:-4]}{1900 + i}" for i in range(80)]
    with pytest.raises(Exception, match="order in time"):
        BaiPerron("y ~ 1", time="when").find(data)
