"""Tests of unit roots of R's urca, tseries and plm, of statsmodels and arch, and loops of our own."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from econ.convergence import (
    ADF,
    CIPS,
    DFGLS,
    IPS,
    KPSS,
    ByAIC,
    ByBIC,
    BySignificance,
    Fisher,
    Hadri,
    Johansen,
    LeeStrazicich,
    Pairs,
    PhillipsPerron,
    StochasticConvergence,
    ZivotAndrews,
)
from econ.convergence.simulated import simulated_p_value

HERE = Path(__file__).parent
FOLDERS = [path.parent.name for path in sorted(HERE.glob("*/unit_root.json"))]
RULES = {"AIC": ByAIC, "BIC": ByBIC, "t-stat": BySignificance}
FISHER = {"fisher-madwu": "P", "fisher-pm": "Pm", "fisher-invnormal": "Z", "fisher-logit": "L"}
CHANGES = {"A": "constant", "C": "both"}
TRIM = 0.15


@cache
def stored(folder):
    return json.loads((HERE / folder / "unit_root.json").read_text())["cases"]


@cache
def table(folder):
    return pd.read_csv(HERE / folder / "data.csv")


def cases(*tests):
    for folder in FOLDERS:
        for number, case in enumerate(stored(folder)):
            if case["test"] in tests and "variant" not in case["options"]:
                options = " ".join(str(value) for value in case["options"].values())
                yield pytest.param(folder, case, id=f"{folder}: {number} {case['test']} {options}")


def lags(options):
    return RULES[options["rule"]](options["max_lags"]) if "rule" in options else options["lags"]


def series(folder, case):
    return table(folder)[case["series"]].dropna()


def within(found, case):
    assert_allclose(found, case["statistic"], rtol=max(case["rtol"], 1e-8), atol=1e-9)


@pytest.mark.parametrize(("folder", "case"), list(cases("adf")))
def test_augmented_dickey_fuller(folder, case):
    found = ADF(case["options"]["terms"], lags=lags(case["options"])).of(series(folder, case))
    within(found.statistic, case)
    assert found.details["lags"] == case["lags"]
    if case["p_value"] is not None:
        assert_allclose(found.p_value, case["p_value"], rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize(("folder", "case"), list(cases("kpss")))
def test_kpss(folder, case):
    found = KPSS(case["options"]["terms"], lags=case["options"].get("lags")).of(series(folder, case))
    within(found.statistic, case)
    if case["p_value"] is not None and 0.01 < case["p_value"] < 0.1:  # linear between points of the published table
        assert_allclose(found.p_value, case["p_value"], atol=0.006)
    if (case.get("extra") or {}).get("p_value_arch") is not None:  # arch's, from a fit to simulations
        assert_allclose(found.p_value, case["extra"]["p_value_arch"], atol=0.012)


@pytest.mark.parametrize(("folder", "case"), list(cases("df-gls")))
def test_df_gls(folder, case):
    found = DFGLS(case["options"]["terms"], lags=lags(case["options"])).of(series(folder, case))
    within(found.statistic, case)
    assert found.details["lags"] == case["lags"]
    if case["critical"] and not found.details["lags"]:  # arch's, from a fit to simulations by observations
        for level in ("0.05", "0.1"):
            name = f"df-gls {case['options']['terms']}"
            p = simulated_p_value(name, case["critical"][level], periods=len(series(folder, case)))[0]
            assert_allclose(p, float(level), rtol=0.25)


@pytest.mark.parametrize(("folder", "case"), list(cases("phillips-perron-tau", "phillips-perron-rho")))
def test_phillips_perron(folder, case):
    found = PhillipsPerron(case["options"]["terms"], lags=case["options"]["lags"]).of(series(folder, case))
    tau = case["test"].endswith("tau")
    within(found.statistic if tau else found.details["Z rho"], case)
    if tau and case["p_value"] is not None:
        assert_allclose(found.p_value, case["p_value"], rtol=1e-5, atol=1e-12)


@pytest.mark.parametrize(
    ("folder", "case"), [one for one in cases("zivot-andrews") if one.values[1]["options"]["trim"] == TRIM]
)
def test_zivot_andrews(folder, case):
    found = ZivotAndrews(case["options"]["breaks"], lags=case["options"]["lags"], trim=TRIM).of(series(folder, case))
    within(found.statistic, case)
    assert found.details["first row after the break"] == case["extra"]["break_position"]


@pytest.mark.parametrize(("folder", "case"), list(cases("lee-strazicich")))
def test_lee_strazicich(folder, case):
    options = case["options"]
    spec = LeeStrazicich(CHANGES[options["model"]], breaks=options["breaks"], lags=lags(options), trim=options["trim"])
    found = spec.of(series(folder, case))
    within(found.statistic, case)
    places = [found.details[f"first row after break {j + 1}"] for j in range(options["breaks"])]
    close = case["extra"]["runner_up"]["statistic"] - case["statistic"] < 1e-8
    assert close or places == case["extra"]["break_positions"]
    assert found.details["lags"] == case["lags"]


def fixed(case):
    """Lags that are given: plm chooses them on the rows of the most lags, which is not what statsmodels does."""
    return "rule" not in case["options"]


@pytest.mark.parametrize(
    ("folder", "case"),
    [one for one in cases("ips-wtbar") if fixed(one.values[1]) and one.values[1]["options"]["terms"] != "none"],
)
def test_im_pesaran_shin(folder, case):
    found = IPS(case["options"]["terms"], lags=case["options"]["lags"]).of(table(folder)[case["series"]])
    within(found.statistic, case)
    assert_allclose(found.p_value, case["p_value"], rtol=1e-5, atol=1e-12)


@pytest.mark.parametrize(
    ("folder", "case"),
    [one for one in cases(*FISHER) if one.values[1]["options"].get("p_values") == "MacKinnon 1994"],
)
def test_fisher(folder, case):
    options = case["options"]
    panel = table(folder)[case["series"]]
    found = Fisher(ADF(options["terms"], lags=lags(options)), combination=FISHER[case["test"]]).of(panel)
    within(found.statistic, case)
    assert_allclose(found.p_value, case["p_value"], rtol=1e-5, atol=1e-12)


@pytest.mark.parametrize(("folder", "case"), list(cases("hadri")))
def test_hadri(folder, case):
    options = case["options"]
    found = Hadri(options["terms"], same_variance=not options["heteroskedastic"]).of(table(folder)[case["series"]])
    within(found.statistic, case)
    assert_allclose(found.p_value, case["p_value"], rtol=1e-5, atol=1e-300)


@pytest.mark.parametrize(("folder", "case"), list(cases("cips")))
def test_cips(folder, case):
    options = case["options"]
    panel = table(folder)[case["series"]]
    found = CIPS(options["terms"], lags=options["lags"], truncated=options["truncated"]).of(panel)
    within(found.statistic, case)
    plm = (case.get("extra") or {}).get("p_value_plm")
    if plm is not None and 0.01 < plm < 0.1:
        assert_allclose(found.p_value, plm, atol=0.03)


@pytest.mark.parametrize(
    ("folder", "case"),
    [
        one
        for one in cases("johansen-trace", "johansen-max")
        if one.values[1]["options"]["terms"] in ("none", "unrestricted constant")
        and "season" not in one.values[1]["options"]
    ],
)
def test_johansen(folder, case):
    options = case["options"]
    terms = "constant" if options["terms"] == "unrestricted constant" else "none"
    found = Johansen(terms, lags=options["lags_levels"] - 1).of(table(folder)[case["series"]].dropna())
    row = found.iloc[options["rank"]]
    within(row["trace" if case["test"] == "johansen-trace" else "largest"], case)
    if "statsmodels" in case["program"] and case["critical"]:
        name = "trace_95" if case["test"] == "johansen-trace" else "largest_95"
        assert_allclose(row[name], case["critical"]["0.05"])


@pytest.mark.parametrize(
    ("folder", "case"), [one for one in cases("pairwise") if one.values[1]["options"]["by"] == "p value"]
)
def test_pairs(folder, case):
    options = case["options"]
    data = table(folder)
    long = data.melt(data.columns[0], case["series"], var_name="unit", value_name="y")
    spec = StochasticConvergence(
        "y", unit="unit", time=data.columns[0], to=Pairs(), test=ADF(options["terms"], lags=lags(options)), logs=False
    )
    found = spec.share(long)
    assert_allclose(found.statistic, case["statistic"])
    rows = spec.table(long).set_index(["unit", "other"])
    for one in case["extra"]["found"]:
        pair = tuple(one["pair"]) if tuple(one["pair"]) in rows.index else tuple(one["pair"][::-1])
        assert_allclose(abs(rows.loc[pair, "statistic"]), abs(one["statistic"]), rtol=1e-7)
    assert np.isclose(found.details["rejected"], case["extra"]["rejections"])
