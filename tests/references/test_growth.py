"""Beta and sigma convergence by the formulas, statsmodels, scipy and the Python port of R's ConvergenceClubs."""

import json
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from numpy.testing import assert_allclose

from econ import Classical, NeweyWest, White
from econ.convergence import BetaConvergence, CarreeKlomp, SigmaConvergence, Variation

HERE = Path(__file__).parent
PANELS = {"growth-gdp": ("country", "gdp"), "growth-simulated": ("region", "income")}
COVARIANCES = {"classic": Classical(), "HC1": White("HC1"), "HC3": White("HC3")}
both = pytest.mark.parametrize("folder", PANELS)


@cache
def stored(folder):
    return json.loads((HERE / folder / "growth.json").read_text())


@cache
def table(folder):
    return pd.read_csv(HERE / folder / stored(folder)["data"])


def beta(folder, **options):
    unit, value = PANELS[folder]
    return BetaConvergence(value, unit=unit, time="year", **options).fit(table(folder))


@both
@pytest.mark.parametrize("errors", COVARIANCES)
def test_growth_on_the_starting_level(folder, errors):
    case = stored(folder)["beta"]
    theirs = case["errors"][errors]
    found = beta(folder).inference(COVARIANCES[errors])
    row = found.row("beta")
    assert found.nobs == case["nobs"]
    assert_allclose([row["estimate"], found.row("Intercept")["estimate"]], theirs["terms"][::-1], rtol=1e-8)
    assert_allclose([row["se"], found.row("Intercept")["se"]], theirs["se"][::-1], rtol=1e-7)
    for name in ("speed", "half_life"):
        assert_allclose(found.row(name)["estimate"], theirs[name], rtol=1e-7)
        assert_allclose(found.row(name)["se"], theirs[f"{name}_se"], rtol=1e-5)


@both
def test_the_speed_is_that_of_nonlinear_least_squares(folder):
    assert_allclose(beta(folder).params[1], stored(folder)["nonlinear"]["speed"], rtol=1e-7)


def test_conditional_convergence():
    case = stored("growth-simulated")["conditional"]["errors"]["HC1"]
    found = beta("growth-simulated", controls="school").inference(White("HC1"))
    assert_allclose(found.row("school")["estimate"], case["terms"][2], rtol=1e-8)
    assert_allclose(found.row("school")["se"], case["se"][2], rtol=1e-7)
    assert_allclose(found.row("speed")["se"], case["speed_se"], rtol=1e-5)


@both
def test_dispersion_by_year_and_its_trend(folder):
    unit, value = PANELS[folder]
    case = stored(folder)["sigma"]["all"]
    spec = SigmaConvergence(value, unit=unit, time="year")
    assert_allclose(spec.by_period(table(folder)).params, case["series"]["sd"], rtol=1e-10)
    cv = SigmaConvergence(value, unit=unit, time="year", dispersion=Variation())
    assert_allclose(cv.by_period(table(folder)).params, case["series"]["cv"], rtol=1e-10)
    trend = case["trends"]["sd"]
    found = spec.fit(table(folder)).inference(NeweyWest("year", lags=3)).row("year")
    assert_allclose(found["estimate"], trend["slope"], rtol=1e-7)
    assert_allclose(found["se"], trend["corrected"]["se"], rtol=1e-7)


@both
def test_equal_dispersion(folder):
    unit, value = PANELS[folder]
    case = stored(folder)["sigma"]["all"]["tests"]
    for name, key in {"T1": "T1", "T2": "T2", "T3": "T3", "exact": "pitman_morgan"}.items():
        theirs = case[key]
        if theirs.get("statistic", theirs.get("t")) is None:
            continue
        found = CarreeKlomp(value, unit=unit, time="year", statistic=name).of(table(folder))
        assert_allclose(found.statistic, theirs.get("statistic", theirs.get("t")), rtol=1e-9)
        if "p" in theirs:
            assert_allclose(found.p_value, theirs["p"], rtol=1e-6, atol=1e-300)
