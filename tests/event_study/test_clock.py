import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from econ.errors import DataError
from econ.event_study.clock import clock

MONTHS = pd.Series(pd.to_datetime(["2001-01-31", "2001-02-28", "2001-04-30", "2001-03-31"]), name="t")


@pytest.mark.parametrize(
    ("times", "numbers", "labels"),
    [
        ([2003, 2001, 2002], [2, 0, 1], ("2001", "2002", "2003")),
        ([1990.0, 2000.0, 2010.0], [0, 1, 2], ("1990", "2000", "2010")),
        ([2001.25, 2001.5, 2001.0], [1, 2, 0], ("2001", "2001.25", "2001.5")),
        (
            pd.to_datetime(["2001-03-01", "2001-01-01", "2001-02-01"]),
            [2, 0, 1],
            ("2001-01-01", "2001-02-01", "2001-03-01"),
        ),
        (pd.to_datetime(["2001-01-08", "2001-01-01"]), [1, 0], ("2001-01-01", "2001-01-08")),
        (pd.PeriodIndex(["2001Q2", "2001Q1"], freq="Q"), [1, 0], ("2001Q1", "2001Q2")),
        (pd.Categorical(["low", "high"], categories=["low", "high"], ordered=True), [0, 1], ("low", "high")),
        (pd.array([2, 1, 3], dtype="Int64"), [1, 0, 2], ("1", "2", "3")),
    ],
)
def test_periods_are_numbered_whatever_counts_them(times, numbers, labels):
    found, codes = clock(pd.Series(times, name="t"))
    assert_array_equal(codes, numbers)
    assert found.labels == labels
    assert found.count == len(labels)


def test_month_ends_are_months_and_other_columns_are_placed_among_them():
    found, codes = clock(MONTHS)
    assert_array_equal(codes, [0, 1, 3, 2])
    places = found.places(pd.Series(pd.to_datetime(["2001-06-30", None, "2001-02-28"]), name="first"))
    assert_array_equal(places[[0, 2]], [5, 1])
    assert places[1] != places[1]


@pytest.mark.parametrize(
    ("times", "named"),
    [
        ([1, 2, 4], "no row has the period after '2'"),
        ([0, 2, 5], "not equally spaced: 5 is not a whole number of steps"),
        (["a", "b"], "is not a number"),
        (pd.to_datetime(["2001-01-01", "2001-02-01", "2001-04-01"]), "no row has the period after '2001-02'"),
        (pd.to_datetime(["2001-01-01", "2001-01-02", "2001-01-05"]), "no row has the period after '2001-01-02'"),
        ([0, 1, 10_000_000], "would make 10000000 periods"),
    ],
)
def test_gaps_and_texts_are_named(times, named):
    with pytest.raises(DataError, match=named):
        clock(pd.Series(times, name="t"))


def test_kinds_of_times_have_to_agree():
    found, _ = clock(MONTHS)
    with pytest.raises(DataError, match="'first' holds numbers and 't' holds dates"):
        found.places(pd.Series([2001, 2002], name="first"))
