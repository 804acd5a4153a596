"""What overturns a coefficient: laws, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from econ import IV, OLS, PPML, Classical, Clustered, Logit, White, jackknife
from econ.breaks import Cusum
from econ.errors import (
    ConvergenceError,
    DataError,
    EconError,
    IdentificationError,
    NotDefinedError,
    OptionError,
)
from econ.report import contour_figure
from econ.stability import (
    Reversal,
    Sign,
    Significance,
    double_selection,
    influence_measures,
    influential_set,
    leave_one_out,
    omitted_variable,
    oster,
    romano_wolf,
    sharpened_q,
    structural_breaks,
    westfall_young,
)
from econ.stability.selection import lasso


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(5)
    table = pd.DataFrame(rng.normal(size=(120, 4)), columns=["x", "w", "z", "e"])
    table["g"], table["t"] = np.repeat(range(12), 10), np.tile(range(10), 12)
    table["x"] += table["w"] + table["z"]
    table["y"] = 0.3 * table["x"] + table["w"] + 2 * table["e"]
    table["count"] = rng.poisson(np.exp(0.2 * table["x"])).astype(float)
    table["hit"] = (table["y"] > 0).astype(float)
    return table


@pytest.mark.parametrize(
    "spec",
    [PPML("count ~ x | g"), Logit("hit ~ x + w"), IV("y ~ w | x ~ z"), OLS("y ~ x | t"), OLS("y ~ x + w | g + t")],
    ids=repr,
)
@pytest.mark.parametrize("by", ["g", "t", "g^t"])
def test_leaving_groups_out_is_the_jackknife_s_refits(data, spec, by):
    fit = spec.fit(data)
    found = leave_one_out(fit, "x", Clustered("g"), by=by)
    if by != "g^t":
        assert_allclose(found.estimates, jackknife(fit, by).table["x"], rtol=1e-7)
        assert_allclose(found.inference["estimate"], found.estimates, rtol=1e-7)
    assert_allclose(found.table["dfbeta"] + found.table["estimate"], fit.params[fit.position("x")], rtol=1e-10)
    assert abs(found.ranked["dfbeta"].iloc[0]) == np.abs(found.table["dfbeta"]).max()


def test_groups_without_which_nothing_can_be_estimated_have_a_reason(data):
    only = data.assign(x=np.where(data["g"] == 3, data["x"], 0.0))
    found = leave_one_out(OLS("y ~ x").fit(only), "x", White("HC1"), by="g")
    assert np.isnan(found.table.loc[3, "estimate"])
    assert "zero in every row" in found.reasons[3]
    assert found.table["estimate"].notna().sum() == 11
    with pytest.raises(NotDefinedError, match="could be estimated without some"):
        leave_one_out(PPML("count ~ x").fit(data).combine(np.array([[1.0, 1.0]]), ["sum"]), "sum", White(), by="g")
    with pytest.raises(NotDefinedError, match="no term 'q'"):
        leave_one_out(OLS("y ~ x").fit(data), "q", White())
    with pytest.raises(NotDefinedError, match="no least squares"):
        influence_measures(IV("y ~ w | x ~ z").fit(data))


@pytest.mark.parametrize("change", [Sign(), Significance(), Reversal()], ids=repr)
@pytest.mark.parametrize("by", [None, "g"])
def test_a_set_is_small_and_its_refit_is_reported(data, change, by):
    fit = OLS("y ~ x + w").fit(data)
    found = influential_set(fit, "x", Clustered("g"), change, by=by)
    if not found.found:
        assert np.isnan(found.share)
        assert "no set (by" in repr(found)
        return
    rows = data.index.isin(found.labels) if by is None else data["g"].isin(found.labels)
    row = OLS("y ~ x + w").fit(data[~rows]).inference(Clustered("g")).row("x")
    assert_allclose([found.estimate, found.se, found.p_value], [row["estimate"], row["se"], row["p_value"]])
    whole = fit.inference(Clustered("g")).row("x")
    overturned = {
        "Sign": row["estimate"] * whole["estimate"] < 0,
        "Significance": (row["p_value"] < 0.05) != (whole["p_value"] < 0.05),
        "Reversal": row["estimate"] * whole["estimate"] < 0 and row["p_value"] < 0.05,
    }[type(change).__name__]
    if by is None or type(change).__name__ == "Sign":  # the critical value is held fixed where clusters leave
        assert found.confirmed == overturned
    assert str(len(found.labels)) in repr(found)


def test_sets_of_other_estimators_change_signs_only(data):
    fit = PPML("count ~ x | g").fit(data)
    assert influential_set(fit, "x", Clustered("g"), Sign()).found
    with pytest.raises(NotDefinedError, match="ask for Sign"):
        influential_set(fit, "x", Clustered("g"), Significance())
    with pytest.raises(NotDefinedError, match="has no derivative"):
        influential_set(OLS("y ~ x").fit(data), "x", Clustered("g", correction="CR2"), Significance())
    with pytest.raises(OptionError, match="is none of"):
        influential_set(fit, "x", Clustered("g"), Sign)


def test_a_constructed_variable_does_what_the_algebra_says(data):
    fit = OLS("y ~ x + w").fit(data)
    found = omitted_variable(fit, "x")
    rng = np.random.default_rng(0)
    omitted = data.assign(u=0.5 * data["x"] + 0.7 * data["e"] + rng.normal(size=len(data)))
    full = OLS("y ~ x + w + u").fit(omitted)
    u = omitted_variable(full, "u")
    treatment = omitted_variable(OLS("x ~ u + w").fit(omitted), "u")
    adjusted = found.adjusted(treatment.partial_r2, u.partial_r2)
    row = full.inference(Classical()).row("x")
    assert_allclose([adjusted.estimate, adjusted.se], [row["estimate"], row["se"]], rtol=1e-8)
    assert_allclose([adjusted.low, adjusted.high], [row["low"], row["high"]], rtol=1e-8)
    edge = found.robustness()
    assert abs(found.adjusted(edge, edge).estimate) < 1e-9 * abs(found.estimate)
    shown = found.adjusted(*[found.robustness_of_test()] * 2)
    assert min(abs(shown.low), abs(shown.high)) < 1e-6 or found.robustness_of_test() == 0
    grid = found.contours(0.3, 0.3, steps=4)
    again = [found.adjusted(one.r2_treatment, one.r2_outcome).estimate for one in grid.itertuples()]
    assert_allclose(grid["estimate"], again)
    bounds = found.bounds("w").dropna()
    inside = ((bounds["r2_treatment"] <= 0.4) & (bounds["r2_outcome"] <= 0.4)).sum()
    notes = contour_figure(found, name="c", title="T", benchmarks=("w",)).notes
    assert f"{found.robustness():.1%}" in notes[0]
    assert notes[1:] == (
        (f"Benchmarks outside of the drawing: {len(bounds) - inside}.",) if inside < len(bounds) else ()
    )


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda one: one.adjusted(1.0, 0.1), OptionError, "partial R²"),
        (lambda one: one.bounds("x"), OptionError, "other terms"),
        (lambda one: one.bounds("q"), NotDefinedError, "no term 'q'"),
        (lambda one: one.robustness(0), OptionError, "positive share"),
    ],
)
def test_questions_about_omitted_variables_that_make_no_sense(data, call, error, message):
    with pytest.raises(error, match=message):
        call(omitted_variable(OLS("y ~ x + w").fit(data), "x"))
    with pytest.raises(NotDefinedError, match="no least squares"):
        omitted_variable(PPML("count ~ x").fit(data), "x")


def test_oster_with_effects_is_that_with_dummies_and_its_bootstrap_repeats(data):
    pairs = [
        ("y ~ x | g", "y ~ x + w | g"),
        ("y ~ x + C(g)", "y ~ x + w + C(g)"),
    ]
    absorbed, dummies = (oster(OLS(a).fit(data), OLS(b).fit(data), "x") for a, b in pairs)
    assert_allclose(
        [absorbed.delta, absorbed.bound(), absorbed.r2_max], [dummies.delta, dummies.bound(), dummies.r2_max]
    )
    assert_allclose(absorbed.delta_for(absorbed.bound()), 1.0)
    assert absorbed.identified_set == tuple(sorted([absorbed.beta_long, absorbed.bound()]))
    first, second = (absorbed.interval("g", reps=40, seed=3) for _ in range(2))
    assert first == second
    assert first.delta[0] < absorbed.delta < first.delta[1]
    assert first.draws == 40
    weighted = data.assign(v=np.where(data["t"] < 5, 2, 1))
    twice = pd.concat([data, data[data["t"] < 5]], ignore_index=True)
    one, other = (
        oster(OLS("y ~ x", **options).fit(rows), OLS("y ~ x + w", **options).fit(rows), "x", r2_max=0.9)
        for options, rows in (({"weights": "v"}, weighted), ({}, twice))
    )
    assert_allclose([one.delta, one.bound(0.5)], [other.delta, other.bound(0.5)], rtol=1e-8)


def test_oster_needs_regressions_that_fit_each_other(data):
    short, long = OLS("y ~ x").fit(data), OLS("y ~ x + w").fit(data)
    with pytest.raises(DataError, match="not the same"):
        oster(short, OLS("y ~ x + w").fit(data[data["t"] > 0]), "x")
    with pytest.raises(DataError, match="same response"):
        oster(OLS("count ~ x").fit(data), long, "x")
    with pytest.raises(OptionError, match="in the short regression only"):
        oster(OLS("y ~ x + z").fit(data), long, "x")
    with pytest.raises(OptionError, match="r2_max"):
        oster(short, long, "x", r2_max=0.01)
    with pytest.raises(NotDefinedError, match="no least squares"):
        oster(PPML("count ~ x").fit(data), PPML("count ~ x + w").fit(data), "x")


def test_several_hypotheses_cost_more_than_one(data):
    hypotheses = {name: (OLS(f"y ~ {name} | g").fit(data), name) for name in ("x", "w", "z", "e")}
    for function in (romano_wolf, westfall_young):
        found = function(hypotheses, Clustered("g"), reps=999)
        assert (found["adjusted"] >= found["p_value"] - 1e-12).all()
        assert found["adjusted"].max() >= found["p_value"].max() - 1e-12
        ordered = found.sort_values("statistic", key=np.abs, ascending=False)["adjusted"]
        assert ordered.is_monotonic_increasing
        single = function({"x": hypotheses["x"]}, Clustered("g"), reps=999)
        assert_allclose(single["adjusted"], single["p_value"])
    for bad in ({}, [1]):
        with pytest.raises(OptionError, match="by name"):
            romano_wolf(bad, Clustered("g"))
    with pytest.raises(OptionError, match="one way"):
        romano_wolf(hypotheses, Clustered("g", "t"))
    with pytest.raises(NotDefinedError, match="no least squares"):
        romano_wolf({"a": (PPML("count ~ x").fit(data), "x")}, Clustered("g"))
    one = data.assign(only="a")
    with pytest.raises(IdentificationError, match="one cluster"):
        romano_wolf({"a": (OLS("y ~ x").fit(one), "x")}, Clustered("only"))


def test_family_wise_errors_are_held_where_nothing_is_there():
    rejections = []
    for seed in range(80):
        rng = np.random.default_rng(seed)
        table = pd.DataFrame(rng.normal(size=(60, 6)), columns=[*"abcde", "x"]).assign(g=np.repeat(range(12), 5))
        found = romano_wolf(
            {name: (OLS(f"{name} ~ x").fit(table), "x") for name in "abcde"}, Clustered("g"), reps=199, seed=seed
        )
        rejections.append((found["adjusted"] <= 0.1).any())
    assert np.mean(rejections) < 0.2


@pytest.mark.parametrize("bad", [[], [[0.1]], [0.1, np.nan], [1.2], [-0.1]])
def test_q_values_are_of_probabilities(bad):
    with pytest.raises(DataError, match="no probabilities"):
        sharpened_q(bad)


def test_double_selection_with_effects_is_that_with_demeaned_columns(data):
    names = ("w", "z", "e")
    found = double_selection("y ~ x | g", data, names, cluster="g")
    means = data.groupby("g")[["y", "x", *names]].transform("mean")
    within = data.assign(**(data[["y", "x", *names]] - means))
    other = double_selection("y ~ x", within, names, cluster="g")
    assert found.controls == other.controls
    assert_allclose(found.fit.params[0], other.fit.params[other.fit.position("x")], rtol=1e-8)
    assert found.fit.inference(Clustered("g")).clusters == {"g": 12}
    assert "x:" in repr(found)
    categories = double_selection("y ~ x", data.assign(kind=data["t"].map(str)), ("w", "C(kind)"))
    assert "w" in categories.controls
    with pytest.raises(OptionError, match="tuple of candidates"):
        double_selection("y ~ x", data, "w")
    with pytest.raises(OptionError, match="gamma"):
        double_selection("y ~ x", data, ("w",), gamma=2.0)


def test_the_lasso_meets_its_first_order_conditions_or_says_that_it_does_not(monkeypatch):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(80, 30))
    y = X[:, 0] + rng.normal(size=80)
    penalties = np.full(30, 20.0)
    b = lasso(X, y, penalties)
    gradient = 2 * X.T @ (y - X @ b)
    assert_allclose(gradient[b != 0], penalties[b != 0] * np.sign(b[b != 0]), rtol=1e-8)
    assert (np.abs(gradient[b == 0]) <= penalties[b == 0]).all()
    monkeypatch.setattr("econ.stability.selection.SWEEPS", 1)
    with pytest.raises(ConvergenceError, match="did not come to rest"):
        lasso(X, y, penalties)


@pytest.mark.parametrize("spec", [OLS("y ~ x + w | g"), PPML("count ~ x | g")], ids=repr)
def test_changes_in_a_panel_are_those_of_interactions(data, spec):
    fit = spec.fit(data)
    breaks = structural_breaks(fit, "x", Clustered("g"), time="t")
    assert list(breaks.path["t"]) == list(range(2, 9))
    for row in breaks.path.itertuples():
        late = data.assign(late=np.where(data["t"] >= row.t, data["x"], 0.0))
        text = spec.formula.replace("~ x", "~ x + late")
        expected = type(spec)(text).fit(late).inference(Clustered("g")).row("late")
        assert_allclose([row.change, row.se], [expected["estimate"], expected["se"]], rtol=1e-6)
    assert 0 <= breaks.test.p_value <= 1
    assert breaks.test.statistic == breaks.path["wald"].max()
    with pytest.raises(NotDefinedError, match="one series|no least squares"):
        _ = breaks.cusum


def test_a_series_has_dates_and_cumulated_residuals_too():
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"t": range(80), "x": rng.normal(size=80)})
    table["y"] = np.where(table["t"] < 40, 0.0, 4.0) + table["x"] + rng.normal(size=80)
    breaks = structural_breaks(OLS("y ~ x").fit(table), "Intercept", White("HC1"), time="t")
    assert [abs(date - 40) <= 1 for date in breaks.bai_perron().dates] == [True]
    assert breaks.cusum.recursive(table).p_value < 0.01
    assert breaks.test.p_value < 0.01
    assert "same in all periods" in repr(breaks)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"time": "q"}, EconError, "no column 'q'"),
        ({"time": "t", "width": 1}, OptionError, "width"),
        ({"time": "t", "trim": 1.5}, OptionError, "trim"),
        ({"time": "one"}, IdentificationError, "one period"),
    ],
)
def test_breaks_that_make_no_sense(data, options, error, message):
    with pytest.raises(error, match=message):
        structural_breaks(OLS("y ~ x").fit(data.assign(one=1)), "x", White(), **options)


def test_too_few_periods_for_a_change_and_windows_that_are_refused(data):
    two = structural_breaks(OLS("y ~ x").fit(data[data["t"] < 2]), "x", Clustered("g"), time="t", trim=0.6)
    with pytest.raises(IdentificationError, match="at no date"):
        _ = two.test
    late = data.assign(x=np.where(data["t"] < 5, 0.0, data["x"]))
    windows = structural_breaks(OLS("y ~ x").fit(late), "x", Clustered("g"), time="t", width=3).rolling
    assert windows["estimate"].isna().tolist() == [True, True, True, *[False] * 5]


def test_recursive_residuals_need_a_start():
    table = pd.DataFrame(
        {"t": range(30), "x": [0.0] * 5 + list(range(25)), "y": np.random.default_rng(0).normal(size=30)}
    )
    with pytest.raises(IdentificationError, match="first 2 rows"):
        Cusum("y ~ x", time="t").recursive(table)
    with pytest.raises(IdentificationError, match="too few"):
        Cusum("y ~ 1", time="t").recursive(table[:3])
