"""Expected responses."""

import numpy as np
import pandas as pd
import pytest
from laws.members import panel
from numpy.testing import assert_allclose

from econ import IV, OLS, PPML, Classical, Clustered, EconError, NeweyWest, Tobit, White, marginal_effects, predict
from econ.errors import DataError, EmptySampleError, MissingColumnError, NotDefinedError, OptionError

DATA = panel()


def test_the_truth_is_predicted_exactly():
    data = pd.DataFrame({"x": np.arange(12.0), "unit": np.repeat(list("abc"), 4)})
    data["y"] = 2 * data["x"] ** 2 + data["unit"].map({"a": 1.0, "b": 5.0, "c": -3.0})
    data.loc[0, "y"] += 1e-9
    new = pd.DataFrame({"x": [10.0, -1.0, 2.0], "unit": ["a", "c", "d"]}, index=["p", "q", "r"])
    found = predict(OLS("y ~ I(x ** 2) | unit").fit(data), new)
    assert_allclose(found, [201.0, -1.0, np.nan], atol=1e-8)
    assert list(found.index) == ["p", "q", "r"]


def test_rows_left_out_are_predicted_where_that_is_defined():
    data = pd.concat([DATA, DATA.head(3).assign(f=[999, 0, 0], y=[1.0, np.nan, 2.0], x1=[0.0, 0.0, np.nan])])
    data = data.reset_index(drop=True)
    fit = OLS("y ~ x1 | f").fit(data)
    assert fit.sample.dropped == {"missing y": 1, "missing x1": 1, "singleton": 1}
    assert predict(fit).tail(3).notna().tolist() == [False, True, False]


def test_separated_rows_and_what_only_they_identified_are_not_predicted():
    data = DATA.assign(rare=(DATA["row"] < 9) * 1.0)
    data["both"] = data["rare"] + (data["row"] == 100)
    data.loc[:8, "y"] = 0.0
    fit = PPML("y ~ x1 + rare + both").fit(data)
    assert fit.omitted == ("rare",)
    assert predict(fit).isna().to_numpy().nonzero()[0].tolist() == list(range(9))
    zero = DATA["f"].isin([3, 4])
    fit = PPML("y ~ x1 | f").fit(DATA.assign(y=DATA["y"].where(~zero, 0.0)))
    assert (predict(fit).isna() == zero).all()


def test_levels_that_no_row_connects_are_not_added():
    apart = pd.concat([DATA, panel(seed=3).assign(f=lambda t: t["f"] + 100, t=lambda t: t["t"] + 100)])
    fit = OLS("y ~ x1 | f + t").fit(apart.reset_index(drop=True))
    new = pd.DataFrame({"x1": 0.0, "f": [0, 0, 100, 100], "t": [0, 100, 0, 100]})
    assert predict(fit, new).isna().tolist() == [False, True, True, False]


def test_a_slope_that_a_unit_does_not_identify_is_not_used():
    flat = DATA.assign(x3=DATA["x3"].where(DATA["g"] != 2, 7.0))
    fit = OLS("y ~ x1 | g[x3]").fit(flat)
    new = pd.DataFrame({"x1": 0.0, "g": [2, 2, 1], "x3": [7.0, 8.0, 8.0]})
    assert predict(fit, new).isna().tolist() == [False, True, False]


def test_terms_remember_the_rows_used():
    fit = OLS("y ~ center(x1) + poly(x2, 2) + C(s)").fit(DATA)
    by_hand = OLS("y ~ x1 + x2 + I(x2 ** 2) + C(s)").fit(DATA)
    some = DATA.tail(7)
    assert_allclose(predict(fit, some), predict(by_hand, some), rtol=1e-10)


@pytest.mark.parametrize("term", ["I(x1 - np.mean(x1))", "np.cumsum(x1)"])
def test_a_term_that_depends_on_other_rows_is_refused(term):
    with pytest.raises(NotDefinedError, match="depends on other rows"):
        predict(OLS(f"y ~ {term}").fit(DATA))


@pytest.mark.parametrize("few", [1000, 0], ids=["levels", "sums of levels"])
@pytest.mark.parametrize("estimator", [OLS, PPML])
@pytest.mark.parametrize("effects", [("f + t", "C(f) + C(t)"), ("g[x3]", "C(g) * x3"), ("g^t", "C(g):C(t)")], ids=str)
def test_absorbed_effects_predict_what_dummies_do(effects, estimator, few, monkeypatch):
    monkeypatch.setattr("econ.predictions.expected.FEW_LEVELS", few)
    monkeypatch.setattr("econ.predictions.influence.FEW_LEVELS", few)
    absorbed, dummies = (
        estimator(f"y ~ x1 + x2 {rest}", weights="w") for rest in (f"| {effects[0]}", f"+ {effects[1]}")
    )
    fits = absorbed.fit(DATA), dummies.fit(DATA)
    for covariance in (Classical(), White("HC1"), Clustered("t", correction="CR0"), NeweyWest("period", lags=2)):
        one, other = (predict(fit, DATA.tail(9), covariance=covariance) for fit in fits)
        assert_allclose(one, other, rtol=1e-6)


