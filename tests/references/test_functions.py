"""What functions of a fit give, in the cases of this folder: tests, first stages, bands."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

import econ

HERE = Path(__file__).parent
ENTRIES = [
    pytest.param(path.parent, entry, id=f"{path.parent.name}-{entry['function']}-{place}")
    for path in sorted(HERE.glob("*/values.json"))
    for place, entry in enumerate(json.loads(path.read_text()).get("tests") or [])
]


def fitted(case):
    spec = {name: value for name, value in json.loads((case / "values.json").read_text())["spec"].items() if value}
    estimator = getattr(econ, spec.pop("estimator"))(spec.pop("formula"), **spec)
    return estimator.fit(pd.read_csv(case / "data.csv", keep_default_na=False, na_values=[""]))


def chosen(covariance):
    as_it_is = {"semi_definite": False} if covariance["name"] == "Clustered" else {}
    return getattr(econ, covariance["name"])(*covariance["args"], **covariance["kwargs"], **as_it_is)


def wild_bootstrap(fit, kwargs):
    return econ.wild_bootstrap(
        fit,
        kwargs["term"],
        chosen(kwargs["covariance"]) if "covariance" in kwargs else econ.Clustered(kwargs["cluster"]),
        null=kwargs.get("value", 0.0),
        by=kwargs["cluster"],
        impose_null=kwargs["impose_null"],
        level=kwargs.get("level"),
    )


def wald_test(fit, kwargs):
    return econ.wald_test(fit, chosen(kwargs["covariance"]), terms=kwargs["terms"])


def randomization_test(fit, kwargs):
    covariance = chosen(kwargs["covariance"]) if kwargs["statistic"] == "t" else None
    return econ.randomization_test(
        fit, kwargs["treatment"], covariance, by=kwargs.get("cluster"), strata=kwargs.get("strata")
    )


def jackknife(fit, kwargs):
    return econ.jackknife(fit, kwargs["cluster"])


def hausman(fit, kwargs):
    """Chi-squared, where ours is that over its degrees of freedom; plm drops the sign of a statistic."""
    data, spec = fit.sample.data, fit.spec
    mundlak = econ.CorrelatedRandomEffects(spec.formula, unit=spec.unit).fit(data)
    means = [name for name in mundlak.names if name.startswith("mean(")]
    if kwargs.get("method") == "auxiliary":
        found = econ.wald_test(mundlak, chosen(kwargs["covariance"]), terms=means)
    else:
        moving = " + ".join(name.removeprefix("mean(").removesuffix(")") for name in means)
        within = econ.OLS(f"{spec.formula.split('~')[0]} ~ {moving} | {spec.unit}").fit(data)
        found = econ.hausman_test(within, fit, econ.Classical())
    statistic = abs(found.statistic * found.df[0])
    return replace(found, statistic=statistic, df=found.df[:1], p_value=float(chi2.sf(statistic, found.df[0])))


def first_stage(fit, kwargs):
    return econ.first_stage(fit, chosen(kwargs["covariance"]))


def anderson_rubin(fit, kwargs):
    return econ.anderson_rubin(
        fit, chosen(kwargs["covariance"]), null=kwargs.get("value", 0.0), level=kwargs.get("level")
    )


def overidentification_test(fit, kwargs):
    return econ.overidentification_test(fit, chosen(kwargs["covariance"]))


def equivalence_test(fit, kwargs):
    return econ.equivalence_test(
        fit,
        kwargs["term"],
        chosen(kwargs["covariance"]),
        lower=kwargs["lower"],
        upper=kwargs["upper"],
        level=kwargs["level"],
    )


def simultaneous_bands(fit, kwargs):
    return econ.simultaneous_bands(fit, chosen(kwargs["covariance"]), terms=kwargs["terms"], level=kwargs["level"])


def table_of(kwargs):
    return pd.DataFrame(kwargs["data"]) if "data" in kwargs else None


def predict(fit, kwargs):
    covariance = chosen(kwargs["covariance"]) if "covariance" in kwargs else econ.Classical()
    return econ.predict(fit, table_of(kwargs), covariance=covariance, level=kwargs.get("level", 0.95))


def marginal_effects(fit, kwargs):
    return econ.marginal_effects(fit, data=table_of(kwargs)).inference(chosen(kwargs["covariance"])).table


def check_columns(found, expected, rtol):
    """Columns of a table: text as it is, numbers up to the tolerance."""
    for name, values in expected.get("columns", {}).items():
        if isinstance(values[0], str):
            assert list(map(str, found[name])) == values
        else:
            np.testing.assert_allclose(found[name], values, rtol=rtol, err_msg=name)


def check_bounds(found, expected, rtol):
    """What two one-sided tests and sup-t bands have of their own."""
    if "interval" in expected:
        np.testing.assert_allclose(found.confidence_set[0], expected["interval"], rtol=rtol)
        each = [expected["p_lower"], expected["p_upper"]]
        np.testing.assert_allclose(list(found.details.values())[1:], each, rtol=rtol)
    if "critical_t" in expected:
        assert abs(found.critical_value - expected["critical_t"]) <= 4 * found.error + rtol


def check_instruments(found, expected, rtol):
    """Critical values of the effective F, and intervals without ends where they are unbounded."""
    if "critical" in expected:
        np.testing.assert_allclose([found.critical[tau] for tau in (0.05, 0.1, 0.2)], expected["critical"], rtol=rtol)
    if "intervals" in expected:
        ends = np.reshape(found.confidence_set, (-1, 2))
        known = np.reshape(np.array(expected["intervals"], dtype=float), (-1, 2))
        np.testing.assert_allclose(np.where(np.isinf(ends), np.nan, ends), known, rtol=rtol)


RUN = {
    "anderson_rubin": anderson_rubin,
    "anderson_rubin_set": anderson_rubin,
    "conditional_f": lambda fit, kwargs: first_stage(fit, kwargs).stages[kwargs["endogenous"]].conditional,
    "effective_f": lambda fit, kwargs: first_stage(fit, kwargs).stages[kwargs["endogenous"]].effective,
    "equivalence_test": equivalence_test,
    "fixed_effects": lambda fit, _: econ.fixed_effects(fit),
    "first_stage": lambda fit, kwargs: first_stage(fit, kwargs).stages[kwargs["endogenous"]].excluded,
    "hansen_j": overidentification_test,
    "hausman": hausman,
    "jackknife": jackknife,
    "kleibergen_paap": lambda fit, kwargs: first_stage(fit, kwargs).rank,
    "marginal_effects": marginal_effects,
    "partial_r2": lambda fit, kwargs: first_stage(fit, kwargs).stages[kwargs["endogenous"]],
    "predict": predict,
    "randomization_test": randomization_test,
    "sargan": lambda fit, _: econ.overidentification_test(fit, econ.Classical()),
    "simultaneous_bands": simultaneous_bands,
    "wild_bootstrap": wild_bootstrap,
    "wald_test": wald_test,
    "wooldridge_overid": lambda fit, _: econ.overidentification_test(fit, econ.White("HC0")),
    "wu_hausman": lambda fit, _: econ.endogeneity_test(fit, econ.Classical()),
}


@pytest.mark.parametrize(("case", "entry"), ENTRIES)
def test_numbers(case, entry):
    found, expected = RUN[entry["function"]](fitted(case), entry["kwargs"]), entry["expected"]
    rtol = entry.get("rtol", 1e-6)
    for name in ("statistic", "p_value", "partial_r2"):
        if name in expected:
            np.testing.assert_allclose(getattr(found, name), expected[name], rtol=rtol, err_msg=name)
    df = [expected[name] for name in ("df_num", "df") if name in expected]
    if df:
        np.testing.assert_allclose(found.df, df, rtol=rtol)
    check_columns(found, expected, rtol)
    check_bounds(found, expected, rtol)
    if "bias" in expected:
        np.testing.assert_allclose(found.bias, [expected["bias"][name] for name in found.fit.names], rtol=1e-5)
        np.testing.assert_allclose(found.estimates.se, [expected["se"][name] for name in found.fit.names], rtol=rtol)
        for label, terms in expected["estimates"].items():
            row = found.table.set_axis(found.table.index.map(str), axis=0).loc[label]
            np.testing.assert_allclose(row[list(terms)], list(terms.values()), rtol=1e-7)
    check_instruments(found, expected, rtol)
    if "confidence_set" in expected:
        np.testing.assert_allclose(found.confidence_set, expected["confidence_set"], rtol=rtol)
