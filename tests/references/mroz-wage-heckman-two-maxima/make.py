"""Wages of married women and their participation: Heckman's selection model by maximum
likelihood where the likelihood has two maxima. The published one, with rho = -0.13, is
lower by 101.6 than the one with rho = 0.99, which wages in levels, skewed as they are, favour."""

import sys

sys.path.insert(0, "..")
import numpy as np
from linearmodels.datasets import mroz

import helpers as h
import helpers_likelihoods as hl

data = mroz.load()
data["kids"] = np.where(data["kidslt6"] + data["kidsge6"] > 0, "yes", "no")
h.write_data(data[["wage", "inlf", "exper", "educ", "city", "age", "faminc", "kids", "unem"]])
d = h.read_data()

y, chosen, one = d["wage"].to_numpy(), d["inlf"].to_numpy() == 1, np.ones(len(d))
assert (np.isnan(y) == ~chosen).all()
X = np.column_stack([one, d["exper"], d["exper"] ** 2, d["educ"], d["city"]])
Z = np.column_stack([one, d["age"], d["age"] ** 2, d["faminc"], d["kids"] == "yes", d["educ"]])
theta, scores, information = hl.heckman(y, chosen, X, Z)
bread = np.linalg.inv(information)
selection = ["Intercept", "age", "I(age ** 2)", "faminc", "C(kids)[T.yes]", "educ"]
terms = ["Intercept", "exper", "I(exper ** 2)", "educ", "city", *(f"selection: {z}" for z in selection)]
terms += ["log(sigma)", "atanh(rho)"]
est, se = dict(zip(terms, theta)), dict(zip(terms, np.sqrt(np.diag(bread))))
n, K = len(d), len(terms)

# The maximum that is published: W. H. Greene (2003), Econometric Analysis, table 22.7, and
# O. Toomet and A. Henningsen (2008), 'Sample selection models in R', Journal of Statistical
# Software 27(7), whose BHHH stops at -1581.259.
TOOMET_HENNINGSEN = [-1.9537242, 0.0284295, -0.0001151, 0.4562471, 0.4451424]
TOOMET_HENNINGSEN += [-4.120, 0.1840, -2.409e-3, 5.676e-6, -0.4507, 0.09533, np.log(3.10350), np.arctanh(-0.13328)]
lower, _, lower_information = hl.heckman(y, chosen, X, Z, start=TOOMET_HENNINGSEN)
assert np.linalg.eigvalsh(lower_information)[0] > 0
lower_loglike = hl.check_heckman(lower, lower_information, y, chosen, X, Z)
assert round(lower_loglike, 2) == -1581.26 and round(np.tanh(lower[-1]), 2) == -0.13
assert np.max(np.abs(lower - TOOMET_HENNINGSEN) / np.sqrt(np.diag(np.linalg.inv(lower_information)))) < 0.05

# The higher one.
loglike = hl.check_heckman(theta, information, y, chosen, X, Z)
assert np.linalg.eigvalsh(information)[0] > 0
assert loglike > lower_loglike + 101 and 0.99 < np.tanh(theta[-1]) < 0.995

PROGRAM = "BFGS from three starts, then Newton's method, on the log-likelihood; the higher of two maxima"
covs = [h.entry("Classical", [], est, se, note=f"{PROGRAM}: inverse observed information")]
covs += hl.robust_entries(est, scores @ bread, d, [["unem"]], K, PROGRAM)

h.write_values(
    ["scipy", "statsmodels", "linearmodels", "numpy"],
    "dataset mroz of Python package linearmodels: T. A. Mroz (1987), 'The sensitivity of an empirical model of "
    "married women's hours of work to economic and statistical assumptions', Econometrica 55, 765-799",
    "Heckman",
    "wage ~ exper + I(exper ** 2) + educ + city",
    n,
    covs,
    options={"selection": "inlf ~ age + I(age ** 2) + faminc + C(kids) + educ"},
)
