"""Fragility: numbers of PySensemakr, StatsPAI, hdm's ports, pyfixest, statsmodels and strucchange, and slow loops."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from econ import OLS, Clustered, White
from econ.breaks import Cusum
from econ.groups import factorize
from econ.stability import (
    Reversal,
    Sign,
    Significance,
    Specifications,
    double_selection,
    influence_measures,
    influential_set,
    leave_one_out,
    omitted_variable,
    oster,
    romano_wolf,
    sharpened_q,
    specification_curve,
    structural_breaks,
    westfall_young,
)
from econ.stability.curves.curve import treatment_of
from econ.stability.curves.joint import statistics_of
from econ.stability.influential import weight_derivatives
from econ.stability.nulls.resample import drawn
from econ.stability.nulls.shuffle import Again

HERE = Path(__file__).parent


def folders(kind, file):
    return sorted(path.parent.name for path in HERE.glob(f"stability-{kind}-*/{file}.json"))


@cache
def stored(folder, file):
    return json.loads((HERE / folder / f"{file}.json").read_text())


@cache
def table(folder):
    return pd.read_csv(HERE / folder / "data.csv")


def formula(outcome, regressors, effects=()):
    return f"{outcome} ~ {' + '.join(regressors) or '1'}" + (f" | {' + '.join(effects)}" if effects else "")


# ------------------------------------------------------------------ omitted variables


def sensemakr(folder, term):
    spec = stored(folder, "omitted")["spec"]
    regressors = [spec["treatment"], *spec["covariates"], *(f"C({name})" for name in spec["effects"])]
    return omitted_variable(OLS(formula(spec["outcome"], regressors)).fit(table(folder)), term)


@pytest.mark.parametrize("folder", folders("sensemakr", "omitted"))
def test_robustness_values_are_those_of_sensemakr(folder):
    for case in stored(folder, "omitted")["cases"]:
        if case["kind"] != "statistics":
            continue
        found = sensemakr(folder, case["term"])
        assert_allclose([found.estimate, found.se, found.df], [case["estimate"], case["se"], case["dof"]], rtol=1e-8)
        assert_allclose(found.partial_r2, case["partial_r2"], rtol=1e-8)
        for one in case["robustness"]:
            if one["alpha"] is None:
                assert_allclose(found.robustness(one["q"]), one["rv"], rtol=1e-8, atol=1e-14)
            else:
                tested = omitted_variable(found.fit, case["term"], level=1 - one["alpha"])
                assert_allclose(tested.robustness_of_test(one["q"]), one["rv"], rtol=1e-7, atol=1e-12)


@pytest.mark.parametrize("folder", folders("sensemakr", "omitted"))
def test_bounds_by_benchmarks_are_those_of_sensemakr(folder):
    found = sensemakr(folder, stored(folder, "omitted")["spec"]["treatment"])
    seen = 0
    for case in stored(folder, "omitted")["cases"]:
        if case["kind"] == "pair" and case["reduce"]:
            one = found.adjusted(case["r2dz_x"], case["r2yz_dx"])
            assert_allclose(
                [one.estimate, one.se], [case["adjusted_estimate"], case["adjusted_se"]], rtol=1e-7, atol=1e-12
            )
            for interval in case.get("intervals", []):
                level = omitted_variable(found.fit, found.term, level=1 - interval["alpha"])
                one = level.adjusted(case["r2dz_x"], case["r2yz_dx"])
                assert_allclose([one.low, one.high], interval["ci_dof_less_one"], rtol=1e-7, atol=1e-12)
        if case["kind"] == "benchmark" and case["kd"] == case["ky"]:
            row = found.bounds(case["benchmark"], (case["kd"],)).iloc[0]
            numbers = ["r2dz_x", "r2yz_dx", "adjusted_estimate", "adjusted_se"]
            ours = row[["r2_treatment", "r2_outcome", "estimate", "se"]].to_numpy(dtype=float)
            assert_allclose(ours, [case[name] for name in numbers], rtol=1e-7, atol=1e-10)
            seen += 1
    assert seen > 2


@pytest.mark.parametrize("folder", folders("oster", "oster"))
def test_oster_is_that_of_constructed_variables(folder):
    for case in stored(folder, "oster")["cases"]:
        short_terms = [case["treatment"], *case["always"]]
        long_terms = [*short_terms, *case["controls"]]
        data = table(folder)
        constants = [f"C({name})" for name in case["effects"]]
        short, long = (
            OLS(formula(case["outcome"], [*terms, *constants])).fit(data) for terms in (short_terms, long_terms)
        )
        for one in case["results"]:
            found = oster(short, long, case["treatment"], r2_max=one["r_max"])
            assert_allclose([found.beta_long, found.r2_long], [case["beta_long"], case["r2_long"]], rtol=1e-7)
            if one["kind"] == "delta":
                assert_allclose(found.delta_for(one["beta"]), one["delta"], rtol=1e-6)
                continue
            roots = [root["beta"] for root in one["roots"]]
            assert_allclose(found.roots(one["delta"]), roots, rtol=1e-6, atol=1e-9 * max(map(abs, roots)))
            allowed = [root["beta"] for root in one["roots"] if root["assumption_3"]]
            nearest = min(allowed, key=lambda root: abs(root - found.beta_long), default=float("nan"))
            assert_allclose(found.bound(one["delta"]), nearest, rtol=1e-6)


# ------------------------------------------------------------------ several hypotheses


@pytest.mark.parametrize("folder", folders("romano-wolf", "multiple"))
@pytest.mark.parametrize("variant", ["null_imposed", "unrestricted"])
def test_stepdown_p_values_are_those_of_refits(folder, variant):
    kept = stored(folder, "multiple")
    for case in kept["cases"]:
        hypotheses = {
            str(place): (OLS(one["formula"]).fit(table(folder)), one["term"])
            for place, one in enumerate(case["hypotheses"])
        }
        options = {"impose_null": variant == "null_imposed", "reps": case["draws"]}
        for function, name in ((romano_wolf, "romano_wolf"), (westfall_young, "westfall_young")):
            found = function(hypotheses, Clustered(kept["cluster"]), **options)
            assert_allclose(found["statistic"], [one["statistic"] for one in case["hypotheses"]], rtol=1e-9)
            assert_allclose(found["adjusted"], case[variant][name]["p_value"], rtol=1e-12)
            assert_allclose(found["p_value"], case[variant]["unadjusted"]["p_value"], rtol=1e-12)


@pytest.mark.parametrize(
    "case", stored("stability-sharpened-q-vectors", "multiple")["cases"], ids=lambda one: one["name"]
)
def test_sharpened_q_values_are_exact(case):
    assert_allclose(sharpened_q(case["p"]), case["sharpened_q"], rtol=1e-12, atol=1e-15)


# ------------------------------------------------------------------ double selection


SELECTIONS = [
    (folder, number)
    for folder in folders("selection", "selection")
    for number, case in enumerate(stored(folder, "selection")["cases"])
    if case["start"] == "correlated" and case["estimates"]
]


@pytest.mark.parametrize(("folder", "number"), SELECTIONS)
def test_double_selection_is_that_of_hdm_and_rlasso(folder, number):
    kept = stored(folder, "selection")
    case = kept["cases"][number]
    found = double_selection(
        formula(kept["outcome"], kept["treatments"]),
        table(folder),
        tuple(kept["controls"]),
        cluster=kept.get("cluster") if case["loadings"] == "clustered" else None,
        homoskedastic=case["loadings"] == "homoskedastic",
        gamma=case["gamma"],
    )
    assert_allclose(found.penalty, case["lambda"], rtol=1e-10)
    for one in found.equations:
        equation = case["equations"][one.variable]
        assert set(one.controls) == set(equation["selected"])
        assert one.settled == equation["settled"]
    assert set(found.controls) == set(case["union"])
    covariances = {"HC0": White("HC0"), "HC1": White("HC1")}
    if "cluster" in kept:
        covariances["CR1"] = Clustered(kept["cluster"])
    for term, numbers in case["estimates"].items():
        for name, covariance in covariances.items():
            row = found.fit.inference(covariance).row(term)
            assert_allclose([row["estimate"], row["se"]], [numbers["estimate"], numbers[name]], rtol=1e-7)


@pytest.mark.parametrize("folder", sorted({folder for folder, _ in SELECTIONS}))
def test_the_default_penalty_is_the_stored_one(folder):
    kept = stored(folder, "selection")
    case = next(one for one in kept["cases"] if one["start"] == "correlated")
    cluster = kept.get("cluster") if case["loadings"] == "clustered" else None
    found = double_selection(
        formula(kept["outcome"], kept["treatments"]), table(folder), tuple(kept["controls"]), cluster=cluster
    )
    assert_allclose(found.penalty, case["lambda"], rtol=1e-10)


# ------------------------------------------------------------------ specification curves


def covariance(columns):
    return Clustered(*columns, semi_definite=False) if columns else White("HC1")


def of_grid(kept, columns, treatments, effects):
    grid = kept["grid"]
    return Specifications(
        tuple(grid["outcomes"]),
        tuple(treatments),
        tuple(grid["controls"]),
        effects=tuple(" + ".join(one) or None for one in effects),
        samples=tuple(None if one == "all" else one for one in grid["samples"]),
        covariance=covariance(columns),
    )


def rows_of(curve):
    table = curve.table.astype({"effects": object, "sample": object, "reason": object})
    return table.where(table.notna(), None).to_dict("records")


def key(one):
    effects = one["effects"] if isinstance(one["effects"], list) else [one["effects"]] if one["effects"] else []
    sample = "all" if one["sample"] in (None, "all") else one["sample"]
    controls = one["controls"] if isinstance(one["controls"], list) else [c for c in one["controls"].split(" + ") if c]
    return one["outcome"], one["treatment"], tuple(sorted(controls)), " + ".join(effects), sample


CURVES = [(folder, name) for folder in folders("curve", "curve") for name in stored(folder, "curve")["covariances"]]


@pytest.mark.parametrize(("folder", "name"), CURVES)
def test_all_specifications_are_those_of_pyfixest(folder, name):
    kept = stored(folder, "curve")
    grid = of_grid(kept, kept["covariances"][name], kept["grid"]["treatments"], kept["grid"]["effects"])
    curve = specification_curve(grid, table(folder))
    ours = {key(row): row for row in rows_of(curve)}
    assert len(ours) == len(kept["specifications"]) == len(grid)
    by_algebra = {int(place) for family in curve.families for place in family.members}
    assert len(by_algebra) == len(grid)
    for one in kept["specifications"]:
        row = ours[key(one)]
        if one["left_out"]:
            assert "combination" in row["reason"] or "does not vary" in row["reason"]
            continue
        if one[name]["se"] is None:
            assert "variance of" in row["reason"]
            continue
        assert row["reason"] is None
        assert row["nobs"] == one["nobs"]
        assert_allclose(
            [row["estimate"], row["se"], row["p_value"]], [one["estimate"], one[name]["se"], one[name]["p"]], rtol=1e-7
        )
        assert row["df"] == one[name]["df"]


JOINT = [
    (folder, name)
    for folder in folders("curve", "curve")
    for name in stored(folder, "curve")["joint"]
    if not name.endswith("shared_effects")  # a cluster that is drawn twice has two effects here
]


@pytest.mark.parametrize(("folder", "name"), JOINT)
def test_statistics_under_the_null_are_those_of_refits(folder, name):
    kept = stored(folder, "curve")
    case = kept["joint"][name]
    grid = of_grid(kept, kept["covariances"][case["covariance"]], [case["treatment"]], case["effects"])
    curve = specification_curve(grid, table(folder))
    same = repeated(curve, kept)
    df = curve.numbers["df"].to_numpy()
    if "resampled" in case:
        groups = factorize("by", table(folder)[case["resampled"]])
        copies = pd.read_csv(HERE / folder / "multiplicities.csv").set_index(case["resampled"]).sort_index()
        draws = [drawn(curve, groups, copies[column].to_numpy()) for column in copies]
    else:
        _, sample, treatment = treatment_of(case["treatment"], table(folder))
        again = Again(curve, sample, treatment)
        draws = [(*again.numbers(one), df) for one in permuted(folder, case, sample)]
    assert len(draws) == len(case["replicates"])
    for numbers, one in zip(draws, case["replicates"], strict=True):
        if one.get("undefined"):
            continue  # a negative variance, which is repaired here
        found = statistics_of(*(column[same] for column in numbers), 0.05)
        assert_allclose(found[[0, 3]], [one["median"], one["stouffer"]], rtol=1e-6, atol=1e-9)
        assert found[1 if case["dominant_sign"] > 0 else 2] == one["significant"]


def repeated(curve, kept):
    """Places of the specifications; of one with a collinear control the place of that without it."""
    rows = rows_of(curve)
    reference = {key(one): one for one in kept["specifications"]}
    places = []
    for place, row in enumerate(rows):
        one = reference[key(row)]
        if row["reason"] is not None:
            outcome, _, controls, effects, sample = key(row)
            others = [
                other
                for other, found in enumerate(rows)
                if found["reason"] is None
                and (key(found)[0], *key(found)[3:]) == (outcome, effects, sample)
                and set(key(found)[2]) < set(controls)
                and abs(found["estimate"] / one["estimate"] - 1) < 1e-7
                and found["nobs"] == one["nobs"]
            ]
        places.append(place if row["reason"] is None else others[0])
    return places


def permuted(folder, case, sample):
    data, columns = table(folder), pd.read_csv(HERE / folder / "permutations.csv")
    x = data[case["treatment"]]
    for name in [one for one in columns if one != case["permuted"]]:
        if case["permuted"] == "rows":
            yield x.to_numpy()[columns[name].to_numpy()][sample.rows]
        else:
            labels = np.sort(data[case["permuted"]].unique())
            of_label = x.groupby(data[case["permuted"]]).first().loc[labels].to_numpy()
            moved = pd.Series(of_label[columns.set_index(case["permuted"]).loc[labels, name].to_numpy()], index=labels)
            yield data[case["permuted"]].map(moved).to_numpy()[sample.rows]


# ------------------------------------------------------------------ leaving out


LEFT_OUT = [
    (folder, name)
    for folder in folders("leave-out", "leave_out")
    for name in stored(folder, "leave_out")["regressions"]
]


@pytest.mark.parametrize(("folder", "name"), LEFT_OUT)
def test_estimates_without_each_row_and_group_are_those_of_refits(folder, name):
    case = stored(folder, "leave_out")["regressions"][name]
    fit = OLS(formula(case["outcome"], case["regressors"], case["effects"]), weights=case["weights"]).fit(table(folder))
    assert fit.nobs == case["nobs"]
    measures = influence_measures(fit)
    for term in case["rows"]["without"]:
        found = leave_one_out(fit, term, White("HC1"))
        assert_allclose(found.estimates, case["rows"]["without"][term], rtol=1e-7)
        assert_allclose(measures[f"dfbeta[{term}]"], case["rows"]["dfbeta"][term], rtol=1e-6, atol=1e-10)
        assert_allclose(measures[f"dfbetas[{term}]"], case["rows"]["dfbetas"][term], rtol=1e-6, atol=1e-10)
        for column, groups in case["groups"].items():
            without = leave_one_out(fit, term, White("HC1"), by=column)
            for one in [one for one in groups if term in one["estimate"]]:
                assert_allclose(without.table.loc[one["group"], "estimate"], one["estimate"][term], rtol=1e-7)


@pytest.mark.parametrize("folder", folders("influential", "influential"))
def test_derivatives_and_sets_are_those_of_weighted_regressions(folder):
    data = table(folder)
    changes = {"sign": Sign(), "significance": Significance(), "opposite_significant": Reversal()}
    for case in stored(folder, "influential")["cases"].values():
        fit = OLS(formula(case["outcome"], [case["treatment"], *case["controls"]], case["effects"])).fit(data)
        errors = covariance(case["clusters"])
        d_estimate, d_se = weight_derivatives(fit, case["treatment"], errors)
        assert_allclose(d_estimate, case["d_estimate"], rtol=1e-6, atol=1e-12)
        assert_allclose(d_se, case["d_se"], rtol=1e-6, atol=1e-12)
        for name, change in changes.items():
            one, found = case["sets"][name], influential_set(fit, case["treatment"], errors, change)
            if one["count"] is None:
                assert not found.found
                continue
            assert len(found.labels) == one["count"]
            assert set(found.labels) == set(one["rows"])
            assert_allclose(found.se, one["again"]["own"]["se"], rtol=1e-7)


# ------------------------------------------------------------------ over time


def windows(found, expected, term, name):
    assert len(found) == len(expected)
    for row, one in zip(found.to_dict("records"), expected, strict=True):
        assert (row["first"], row["last"], row["nobs"]) == (one["start"], one["end"], one["nobs"])
        assert_allclose(
            [row["estimate"], row["se"], row["p_value"]],
            [one["estimate"][term], one[name]["se"][term], one[name]["p"][term]],
            rtol=1e-7,
        )


@pytest.mark.parametrize("model", ["pooled", "firm"])
@pytest.mark.parametrize("name", ["CR1", "HC1"])
def test_windows_of_a_panel_are_those_of_pyfixest(model, name):
    kept, data = stored("stability-windows-firms", "windows"), table("stability-windows-firms")
    case = kept["models"][model]
    for rows, width, kind in (
        (data, kept["width"], "rolling"),
        (data, kept["first"], "recursive"),
        (data[data[kept["time"]] != kept["gap_without"]], kept["width"], "gap_observed"),
    ):
        fit = OLS(formula(case["outcome"], case["regressors"], case["effects"])).fit(rows)
        for term in case["regressors"]:
            breaks = structural_breaks(fit, term, covariance(case["covariances"][name]), time=kept["time"], width=width)
            windows(breaks.recursive if kind == "recursive" else breaks.rolling, case[kind], term, name)


def test_windows_and_cumulated_residuals_of_a_series():
    kept, data = stored("stability-windows-consumption", "windows"), table("stability-windows-consumption")
    model = kept["model"]
    fit = OLS(formula(model["outcome"], model["regressors"])).fit(data)
    for term in model["regressors"]:
        for kind, width in (("rolling", kept["rolling"]["width"]), ("recursive", kept["recursive"]["first"])):
            breaks = structural_breaks(fit, term, White("HC1"), time=kept["time"], width=width)
            windows(getattr(breaks, kind), kept[kind]["windows"], term, "HC1")
    cusum = Cusum(fit.spec.formula, time=kept["time"])
    path = cusum.path(data)
    assert_allclose(path["residual"], kept["recursive_residuals"], rtol=1e-7, atol=1e-9)
    assert_allclose(path["squares"], kept["cusum_squares"]["path"], rtol=1e-7)
    assert_allclose(path["cusum"], kept["strucchange"]["Rec-CUSUM"]["process"][1:], rtol=1e-7, atol=1e-9)
    for test, name in ((cusum.recursive(data), "Rec-CUSUM"), (cusum.least_squares(data), "OLS-CUSUM")):
        assert_allclose(
            [test.statistic, test.p_value], [kept["strucchange"][name][one] for one in ("statistic", "p")], rtol=1e-6
        )
