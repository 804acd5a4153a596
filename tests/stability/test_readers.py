"""Results of other packages as records."""

import warnings

import numpy as np
import pandas as pd
import pyfixest
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from linearmodels import IV2SLS, PanelOLS, RandomEffects
from numpy.testing import assert_allclose

from econ import IV, OLS, PPML, Classical, Clustered, wild_bootstrap
from econ.errors import EconError, OptionError
from econ.stability import compare, record
from econ.stability.fingerprints import fingerprints, strange_rows


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(3)
    table = pd.DataFrame(
        {
            "x": rng.normal(size=200),
            "z": rng.normal(size=200),
            "g": np.repeat(range(20), 10),
            "t": np.tile(range(10), 20),
        }
    )
    table["x"] += table["z"]
    table["y"] = table["x"] + rng.normal(size=200)
    table["count"] = rng.poisson(np.exp(0.3 * table["x"])).astype(float)
    table["hit"] = (table["y"] > 0).astype(float)
    return table


def same(ours, theirs, rtol=1e-7):
    assert ours["nobs"] == theirs["nobs"]
    for term, numbers in theirs["terms"].items():
        for what in ("estimate", "se", "p"):
            assert_allclose(numbers[what], ours["terms"][term][what], rtol=rtol, atol=1e-12)
        assert numbers["df"] == ours["terms"][term]["df"]


def test_statsmodels(data):
    ours = record(OLS("y ~ x").fit(data).inference(Classical()))
    theirs = record(smf.ols("y ~ x", data).fit())
    same(ours, theirs)
    assert (theirs["estimator"], theirs["formula"], theirs["covariance"]) == ("OLS", "y ~ x", "nonrobust")
    arrays = record(sm.OLS(data["y"].to_numpy(), sm.add_constant(data["x"].to_numpy())).fit())
    assert list(arrays["terms"]) == ["const", "x1"]
    clustered = record(smf.ols("y ~ x", data).fit(cov_type="cluster", cov_kwds={"groups": data["g"]}))
    assert clustered["clusters"] == {"way 1": 20}
    assert record(smf.logit("hit ~ x", data).fit(disp=0))["converged"] is True
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert record(smf.logit("hit ~ x", data).fit(disp=0, maxiter=1))["converged"] is False
    missing = data.assign(y=data["y"].where(data.index != 7))
    assert record(smf.ols("y ~ x", missing).fit())["dropped"] == {"missing": 1}
    assert list(record(sm.tsa.ARIMA(data["y"].to_numpy(), order=(1, 0, 0)).fit())["terms"])[-1] == "sigma2"


def test_linearmodels(data):
    panel = data.set_index(["g", "t"])
    theirs = record(PanelOLS.from_formula("y ~ x + EntityEffects", panel).fit())
    ours = record(OLS("y ~ x | g").fit(data).inference(Classical()))
    same(ours, theirs)
    assert (theirs["estimator"], theirs["absorbed"]) == ("PanelOLS", {"Entity": 1})
    assert record(RandomEffects(panel["y"], panel[["x"]]).fit())["estimator"] == "RandomEffects"
    instrumented = record(IV2SLS.from_formula("y ~ 1 + [x ~ z]", data).fit(cov_type="unadjusted", debiased=True))
    same(record(IV("y ~ 1 | x ~ z").fit(data).inference(Classical())), instrumented)
    assert record(IV2SLS.from_formula("y ~ 1 + [x ~ z]", data).fit())["terms"]["x"]["df"] is None


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # pyfixest's, of pandas
def test_pyfixest(data):
    same(
        record(OLS("y ~ x | g").fit(data).inference(Clustered("t"))),
        record(pyfixest.feols("y ~ x | g", data, vcov={"CRV1": "t"})),
    )
    theirs = record(pyfixest.fepois("count ~ x | g", data, vcov={"CRV1": "g"}))
    assert (theirs["converged"], theirs["clusters"], theirs["absorbed"]) == (True, {"g": 20}, {"g": 20})
    ours = record(PPML("count ~ x | g").fit(data).inference(Clustered("g")))
    assert_allclose(theirs["terms"]["x"]["estimate"], ours["terms"]["x"]["estimate"], rtol=1e-6)
    with pytest.raises(OptionError, match="no single model"):
        record(pyfixest.feols("y ~ csw(x, z)", data))


def test_tests_of_ours(data):
    fit = OLS("y ~ z").fit(data)
    found = record(wild_bootstrap(fit, "z", Clustered("t"), level=None))
    assert found["terms"]["statistic"]["p"] == wild_bootstrap(fit, "z", Clustered("t"), level=None).p_value
    other = record(wild_bootstrap(fit, "z", Clustered("t"), level=None, null=0.1))
    assert compare({"a": found}, {"a": other}).verdict == "structural"


@pytest.mark.parametrize("result", [3, None, "y ~ x", sm.tsa.adfuller, pd.DataFrame()], ids=repr)
def test_what_is_no_result_is_refused(result):
    with pytest.raises(OptionError, match="is no fitted result of econ, linearmodels, pyfixest, statsmodels"):
        record(result)


def test_several_equations_and_fits_without_errors_are_refused(data):
    with pytest.raises(OptionError, match="no single row of params"):
        record(smf.mnlogit("t ~ x", data).fit(disp=0, maxiter=5, warn_convergence=False))
    with pytest.raises(OptionError, match=r"give fit.inference\(covariance\)"):
        record(OLS("y ~ x").fit(data))
    with pytest.raises(OptionError, match="give Margins"):
        record(OLS("y ~ x").fit(data).inference(Classical()), margins=1e-3)
    with pytest.raises(EconError):
        record(OLS("y ~ x").fit(data).inference(Classical()), data=3)


def test_fingerprints_see_a_cell_a_row_and_nothing_else(data):
    kept = fingerprints(data)
    assert fingerprints(data.copy()) == kept
    assert fingerprints(data[data.columns[::-1]]) == kept
    moved = data.copy()
    moved.loc[[5, 150], "x"] += 1e-9
    assert {name for name, one in fingerprints(moved)["data"].items() if one != kept["data"][name]} == {"column x"}
    assert strange_rows(kept["rows"], moved) == ([5, 150], 2)
    assert strange_rows(kept["rows"], data.drop(index=[3, 4])) == ([], 2)
    more = pd.concat([data, data.iloc[[0]].assign(x=9.0)], ignore_index=True)
    assert strange_rows(kept["rows"], more) == ([200], 0)
    assert "rows" not in fingerprints(pd.concat([data] * 51, ignore_index=True))
