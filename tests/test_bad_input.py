"""Whatever is wrong, an error of ours says with which column or row, and what to do."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from laws.members import panel

from econ import OLS, PPML, Clustered, NeweyWest, White
from econ.errors import (
    CollinearError,
    ConvergenceError,
    DataError,
    EconError,
    EmptySampleError,
    FormulaError,
    IdentificationError,
    MissingColumnError,
    NotDefinedError,
    OptionError,
)

# other estimators need more than a formula: tests/laws/test_broken_tables.py breaks the tables of all
every = pytest.mark.parametrize("estimator", [OLS, PPML], ids=lambda one: one.__name__)


def with_cell(column, row, value):
    data = panel()
    data[column] = data[column].astype(object)
    data.loc[row, column] = value
    return data


@every
@pytest.mark.parametrize(
    ("formula", "data", "error", "named"),
    [
        ("y ~ nowhere", panel(), MissingColumnError, "'nowhere'"),
        ("y ~ x1 | nowhere", panel(), MissingColumnError, "'nowhere'"),
        ("y ~ log(nowhere)", panel(), MissingColumnError, "'nowhere'"),
        ("y ~ nope(x1)", panel(), FormulaError, "no function 'nope'"),
        ("y ~ x1 +", panel(), FormulaError, "parse"),
        ("y ~ log(x1)", panel(), DataError, r"log\(x1\)"),
        ("y ~ C(g) + C(t) ~ 1", panel(), FormulaError, "write it as"),
        ("y ~ 1 | f", panel(), FormulaError, "no regressor"),
        ("C(f) ~ x1", panel(), FormulaError, "19 columns|20 columns"),
        (
            "y ~ x1 + x3",
            panel().assign(x3=lambda d: 2 * d["x1"] - 1),
            CollinearError,
            "x3 is a combination of Intercept, x1",
        ),
        ("y ~ x1 + k", panel().assign(k=3.0), CollinearError, "k is a combination of the intercept"),
        ("y ~ x1 + k", panel().assign(k=0.0), CollinearError, "k is zero in every row"),
        ("y ~ x1 + k | f", panel().assign(k=lambda d: d["f"] ** 2), CollinearError, "k does not vary within .*f"),
        ("y ~ x1 | k", panel().assign(k=1), IdentificationError, "'k' has one level"),
        ("y ~ x1 | row", panel(), IdentificationError, "alone in a level of row"),
        ("y ~ x1 + x2", panel().head(2), IdentificationError, "regressors on 2 rows|2 rows for"),
        ("y ~ x1", panel().head(0), EmptySampleError, "no rows"),
        ("y ~ x1", panel().assign(x1=np.nan), EmptySampleError, "missing x1"),
        ("y ~ x1", with_cell("x1", 7, "abc"), DataError, "'x1', row 7: 'abc' is not a number"),
        ("y ~ x1", panel().assign(x1="a"), DataError, r"C\(x1\)"),
        ("y ~ x1", panel().assign(x1=pd.Categorical(panel()["g"])), DataError, "'x1'"),
        ("y ~ x1", panel().assign(x1=dt.date(2020, 1, 1)), DataError, "'x1'"),
        ("y ~ x1", panel().assign(x1=1j), DataError, "complex"),
        ("y ~ x1 + I(x2**2)", with_cell("x1", 7, "abc"), DataError, "'x1', row 7"),
        ("y ~ x1", with_cell("x1", 3, np.inf), DataError, "'x1'.*inf in row 3"),
        ("y ~ x1", with_cell("y", 3, np.inf), DataError, "'y'.*inf in row 3"),
        ("y ~ C(k)", panel().assign(k=1), IdentificationError, r"C\(k\) has one level, 1, on the 180 rows"),
        ("1 ~ x1", panel(), FormulaError, "names no column"),
        ("y ~ Intercept", panel().assign(Intercept=panel()["x1"]), DataError, "'Intercept'"),
        ("y ~ x1 + I(s)", panel().assign(s="a"), DataError, r"C\(I\(s\)\)"),
        ("y ~ x1", with_cell("x1", 3, 10**400), DataError, "too large"),
        ("y ~ x1 | k", panel().assign(k=[1, dt.date(2020, 1, 1)] * 90), DataError, "'k' mixes types"),
    ],
)
def test_an_error_names_what_is_wrong(estimator, formula, data, error, named):
    with pytest.raises(error, match=named):
        estimator(formula).fit(data)


@every
def test_tables_that_are_not_tables_are_refused(estimator):
    with pytest.raises(DataError, match="pandas, polars or Arrow"):
        estimator("y ~ x1").fit({"y": [1.0], "x1": [2.0]})
    data = panel()
    levels = data.set_axis(pd.MultiIndex.from_product([["a"], data.columns]), axis="columns")
    with pytest.raises(DataError, match="several levels"):
        estimator("y ~ x1").fit(levels)
    with pytest.raises(OptionError, match="name one column"):
        estimator("y ~ x1", weights=["w"]).fit(data)
    with pytest.raises(DataError, match="more than once"):
        estimator("y ~ x1").fit(pd.concat([data, data[["x1"]]], axis=1))


@every
@pytest.mark.parametrize(("weight", "named"), [(0.0, "row 5"), (-1.0, "row 5"), (np.inf, "row 5")])
def test_weights_have_to_be_positive_and_finite(estimator, weight, named):
    data = panel()
    data.loc[5, "w"] = weight
    with pytest.raises(DataError, match=named):
        estimator("y ~ x1", weights="w").fit(data)


@pytest.mark.parametrize(
    ("covariance", "error", "named"),
    [
        (Clustered("nowhere"), MissingColumnError, "'nowhere'"),
        (Clustered("one"), IdentificationError, "'one' has 1 group"),
        (Clustered("g", "one"), IdentificationError, "'one' has 1 group"),
        (Clustered("holes"), DataError, "'holes' is missing in 2 .*row 4"),
        (NeweyWest("t"), DataError, "t occurs more than once"),
        (NeweyWest("nowhere"), MissingColumnError, "'nowhere'"),
        (NeweyWest("one", unit="row"), IdentificationError, "'one' has one value"),
    ],
)
def test_a_covariance_names_the_column(covariance, error, named):
    data = panel().assign(one=1, holes=lambda frame: frame["g"].mask(frame["row"].isin([4, 9])))
    with pytest.raises(error, match=named):
        OLS("y ~ x1").fit(data).inference(covariance)


@pytest.mark.parametrize(
    "make",
    [
        lambda: White("HC9"),
        Clustered,
        lambda: Clustered("a", "a"),
        lambda: Clustered("a", correction="CR9"),
        lambda: Clustered(5),
        lambda: Clustered(["g"]),
        lambda: NeweyWest("t", lags=-1),
        lambda: NeweyWest("t", lags=2.5),
        lambda: PPML("y ~ x", tolerance="a"),
        lambda: PPML("y ~ x", iterations=2.5),
        lambda: OLS("y ~ x1").fit(panel()).inference("HC1"),
        lambda: OLS("y ~ x1").fit(panel()).inference(White),
        lambda: OLS("y ~ x1").fit(panel()).inference(White(), level="a"),
        lambda: PPML("y ~ x", tolerance=0),
        lambda: PPML("y ~ x", iterations=0),
        lambda: OLS("y ~ x1").fit(panel()).inference(White(), level=1.5),
    ],
)
def test_an_option_that_does_not_exist_is_refused(make):
    with pytest.raises(OptionError):
        make()


def test_what_a_fit_lacks_is_named():
    from dataclasses import replace

    fit = OLS("y ~ x1").fit(panel())
    with pytest.raises(NotDefinedError, match="HC3 needs the leverage"):
        replace(fit, hat=None).inference(White("HC3"))
    from econ import Classical

    with pytest.raises(NotDefinedError, match="no classical covariance"):
        replace(fit, classical=None).inference(Classical())
    with pytest.raises(NotDefinedError, match="no term 'z'"):
        fit.position("z")
    with pytest.raises(NotDefinedError, match="no term 'z'"):
        fit.inference(White()).row("z")
    for weights, names in (([[1.0]], ["a"]), ([["x"]], ["a"]), ([], []), (None, ["a"])):
        with pytest.raises(DataError, match="weights"):
            fit.combine(weights, names)


def test_a_row_that_a_regressor_fits_alone_has_no_hc3():
    data = panel().assign(only=lambda frame: (frame["row"] == 11).astype(float))
    with pytest.raises(NotDefinedError, match="row 11 and 0 more have leverage 1"):
        OLS("y ~ x1 + only").fit(data).inference(White("HC3"))


def test_negative_two_way_variances_are_named_or_repaired():
    rng = np.random.default_rng(3)
    for seed in range(200):
        rng = np.random.default_rng(seed)
        data = pd.DataFrame(
            {"y": rng.normal(size=12), "x": rng.normal(size=12), "a": np.arange(12) % 3, "b": np.arange(12) // 4}
        )
        fit = OLS("y ~ x").fit(data)
        try:
            fit.inference(Clustered("a", "b", semi_definite=False))
        except NotDefinedError as error:
            assert "negative" in str(error)
            repaired = fit.inference(Clustered("a", "b"))
            assert np.isfinite(repaired.se).all()
            assert "positive semi-definite" in repaired.facts["remarks"]
            return
    pytest.fail("no example with a negative variance was found")


def test_ppml_needs_a_response_of_zero_or_more():
    data = panel()
    data.loc[4, "y"] = -1
    with pytest.raises(DataError, match="'y' is negative in row 4"):
        PPML("y ~ x1").fit(data)
    with pytest.raises(IdentificationError, match="zero in every row"):
        PPML("y ~ x1").fit(panel().assign(y=0.0))


def test_ppml_says_when_it_does_not_converge():
    with pytest.raises(ConvergenceError, match="2 steps"):
        PPML("y ~ x1 + x2", iterations=2).fit(panel())


cells = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True, width=32),
    st.integers(-3, 3),
    st.sampled_from([None, "a", True, pd.NA, pd.Timestamp("2020-01-01"), 1e300, -1e300, 1e-300]),
)


@every
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_only_errors_of_ours_come_out(estimator, data):
    n = data.draw(st.integers(0, 12))
    frame = pd.DataFrame(
        {
            name: pd.Series(data.draw(st.lists(cells, min_size=n, max_size=n)), dtype=object)
            for name in ("y", "x", "f", "g")
        }
    )
    if data.draw(st.booleans()):
        frame = frame.infer_objects()
    formula = data.draw(
        st.sampled_from(["y ~ x", "y ~ x | f", "y ~ x | f + g", "y ~ x + C(g)", "log(y) ~ I(x**2) | f^g"])
    )
    covariance = data.draw(st.sampled_from([White("HC1"), White("HC3"), Clustered("g"), Clustered("f", "g")]))
    try:
        table = estimator(formula).fit(frame).inference(covariance).table
    except EconError as error:
        assert str(error)
    else:
        assert np.isfinite(table[["estimate", "se"]].to_numpy()).all()
