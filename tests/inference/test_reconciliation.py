"""Why programs print different standard errors; their numbers are compared in tests/references."""

import numpy as np
import pandas as pd
import pytest
from laws.members import panel
from numpy.testing import assert_allclose

from econ import OLS, PPML, Classical, Clustered, DriscollKraay, Frequency, White, reconcile
from econ.errors import NotDefinedError, OptionError
from econ.inference.reconciliation.regression import regression_of

COVARIANCES = [
    Classical(),
    *(White(kind) for kind in ("HC0", "HC1", "HC2", "HC3")),
    *(Clustered("g", correction=correction) for correction in ("CR0", "CR1", "CR2", "CR3")),
    Clustered("f", "t"),
    Clustered("f", "s", "t"),
]
SPECS = [OLS("y ~ x1 + x2"), OLS("y ~ x1 + x2 | f", weights="w"), OLS("y ~ x1 | f + t"), OLS("y ~ x1 | f + g + t")]


def cause(table, program, part=""):
    rows = table[(table["program"] == program) & table["call"].str.contains(part, regex=False)]
    return rows["cause"].iloc[0]


@pytest.mark.parametrize("spec", SPECS, ids=repr)
@pytest.mark.parametrize("covariance", COVARIANCES, ids=repr)
def test_every_row_has_a_number_or_says_why_not(spec, covariance):
    fit = spec.fit(panel())
    table = reconcile(fit, covariance).table
    ours = table[table["program"] == "econ"]
    assert_allclose(ours["se"], fit.inference(covariance).se, rtol=1e-12)
    assert (ours["factor"] == 1).all()
    missing = table["se"].isna()
    assert table.loc[missing, "cause"].str.contains("not (?:offered|defined|computed)|sum is left as it is").all()
    assert (table.loc[~missing & (table["program"] != "econ"), "cause"] != "").all()
    assert_allclose(table["factor"], table["se"] / np.tile(ours["se"], len(table) // len(ours)), rtol=1e-12)


@pytest.mark.parametrize("spec", SPECS, ids=repr)
@pytest.mark.parametrize("covariance", [Classical(), White(), Clustered("g"), Clustered("f", "t")], ids=repr)
def test_fixest_prints_the_same_as_we_do(spec, covariance):
    table = reconcile(spec.fit(panel()), covariance).table
    assert_allclose(table[table["program"] == "fixest feols"]["factor"].iloc[0], 1, rtol=1e-10)
    assert cause(table, "fixest feols") == "none"


def test_causes_say_what_differs():
    table = reconcile(OLS("y ~ x1 | f").fit(panel()), Clustered("f")).table
    assert cause(table, "Stata areg") == "K = 21, not 2: counts every level of the effects"
    assert cause(table, "Stata xtreg, fe") == "none"
    assert cause(table, "sandwich vcovCL").endswith("counts the rank of all dummies; t(159), not t(19)")
    assert cause(table, "statsmodels OLS").endswith("normal, not t(19)")
    assert cause(table, "plm vcovHC") == "no factor for K; no G/(G-1); t(159), not t(19)"
    assert cause(table, "clubSandwich vcovCR", "CR2") == (
        "no factor for K; leverage of clusters (CR2), for equal variances; t(17.16), not t(19)"
    )


def test_what_a_program_does_not_offer_is_said():
    data = panel()
    two_ways = reconcile(OLS("y ~ x1 | f").fit(data), Clustered("f", "t")).table
    assert cause(two_ways, "estimatr lm_robust") == "not offered: it clusters one way only"
    not_nested = reconcile(OLS("y ~ x1 | f").fit(data), Clustered("t")).table
    assert "nested in the clusters" in cause(not_nested, "Stata xtreg, fe")
    robust = reconcile(OLS("y ~ x1 | f").fit(data), White()).table
    assert cause(robust, "Stata xtreg, fe") == "not offered: robust means clustered by the panel"
    weighted = reconcile(OLS("y ~ x1 | f", weights="w").fit(data), Classical()).table
    assert "constant within panels" in cause(weighted, "Stata xtreg, fe")


def test_singletons_change_counts_only():
    data = panel()
    alone = data.head(3).assign(f=[100, 101, 102], g=[50, 50, 51])
    fit = OLS("y ~ x1 | f").fit(pd.concat([data, alone], ignore_index=True))
    table = reconcile(fit, Clustered("g")).table
    assert cause(table, "Stata areg").startswith("keeps 3 singletons, n = 183, not 180, G = 7, not 5; K = 24, not 2")
    assert cause(table, "pyfixest feols") == "none"
    assert cause(table, "fixest feols before 0.13").startswith("keeps 3 singletons")
    leverages = reconcile(fit, White("HC3")).table
    assert cause(leverages, "sandwich vcovHC", "HC3") == "not defined: a row has leverage 1"


def test_a_sum_that_is_not_semi_definite_is_left_or_repaired_as_each_program_does():
    rng = np.random.default_rng(5)
    data = panel().assign(a=lambda d: rng.integers(0, 3, len(d)), b=lambda d: rng.integers(0, 3, len(d)))
    for seed in range(50):
        data["y"] = np.random.default_rng(seed).normal(size=len(data))
        fit = OLS("y ~ x1 + x2 + x3").fit(data)
        if fit.inference(Clustered("a", "b")).remarks:
            break
    table = reconcile(fit, Clustered("a", "b")).table
    assert "negative eigenvalues of the unscaled sum are set to zero" in cause(table, "Stata reghdfe")
    assert "left as it is" in cause(table, "pyfixest feols")


@pytest.mark.parametrize("effects", ["f + t", "f + g", "f + g + t", "f + g^t + t"])
def test_the_rank_of_dummies_is_exact(effects):
    data = panel()
    rows = regression_of(OLS(f"y ~ x1 | {effects}").fit(data), ()).kept
    dummies = np.hstack([np.eye(effect.count)[effect.codes] for effect in rows.effects])
    assert rows.rank_of_dummies == np.linalg.matrix_rank(dummies)


def test_terms_are_chosen_and_the_text_is_a_table():
    fit = OLS("y ~ x1 + x2 | f").fit(panel())
    found = reconcile(fit, Clustered("f"), terms=["x2"])
    assert set(found.table["term"]) == {"x2"}
    lines = repr(found).splitlines()
    assert lines[0] == "OLS y ~ x1 + x2 | f, clustered by f (CR1): standard errors of x2"
    assert lines[1].split() == ["program", "se", "factor", "tests", "cause", "call"]
    assert len(lines) == 2 + found.table["call"].nunique()


@pytest.mark.parametrize(
    ("fit", "covariance", "options", "error", "named"),
    [
        (PPML("y ~ x1"), Clustered("g"), {}, NotDefinedError, "for OLS, not for PPML"),
        (OLS("y ~ x1 | f[x2]"), Clustered("g"), {}, NotDefinedError, "slopes by group"),
        (OLS("y ~ x1", weights=Frequency("count")), Clustered("g"), {}, NotDefinedError, "frequency weights"),
        (OLS("y ~ x1"), DriscollKraay("t"), {}, NotDefinedError, "not for DriscollKraay"),
        (OLS("y ~ x1"), White(), {"terms": ["x9"]}, NotDefinedError, "x9"),
        (OLS("y ~ x1"), White(), {"terms": "x1"}, OptionError, "list of terms"),
    ],
)
def test_what_cannot_be_reconciled_is_said(fit, covariance, options, error, named):
    with pytest.raises(error, match=named):
        reconcile(fit.fit(panel()), covariance, **options)
