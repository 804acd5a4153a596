"""Investment equation with firm effects, clustered by the firm (nested), by the year (not)
and by both: R (see make.R), Python and published Stata."""

import sys

sys.path.insert(0, "..")

import helpers_reconcile as h

REPORT = (
    "Stata 17 MP, printed in the repository ZhenHaoFu810/StataFlow, validation report VAL-PANEL of 2026-06-03 "
    "(docs/audit/revalidation-v1.1/phase2-evidence), cases 1 to 3b and 7"
)
WITHIN = h.rule("components", "(n-1)/(n-K)", "smallest", "without singletons")


def reghdfe(vce, value, capital, df, rule):
    call = f"reghdfe inv value capital, absorb(firm){vce}"
    return h.published("Stata reghdfe", call, REPORT, {"value": value, "capital": capital}, df, rule, rtol=2e-6)


case = {
    "y": "inv",
    "x": ["value", "capital"],
    "effects": ["firm"],
    "unit": "firm",
    "time": "year",
    "covariances": [
        (
            h.covariance("Clustered", "firm"),
            [reghdfe(" vce(cluster firm)", "0.01519449", "0.05275177", 9, WITHIN)],
        ),
        (
            h.covariance("Clustered", "year"),
            [reghdfe(" vce(cluster year)", "0.01732792", "0.03227887", 19, WITHIN)],
        ),
        (h.covariance("Clustered", "firm", "year"), []),
        (
            h.covariance("White"),
            [
                reghdfe(
                    " vce(robust)",
                    "0.01937803",
                    "0.04279500",
                    None,
                    h.rule("components", "n/(n-K)", rows="without singletons"),
                )
            ],
        ),
        (
            h.covariance("Classical"),
            [
                reghdfe(
                    "",
                    "0.01185669",
                    "0.01735450",
                    188,
                    h.rule("components", "n/(n-K)", rows="without singletons"),
                ),
                h.published(
                    "Stata xtreg, fe",
                    "xtreg inv value capital, fe",
                    REPORT,
                    {"value": "0.011857", "capital": "0.017355"},
                    188,
                    h.rule("columns", "n/(n-K)"),
                ),
            ],
        ),
    ],
}
h.write_reconcile(h.read_data(), "Grunfeld of R package plm", [case])
