"""Ozone with month and day effects, two days with one row each, which fixest drops since 0.13:
R (see make.R), Python and published fixest."""

import sys

sys.path.insert(0, "..")

import helpers_reconcile as h

README = "README of the R package fixest (lrberge/fixest, version 0.13 or later)"
DROPS = "without singletons"


def fixest(call, printed, df, rule):
    return h.published("fixest feols", call, README, printed, df, rule)


case = {
    "y": "ozone",
    "x": ["solar", "temp"],
    "effects": ["month", "day"],
    "unit": "month",
    "time": "day",
    "covariances": [
        (
            h.covariance("Classical"),
            [
                fixest(
                    "feols(Ozone ~ Solar.R + Temp | Month + Day, airquality)",
                    {"solar": "0.027355", "temp": "0.381101"},
                    74,
                    h.rule("columns", "n/(n-K)", rows=DROPS),
                )
            ],
        ),
        (
            h.covariance("Clustered", "month"),
            [
                fixest(
                    'etable(feols(Ozone ~ Solar.R + Temp | Month + Day, airquality), vcov = vcov_cluster("Month"))',
                    {"solar": "0.0403", "temp": "0.3395"},
                    4,
                    h.rule("nested out", "(n-1)/(n-K)", "smallest", DROPS),
                )
            ],
        ),
        (h.covariance("Clustered", "day"), []),
        (h.covariance("White"), []),
    ],
}
pooled = {
    "y": "ozone",
    "x": ["solar", "temp"],
    "unit": "month",
    "time": "day",
    "covariances": [
        (
            h.covariance("Classical"),
            [
                fixest(
                    "feols(Ozone ~ Solar.R + Temp, airquality)",
                    {"solar": "0.025719", "temp": "0.245996", "Intercept": "18.446718"},
                    108,
                    h.rule("columns", "n/(n-K)"),
                )
            ],
        ),
        (
            h.covariance("Clustered", "month"),
            [
                fixest(
                    'etable(feols(Ozone ~ Solar.R + Temp, airquality), vcov = vcov_cluster("Month"))',
                    {"solar": "0.0289", "temp": "0.3428", "Intercept": "32.70"},
                    4,
                    h.rule("columns", "(n-1)/(n-K)", "smallest"),
                )
            ],
        ),
    ],
}
h.write_reconcile(h.read_data(), "airquality of R, complete rows", [case, pooled])
