"""Cigarette sales on the price with state effects, clustered by the year (the effects are not
nested), the state (nested) and both, and without effects: R (see make.R), Python and published
Stata."""

import sys

sys.path.insert(0, "..")

import helpers_reconcile as h

TESTS = "value that the tests of FixedEffectModels.jl (test/fit.jl, 'standard errors') state to match {}, tolerance {}"


def stata(program, command, matches, printed, df, rule, tolerance="1e-7"):
    return h.published(program, command, TESTS.format(matches, tolerance), printed, df, rule, rtol=4e-6)


KEPT = "without singletons"
reghdfe = h.rule("components", "(n-1)/(n-K)", "smallest", KEPT)
areg = h.rule("columns", "(n-1)/(n-K)", "smallest")

within = {
    "y": "sales",
    "x": ["price"],
    "effects": ["state"],
    "unit": "state",
    "time": "year",
    "covariances": [
        (
            h.covariance("Clustered", "year"),
            [
                stata(program, command, "areg and reghdfe", {"price": "0.0220563"}, None, rule)
                for program, command, rule in (
                    ("Stata areg", "areg Sales Price, absorb(State) vce(cluster Year)", areg),
                    ("Stata reghdfe", "reghdfe Sales Price, absorb(State) vce(cluster Year)", reghdfe),
                )
            ],
        ),
        (
            h.covariance("Clustered", "state"),
            [
                stata(
                    "Stata reghdfe",
                    "reghdfe Sales Price, absorb(State) vce(cluster State)",
                    "reghdfe (not areg)",
                    {"price": "0.0357498"},
                    None,
                    reghdfe,
                )
            ],
        ),
        (
            h.covariance("Clustered", "state", "year"),
            [
                stata(
                    "Stata reghdfe",
                    "reghdfe Sales Price, absorb(State) vce(cluster State Year)",
                    "reghdfe",
                    {"price": "0.0405335"},
                    None,
                    reghdfe,
                )
            ],
        ),
        (
            h.covariance("White"),
            [
                stata(
                    "Stata areg",
                    "areg Sales Price, absorb(State) vce(robust)",
                    "areg",
                    {"price": "0.0110005"},
                    None,
                    h.rule("columns", "n/(n-K)"),
                )
            ],
        ),
        (
            h.covariance("Classical"),
            [
                stata(
                    "Stata areg",
                    "areg Sales Price, absorb(State)",
                    "areg",
                    {"price": "0.0098003"},
                    None,
                    h.rule("columns", "n/(n-K)"),
                )
            ],
        ),
    ],
}
pooled = {
    "y": "sales",
    "x": ["price"],
    "unit": "state",
    "time": "year",
    "covariances": [
        (
            h.covariance("Clustered", "state"),
            [
                stata(
                    "Stata regress",
                    "regress Sales Price, vce(cluster State)",
                    "Stata",
                    {"price": "0.0379228"},
                    None,
                    areg,
                )
            ],
        ),
        (
            h.covariance("Clustered", "state", "year"),
            [
                stata(
                    "Stata reghdfe",
                    "reghdfe Sales Price, noabsorb vce(cluster State Year)",
                    "reghdfe",
                    {"price": "0.0403469"},
                    None,
                    reghdfe,
                    "1e-6",
                )
            ],
        ),
        (
            h.covariance("White"),
            [
                stata(
                    "Stata regress",
                    "regress Sales Price, vce(robust)",
                    "Stata",
                    {"price": "0.0167042", "Intercept": "1.686791"},
                    None,
                    h.rule("columns", "n/(n-K)"),
                    "1e-6",
                )
            ],
        ),
    ],
}
h.write_reconcile(h.read_data(), "Cigar of R package plm (Baltagi)", [within, pooled])
