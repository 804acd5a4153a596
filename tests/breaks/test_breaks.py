"""Breaks at unknown and known dates, and events near them: known truths, and what is refused."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from econ import Classical, Clustered, NeweyWest, White
from econ.breaks import BIC, BaiPerron, BreakTest, Coincidence, Exponential, Fixed, Mean, Sequential, Supremum
from econ.breaks.segments import best_partitions, sums_of_squares
from econ.errors import DataError, EconError, FormulaError, IdentificationError, NotDefinedError, OptionError


def series(seed=0, T=100, at=(50,), size=6.0):
    rng = np.random.default_rng(seed)
    y = rng.normal(size=T) + size * sum(np.arange(T) >= place for place in at)
    return pd.DataFrame({"year": range(1900, 1900 + T), "y": y, "x": rng.normal(size=T)})


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 999), breaks=st.integers(1, 2))
def test_the_best_partition_is_the_best_of_all(seed, breaks):
    rng = np.random.default_rng(seed)
    y, X = rng.normal(size=24), np.column_stack([np.ones(24), rng.normal(size=24)])

    def rss(a, b):
        e = y[a:b] - X[a:b] @ np.linalg.lstsq(X[a:b], y[a:b], rcond=None)[0]
        return e @ e

    sets = [s for s in combinations(range(5, 20), breaks) if all(np.diff([0, *s, 24]) >= 5)]
    every = {s: sum(rss(a, b) for a, b in zip([0, *s], [*s, 24], strict=True)) for s in sets}
    found, starts = best_partitions(sums_of_squares(y, X, 5), breaks)[breaks]
    assert_allclose(found, min(every.values()), rtol=1e-9)
    assert_allclose(every[tuple(starts.tolist())], found, rtol=1e-9)


@pytest.mark.parametrize("covariance", [None, White("HC0"), NeweyWest("year", lags=2)], ids=repr)
def test_intervals_cover_the_date(covariance):
    hits = []
    for seed in range(60):
        found = BaiPerron("y ~ 1", time="year", breaks=1).find(series(seed, size=1.0)).intervals(covariance)
        hits.append(found["low"][0] <= 1950 <= found["high"][0])
    assert np.mean(hits) >= 0.8


def test_no_break_is_found_at_the_size_of_the_test():
    tests = [BreakTest("y ~ 1", time="year").of(series(seed, at=())) for seed in range(120)]
    assert np.mean([test.p_value < 0.05 for test in tests]) < 0.11
    assert np.mean([test.p_value < 0.5 for test in tests]) > 0.25


def test_autocorrelated_errors_need_their_covariance():
    found = {None: 0, NeweyWest("year", lags=6): 0}
    for seed in range(25):
        rng = np.random.default_rng(seed)
        data = series(seed, at=())
        e = rng.normal(size=100)
        for t in range(1, 100):
            e[t] += 0.6 * e[t - 1]
        data["y"] = e
        for errors in found:
            choice = Sequential(covariance=errors)
            found[errors] += bool(BaiPerron("y ~ 1", time="year", breaks=choice).find(data).dates)
    plain, robust = found.values()
    assert robust < 0.6 * plain


@pytest.mark.parametrize("functional", [Supremum(), Mean(), Exponential(draws=2_000)], ids=repr)
def test_a_break_is_found_and_dated(functional):
    test = BreakTest("y ~ x", time="year", covariance=White("HC1"), terms=("Intercept",)).of(series(), functional)
    assert test.p_value < 0.01
    assert test.df == (1.0,)
    assert abs(test.details["rows before it"] - 50) <= 3
    assert f"in {1900 + test.details['rows before it']:.0f}" in test.remarks[0]


def test_a_known_date_is_chow_s_test():
    data = series()
    test = BreakTest("y ~ x", time="year").at(1950, data)
    whole, parts = data, (data[data["year"] < 1950], data[data["year"] >= 1950])

    def rss(frame):
        X = np.column_stack([np.ones(len(frame)), frame["x"]])
        e = frame["y"] - X @ np.linalg.lstsq(X, frame["y"], rcond=None)[0]
        return e @ e

    own = sum(rss(part) for part in parts)
    assert_allclose(test.statistic, (rss(whole) - own) / 2 / (own / 96), rtol=1e-9)
    assert test.title.startswith("no change of Intercept, no change of x in year 1950")


def test_rows_in_any_order_give_the_same_breaks():
    data = series(at=(30, 60))
    mixed = data.sample(frac=1, random_state=1)
    spec = BaiPerron("y ~ x", time="year", breaks=2)
    assert spec.find(mixed).dates == spec.find(data).dates == (1930, 1960)
    assert_allclose(spec.find(mixed).fit.params, spec.find(data).fit.params, rtol=1e-9)
    a, b = (BreakTest("y ~ x", time="year", covariance=NeweyWest("year", lags=1)).path(one) for one in (data, mixed))
    assert_allclose(a["wald"], b["wald"], rtol=1e-9)


def test_segments_are_a_fit_for_every_covariance():
    found = BaiPerron("y ~ 1", time="year", breaks=1).find(series())
    assert found.fit.names == ("Intercept[1900 to 1949]", "Intercept[1950 to 1999]")
    for covariance in (Classical(), White("HC3"), NeweyWest("year", lags=3)):
        change = found.fit.combine([[-1.0, 1.0]], ["change"]).inference(covariance).row("change")
        assert change["low"] < 6 < change["high"]
    assert BaiPerron("y ~ 1", time="year", breaks=1).fit(series()).names == found.fit.names


def test_quarters_as_texts_and_dates_are_dated_as_given():
    data = series(T=80, at=(40,))
    quarters = pd.period_range("2000Q1", periods=80, freq="Q")
    for times in (quarters.astype(str), quarters, quarters.to_timestamp()):
        found = BaiPerron("y ~ 1", time="when", breaks=1).find(data.assign(when=times))
        assert found.dates == (times[40],)


def test_what_is_left_out_is_said():
    data = series()
    data.loc[10:12, "y"] = np.nan
    assert "3 rows are left out: missing y" in BreakTest("y ~ 1", time="year").of(data).remarks
    assert "3 rows are left out: missing y" in repr(BaiPerron("y ~ 1", time="year").find(data))


# coincidence


def test_breaks_at_events_coincide_and_others_do_not():
    found = BaiPerron("y ~ 1", time="year", breaks=2).find(series(at=(30, 60)))
    near = Coincidence().of(found, [1930, 1960])
    assert near.statistic == 0
    assert near.p_value < 0.01
    assert Coincidence().of(found, [1945]).p_value > 0.3


def test_enumerated_and_drawn_shares_agree(monkeypatch):
    found = BaiPerron("y ~ 1", time="year", breaks=2).find(series(at=(30, 60)))
    exact = Coincidence().of(found, [1936, 1970])
    monkeypatch.setattr("econ.breaks.coincidence.EXACT", 10)
    drawn = Coincidence(draws=20_000).of(found, [1936, 1970])
    assert "random sets" in drawn.method
    assert_allclose(drawn.p_value, exact.p_value, atol=0.02)


def test_the_share_is_that_of_sets_of_dates():
    found = BaiPerron("y ~ 1", time="year", breaks=1).find(series())
    test = Coincidence().of(found, [1953])
    places = np.arange(15, 86)  # dates that leave fifteen years on both sides
    assert_allclose(test.p_value, np.mean(np.abs(places - 53) <= abs(int(found.starts[0]) - 53)))


def test_events_outside_the_sample_are_counted():
    found = BaiPerron("y ~ 1", time="year", breaks=1).find(series())
    assert Coincidence().of(found, [1800, 1950]).remarks == ("1 events lie outside the sample and are left out",)
    for wrong in ([1800], [], ["a"], 1950, "1950", [1950, None]):
        with pytest.raises(EconError):
            Coincidence().of(found, wrong)
    none = BaiPerron("y ~ 1", time="year").find(series(at=()))
    with pytest.raises(NotDefinedError, match="no break"):
        Coincidence().of(none, [1950])
    with pytest.raises(NotDefinedError, match="no break"):
        none.intervals()


# what is refused


@pytest.mark.parametrize(
    ("change", "formula", "error", "named"),
    [
        (lambda data: data.head(5), "y ~ 1", IdentificationError, "segments of"),
        (lambda data: data.assign(year=1900), "y ~ 1", DataError, "more than once"),
        (lambda data: data.assign(y=2.0), "y ~ 1", IdentificationError, "without error"),
        (lambda data: data.assign(y=data["x"] * 2), "y ~ x", IdentificationError, "without error"),
        (lambda data: data.assign(x=(data["year"] > 1990) * 1.0), "y ~ x", IdentificationError, "combinations"),
        (lambda data: data.assign(unit=1), "y ~ x | unit", FormulaError, "one series"),
        (lambda data: data.drop(columns="year"), "y ~ 1", EconError, "year"),
    ],
)
def test_what_cannot_break_is_refused(change, formula, error, named):
    with pytest.raises(error, match=named):
        BaiPerron(formula, time="year").find(change(series()))


def test_a_segment_without_error_has_no_interval():
    data = series(size=5.0)
    data.loc[data["year"] >= 1950, "y"] = 9.0
    found = BaiPerron("y ~ 1", time="year", breaks=1).find(data)
    assert found.dates == (1950,)
    for covariance in (None, White("HC0")):
        with pytest.raises(IdentificationError, match="fits without error"):
            found.intervals(covariance)


@pytest.mark.parametrize(
    "make",
    [
        lambda: BaiPerron("y ~ 1", time="year", trim=0),
        lambda: BaiPerron("y ~ 1", time="year", breaks="bic"),
        lambda: BaiPerron("y ~ 1", time="year", breaks=BIC),
        lambda: BaiPerron("y ~ 1", time="year", breaks=0),
        lambda: BaiPerron("y ~ 1", time="year", most=0),
        lambda: BaiPerron("y ~ 1", time=None),
        lambda: Fixed(1.5),
        lambda: Sequential(level=2),
        lambda: Sequential(covariance="HAC"),
        lambda: BreakTest("y ~ 1", time="year", covariance=Classical),
        lambda: BreakTest("y ~ 1", time="year", terms="x"),
        lambda: BreakTest("y ~ 1", time="wald"),
        lambda: Exponential(draws=0),
        lambda: Exponential(seed=-1),
        lambda: Coincidence(draws=0),
        lambda: Coincidence(seed="x"),
        lambda: BreakTest("y ~ 1", time="year").of(series(), Supremum),
        lambda: BreakTest("y ~ 1", time="year").at(1900, series()),
        lambda: BreakTest("y ~ 1", time="year").at("then", series()),
    ],
)
def test_an_option_without_meaning_is_refused(make):
    with pytest.raises(OptionError):
        make()


def test_more_breaks_than_fit_are_refused():
    with pytest.raises(IdentificationError, match="do not fit"):
        BaiPerron("y ~ 1", time="year", breaks=9).find(series())
    with pytest.raises(FormulaError, match="no term 'z'"):
        BreakTest("y ~ x", time="year", terms=("z",)).of(series())
    with pytest.raises(EconError):
        BaiPerron("y ~ 1", time="year", breaks=1).find(series()).intervals(Clustered("year", correction="CR9"))


def test_critical_values_are_those_with_that_p_value():
    found = BreakTest("y ~ 1", time="year").of(series()).details
    assert 8.6 < found["critical at 5%"] < 8.9  # Andrews (1993, 2003) has 8.85 and 8.68 from simulated paths
    assert found["critical at 10%"] < found["critical at 5%"] < found["critical at 1%"]
    mean = BreakTest("y ~ 1", time="year").of(series(), Mean()).details["critical at 5%"]
    assert_allclose(Mean().p_value(mean, 1, 0.15, 0.85), 0.05, atol=1e-6)
    assert "critical at 5%" not in BreakTest("y ~ 1", time="year").of(series(), Exponential(draws=200)).details
