"""Pairs of countries, once each and in no direction: dyadic, by StatsPAI."""

import sys

sys.path.insert(0, "..")

from itertools import combinations

import numpy as np
import pandas as pd
import statspai as sp

import helpers as h

rng = np.random.default_rng(44)
N = 16
names = [f"k{k:02d}" for k in range(N)]
# Every pair once, its members in whatever order: a country stands in both columns.
pairs = [p if rng.uniform() < 0.5 else p[::-1] for p in combinations(range(N), 2)]
a, b = np.array(pairs).T
z, shock = rng.normal(size=N), rng.normal(size=N)
x1 = np.abs(z[a] - z[b])
x2 = z[a] * z[b] + rng.normal(size=len(a))
y = 1 + 0.5 * x1 - 0.3 * x2 + shock[a] + shock[b] + rng.normal(size=len(a))
table = pd.DataFrame({"y": y, "x1": x1, "x2": x2}).round(5)
table.insert(0, "a", [names[k] for k in a])
table.insert(1, "b", [names[k] for k in b])
h.write_data(table.sample(frac=0.9, random_state=4))
d = h.read_data()
assert set(d["a"]) & set(d["b"])

FORMULA, TERMS = "y ~ x1 + x2", ["Intercept", "x1", "x2"]
n = len(d)
X = np.column_stack([np.ones(n), d[["x1", "x2"]]])
bread = np.linalg.inv(X.T @ X)
beta = bread @ (X.T @ d["y"])
psi = (X * (d["y"] - X @ beta).to_numpy()[:, None]) @ bread

total = np.zeros((3, 3))
members = [{row.a, row.b} for row in d.itertuples()]
for i in range(n):
    for j in range(n):
        if members[i] & members[j]:
            total += np.outer(psi[i], psi[j])
se = np.sqrt(np.diag(total))

other = sp.dyadic_regression(d, "y", ["x1", "x2"], "a", "b").coefficients
h.check_close(other["coef"], beta)
h.check_close(other["se_dyadic"], se)

covariance = h.entry(
    "Dyadic",
    ["a", "b"],
    dict(zip(TERMS, beta)),
    dict(zip(TERMS, se)),
    correction="CR0",
    note="StatsPAI dyadic_regression, and a loop over all pairs of rows, 1 if they share a member; no factor",
)
h.write_values(["StatsPAI", "numpy"], "simulated in make.py, seed 44", "OLS", FORMULA, n, [covariance])
