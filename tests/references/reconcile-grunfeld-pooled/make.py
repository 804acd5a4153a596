"""Investment equation without effects: R (see make.R), Python and published Stata."""

import sys

sys.path.insert(0, "..")

import helpers_reconcile as h

STATA = (
    "Stata's printed results, in statsmodels 0.15.0, "
    "statsmodels/regression/tests/results/results_grunfeld_ols_robust_cluster.py"
)
regress = h.rule("columns", "(n-1)/(n-K)", "each")
robust = h.rule("columns", "n/(n-K)")

one_way = h.published(
    "Stata regress",
    "regress invest mvalue kstock, vce(cluster company)",
    STATA,
    {"value": "0.01589433647768", "capital": "0.08496711097464", "Intercept": "20.425202580078"},
    9,
    regress,
    rtol=1e-6,
)
two_ways = h.published(
    "Stata ivreg2",
    "ivreg2 invest mvalue kstock, cluster(company time) small",
    STATA,
    {"value": "0.01635175387097", "capital": "0.07847391274682", "Intercept": "19.505607409785"},
    9,
    h.rule("columns", "(n-1)/(n-K)", "smallest"),
    rtol=1e-6,
)
weighted = h.published(
    "Stata regress",
    "regress invest mvalue kstock [aw=1/mvalue], vce(cluster company)",
    STATA,
    {"value": "0.02609630113434", "capital": "0.02285882773869", "Intercept": "5.7204731422962"},
    9,
    regress,
    rtol=1e-6,
)
weighted_robust = h.published(
    "Stata regress",
    "regress invest mvalue kstock [aw=1/mvalue], robust",
    STATA,
    {"value": "0.00768545583365", "capital": "0.00986959606725", "Intercept": "2.3458404391932"},
    197,
    robust,
    rtol=1e-6,
)

model = {"y": "inv", "x": ["value", "capital"], "unit": "firm", "time": "year"}
plain = model | {
    "covariances": [
        (h.covariance("Clustered", "firm"), [one_way]),
        (h.covariance("Clustered", "firm", "year"), [two_ways]),
        (h.covariance("White"), []),
        (h.covariance("Classical"), []),
    ]
}
by_size = model | {
    "weights": "weight",
    "covariances": [
        (h.covariance("Clustered", "firm"), [weighted]),
        (h.covariance("White"), [weighted_robust]),
    ],
}
h.write_reconcile(h.read_data(), "Grunfeld of R package plm", [plain, by_size])
