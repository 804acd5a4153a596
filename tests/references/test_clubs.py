"""Convergence clubs of R's ConvergenceClubs, Stata's psecta, their Python port, and loops of our own."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from econ.convergence import (
    AQSB,
    FQSB,
    GrownSieve,
    Hamilton,
    HodrickPrescott,
    LogT,
    PhillipsSul,
    RaisedSieve,
    SingleSieve,
    VonLynckerThoennessen,
    clubs,
)

HERE = Path(__file__).parent
FOLDERS = sorted(path.parent.name for path in HERE.glob("clubs-*/clubs.json"))

ERRORS = {"FQSB": FQSB(), "AQSB": AQSB(), "textbook": FQSB(all_residuals=True)}


def log_t(options, value, unit, time, smoothing):
    return LogT(
        value,
        unit=unit,
        time=time,
        trim=options["trim"],
        trend=HodrickPrescott(smoothing) if smoothing else None,
        errors=ERRORS[options["hac"]],
    )


def sieve(options):
    start = options["cstar"]
    if options["sieve"] == "incremental":
        return RaisedSieve(start, step=options["increment"], cap=options["cap"])
    return GrownSieve(start) if options["sieve"] == "schnurbus" else SingleSieve(start)


def found(data, options, test, periods):
    result = clubs(
        data,
        test,
        sieve=sieve(options),
        largest={"abs": "absolute", "max": "value"}[options["core"]],
        order_by=None if options.get("sort_period") is None else periods[options["sort_period"]],
        order_share=options.get("sort_share"),
        most=options.get("max_clubs"),
    )
    threshold = options.get("threshold", -1.65)
    if options.get("merge") == "PS":
        result = result.merge(PhillipsSul(threshold, iterate=options.get("iterate", False)))
    elif options.get("merge") == "vLT":
        result = result.merge(
            VonLynckerThoennessen(
                threshold, iterate=options.get("iterate", False), restart=options.get("restart", False)
            )
        )
    if options.get("merge_divergent"):
        result = result.merge_divergent(
            threshold=options.get("estar", -1.65), joint_first=options.get("joint_first", False)
        )
    return result


def beyond(options):
    """Why a case is not one of the package: rules of Stata's program or of one version of R's that it does not offer."""
    if options.get("carry"):
        return "a critical value that stays raised for later clubs"
    if options.get("second_hac"):
        return "other errors in the second test of a merger"
    if options.get("divergent_method") == "last_club":
        return "all divergent units to the last club"
    return None


@cache
def stored(folder):
    return json.loads((HERE / folder / "clubs.json").read_text())


@cache
def table(folder):
    return pd.read_csv(HERE / folder / "data.csv")


def columns(folder):
    """Value, unit and time of a case, and the smoothing of its trend."""
    if folder == "clubs-gdp-152":
        return "np.log(gdp)", "country", "year", 400
    if folder == "clubs-productivity":
        return "np.log({outcome})", "country", "year", 400
    if folder == "clubs-stata":
        return "{outcome}", "country", "year", None
    return "value", "unit", "time", None


def cases():
    for folder in FOLDERS:
        for case in stored(folder)["cases"]:
            if beyond(case["options"]) is None:
                yield pytest.param(folder, case, id=f"{folder}: {case['name']}")


def run(folder, case):
    value, unit, time, smoothing = columns(folder)
    data = table(folder)
    for key in ("panel", "sample"):
        data = data[data[key] == case[key]] if key in case else data
    if case.get("filtered") is False:
        smoothing = None
    test = log_t(case["options"], value.format(**case), unit, time, smoothing)
    return found(data, case["options"], test, sorted(data[time].unique()))


@pytest.mark.parametrize(("folder", "case"), list(cases()))
def test_clubs_are_those_of_other_programs(folder, case):
    result = run(folder, case)
    assert [result.members(k + 1) for k in range(len(result.groups))] == [one["members"] for one in case["clubs"]]
    assert list(result.transitions.units[result.divergent]) == case["divergent"]
    rows = result.table.iloc[: len(result.groups)]
    for theirs, ours in (("beta", "beta"), ("se", "se"), ("t", "t")):
        assert_allclose(rows[ours].astype(float), [one[theirs] for one in case["clubs"]], rtol=1e-7, atol=1e-9)


def test_the_published_clubs_of_phillips_and_sul_are_found_again():
    published = stored("clubs-gdp-152")["published"]
    test = LogT("np.log(gdp)", unit="country", time="year", trend=HodrickPrescott(400))
    data = table("clubs-gdp-152")
    outcome = test.test(data)
    assert round(outcome.details["b"], 3) == published["all"]["beta"]
    assert_allclose(outcome.statistic, published["all"]["t"], atol=5e-4)
    result = clubs(data, test)
    rows = result.table
    assert rows["units"].tolist() == [one["size"] for one in published["clubs"]]
    for name in ("beta", "se", "t"):
        assert_allclose(rows[name].astype(float), [one[name] for one in published["clubs"]], atol=6e-4)
    assert result.merge(PhillipsSul()).table["units"].tolist() == published["merged_sizes"]


def test_transition_paths_are_those_of_r():
    stored_paths = stored("clubs-gdp-152")["transition_paths"]
    data = table("clubs-gdp-152")
    paths = clubs(data, LogT("np.log(gdp)", unit="country", time="year", trend=HodrickPrescott(400))).transition_paths()
    for unit, numbers in stored_paths["units"].items():
        assert_allclose(paths[unit], numbers, rtol=1e-9)


TRENDS = json.loads((HERE / "clubs-filters" / "filters.json").read_text())["cases"]


@pytest.mark.parametrize("case", TRENDS, ids=lambda case: case["country"])
def test_trends_are_those_of_statsmodels_and_of_the_definition(case):
    data = table("clubs-gdp-152")
    y = np.log(data.loc[data["country"] == case["country"], "gdp"].to_numpy())[:, None]
    for one in case["hp"]:
        assert_allclose(HodrickPrescott(one["smooth"]).of(y)[:, 0], one["trend"], rtol=1e-10)
    for one in case["hamilton"]:
        trend = Hamilton(horizon=one["h"], lags=one["p"]).of(y)[:, 0]
        assert_allclose(trend, [x for x in one["trend"] if x is not None], rtol=1e-9)
