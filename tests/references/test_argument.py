"""Joint fits, impulse responses, shift-share regressions, errors in regressors and unknown outcomes: statsmodels,
linearmodels, scipy's linear programmes and loops."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

import econ
from econ import OLS, Clustered, ImpulseResponse, NeweyWest, ShiftShare, White, jointly
from econ.stability import errors_in_variables, outcome_bounds, simex

HERE = Path(__file__).parent
COVARIANCES = {"hc0": White("HC0"), "hc1": White("HC1"), "cr0": Clustered("town", correction="CR0")}


@cache
def stored(folder):
    return json.loads((HERE / folder / "argument.json").read_text())["cases"]


@cache
def table(folder):
    return pd.read_csv(HERE / folder / "data.csv")


def cases(folder, **having):
    chosen = [case for case in stored(folder) if having.items() <= case.items()]
    return [pytest.param(case, id=f"{folder}-{place}") for place, case in enumerate(chosen)]


def test_every_folder_is_read():
    read = {
        "bounds-linprog",
        "errors-in-variables-fuller",
        "errors-in-variables-statsmodels",
        "impulse-response-panel",
        "impulse-response-statsmodels",
        "jointly-stacked",
        "shift-share-linearmodels",
        "simex-loop",
    }
    assert {path.parent.name for path in HERE.glob("*/argument.json")} == read


# ------------------------------------------------------------------ impulse responses


def respond(options, data, **more):
    return ImpulseResponse(**{**options, "controls": tuple(options["controls"])}, **more).fit(data)


@pytest.mark.parametrize("case", cases("impulse-response-statsmodels"))
def test_responses_in_a_series(case):
    data = table("impulse-response-statsmodels")
    fit = respond(case["options"], data[~data["quarter"].isin(case["gone"])], time="quarter")
    assert fit.names == tuple(str(h) for h in range(case["options"]["horizons"] + 1))
    assert fit.nobs == case["union"]
    assert_allclose(fit.params, case["estimate"], rtol=1e-8)
    assert_allclose(fit.inference(White("HC0")).covariance, case["covariance_hc0"], rtol=1e-7, atol=1e-12)
    assert (fit.influence != 0).sum(axis=0).tolist() == case["nobs"]


@pytest.mark.parametrize("case", cases("impulse-response-statsmodels", gone=[]))
def test_newey_west_of_responses(case):
    fit = respond(case["options"], table("impulse-response-statsmodels"), time="quarter")
    factor = case["union"] / (case["union"] - case["parameters"])
    found = fit.inference(NeweyWest("quarter", lags=case["maxlags"]))
    assert_allclose(found.se, np.sqrt(factor) * np.array(case["hac_without_factor"]), rtol=1e-8)


@pytest.mark.parametrize("case", cases("impulse-response-panel"))
def test_responses_in_a_panel(case):
    data = table("impulse-response-panel")
    fit = respond(case["options"], data, time="year", unit="firm")
    assert_allclose(fit.params, case["estimate"], rtol=1e-8)
    assert (fit.influence != 0).sum(axis=0).tolist() == case["nobs"]
    found = fit.inference(Clustered("firm", correction="CR0"))
    assert_allclose(found.covariance, case["covariance_cr0"], rtol=1e-7, atol=1e-12)


# ------------------------------------------------------------------ joint fits


@pytest.mark.parametrize("case", cases("jointly-stacked"))
def test_two_regressions_are_one_stack(case):
    data = table("jointly-stacked")
    fits = [
        getattr(econ, part["estimator"])(part["formula"], weights=part["weights"]).fit(data) for part in case["fits"]
    ]
    both = jointly({"one": (fits[0], "x"), "two": (fits[1], "x")})
    assert both.nobs == case["nobs"]
    # the tolerance of the likelihoods' iterations is looser than that of least squares
    rtol = 1e-6 if any(part["estimator"] != "OLS" for part in case["fits"]) else 1e-8
    assert_allclose(both.params, case["estimate"], rtol=rtol)
    gap = both.combine([[1.0, -1.0]], ["gap"])
    for by, covariance in (("village", Clustered("village", correction="CR0")), ("row", White("HC0"))):
        assert_allclose(both.inference(covariance).covariance, case[f"covariance_by_{by}"], rtol=rtol)
        row = gap.inference(covariance).row("gap")
        assert_allclose(row["estimate"], case["difference"]["estimate"], rtol=rtol)
        assert_allclose(row["se"], case["difference"][f"se_by_{by}"], rtol=rtol)


# ------------------------------------------------------------------ shift-share


def shift_share():
    data = table("shift-share-linearmodels")
    (facts,) = (case for case in stored("shift-share-linearmodels") if case["kind"] == "shocks")
    shift = ShiftShare(data[list(facts["g"])], pd.Series(facts["g"])[::-1])
    own = pd.DataFrame({"size": facts["size"], "group": facts["group"]})
    return data, shift, own


@pytest.mark.parametrize("case", cases("shift-share-linearmodels", kind="regression"))
def test_regressions_by_shock(case):
    data, shift, own = shift_share()
    averages = shift.by_shock(data, ["y", "x"], controls=case["controls"], weights=case["weights"])
    assert averages.index.tolist() == case["by_shock"]["name"]
    for column in ("y", "x", "weight"):
        # averages of residuals, of which some are near zero
        assert_allclose(averages[column], case["by_shock"][column], rtol=1e-8, atol=1e-12)
    if not case["shock_controls"]:
        own = own[["group"]]
    fit = shift.regression(
        data, outcome="y", treatment="x", controls=case["controls"], weights=case["weights"], shock_controls=own
    )
    assert fit.nobs == case["nobs"]
    for kind, covariance in (
        ("hc0", White("HC0")),
        ("hc1", White("HC1")),
        ("cr0_by_group", Clustered("group", correction="CR0")),
    ):
        row = fit.inference(covariance).row("x")
        assert_allclose([row["estimate"], row["se"]], [case["estimate"], case[kind]], rtol=1e-8)


@pytest.mark.parametrize("case", cases("shift-share-linearmodels", kind="balance"))
def test_balance_by_shock(case):
    data, shift, _ = shift_share()
    for kind in ("hc0", "hc1"):
        found = shift.balance(data, [case["covariate"]], COVARIANCES[kind], controls=case["controls"])
        row = found.loc[case["covariate"]]
        assert row["shocks"] == case["nobs"]
        assert_allclose(row[["estimate", "se"]].astype(float), [case["estimate"], case[kind]], rtol=1e-8)


# ------------------------------------------------------------------ unknown outcomes


@pytest.mark.parametrize("case", cases("bounds-linprog"))
def test_bounds_are_those_of_a_linear_programme(case):
    spec = OLS(case["formula"], weights=case["weights"])
    found = outcome_bounds(spec, table("bounds-linprog"), "x", low=case["low"], high=case["high"])
    assert (found.missing, found.least.nobs) == (case["missing"], case["nobs"])
    assert_allclose(found.bounds, [case["least"]["value"], case["largest"]["value"]], rtol=1e-8)
    for one in case["intervals"]:
        # the root of the level is found to 2e-12
        assert_allclose(
            found.interval(COVARIANCES[one["kind"]], level=one["level"]), one["ends"], rtol=1e-8, atol=1e-10
        )


# ------------------------------------------------------------------ errors in regressors


@pytest.mark.parametrize("case", cases("errors-in-variables-statsmodels"))
def test_reverse_regressions(case):
    fit = OLS(case["formula"], weights=case["weights"]).fit(table("errors-in-variables-statsmodels"))
    found = errors_in_variables(fit, case["term"])
    assert_allclose([found.estimate, found.reverse], [case["estimate"], case["reverse"]], rtol=1e-8)
    assert found.bounds == tuple(sorted((found.estimate, found.reverse)))
    assert_allclose(found.r2, case["r2"], rtol=1e-8, atol=1e-12)  # zero with one regressor
    for one in case["corrected"]:
        assert_allclose(found.corrected(one["reliability"]), one["estimate"], rtol=1e-8)


@pytest.mark.parametrize("case", cases("errors-in-variables-fuller"))
def test_fuller_s_corn(case):
    found = errors_in_variables(OLS(case["formula"]).fit(table("errors-in-variables-fuller")), case["term"])
    reliability = 1 - case["error_variance"] / case["m_xx"]
    assert_allclose(found.corrected(reliability), case["slope"], rtol=0, atol=case["atol"])  # as printed


@pytest.mark.parametrize("case", cases("simex-loop"))
def test_simex_is_a_loop(case):
    fit = OLS(case["formula"]).fit(table("simex-loop"))
    options = {name: case[name] for name in ("sd", "lambdas", "reps", "seed")}
    found = simex(fit, "x", White("HC1"), **options)
    assert found.curve["draws"].tolist() == [1] + [case["reps"]] * len(case["lambdas"])
    for column, numbers in case["curve"].items():
        # variances between draws are small differences
        assert_allclose(found.curve[column], numbers, rtol=1e-6 if column == "between" else 1e-8)
    assert_allclose(found.naive, case["curve"]["estimate"][0], rtol=1e-8)
    for how in ("linear", "quadratic"):
        assert_allclose(found.extrapolated(how), case[how], rtol=1e-8)
    assert_allclose(found.extrapolated("rational"), case["rational"], rtol=1e-5)  # both minimise a flat sum of squares
    assert_allclose(found.se, np.sqrt(case["variance_quadratic"]), rtol=1e-8)


@pytest.mark.parametrize("case", cases("simex-loop"))
def test_simex_goes_where_it_has_to_without_simulation(case):
    fit = OLS(case["formula"]).fit(table("simex-loop"))
    options = {name: case[name] for name in ("sd", "lambdas", "reps", "seed")}
    found = simex(fit, "x", White("HC1"), **options)
    noise = np.sqrt(found.curve["between"] / found.curve["draws"])
    assert (np.abs(found.curve["estimate"] - case["limits"]["curve"]) <= 4 * noise + 1e-12).all()
    # going back to -1 adds to the noise of the curve
    assert abs(found.extrapolated("rational") / case["limits"]["truth"] - 1) < 0.05
    assert abs(found.naive / case["limits"]["truth"] - 1) > 0.15
