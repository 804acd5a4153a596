import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws.members import panel
from numpy.testing import assert_allclose, assert_array_equal

from econ import OLS, Clustered, FirstDifference, Frequency
from econ.errors import CollinearError, DataError, EmptySampleError, FormulaError, OptionError


def differences(data):
    """By hand: the row before, in periods that are whole numbers."""
    before = data[["f", "t", "y", "x1", "x2"]].assign(t=data["t"] + 1)
    both = data.merge(before, on=["f", "t"], suffixes=("", "_before"))
    return both.assign(**{f"d{name}": both[name] - both[f"{name}_before"] for name in ("y", "x1", "x2")})


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), share=st.floats(0.4, 1), effects=st.sampled_from(["", " | t", " | t + g"]))
def test_it_is_least_squares_on_changes_from_one_period_to_the_next(seed, share, effects):
    data = panel(seed).sample(frac=share, random_state=seed)
    data = pd.concat([data, panel().query("f == 0")]).drop_duplicates(["f", "t"])  # every period is there
    fit = FirstDifference(f"y ~ x1 + x2{effects}", unit="f", time="t", weights="w").fit(data)
    expected = OLS(f"dy ~ dx1 + dx2{effects or ' - 1'}", weights="w").fit(differences(data))
    assert fit.nobs == expected.nobs
    assert_allclose(fit.params, expected.params, rtol=1e-7)
    assert_allclose(fit.inference(Clustered("f")).se, expected.inference(Clustered("f")).se, rtol=1e-7)
    assert sum(fit.sample.dropped.values()) == len(data) - fit.nobs


@pytest.mark.parametrize(
    "label",
    [
        lambda t: 2000 + 5 * t,
        lambda t: dt.date(2020, 1 + t, 1),
        lambda t: pd.Timestamp(2000 + t, 1, 1),
        lambda t: f"200{t}Q1",
    ],
)
def test_periods_are_consecutive_where_no_value_lies_between(label):
    data = panel().query("not (f == 3 and t == 4)")
    whole = FirstDifference("y ~ x1", unit="f", time="t").fit(data)
    other = FirstDifference("y ~ x1", unit="f", time="when").fit(data.assign(when=data["t"].map(label)))
    assert_array_equal(whole.params, other.params)
    assert whole.sample.dropped == {"no previous period": 21}


def test_an_ordered_categorical_keeps_its_order():
    names = list("ihgfedcba")
    when = pd.Categorical(panel()["t"].map(dict(enumerate(names))), categories=names, ordered=True)
    one = FirstDifference("y ~ x1", unit="f", time="t").fit(panel())
    other = FirstDifference("y ~ x1", unit="f", time="when").fit(panel().assign(when=when))
    assert_array_equal(one.params, other.params)
    assert one.sample.rows[0] == other.sample.rows[0] == 1


def test_a_period_that_no_row_can_use_still_lies_between():
    data = panel().assign(x1=lambda d: d["x1"].mask(d["t"] == 4))
    fit = FirstDifference("y ~ x1", unit="f", time="t").fit(data)
    assert fit.sample.dropped == {"missing x1": 20, "no previous period": 40}


def test_a_row_alone_in_an_absorbed_level_is_still_the_one_before():
    data = panel().query("t > 0 or f == 0")  # a single row of period 0
    fit = FirstDifference("y ~ x1 | t", unit="f", time="t").fit(data)
    assert fit.sample.dropped == {"no previous period": 20, "singleton": 1}
    assert FirstDifference("y ~ x1", unit="f", time="t").fit(data).sample.dropped == {"no previous period": 20}


def test_two_periods_are_unit_effects():
    data = panel().query("t < 2")
    within, changes = OLS("y ~ x1 + x2 | f").fit(data), FirstDifference("y ~ x1 + x2", unit="f", time="t").fit(data)
    assert_allclose(changes.params, within.params, rtol=1e-10)


@pytest.mark.parametrize(
    ("formula", "data", "error", "named"),
    [
        ("y ~ x1", pd.concat([panel(), panel().tail(1)]), DataError, "f 19 has t 8 more than once: in row 179"),
        ("y ~ x1", panel().query("t % 2 == 0 and (t + f) % 4 == 0"), EmptySampleError, "two consecutive values of 't'"),
        ("y ~ x1 + g", panel(), CollinearError, "g never changes from one t to the next within a f"),
        ("y ~ x1 + x3", panel().assign(x3=lambda d: d["x1"] + d["f"]), CollinearError, "in differences: x3 is a"),
        ("y ~ 1", panel(), FormulaError, "no regressor"),
        ("y ~ x1 | x2 ~ x3", panel(), FormulaError, "instruments"),
        ("y ~ x1", panel().assign(t=[1, dt.date(2020, 1, 1)] * 90), DataError, "'t' mixes types"),
    ],
)
def test_an_error_says_what_is_wrong(formula, data, error, named):
    with pytest.raises(error, match=named):
        FirstDifference(formula, unit="f", time="t").fit(data)


def test_options_are_columns():
    with pytest.raises(OptionError, match="name the columns"):
        FirstDifference("y ~ x1", unit="f", time=None)
    with pytest.raises(OptionError, match="no Frequency"):
        FirstDifference("y ~ x1", unit="f", time="t", weights=Frequency("count"))


def test_the_response_and_residuals_are_changes():
    data = panel()
    fit = FirstDifference("y ~ x1", unit="f", time="t").fit(data)
    assert_allclose(fit.fitted + fit.residuals, data.groupby("f")["y"].diff().dropna())
    assert np.isfinite(fit.statistics["r2"])
