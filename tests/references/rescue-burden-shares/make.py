"""Shares of creditors in simulated rescues, many of them zero, with two to nine creditors a
rescue; clusters by rescue, by creditor and by both."""

import sys

sys.path.insert(0, "..")
import numpy as np
import pandas as pd
from scipy.optimize import minimize

import helpers as h

rng = np.random.default_rng(83)
rescues, creditors = 70, 25
taste = 0.5 * rng.normal(size=creditors)
rows = []
for rescue in range(rescues):
    members = np.sort(rng.choice(creditors, rng.integers(2, 10), replace=False))
    claim = rng.lognormal(0, 1, members.size).round(4)
    near = rng.binomial(1, 0.4, members.size)
    ally = rng.normal(size=members.size).round(4)
    weight = np.exp(0.6 * np.log(claim) + 0.8 * near - 0.3 * ally + taste[members])
    gift = rng.gamma(1.2, weight) * (rng.uniform(size=members.size) > 0.25)
    if gift.sum() == 0:
        gift[0] = 1.0
    share = (gift / gift.sum()).round(6)
    share[share.argmax()] += 1 - share.sum()
    rows += [(f"r{rescue:02d}", f"c{c:02d}", *v) for c, *v in zip(members, share, claim, near, ally)]
h.write_data(pd.DataFrame(rows, columns=["package", "creditor", "share", "claim", "near", "ally"]))
d = h.read_data()
assert (d["share"] == 0).sum() > 50 and d.groupby("package").size().nunique() > 5
assert np.allclose(d.groupby("package")["share"].sum(), 1, rtol=0, atol=1e-12)

TERMS = ["np.log(claim)", "near", "ally", "near:ally"]
X = np.column_stack([np.log(d["claim"]), d["near"], d["ally"], d["near"] * d["ally"]])
s = d["share"].to_numpy()
code = d.groupby("package").ngroup().to_numpy()


def total(values):
    """Sums of the rows of each package."""
    return np.array([np.bincount(code, v) for v in np.atleast_2d(values.T)]).T


def parts(b):
    e = np.exp(X @ b)
    P = e / total(e)[code, 0]
    return P, X - total(X * P[:, None])[code]


def minus(b):
    P, centred = parts(b)
    return -s @ np.log(P), -(s - P) @ centred


b = minimize(minus, np.zeros(4), jac=True, method="BFGS", options={"gtol": 1e-9}).x
for _ in range(3):  # to rounding
    P, centred = parts(b)
    information = (centred.T * P) @ centred
    b = b + np.linalg.solve(information, (s - P) @ centred)
P, centred = parts(b)
information = (centred.T * P) @ centred
psi = (s - P)[:, None] * centred @ np.linalg.inv(information)
assert np.max(np.abs(minus(b)[1])) < 1e-12
est = dict(zip(TERMS, b))
n, K = len(d), len(TERMS) + 1  # the effects of the packages lie within the clusters

PROGRAM = "scipy BFGS and Newton's method on the log-likelihood; influence (s - P)(x - mean of x by P)"


def clustered(by, correction=None):
    V, note = h.influence_covariance(psi, d[by]), PROGRAM
    if correction is None:
        V, note = V * h.cr1_factor(d, by, K), f"{PROGRAM}; {h.cr1_note(d, by, K)}"
    se = dict(zip(TERMS, np.sqrt(np.diag(V))))
    return h.entry("Clustered", by, est, se, df=h.smallest_G(d, by) - 1, correction=correction, note=note)


both = ["package", "creditor"]
covs = [clustered(["package"]), clustered(both)]
covs += [clustered(by, "CR0") for by in (["package"], ["creditor"], both)]

# Second program: statsmodels GLM, Poisson on dummies of the packages.
glm = h.poisson(s, np.column_stack([X, h.dummies(d, ["package"])]))
h.check_close(glm.params[:4], b)
h.check_close(h.poisson_sandwich(glm, d["package"])[:4], h.se_of(covs[2]))
h.check_close(h.poisson_sandwich(glm, d["creditor"])[:4], h.se_of(covs[3]))

h.write_values(
    ["scipy", "statsmodels", "numpy"],
    "simulated in make.py, seed 83",
    "BurdenShares",
    "share ~ np.log(claim) + near + ally + near:ally",
    n,
    covs,
    options={"rescue": "package"},
)
