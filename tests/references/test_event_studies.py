"""Event studies against numbers of other programs, of papers, and of slow loops."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import econ
import econ.event_study as es
from econ.event_study.honesty.conditional import Conditional, LeastFavorable
from econ.event_study.honesty.fixed_length import FixedLength
from econ.event_study.honesty.restrictions import RelativeMagnitudes, Smoothness
from econ.event_study.path import EventPath
from econ.event_study.pretrends import power_against, slope_for
from econ.event_study.robustness import Problem

HERE = Path(__file__).parent
RESTRICTIONS = {"smoothness": Smoothness(), "relative_magnitudes": RelativeMagnitudes()}
METHODS = {
    "FLCI": lambda _: FixedLength(),
    "C-LF": lambda moments: LeastFavorable(moments=moments),
    "Conditional": lambda moments: Conditional(moments=moments),
}
LATE = {"no period before the anticipation", "no untreated row of its unit"}  # left out, which other programs count


def documents(name):
    for path in sorted(HERE.glob(f"*/{name}")):
        content = json.loads(path.read_text(encoding="utf-8"))
        for place, document in enumerate(content if isinstance(content, list) else [content]):
            yield pytest.param(path.parent, document, id=f"{path.parent.name}-{place}")


def read(folder):
    return pd.read_csv(folder / "data.csv")


@pytest.mark.parametrize(("folder", "document"), list(documents("event_study.json")))
def test_estimates_and_errors(folder, document):
    spec = {key: tuple(value) if isinstance(value, list) else value for key, value in document["spec"].items()}
    estimator = getattr(es, spec.pop("estimator"))
    fit = estimator(**spec).fit(read(folder))
    if estimator is not es.Stacked:  # its rows are those of the stacks
        assert fit.nobs + sum(fit.sample.dropped.get(reason, 0) for reason in LATE) == document["nobs"]
    for entry in document["entries"]:
        across = {"across": entry["across"]} if entry["across"] else {}
        average = fit if entry["aggregate"] == "event_time" else fit.aggregate(entry["aggregate"], **across)
        choice = entry["covariance"]
        covariance = getattr(econ, choice["name"])(*choice["args"], **choice["kwargs"])
        table = average.inference(covariance).table.set_index("term")
        for what, rtol in (("estimate", entry["rtol_estimate"]), ("se", entry["rtol_se"])):
            expected = {term: numbers[what] for term, numbers in entry["terms"].items() if what in numbers}
            found = table.loc[list(expected), what]
            np.testing.assert_allclose(found, list(expected.values()), rtol=1.0001 * rtol, err_msg=entry["program"])


@pytest.mark.parametrize(("folder", "document"), list(documents("sensitivity.json")))
def test_confidence_sets_under_bounded_trends(folder, document):
    pre, post = document["pre"], document["post"]
    times = np.array([*range(-pre - 1, -1), *range(post)])
    path = EventPath(times, np.array(document["beta"]), np.array(document["sigma"]), np.inf, -1, "")
    for entry in document["entries"]:
        method = METHODS.get(entry["method"])
        chosen = LeastFavorable() if method is None else method(entry.get("moments"))
        problem = Problem(path, RESTRICTIONS[entry["restriction"]], chosen, np.array(entry["weights"]), entry["level"])
        found = problem.identified(entry["bound"]) if method is None else problem.interval(entry["bound"])
        if entry["low"] is None:
            assert np.isnan(found).all()
            continue
        if entry.get("runs", 1) > 1:  # several pieces: both ends are where acceptance ends
            inside, outside = np.array([1, -1]) * 1e-5 * problem.error, np.array([-1, 1]) * 1e-5 * problem.error
            ends = np.array([entry["low"], entry["high"]])
            assert problem.test(entry["bound"])(ends + inside).all()
            assert not problem.test(entry["bound"])(ends + outside).any()
            continue
        noise = 5e-6  # of a search for the shortest interval
        if (entry["method"], entry.get("moments")) == ("C-LF", "all"):
            noise = 1e-4  # of critical values from evenly spread points, on both sides
        tolerance = max(entry["tolerance"], noise * problem.error)
        np.testing.assert_allclose(found, [entry["low"], entry["high"]], rtol=0, atol=tolerance, err_msg=str(entry))


@pytest.mark.parametrize(("folder", "document"), list(documents("pretrend.json")))
def test_power_of_tests_for_pretrends(folder, document):
    times = np.array(document["times"])
    path = EventPath(times, np.array(document["beta"]), np.array(document["sigma"]), np.inf, document["reference"], "")
    for entry in document["slopes"]:
        np.testing.assert_allclose(slope_for(path, entry["power"], document["level"]), entry["slope"], rtol=1e-5)
    for entry in document["against"]:
        if "slope" not in entry:
            continue
        found = power_against(path, entry["slope"], document["level"])
        expected = [entry["power"], entry["bayes_factor"], entry["likelihood_ratio"]]
        np.testing.assert_allclose(
            [found.power, found.bayes_factor, found.likelihood_ratio], expected, rtol=1e-4, atol=1e-7
        )
        np.testing.assert_allclose(found.table["after_passing"], entry["expected_after_passing"], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(("folder", "document"), list(documents("bacon.json")))
def test_decompositions(folder, document):
    data = read(folder)
    data["cohort"] = data["cohort"].where(~(data["cohort"] > data["year"].max()))  # not treated within the data
    found = es.bacon_decomposition(data, **document["spec"])
    assert abs(found.estimate - document["twfe"]) < 1e-10
    table = found.table.set_index(["treated", "comparison", "kind"])
    assert len(table) == len(document["components"])
    for one in document["components"]:
        row = table.loc[(str(one["treated"]), str(one["comparison"]), one["kind"])]
        np.testing.assert_allclose(
            row[["estimate", "weight"]].astype(float), [one["estimate"], one["weight"]], atol=1e-10
        )
    weights, expected = es.treatment_weights(data, **document["spec"]), document["negative_weights"]
    assert abs(weights.estimate - document["twfe"]) < 1e-10
    assert (weights.negative, weights.weights.size) == (expected["count"], expected["treated_cells"])
    assert abs(weights.negative_sum - expected["sum"]) < 1e-9
    spread = expected["standard_deviation_of_weights"]
    np.testing.assert_allclose(weights.heterogeneity, abs(document["twfe"]) / spread, rtol=1e-8)


def test_there_are_cases_of_every_kind():
    estimators = {case.values[1]["spec"]["estimator"] for case in documents("event_study.json")}
    assert estimators == {"CallawaySantAnna", "Imputation", "LocalProjection", "Stacked", "SunAbraham", "TWFE"}
    assert len(list(documents("sensitivity.json"))) >= 3