def test_errors_of_too_many_sums_of_effects_are_refused(monkeypatch):
    monkeypatch.setattr("econ.predictions.expected.MOST_CELLS", 9 * len(DATA))
    fit = OLS("y ~ x1 | f + t").fit(DATA)
    assert predict(fit, DATA.tail(9), covariance=White("HC0")).notna().all(axis=None)
    with pytest.raises(NotDefinedError, match="with 9 rows or fewer"):
        predict(fit, covariance=White("HC0"))
    with pytest.raises(NotDefinedError, match="HC3"):
        predict(fit, DATA.tail(9), covariance=White("HC3"))


def test_errors_do_not_depend_on_where_a_regressor_starts():
    """Effects are estimated too: a shift of x by unit changes nothing."""
    fits = (OLS("y ~ x1 | f").fit(frame) for frame in (DATA, DATA.assign(x1=DATA["x1"] + 1000 * DATA["f"])))
    one, other = (predict(fit, covariance=Clustered("f")) for fit in fits)
    assert_allclose(one, other, rtol=1e-6)
    assert "f" in one.attrs["remarks"][0]


def test_labels_of_other_types_and_tables_are_found():
    data = DATA.assign(
        day=pd.Timestamp("2020-01-01") + pd.to_timedelta(DATA["t"], unit="D"), s=DATA["s"].astype("category")
    )
    fit = OLS("y ~ x1 | s + day + f^g").fit(data)
    whole = predict(fit)
    assert_allclose(predict(fit, data.assign(s=data["s"].astype(object), f=data["f"].astype(float))), whole)
    polars = pytest.importorskip("polars")
    assert_allclose(
        predict(OLS("y ~ x1 | s + f").fit(DATA), polars.from_pandas(DATA)), predict(OLS("y ~ x1 | s + f").fit(DATA))
    )


def test_intervals_have_the_level_that_is_asked_for():
    fit = OLS("y ~ x1").fit(DATA)
    narrow, wide = (predict(fit, covariance=Classical(), level=level) for level in (0.5, 0.99))
    assert (wide["low"] < narrow["low"]).all()
    assert_allclose(narrow["high"] - narrow["estimate"], narrow["estimate"] - narrow["low"])
    assert (predict(fit, covariance=Clustered("g", correction="CR2")).notna()).all(axis=None)


def test_a_structural_prediction_uses_what_was_observed():
    fit = IV("y ~ 0 + x2 | x1 ~ z").fit(DATA)
    assert_allclose(predict(fit), DATA[["x2", "x1"]].to_numpy() @ fit.params)


def test_a_tobit_expects_between_its_limits():
    found = predict(Tobit("c ~ x1", lower=0.0, upper=1.0).fit(DATA), pd.DataFrame({"x1": [-1e3, 0.0, 1e3]}))
    assert_allclose(found.iloc[[0, 2]], [0.0, 1.0], atol=1e-12)
    assert 0 < found.iloc[1] < 1


def test_terms_that_are_not_finite_predict_nothing():
    fit = PPML("y ~ np.log(w)").fit(DATA)
    assert predict(fit, pd.DataFrame({"w": [0.0, -1.0, np.inf, 1.0]})).isna().tolist() == [True, True, True, False]


def test_bad_input():
    fit = OLS("y ~ x1 + C(s) | f").fit(DATA)
    with pytest.raises(MissingColumnError, match="'f'"):
        predict(fit, DATA.drop(columns="f"))
    with pytest.raises(DataError, match="not a number"):
        predict(fit, DATA.assign(x1="text"))
    with pytest.raises(DataError, match="takes a table"):
        predict(fit, [1, 2])
    with pytest.raises(EmptySampleError):
        predict(fit, DATA.head(0))
    with pytest.raises(OptionError, match="level"):
        predict(fit, level=95)
    with pytest.raises(OptionError, match="is no covariance"):
        predict(fit, covariance=White)
    assert predict(fit, DATA.assign(x1=np.nan)).isna().all()
    assert predict(fit, DATA.assign(s="unknown"), covariance=White()).isna().all(axis=None)


@pytest.mark.parametrize("column", ["x1", "s", "f", "x3"])
@pytest.mark.parametrize(
    "cell", [np.inf, 1e300, "text", None, 1j, [1, 2], 10**400, pd.Timestamp("2020-01-01")], ids=str
)
def test_broken_cells_raise_our_errors_only_or_are_missing(column, cell):
    cells = DATA[column].tolist()
    cells[3] = cell
    broken = DATA.assign(**{column: pd.Series(cells, dtype=object)})
    for spec in (OLS("y ~ x1 + C(s) | f[x3]"), PPML("y ~ x1 + i(s, ref='a') | f", offset="x3")):
        fit = spec.fit(DATA)
        for table in (broken, broken.iloc[[3]]):
            try:
                assert predict(fit, table, covariance=White("HC0")).loc[3].isna().all()
                assert marginal_effects(fit, data=table).params.size
            except EconError:
                continue
