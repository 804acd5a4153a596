"""Poisson with two effects where a regressor separates six zeros within the groups.

quota = a(firm) + b(year) everywhere except on six rows with y = 0, where it is larger.
So z = quota - a(firm) - b(year) is 0 where y > 0, never negative and positive on the six
rows. No group is all zero, and quota itself varies where y > 0: only the combination of
quota with both effects shows the separation. On the other rows quota is absorbed by the
effects; the coefficients of x1 and x2 are those of Poisson on these rows.
"""

import sys

sys.path.insert(0, "..")

import numpy as np
import pandas as pd
import pyfixest as pf

import helpers as h

rng = np.random.default_rng(15)
firms, years = 40, 9
firm, year = np.repeat(np.arange(firms), years), np.tile(np.arange(years), firms)
n = firms * years
x1, x2 = rng.normal(size=n), rng.uniform(size=n)
a, b = rng.integers(0, 40, firms) / 8, rng.integers(0, 16, years) / 8
mu = np.exp(rng.normal(size=firms)[firm] * 0.5 + 0.05 * year + 0.4 * x1 - 0.5 * x2)
y = (rng.poisson(mu) * rng.uniform(0.5, 1.5, n)).round(3)
surplus = np.zeros(n)
surplus[rng.choice(np.flatnonzero(y == 0), 6, replace=False)] = [0.125, 0.5, 1, 1.5, 2, 3]
quota = a[firm] + b[year] + surplus
h.write_data(
    pd.DataFrame(
        {
            "y": y,
            "x1": x1.round(6),
            "x2": x2.round(6),
            "quota": quota,
            "firm": firm,
            "sector": firm // 5,
            "year": 2001 + year,
        }
    )
)
d = h.read_data()

SLOPES, EFFECTS = ["x1", "x2"], ["firm", "year"]
# The proof: z is a certificate of separation (eighths are exact in binary) ...
z = d["quota"] - a[firm] - b[year]
rows = (z > 0).to_numpy()
assert (z[d["y"] > 0] == 0).all() and (z >= 0).all() and rows.sum() == 6
assert all(d.groupby(e)["y"].max().min() > 0 for e in EFFECTS)
# ... and a linear programme finds these rows and no others, and none once they are gone.
X = np.column_stack([d[["x1", "x2", "quota"]], h.dummies(d, EFFECTS)]).astype(float)
assert (h.separated(d["y"].to_numpy(), X) == rows).all()
kept = d[~rows]
X = np.column_stack([kept[SLOPES], h.dummies(kept, EFFECTS)]).astype(float)
assert not h.separated(kept["y"].to_numpy(), X).any()
assert all(kept.groupby(e)["y"].max().min() > 0 and kept.groupby(e).size().min() > 1 for e in EFFECTS)

glm = h.poisson(kept["y"].to_numpy(), X)
nobs, levels = len(kept), [kept[e].nunique() for e in EFFECTS]
K = h.count_K(2, levels)
assert X.shape[1] == K
est = dict(zip(SLOPES, glm.params))


def entry(name, args, se, factor=1.0, **more):
    return h.entry(name, args, est, dict(zip(SLOPES, se[:2] * np.sqrt(factor))), **more)


def clustered(by, nested, correction=None):
    K_by = h.count_K(2, levels, nested)
    factor = 1.0 if correction else h.cr1_factor(kept, [by], K_by)
    note = None if correction else h.cr1_note(kept, [by], K_by)
    se = h.poisson_sandwich(glm, kept[by])
    return entry("Clustered", [by], se, factor, correction=correction, note=note)


covs = [
    entry("Classical", [], glm.bse, (nobs - 1) / (nobs - K), note="GLM covariance times (n-1)/(n-K)"),
    entry("White", ["HC0"], h.poisson_sandwich(glm)),
    entry("White", ["HC1"], h.poisson_sandwich(glm), nobs / (nobs - K), note="HC0 times n/(n-K)"),
    clustered("firm", [True, False]),
    clustered("sector", [True, False]),
    clustered("year", [False, True]),
    clustered("firm", [True, False], "CR0"),
]

# Second program: pyfixest on the rows that stay.
m = pf.fepois(
    "y ~ x1 + x2 | firm + year",
    kept,
    vcov={"CRV1": "sector"},
    iwls_tol=1e-14,
    iwls_maxiter=200,
    demeaner=pf.MapDemeaner(fixef_tol=1e-14, fixef_maxiter=100_000),
)
h.check_close(m.coef()[SLOPES], est.values())
h.check_close(m.se()[SLOPES], h.se_of(covs[4]), 1e-6)

h.write_values(
    ["statsmodels", "pyfixest", "scipy", "numpy"],
    "simulated in make.py, seed 15",
    "PPML",
    "y ~ x1 + x2 + quota | firm + year",
    nobs,
    covs,
    drops={"separated": int(rows.sum())},
)
