"""Logit, nine unequal clusters, all 512 vectors of signs: score bootstrap of Kline and Santos (2012).

As in Stata's boottest. At the estimate with the null imposed: s_g the sum of a cluster's
scores of all parameters, H the information of all parameters, q_g = (H^-1 s_g)_j with j the
coefficient tested. For signs v the numerator is N = sum_g v_g q_g and the statistic
N / sqrt(sum_g (v_g q_g - n_g / n N)^2), n_g the rows of a cluster: its contributions less its
share of their sum. The observed one has v = 1. No factor for small samples: it would be the
same in all draws.
"""

import sys

sys.path.insert(0, "..")

import numpy as np
import pandas as pd
import statsmodels.api as sm
import statspai as sp

import helpers as h
import helpers_bootstrap as hb

rng = np.random.default_rng(66)
g = np.repeat(np.arange(9), [22, 9, 31, 14, 18, 12, 25, 8, 16])
n = len(g)
x = rng.normal(size=n) + 0.5 * rng.normal(size=9)[g]
z = rng.normal(size=n)
treated = np.isin(g, [0, 3, 5, 6]).astype(float)
index = -0.3 + 0.5 * x - 0.3 * z + 0.5 * treated + 0.6 * rng.normal(size=9)[g]
y = (rng.uniform(size=n) < 1 / (1 + np.exp(-index))).astype(int)
table = pd.DataFrame({"x": x, "z": z, "treated": treated}).round(5)
table.insert(0, "y", y)
h.write_data(table.assign(g=[f"g{k}" for k in g]))
d = h.read_data()

FORMULA, TERMS = "y ~ x + z + treated", ["Intercept", "x", "z", "treated"]
X = np.column_stack([np.ones(n), d[TERMS[1:]]])
y, g = d["y"].to_numpy(), hb.codes(d["g"])
share = np.bincount(g) / n


def fit(columns, offset=None):
    model = sm.GLM(y, columns, family=sm.families.Binomial(), offset=offset)
    first = model.fit(tol=1e-14, tol_criterion="params", maxiter=100)
    return model.fit(start_params=first.params, tol=1e-14, tol_criterion="params", maxiter=100)


full = fit(X)
mu = full.fittedvalues
bread = np.linalg.inv((X.T * (mu * (1 - mu))) @ X)
sums = np.array([(X * (y - mu)[:, None])[g == k].sum(axis=0) for k in range(9)]) @ bread
errors = np.sqrt(np.diag(sums.T @ sums) * h.cr1_factor(d, ["g"], 4))
clustered = h.entry(
    "Clustered", ["g"], dict(zip(TERMS, full.params)), dict(zip(TERMS, errors)), df=8, note=h.cr1_note(d, ["g"], 4)
)


def statistic(q, v):
    N = np.sum(v * q)
    return N / np.sqrt(np.sum((v * q - share * N) ** 2))


def test(term, value):
    j = TERMS.index(term)
    restricted = fit(np.delete(X, j, axis=1), offset=value * X[:, j])
    mu = restricted.fittedvalues
    information = (X.T * (mu * (1 - mu))) @ X
    scores = np.array([(X * (y - mu)[:, None])[g == k].sum(axis=0) for k in range(9)])
    assert np.abs(np.delete(scores.sum(axis=0), j)).max() < 1e-9
    q = np.linalg.solve(information, scores.T)[j]
    t, stars = statistic(q, np.ones(9)), np.array([statistic(q, v) for v in hb.signs(9)])
    if value == 0:
        other = sp.wild_cluster_boot(
            sp.logit("y ~ x + z + treated", data=d), d, cluster="g", variable=term, n_boot=9999
        )
        np.testing.assert_allclose(abs(other["t_stat"]), abs(t), rtol=1e-6)
        assert round(other["p_boot"] * 512) == hb.count_strict(t, stars)
    kwargs = {"term": term, "value": value, "cluster": "g", "weights": "rademacher", "impose_null": True}
    note = (
        "score bootstrap as at the top of make.py; p = #(|t*| >= |t|) / draws over all vectors of signs, that of "
        "ones and its opposite included, ties within 1e-10 counted; StatsPAI wild_cluster_boot counts strictly"
    )
    return hb.test_entry(kwargs, t, stars, note)


h.write_values(
    ["StatsPAI", "statsmodels", "numpy"],
    "simulated in make.py, seed 66",
    "Logit",
    FORMULA,
    n,
    [clustered],
    tests=[test("x", 0.0), test("treated", 0.0), test("z", 0.0), test("x", 0.8)],
)
