"""Poisson with firm and year effects, ten clusters of firms, all 1024 vectors of signs: score
bootstrap of Kline and Santos (2012), as in Stata's boottest on dummies.

At the estimate with the null imposed: s_g the sum of a cluster's scores of all parameters
(dummies among them), H the information of all parameters, q_g = (H^-1 s_g)_j with j the
coefficient tested. For signs v the numerator is N = sum_g v_g q_g and the statistic
N / sqrt(sum_g (v_g q_g - n_g / n N)^2), n_g the rows of a cluster. The observed one has v = 1.
No factor for small samples: it would be the same in all draws.
"""

import sys

sys.path.insert(0, "..")

import numpy as np
import pandas as pd
import statsmodels.api as sm
from statspai.inference._score_wild import glm_score_wild_boot

import helpers as h
import helpers_bootstrap as hb

rng = np.random.default_rng(67)
firms, years = 26, 6
region_of = rng.permutation(np.append(np.arange(10), rng.integers(0, 10, firms - 10)))
firm, year = np.repeat(np.arange(firms), years), np.tile(np.arange(2001, 2001 + years), firms)
keep = rng.uniform(size=firms * years) < 0.9
firm, year = firm[keep], year[keep]
region, n = region_of[firm], len(firm)
local, shock = rng.normal(size=(2, 10, years))[:, region, year - 2001]
x1 = rng.normal(size=n) + 0.6 * local
x2 = rng.normal(size=n)
mean = np.exp(1 + 0.15 * x1 - 0.1 * x2 + 0.4 * rng.normal(size=firms)[firm] + 0.3 * shock)
table = pd.DataFrame({"x1": x1, "x2": x2}).round(5)
table.insert(0, "y", rng.poisson(mean))
h.write_data(table.assign(firm=[f"f{k}" for k in firm], year=year, region=[f"r{k}" for k in region]))
d = h.read_data()
assert (d.groupby("firm")["y"].sum() > 0).all() and (d.groupby("firm")["y"].size() > 1).all()

FORMULA, SLOPES = "y ~ x1 + x2 | firm + year", ["x1", "x2"]
X = np.column_stack([d[SLOPES], h.dummies(d, ["firm", "year"])])
y, g = d["y"].to_numpy(), hb.codes(d["region"])
share = np.bincount(g) / n
K = h.count_K(2, [d["firm"].nunique(), d["year"].nunique()], [True, False])

full = h.poisson(y, X)
errors = h.poisson_sandwich(full, g)[:2] * np.sqrt(h.cr1_factor(d, ["region"], K))
clustered = h.entry(
    "Clustered",
    ["region"],
    dict(zip(SLOPES, full.params[:2])),
    dict(zip(SLOPES, errors)),
    df=9,
    note=h.cr1_note(d, ["region"], K),
)


def statistic(q, v):
    N = np.sum(v * q)
    return N / np.sqrt(np.sum((v * q - share * N) ** 2))


def test(term, value):
    j = SLOPES.index(term)
    model = sm.GLM(y, np.delete(X, j, axis=1), family=sm.families.Poisson(), offset=value * X[:, j])
    first = model.fit(tol=1e-14, tol_criterion="params", maxiter=100)
    mu = model.fit(start_params=first.params, tol=1e-14, tol_criterion="params", maxiter=100).fittedvalues
    information = (X.T * mu) @ X
    scores = np.array([(X * (y - mu)[:, None])[g == k].sum(axis=0) for k in range(10)])
    assert np.abs(np.delete(scores.sum(axis=0), j)).max() < 1e-8
    q = np.linalg.solve(information, scores.T)[j]
    t, stars = statistic(q, np.ones(10)), np.array([statistic(q, v) for v in hb.signs(10)])
    if value == 0:
        other = glm_score_wild_boot(X, y, sm.families.Poisson(), g, j)
        np.testing.assert_allclose(other["t_obs"], t, rtol=1e-6)
        assert round(other["p_boot"] * 1024) == hb.count_strict(t, stars)
    kwargs = {"term": term, "value": value, "cluster": "region", "weights": "rademacher", "impose_null": True}
    note = (
        "score bootstrap as at the top of make.py; p = #(|t*| >= |t|) / draws over all vectors of signs, that of "
        "ones and its opposite included, ties within 1e-10 counted; StatsPAI counts strictly"
    )
    return hb.test_entry(kwargs, t, stars, note)


h.write_values(
    ["StatsPAI", "statsmodels", "numpy"],
    "simulated in make.py, seed 67",
    "PPML",
    FORMULA,
    n,
    [clustered],
    tests=[test("x1", 0.0), test("x2", 0.0), test("x1", 0.3)],
)
