"""Poisson without effects where two regressors together separate nine zeros.

sub1 and sub2 agree (sub1 = sub2) wherever y > 0 and on most zeros; on nine zeros
sub1 > sub2. So z = sub1 - sub2 is 0 where y > 0, never negative, and positive on the
nine rows: a coefficient of minus infinity on z fits those zeros perfectly. The maximum
likelihood estimate exists on the other rows, where sub1 and sub2 are the same column;
the coefficients of the other regressors are those of Poisson on these rows.
"""

import sys

sys.path.insert(0, "..")

import numpy as np
import pandas as pd
import statsmodels.api as sm

import helpers as h

rng = np.random.default_rng(14)
n = 300
x1, x2 = rng.normal(size=n), rng.uniform(size=n)
sub1 = rng.normal(size=n).round(3)
y = rng.poisson(np.exp(0.2 + 0.5 * x1 - 0.4 * x2 + 0.3 * sub1)).astype(float)
sub2 = sub1.copy()
gap = rng.choice(np.flatnonzero(y == 0), 9, replace=False)
sub2[gap] -= rng.uniform(0.2, 2, 9).round(3)
h.write_data(
    pd.DataFrame(
        {
            "y": y,
            "x1": x1.round(6),
            "x2": x2.round(6),
            "sub1": sub1,
            "sub2": sub2.round(3),
            "cell": rng.integers(0, 20, n),
        }
    )
)
d = h.read_data()

# The proof: z is a certificate of separation ...
z = d["sub1"] - d["sub2"]
rows = z > 1e-9
assert (z[d["y"] > 0] == 0).all() and (z >= 0).all() and rows.sum() == 9
# ... and a linear programme finds these rows and no others, and none once they are gone.
X = sm.add_constant(d[["x1", "x2", "sub1", "sub2"]].to_numpy())
assert (h.separated(d["y"].to_numpy(), X) == rows).all()
kept = d[~rows]
TERMS = ["Intercept", "x1", "x2"]
X = sm.add_constant(kept[["x1", "x2", "sub1"]].to_numpy())
assert not h.separated(kept["y"].to_numpy(), X).any()

# sub1 and sub2 are collinear now: either may be left out, so neither is compared.
glm = h.poisson(kept["y"].to_numpy(), X)
nobs, K = len(kept), X.shape[1]
est = dict(zip(TERMS, glm.params))


def entry(name, args, se, factor=1.0, **more):
    return h.entry(name, args, est, dict(zip(TERMS, se * np.sqrt(factor))), **more)


by_cell = h.poisson_sandwich(glm, kept["cell"])
covs = [
    entry("Classical", [], glm.bse, (nobs - 1) / (nobs - K), note="GLM covariance times (n-1)/(n-K)"),
    entry("White", ["HC0"], h.poisson_sandwich(glm)),
    entry("White", ["HC1"], h.poisson_sandwich(glm), nobs / (nobs - K), note="HC0 times n/(n-K)"),
    entry(
        "Clustered",
        ["cell"],
        by_cell,
        h.cr1_factor(kept, ["cell"], K),
        note=h.cr1_note(kept, ["cell"], K),
    ),
    entry("Clustered", ["cell"], by_cell, correction="CR0"),
]

h.write_values(
    ["statsmodels", "scipy", "numpy"],
    "simulated in make.py, seed 14",
    "PPML",
    "y ~ x1 + x2 + sub1 + sub2",
    nobs,
    covs,
    drops={"separated": int(rows.sum())},
)
