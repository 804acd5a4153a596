"""Wages with person effects, clustered by the person: areg counts the effects, xtreg does not.
R (see make.R), Python and published Stata."""

import sys

sys.path.insert(0, "..")

import helpers_reconcile as h

STATA = (
    "Stata 17 printed in the repository 2joonh2/2joonh2.github.io, _posts/econometrics/"
    "2022-03-14-econometrics_2SB.md, after Cameron and Trivedi, Microeconometrics Using Stata, section 8.5"
)
TERMS = ["experience", "experience2", "weeks"]


def stata(program, command, printed, rule):
    return h.published(program, command, STATA, dict(zip(TERMS, printed)), 594, rule)


case = {
    "y": "lwage",
    "x": TERMS,
    "effects": ["id"],
    "unit": "id",
    "time": "year",
    "covariances": [
        (
            h.covariance("Clustered", "id"),
            [
                stata(
                    "Stata areg",
                    "areg lwage exp exp2 wks ed, absorb(id) vce(cluster id)",
                    ["0.0043514", "0.0000888", "0.0009393"],
                    h.rule("columns", "(n-1)/(n-K)", "smallest"),
                ),
                stata(
                    "Stata regress",
                    "regress lwage exp exp2 wks ed i.id, vce(cluster id)",
                    ["0.0043514", "0.0000888", "0.0009393"],
                    h.rule("rank", "(n-1)/(n-K)", "smallest"),
                ),
                stata(
                    "Stata xtreg, fe",
                    "xtreg lwage exp exp2 wks ed, fe vce(cluster id)",
                    ["0.0040289", "0.0000822", "0.0008697"],
                    h.rule("slopes + 1", "(n-1)/(n-K)", "smallest"),
                ),
            ],
        ),
        (h.covariance("Classical"), []),
    ],
}
h.write_reconcile(
    h.read_data(),
    "PSID7682 of R package AER (Cornwell and Rupert 1988); the coefficient of ed is not identified",
    [case],
    programs=(h.linearmodels_entries, h.pyfixest_entries),
)
