"""Breaks of R's strucchange, of Bai and Perron's program as published, and loops of our own."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy.linalg import eigh_tridiagonal
from scipy.special import gammainc, gammaln

from econ import Classical, White
from econ.breaks import BaiPerron, BreakTest, Exponential, Mean, Supremum
from econ.breaks.argmax_law import ArgmaxLaw

HERE = Path(__file__).parent
FOLDERS = [
    path.parent.name for path in sorted(HERE.glob("breaks-*/breaks.json")) if "cases" in json.loads(path.read_text())
]
FUNCTIONALS = {"supF": Supremum(), "aveF": Mean()}


@cache
def stored(folder):
    return json.loads((HERE / folder / "breaks.json").read_text())


@cache
def table(folder):
    data = pd.read_csv(HERE / folder / "data.csv")
    return data.assign(row=np.arange(1, len(data) + 1))


def cases(kind):
    for folder in FOLDERS:
        chosen = [case for case in stored(folder)["cases"] if case["kind"] == kind]
        for number, case in enumerate(chosen):
            names = [str(case[name]) for name in ("covariance", "m", "h", "from", "type") if name in case]
            yield pytest.param(folder, case, id=f"{folder}: {number} {' '.join(names)}")


def formula(folder):
    return stored(folder)["formula"]


@pytest.mark.parametrize(("folder", "case"), list(cases("partition")))
def test_partitions_are_the_best_of_all(folder, case):
    n = len(table(folder))
    spec = BaiPerron(formula(folder), time="row", trim=case["h"] / n, most=case["max_breaks"])
    found = spec.find(table(folder))
    rows = found.table
    for model in case["models"]:
        row = rows.iloc[model["m"]]
        assert [date - 1 for date in row["dates"]] == model["breaks"]
        for name in ("rss", "bic", "lwz"):
            assert_allclose(row[name], model[name], rtol=1e-8)
    assert len(found.dates) == case["bic_choice"]


@pytest.mark.parametrize(
    ("folder", "case"), [one for one in cases("multiple") if one.values[1]["covariance"] == "const"]
)
def test_falls_by_one_more_break_are_those_of_loops(folder, case):
    n = len(table(folder))
    found = BaiPerron(formula(folder), time="row", trim=case["h"] / n, most=case["max_breaks"]).find(table(folder))
    for one in case["sequential"]:
        if one["breaks_before"] < len(found.table) - 1 and one.get("pooled_variance_before"):
            assert_allclose(found.table["sup_f"][one["breaks_before"]], one["pooled_variance_before"], rtol=1e-7)


def covariance(name):
    return {"const": None, "HC0": White("HC0"), "HC1": White("HC1")}.get(name, "beyond")


def ours(case):
    """Where errors are alike, strucchange takes one fit to the residuals of all segments; we average the segments."""
    return covariance(case["covariance"]) != "beyond" and (case["covariance"] == "const" or case["het_err"])


@pytest.mark.parametrize(("folder", "case"), [one for one in cases("interval") if ours(one.values[1])])
def test_intervals_are_those_of_strucchange(folder, case):
    n = len(table(folder))
    found = BaiPerron(formula(folder), time="row", trim=case["h"] / n, breaks=case["m"]).find(table(folder))
    rows = found.intervals(
        covariance(case["covariance"]),
        level=case["level"],
        same_regressors=not case["het_reg"],
        same_errors=not case["het_err"],
    )
    assert (rows["place"]).tolist() == case["breaks"]
    assert rows["low_place"].tolist() == case["lower"]
    assert rows["high_place"].tolist() == case["upper"]


def errors_count(folder):
    return 1 if formula(folder) == "y ~ 1" else formula(folder).count("+") + 2


def near_hansen(ours, hansen):
    """Hansen's p-values are a fit to paths of finitely many steps, whose largest value is too small."""
    assert 0.97 * hansen - 0.004 <= ours <= 1.25 * hansen + 0.004


@pytest.mark.parametrize(
    ("folder", "case"), [one for one in cases("F") if covariance(one.values[1]["covariance"]) != "beyond"]
)
def test_statistics_at_all_dates_are_those_of_strucchange(folder, case):
    n = len(table(folder))
    errors = covariance(case["covariance"]) or Classical()
    test = BreakTest(formula(folder), time="row", trim=case["first"] / n, covariance=errors)
    path = test.path(table(folder))
    assert_allclose(path["wald"], case["series"], rtol=1e-7)
    assert path["place"].iloc[[0, -1]].tolist() == [case["first"], case["last"]]
    low, high, k = case["first"] / n, case["last"] / n, errors_count(folder)
    for name, functional in (*FUNCTIONALS.items(), ("expF", Exponential())):
        statistic = functional.of(path["wald"].to_numpy())
        assert_allclose(statistic, case[name]["statistic"], rtol=1e-7)
        if name != "expF" and case[name]["p"] < 1:  # strucchange gives one where its approximation has no meaning
            near_hansen(functional.p_value(statistic, k, low, high), case[name]["p"])


