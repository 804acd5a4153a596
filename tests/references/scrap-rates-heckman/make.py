"""Log scrap rates of firms, which most firms do not report: Heckman's selection model by
maximum likelihood; clusters by firm."""

import sys

sys.path.insert(0, "..")
import numpy as np
from linearmodels.datasets import jobtraining

import helpers as h
import helpers_likelihoods as hl

data = jobtraining.load().dropna(subset=["lsales", "lemploy", "lavgsal"])
data["reported"] = data["lscrap"].notna().astype(int)
h.write_data(data[["fcode", "year", "reported", "lscrap", "grant", "lsales", "lemploy", "union", "lavgsal"]])
d = h.read_data()

outcome, selection = ["grant", "lsales"], ["grant", "lsales", "lemploy", "union", "lavgsal"]
y, chosen = d["lscrap"].to_numpy(), d["reported"].to_numpy() == 1
X = np.column_stack([np.ones(len(d)), d[outcome]])
Z = np.column_stack([np.ones(len(d)), d[selection]])
theta, scores, information = hl.heckman(y, chosen, X, Z)
hl.check_heckman(theta, information, y, chosen, X, Z)
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

PROGRAM = "Newton's method on the log-likelihood, exact derivatives"
covs = [h.entry("Classical", [], est, se, note=f"{PROGRAM}: inverse observed information")]
covs += hl.robust_entries(est, scores @ bread, d, [["fcode"]], K, PROGRAM)

h.write_values(
    ["scipy", "statsmodels", "linearmodels", "numpy"],
    "dataset jobtraining of Python package linearmodels: H. Holzer, R. Block, M. Cheatham and J. Knott (1993), "
    "'Are training subsidies effective? The Michigan experience', Industrial and Labor Relations Review 46, 625-636",
    "Heckman",
    "lscrap ~ " + " + ".join(outcome),
    n,
    covs,
    options={"selection": "reported ~ " + " + ".join(selection)},
)
