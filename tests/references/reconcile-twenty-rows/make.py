"""Twenty simulated rows with two effects, clustered two ways: R (see make.R), Python and
published fixest and Stata."""

import sys

sys.path.insert(0, "..")

import helpers_reconcile as h

VIGNETTE = (
    "vignette 'On standard-errors' of the R package fixest as of 2021-01-22 (Berge; lrberge/fixest, "
    "vignettes/standard_errors.html)"
)
INSIDE = h.rule("nested out", "(n-1)/(n-K)", "smallest")


def number(program, call, printed, df, rule):
    return h.published(program, call, VIGNETTE, printed, df, rule, rtol=2e-6)


model = {"y": "y", "x": ["x"], "unit": "id", "time": "time"}
two_effects = model | {
    "effects": ["id", "time"],
    "covariances": [
        (
            h.covariance("Clustered", "id", "time"),
            [
                number(
                    "fixest feols", 'feols(y ~ x | id + time, base), se = "twoway"', {"x": "0.3080378"}, None, INSIDE
                ),
                number(
                    "fixest feols",
                    'feols(y ~ x | id + time, base), se = "twoway", dof = dof(cluster.df = "conv")',
                    {"x": "0.3268584"},
                    3,
                    h.rule("nested out", "(n-1)/(n-K)", "each"),
                ),
            ],
        ),
        (
            h.covariance("Clustered", "id"),
            [
                number("fixest feols", "feols(y ~ x | id + time, base)", {"x": "0.1653850"}, None, INSIDE),
                number("Stata xtreg, fe", "xtreg y x i.time, fe vce(cluster id)", {"x": "0.165385"}, None, INSIDE),
            ],
        ),
    ],
}
pooled = model | {
    "covariances": [
        (
            h.covariance("White"),
            [
                number(
                    "fixest feols",
                    'feols(y ~ x, base), se = "hetero"',
                    {"x": "0.215208", "Intercept": "0.2341859"},
                    18,
                    h.rule("columns", "n/(n-K)"),
                )
            ],
        ),
        (
            h.covariance("Classical"),
            [
                number(
                    "fixest feols",
                    "feols(y ~ x, base)",
                    {"x": "0.3347682", "Intercept": "0.23693"},
                    18,
                    h.rule("columns", "n/(n-K)"),
                )
            ],
        ),
    ],
}
h.write_reconcile(h.read_data(), "simulated in make.R, seed 0", [two_effects, pooled])
