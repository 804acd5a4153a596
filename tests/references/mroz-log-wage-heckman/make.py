"""Log wages of married women and their participation: Heckman's selection model by
maximum likelihood, with the numbers of Stata's heckman."""

import sys

sys.path.insert(0, "..")
import numpy as np
from linearmodels.datasets import mroz

import helpers as h
import helpers_likelihoods as hl

data = mroz.load()
data["market"] = np.where(data["city"] == 1, "city-", "country-") + data["unem"].astype(str)
outcome, selection = ["educ", "exper", "expersq"], ["nwifeinc", "educ", "exper", "expersq", "age", "kidslt6", "kidsge6"]
h.write_data(data[["lwage", "inlf", *dict.fromkeys(outcome + selection), "market"]])
d = h.read_data()

y, chosen = d["lwage"].to_numpy(), d["inlf"].to_numpy() == 1
assert (np.isnan(y) == ~chosen).all()
X = np.column_stack([np.ones(len(d)), d[outcome]])
Z = np.column_stack([np.ones(len(d)), d[selection]])
theta, scores, information = hl.heckman(y, chosen, X, Z)
bread = np.linalg.inv(information)
terms = [
    "Intercept",
    *outcome,
    "selection: Intercept",
    *(f"selection: {z}" for z in selection),
    "log(sigma)",
    "atanh(rho)",
]
est, se = dict(zip(terms, theta)), dict(zip(terms, np.sqrt(np.diag(bread))))
n, K = len(d), len(terms)

# Stata's heckman for example 17.6 of J. M. Wooldridge (2002), Econometric Analysis of Cross
# Section and Panel Data, by maximum likelihood. Its last step leaves errors of 1e-6.
STATA = {
    "educ": (0.1083502, 0.0148607),
    "exper": (0.0428369, 0.0148785),
    "expersq": (-0.0008374, 0.0004175),
    "Intercept": (-0.5526973, 0.2603784),
    "selection: educ": (0.1313415, 0.0253823),
    "selection: exper": (0.1232818, 0.0187242),
    "selection: expersq": (-0.0018863, 0.0006004),
    "selection: nwifeinc": (-0.0121321, 0.0048767),
    "selection: age": (-0.0528287, 0.0084792),
    "selection: kidslt6": (-0.8673988, 0.1186509),
    "selection: kidsge6": (0.0358723, 0.0434753),
    "selection: Intercept": (0.2664491, 0.5089578),
    "atanh(rho)": (0.026614, 0.147182),
    "log(sigma)": (-0.4103809, 0.0342291),
}
assert set(STATA) == set(terms)
for term, (estimate, error) in STATA.items():
    assert abs(est[term] - estimate) < 2e-6 and abs(se[term] - error) < 1e-6, term
loglike = hl.check_heckman(theta, information, y, chosen, X, Z)
assert round(loglike, 4) == -832.8852  # Stata prints -832.8851

PROGRAM = "Newton's method on the log-likelihood, exact derivatives"
covs = [h.entry("Classical", [], est, se, note=f"{PROGRAM}: inverse observed information")]
covs += hl.robust_entries(est, scores @ bread, d, [["market"]], K, PROGRAM)

h.write_values(
    ["scipy", "statsmodels", "linearmodels", "numpy"],
    "dataset mroz of Python package linearmodels: T. A. Mroz (1987), 'The sensitivity of an empirical model of "
    "married women's hours of work to economic and statistical assumptions', Econometrica 55, 765-799",
    "Heckman",
    "lwage ~ educ + exper + expersq",
    n,
    covs,
    options={"selection": "inlf ~ " + " + ".join(selection)},
)
