"""Poisson where the two effects alone separate eight zeros, with no group all zero.

Buyers 0-14 buy from sellers 0-7 and buyers 15-29 from sellers 8-14. The only rows across
are eight with a buyer of the first set and a seller of the second, all with y = 0. Take
z = 1 for a seller of the second set minus 1 for a buyer of the second set: it is 0 within
both sets and 1 on the eight rows, so these are separated. On the other rows the two sets
are not connected.
"""

import sys

sys.path.insert(0, "..")

import numpy as np
import pandas as pd

import helpers as h

rng = np.random.default_rng(16)
first = pd.DataFrame({"buyer": rng.integers(0, 15, 200), "seller": rng.integers(0, 8, 200)})
second = pd.DataFrame({"buyer": rng.integers(15, 30, 190), "seller": rng.integers(8, 15, 190)})
across = pd.DataFrame({"buyer": rng.integers(0, 15, 8), "seller": rng.integers(8, 15, 8)})
sim = pd.concat([first, second, across], ignore_index=True)
n = len(sim)
x1, x2 = rng.normal(size=n), rng.uniform(size=n)
mu = np.exp(
    0.2 + rng.normal(size=30)[sim["buyer"]] * 0.5 + rng.normal(size=15)[sim["seller"]] * 0.5 + 0.6 * x1 - 0.4 * x2
)
y = (rng.poisson(mu) * rng.uniform(0.5, 1.5, n)).round(3)
y[-8:] = 0
sim = sim.assign(y=y, x1=x1.round(6), x2=x2.round(6)).iloc[rng.permutation(n)]
h.write_data(sim[["y", "x1", "x2", "buyer", "seller"]])
d = h.read_data()

SLOPES, EFFECTS = ["x1", "x2"], ["buyer", "seller"]
# The proof: z is a certificate of separation ...
z = (d["seller"] >= 8).astype(int) - (d["buyer"] >= 15).astype(int)
rows = (z > 0).to_numpy()
assert (z[d["y"] > 0] == 0).all() and (z >= 0).all() and rows.sum() == 8
assert all(d.groupby(e)["y"].max().min() > 0 for e in EFFECTS)
# ... and a linear programme finds these rows and no others, and none once they are gone.
X = np.column_stack([d[SLOPES], h.dummies(d, EFFECTS)]).astype(float)
assert (h.separated(d["y"].to_numpy(), X) == rows).all()
kept = d[~rows]
assert all(kept.groupby(e)["y"].max().min() > 0 and kept.groupby(e).size().min() > 1 for e in EFFECTS)
# The dummy of seller 14 is left out: with two unconnected sets it is redundant too.
X = np.column_stack([kept[SLOPES], h.dummies(kept, EFFECTS).drop(columns="seller_14")])
X = X.astype(float)
assert np.linalg.matrix_rank(X) == X.shape[1]
assert not h.separated(kept["y"].to_numpy(), X).any()

glm = h.poisson(kept["y"].to_numpy(), X)
nobs, levels = len(kept), [kept[e].nunique() for e in EFFECTS]
est = dict(zip(SLOPES, glm.params))


def entry(name, args, se, factor=1.0, **more):
    return h.entry(name, args, est, dict(zip(SLOPES, se[:2] * np.sqrt(factor))), **more)


def clustered(by, nested, correction=None):
    K_by = h.count_K(2, levels, nested)
    factor = 1.0 if correction else h.cr1_factor(kept, [by], K_by)
    note = None if correction else h.cr1_note(kept, [by], K_by)
    se = h.poisson_sandwich(glm, kept[by])
    return entry("Clustered", [by], se, factor, correction=correction, note=note)


# Nothing that hangs on the count of all parameters: it is one more than the rank here.
covs = [
    entry("White", ["HC0"], h.poisson_sandwich(glm)),
    clustered("buyer", [True, False], "CR0"),
    clustered("seller", [False, True], "CR0"),
    clustered("buyer", [True, False]),
]

h.write_values(
    ["statsmodels", "scipy", "numpy"],
    "simulated in make.py, seed 16",
    "PPML",
    "y ~ x1 + x2 | buyer + seller",
    nobs,
    covs,
    drops={"separated": int(rows.sum())},
)