@pytest.mark.parametrize(("folder", "case"), list(cases("chow")))
def test_chow_s_test_is_that_of_strucchange(folder, case):
    outcome = BreakTest(formula(folder), time="row").at(case["point"] + 1, table(folder))
    assert_allclose(outcome.statistic, case["F"], rtol=1e-8)
    assert_allclose(outcome.p_value, case["p"], rtol=1e-6, atol=1e-15)


@pytest.mark.parametrize(("folder", "case"), list(cases("segments")))
def test_coefficients_of_segments_are_those_of_strucchange(folder, case):
    n = len(table(folder))
    found = BaiPerron(formula(folder), time="row", trim=case["h"] / n, breaks=case["m"]).find(table(folder))
    assert_allclose(found.fit.params, np.ravel(case["coef"]), rtol=1e-7, atol=1e-10)
    if case["covariance"] == "HC0":
        assert_allclose(found.fit.inference(White("HC0")).se, np.ravel(case["se"]), rtol=1e-7)


def test_p_values_agree_with_hansen_s_fit_to_simulations():
    rows = pd.read_csv(HERE / "breaks-hansen" / "p_values.csv")
    rows = rows[(rows["trimming"] >= 0.05) & (rows["p"] > 0.001) & (rows["p"] < 0.5)]
    for name, functional in FUNCTIONALS.items():
        some = rows[rows["test"] == name].iloc[::25]
        assert len(some) > 10
        low = 1 / (1 + np.sqrt(some["lambda"]))
        for x, k, a, p in zip(some["statistic"], some["k"], low, some["p"], strict=True):
            near_hansen(functional.p_value(x, k, a, 1 - a), p)


def test_critical_values_of_bai_and_perron_have_their_size():
    """Simulated critical values of the largest statistic at 5 %, from paths of finitely many steps: a little low."""
    rows = pd.read_csv(HERE / "breaks-critical-values" / "critical_supF.csv", sep=";")
    rows = rows[(rows["m"] == 1) & (rows["level"] == 0.05)]
    assert len(rows) >= 30
    for row in rows.itertuples():
        p = Supremum().p_value(row.value, row.q, row.eps, 1 - row.eps)
        assert 0.04 < p < 0.075, row


def test_the_distribution_of_the_argmax_is_that_of_an_independent_integral():
    for name, of in (("cdf", "below"), ("quantiles", "quantile")):
        rows = pd.read_csv(HERE / "breaks-argmax" / f"{name}.csv")
        for row in rows.itertuples():
            law = ArgmaxLaw(row.xi, row.xi * (row.phi2 / row.phi1) ** 2)
            at, value = (row.x, row.p) if of == "below" else (row.p, row.quantile)
            assert_allclose(getattr(law, of)(at), value, rtol=1e-7, atol=1e-12)


def test_the_real_interest_rate_breaks_where_bai_and_perron_found_it():
    data, published = table("breaks-realint"), stored("breaks-realint")["published"]
    spec = BaiPerron("y ~ 1", time="row", trim=published["h"] / len(data), breaks=2)
    two, three = spec.find(data), replace(spec, breaks=3).find(data)
    assert [date - 1 for date in two.dates] == published["breaks_2"]
    assert [date - 1 for date in three.dates] == published["breaks_3"]
    assert_allclose(two.fit.params, published["coef_2"], atol=5e-4)
    assert_allclose(two.table["rss"][2], published["rss_2"], atol=5e-3)


@pytest.mark.parametrize(("level", "k", "trim"), [(8.0, 1, 0.15), (15.0, 3, 0.05), (30.0, 8, 0.1), (5.0, 2, 0.2)])
def test_the_largest_statistic_has_the_distribution_of_its_diffusion(level, k, trim):
    """The generator 2 (u f'' + (k/2 - u) f') of Q / 2 on a grid, absorbed at the level."""
    a, U, cells = k / 2, level / 2, 1500
    edges = U * (np.arange(cells + 1) / cells) ** 2  # finer near zero
    centres = (edges[:-1] + edges[1:]) / 2
    weight = np.diff(gammainc(a, edges))
    flux = 2 * edges[1:] ** a * np.exp(-edges[1:] - gammaln(a)) / np.r_[np.diff(centres), edges[-1] - centres[-1]]
    up, down = flux / weight, np.r_[0, flux[:-1]] / weight
    root = np.sqrt(weight)
    off = flux[:-1] / (root[:-1] * root[1:])
    rates, V = eigh_tridiagonal(-(up + down), off)
    stay = ((V.T @ root) ** 2) @ np.exp(rates * np.log((1 - trim) / trim))
    assert_allclose(Supremum().p_value(level, k, trim, 1 - trim), 1 - stay, rtol=2e-3)
