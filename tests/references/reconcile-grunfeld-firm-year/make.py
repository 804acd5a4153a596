"""Investment on capital with firm and year effects, clustered by the firm and two ways:
R (see make.R), Python and published Stata."""

import sys

sys.path.insert(0, "..")

import helpers_reconcile as h

case = {
    "y": "inv",
    "x": ["capital"],
    "effects": ["firm", "year"],
    "unit": "firm",
    "time": "year",
    "covariances": [
        (
            h.covariance("Clustered", "firm"),
            [
                h.published(
                    "Stata xtreg, fe",
                    "xtreg inv capital i.year, fe vce(cluster firm)",
                    "Stata, quoted in the vignette 'On standard-errors' of R package fixest 0.13 (Berge), se_stata_firm",
                    {"capital": "0.06328129"},
                    None,
                    h.rule("nested out", "(n-1)/(n-K)", "smallest"),
                    rtol=1e-6,
                )
            ],
        ),
        (h.covariance("Clustered", "firm", "year"), []),
        (h.covariance("White"), []),
        (h.covariance("Classical"), []),
    ],
}
h.write_reconcile(h.read_data(), "Grunfeld of R package plm", [case])
