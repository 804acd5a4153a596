"""One concept: every verdict can occur, and each number is that of a loop."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from econ import OLS, Clustered, White, wild_bootstrap
from econ.errors import EconError, OptionError
from econ.estimates import Estimates, NotEstimable
from econ.ledger import Hypothesis, Trial, Verdict, examine, overall
from econ.stability import Specifications

BY_FIRM = Clustered("firm")
EFFECTS = (None, "firm", "firm + year")


def panel(seed=0, slope=1.0, noise=1.0):
    """Fourteen firms over ten years, with a control that is correlated with the regressor."""
    rng = np.random.default_rng(seed)
    data = pd.DataFrame({"firm": np.repeat([f"f{i:02}" for i in range(14)], 10), "year": np.tile(range(10), 14)})
    data["x"] = rng.normal(size=len(data)) + np.repeat(rng.normal(size=14), 10)
    data["w"] = 0.5 * data["x"] + rng.normal(size=len(data))
    data["late"] = data["year"] > 4
    data["y"] = slope * data["x"] + 0.3 * data["w"] + noise * rng.normal(size=len(data))
    return data


def trial(data, **changes):
    parts = {
        "concept": "x",
        "covers": "all",
        "spec": OLS("y ~ x"),
        "data": data,
        "term": "x",
        "predicted": 1,
        "covariance": BY_FIRM,
        "by": "firm",
    }
    return Trial(**{**parts, **changes})


def grid(treatments=("x",), controls=("w",)):
    return Specifications(
        ("y",), treatments, controls, effects=EFFECTS, samples=(None, "late"), covariance=BY_FIRM
    )  # fmt: skip


def confounded(seed=0):
    """A regressor that goes along with the outcome only through a control, with a sign that the control turns."""
    data = panel(seed, slope=0.0)
    rng = np.random.default_rng(seed + 100)
    data["w"] = data["x"] + 0.5 * rng.normal(size=len(data))
    data["y"] = 3 * data["w"] - 1.0 * data["x"] + 0.3 * rng.normal(size=len(data))
    return data


def carried(seed=0):
    """One firm alone carries the estimate; the others say the opposite, weakly."""
    data = panel(seed, slope=0.0)
    data["x"] += 30.0 * (data["firm"] == "f00")
    data["y"] = np.where(data["firm"] == "f00", data["x"], -0.5 * data["x"]) + data["y"] * 0.1
    return data


def small(_fit):
    return 0.001


def test_a_strong_effect_in_all_specifications_is_supported_or_contradicted():
    for predicted, expected in ((1, Verdict.SUPPORTED), (-1, Verdict.CONTRADICTED)):
        found = examine(trial(panel(), predicted=predicted, grid=grid()))
        assert found.verdict is expected
        assert (found.share, found.turned, found.reason) == (1.0, 0, "")


@pytest.mark.parametrize(("predicted", "expected"), [(1, Verdict.FRAGILE), (-1, Verdict.FRAGILE_AGAINST)])
def test_a_sign_that_other_specifications_do_not_share_is_fragile(predicted, expected):
    found = examine(trial(confounded(), predicted=predicted, grid=grid()))
    assert found.share == 0.5  # those without the control
    assert found.turned == 0
    assert found.verdict is expected


@pytest.mark.parametrize(("predicted", "expected"), [(1, Verdict.FRAGILE), (-1, Verdict.FRAGILE_AGAINST)])
def test_a_sign_that_hangs_on_one_unit_is_fragile(predicted, expected):
    found = examine(trial(carried(), predicted=predicted, p_value=small, method="given"))
    assert (found.turned, found.influential) == (1, "f00")
    assert found.without < 0 < found.row["estimate"]
    assert found.verdict is expected


def test_noise_is_undecided():
    found = examine(trial(panel(slope=-0.3).assign(y=np.random.default_rng(5).normal(size=140)), grid=grid()))
    assert found.p_value > 0.05
    assert found.verdict is Verdict.UNDECIDED
    assert found.reason == ""


@pytest.mark.parametrize(
    ("data", "spec"),
    [
        (panel().assign(x=1.0), OLS("y ~ x")),
        (panel().assign(x=np.nan), OLS("y ~ x")),
        (panel().assign(x=np.repeat(range(14), 10).astype(float)), OLS("y ~ x | firm")),
        (panel().iloc[:2], OLS("y ~ x + w")),
    ],
    ids=["collinear", "empty", "absorbed", "too few rows"],
)
def test_what_the_data_refuse_cannot_be_tested_and_says_why(data, spec):
    found = examine(trial(data, spec=spec))
    assert isinstance(found.estimates, NotEstimable)
    assert found.verdict is Verdict.UNTESTABLE
    assert found.reason == found.estimates.reason != ""
    assert found.row is None


@pytest.mark.parametrize("outcome", ["constant", "line", "zero"])
@pytest.mark.parametrize("covariance", [BY_FIRM, White("HC1")])
@pytest.mark.parametrize("given", [None, small])
def test_an_exact_fit_tests_nothing(outcome, covariance, given):
    data = panel()
    data["y"] = {"constant": 100.0, "zero": 0.0, "line": 2 * data["x"] - 1}[outcome]
    found = examine(trial(data, covariance=covariance, p_value=given, method="given"))
    assert found.verdict is Verdict.UNTESTABLE
    assert np.isnan(found.p_value)
    assert found.reason != ""


@pytest.mark.parametrize(
    "changes",
    [
        {"spec": OLS("y ~ nowhere")},
        {"covariance": Clustered("nowhere")},
        {"term": "w"},
        {"by": "nowhere"},
        {"grid": grid(controls=("nowhere",))},
    ],
    ids=["formula", "cluster", "term", "unit", "grid"],
)
def test_what_is_wrong_with_the_trial_itself_is_an_error(changes):
    with pytest.raises(EconError):
        examine(trial(panel(), **changes))


def test_a_trial_has_a_sign_and_a_named_method():
    for predicted in (0, 2, 0.5):
        with pytest.raises(OptionError, match="sign"):
            trial(panel(), predicted=predicted)
    with pytest.raises(OptionError, match="method"):
        trial(panel(), p_value=small)


def test_a_p_value_that_cannot_be_had_makes_it_untestable():
    def refuses(_fit):
        raise OptionError("no such permutation")

    found = examine(trial(panel(), p_value=refuses, method="permutation"))
    assert isinstance(found.estimates, Estimates)
    assert (found.verdict, found.reason) == (Verdict.UNTESTABLE, "no such permutation")


@pytest.mark.parametrize("slope", [1.0, 0.05])
def test_the_p_value_is_that_of_the_wild_bootstrap_for_clusters_and_of_t_otherwise(slope):
    data = panel(slope=slope)
    fit = OLS("y ~ x").fit(data)
    clustered, robust = (examine(trial(data, covariance=one)) for one in (BY_FIRM, White("HC1")))
    assert clustered.p_value == wild_bootstrap(fit, "x", BY_FIRM, level=None).p_value
    assert clustered.method == "wild cluster bootstrap"
    assert robust.p_value == fit.inference(White("HC1")).row("x")["p_value"]
    assert robust.method == "t test"


def test_the_own_p_value_gets_the_fit_and_is_named():
    found = examine(trial(panel(), p_value=lambda fit: float(fit.nobs) / 1e4, method="by size"))
    assert (found.p_value, found.method) == (0.014, "by size")


@pytest.mark.parametrize("by", ["firm", "year", None])
@pytest.mark.parametrize("formula", ["y ~ x", "y ~ x + w | firm"])
@pytest.mark.parametrize("make", [panel, carried, confounded])
def test_leaving_out_is_that_of_a_loop(by, formula, make):
    data = make().set_index(pd.Index([f"row {i}" for i in range(140)]))
    found = examine(trial(data, by=by, spec=OLS(formula)))
    full = OLS(formula).fit(data)
    start = full.params[full.position("x")]
    units = data.index.to_series() if by is None else data[by]
    without = {}
    for unit in units.unique():
        fit = OLS(formula).fit(data[(units != unit).to_numpy()])
        without[str(unit)] = fit.params[fit.position("x")]
    moved = pd.Series(without)
    assert found.turned == (np.sign(moved) != np.sign(start)).sum()
    assert_allclose(found.without, moved[found.influential], rtol=1e-9)
    assert_allclose(abs(found.without - start), (moved - start).abs().max(), rtol=1e-9)


def test_a_fit_that_is_no_regression_by_itself_is_made_again_without_each_unit():
    def combined(data):
        fit = OLS("y ~ x + w").fit(data)
        J = np.zeros((1, len(fit.names)))
        J[0, [fit.position("x"), fit.position("w")]] = 1, -1
        return fit.combine(J, ["less"])

    data = panel()
    found = examine(trial(data, term="less", fit=combined))
    moved = {unit: combined(data[data["firm"] != unit]).params[0] for unit in data["firm"].unique()}
    start = combined(data).params[0]
    far = max(moved, key=lambda unit: abs(moved[unit] - start))
    assert found.influential == far
    assert_allclose(found.without, moved[far])
    assert found.turned == sum(np.sign(one) != np.sign(start) for one in moved.values())
    assert found.verdict is Verdict.FRAGILE  # nothing was varied


@pytest.mark.parametrize("make", [panel, carried, confounded])
@pytest.mark.parametrize("treatments", [("x",), ("x", "rank")])
def test_the_share_of_specifications_is_that_of_a_loop(make, treatments):
    data = make(seed=3)
    data["rank"] = data["x"].rank(pct=True)
    data["noise"] = np.random.default_rng(9).normal(size=len(data))
    controls = ("w", "noise")
    found = examine(trial(data, grid=grid(treatments, controls)))
    sign = np.sign(found.row["estimate"])
    same = []
    for treatment in treatments:
        for size in range(len(controls) + 1):
            for chosen in combinations(controls, size):
                for effects in EFFECTS:
                    for rows in (data, data[data["late"]]):
                        after = "" if effects is None else f" | {effects}"
                        fit = OLS(f"y ~ {' + '.join([treatment, *chosen])}{after}").fit(rows)
                        same.append(np.sign(fit.params[fit.position(treatment)]) == sign)
    assert found.specifications == len(same)
    assert_allclose(found.share, np.mean(same))


def test_specifications_that_are_refused_do_not_count():
    data = panel()
    data["w"] = np.repeat(range(14), 10).astype(float)  # absorbed by the effects of firms
    found = examine(trial(data, grid=grid()))
    assert found.specifications == 8  # of twelve


def test_without_a_grid_nothing_firm_is_said():
    found = examine(trial(panel()))
    assert found.specifications == 0
    assert np.isnan(found.share)
    assert found.verdict is Verdict.FRAGILE


@pytest.mark.parametrize(
    ("p_values", "expected"),
    [
        ((0.01, 0.9, 0.9), Verdict.FRAGILE),
        ((0.02, 0.9, 0.9), Verdict.UNDECIDED),
        ((0.01, 0.02, 0.03), Verdict.SUPPORTED),
        ((0.04,), Verdict.SUPPORTED),
    ],
)
def test_the_verdict_on_a_hypothesis_counts_its_tests(p_values, expected):
    found = replace(examine(trial(panel())), specifications=4, share=1.0, turned=0)
    evidence = [replace(found, p_value=one) for one in p_values]
    refused = replace(found, p_value=np.nan, method="none")
    assert overall([*evidence, refused]) is expected


@pytest.mark.parametrize("empty", ["title", "statement", "falsifier", "identification"])
@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_a_hypothesis_has_all_of_its_parts(empty, text):
    names = ("title", "statement", "estimand", "specification", "data", "falsifier", "identification")
    full = Hypothesis(number=1, **dict.fromkeys(names, "said"))
    assert list(full.parts) == [name.capitalize() for name in names[1:]]
    with pytest.raises(OptionError, match=empty):
        replace(full, **{empty: text})
