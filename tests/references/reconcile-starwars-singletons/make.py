"""Mass on height with species effects, most species with one row, which fixest kept until 0.12:
R (see make.R), Python and published fixest."""

import sys

sys.path.insert(0, "..")

import helpers_reconcile as h

LECTURE = (
    "fixest as of 2020 printed in G. McDermott, Data science for economists, lecture 8 "
    "(uo-ec607/lectures, 08-regression/08-regression.md)"
)


def fixest(call, printed, df, rule):
    return h.published("fixest feols before 0.13", call, LECTURE, {"height": printed}, df, rule)


case = {
    "y": "mass",
    "x": ["height"],
    "effects": ["species"],
    "unit": "species",
    "time": "row",
    "covariances": [
        (
            h.covariance("Clustered", "species"),
            [
                fixest(
                    "feols(mass ~ height | species, data = starwars)",
                    "0.044291",
                    None,
                    h.rule("nested out", "(n-1)/(n-K)", "smallest"),
                )
            ],
        ),
        (
            h.covariance("Classical"),
            [
                fixest(
                    "summary(feols(mass ~ height | species, data = starwars), se = 'standard')",
                    "0.136463",
                    26,
                    h.rule("columns", "n/(n-K)"),
                )
            ],
        ),
    ],
}
h.write_reconcile(h.read_data(), "starwars of R package dplyr, complete rows", [case])
