"""Poisson with groups that are all zero and with singletons, by pyfixest."""

import sys

sys.path.insert(0, "..")

import numpy as np
import pandas as pd
import pyfixest as pf

import helpers as h

rng = np.random.default_rng(13)
n = 600
seller, product = rng.integers(0, 70, n), rng.integers(0, 12, n)
x1 = rng.normal(size=n)
x2 = rng.uniform(size=n)
mu = np.exp(0.3 + rng.normal(size=70)[seller] * 0.8 + rng.normal(size=12)[product] * 0.5 + 0.5 * x1 - 0.6 * x2)
y = rng.poisson(mu).astype(float) * rng.uniform(0.5, 1.5, n).round(2)
y[np.isin(seller, [4, 17, 52])] = 0  # sellers that sell nothing
y[product == 9] = 0  # a product that nobody sells
seller = np.append(seller, [100, 101])  # two sellers with one sale each
product = np.append(product, [2, 5])
x1, x2, y = np.append(x1, [0.5, -1.0]), np.append(x2, [0.1, 0.7]), np.append(y, [3.0, 1.5])
h.write_data(
    pd.DataFrame(
        {
            "y": y.round(4),
            "x1": x1.round(6),
            "x2": x2.round(6),
            "seller": seller,
            "market": seller % 10,
            "product": product,
        }
    )
)
d = h.read_data()

FORMULA, SLOPES = "y ~ x1 + x2 | seller + product", ["x1", "x2"]
demeaner = pf.MapDemeaner(fixef_tol=1e-14, fixef_maxiter=100_000)
OPTIONS = {
    "iwls_tol": 1e-14,
    "iwls_maxiter": 200,
    "demeaner": demeaner,
    "fixef_rm": "singleton",
    "separation_check": ["fe", "ir"],
}

# The rows that stay, by hand. No singleton is zero, and no dropped row makes another
# level a singleton or all zero, so the two counts do not depend on the order.
singleton = (d.groupby("seller")["y"].transform("size") == 1) | (d.groupby("product")["y"].transform("size") == 1)
zero = (d.groupby("seller")["y"].transform("max") == 0) | (d.groupby("product")["y"].transform("max") == 0)
kept = d[~singleton & ~zero]
assert not (singleton & zero).any()
for effect in ("seller", "product"):
    assert kept.groupby(effect).size().min() > 1 and kept.groupby(effect)["y"].max().min() > 0
nobs = len(kept)
K = h.count_K(2, [kept["seller"].nunique(), kept["product"].nunique()])


def entry(name, args, vcov, correction=None, ssc=None):
    m = pf.fepois(FORMULA, d, vcov=vcov, ssc=ssc, **OPTIONS)
    assert m._N == nobs
    est, se = m.coef(), m.se()
    note = "pyfixest with k_adj=False, G_adj=False" if correction else "pyfixest's own scale"
    return h.entry(
        name,
        args,
        {t: est[t] for t in SLOPES},
        {t: se[t] for t in SLOPES},
        correction=correction,
        note=note,
    )


def clustered(*by, correction=None):
    ssc = pf.ssc(k_adj=False, G_adj=False) if correction else None
    return entry("Clustered", by, {"CRV1": "+".join(by)}, correction, ssc)


covs = [
    entry("Classical", [], "iid"),
    entry("White", ["HC1"], "hetero"),
    clustered("seller"),
    clustered("market"),
    clustered("product"),
    clustered("seller", "product"),
    clustered("seller", correction="CR0"),
]
# Second program: statsmodels GLM on dummies and the rows that stay. A linear programme
# shows that no row is separated any more.
X = np.column_stack([kept[SLOPES], h.dummies(kept, ["seller", "product"])]).astype(float)
assert X.shape[1] == K and h.separated(kept["y"].to_numpy(), X).sum() == 0
glm = h.poisson(kept["y"].to_numpy(), X)
h.check_close(glm.params[:2], [covs[0]["terms"][t]["estimate"] for t in SLOPES], 1e-9)
h.check_close(glm.bse[:2] * np.sqrt((nobs - 1) / (nobs - K)), h.se_of(covs[0]))
h.check_close(h.poisson_sandwich(glm)[:2] * np.sqrt(nobs / (nobs - K)), h.se_of(covs[1]))
h.check_close(h.poisson_sandwich(glm, kept["seller"])[:2], h.se_of(covs[-1]))

h.write_values(
    ["pyfixest", "statsmodels", "scipy", "numpy"],
    "simulated in make.py, seed 13",
    "PPML",
    FORMULA,
    nobs,
    covs,
    drops={"singleton": int(singleton.sum()), "separated": int(zero.sum())},
)
