"""Firm and year effects, ten regions as clusters, all 1024 vectors of signs: wild bootstrap."""

import sys

sys.path.insert(0, "..")

import numpy as np
import pandas as pd
import pyfixest as pf

import helpers as h
import helpers_bootstrap as hb

rng = np.random.default_rng(62)
firms, years = 24, 6
region_of = rng.permutation(np.append(np.arange(10), rng.integers(0, 10, firms - 10)))
firm, year = np.repeat(np.arange(firms), years), np.tile(np.arange(2001, 2001 + years), firms)
keep = rng.uniform(size=firms * years) < 0.85
firm, year = firm[keep], year[keep]
n = len(firm)
region = region_of[firm]
local, shock = rng.normal(size=(2, 10, years))[:, region, year - 2001]
x1 = rng.normal(size=n) + 0.7 * local
x2 = rng.normal(size=n) + 0.1 * firm
y = 0.45 * x1 - 0.2 * x2 + rng.normal(size=firms)[firm] + 0.1 * year + 1.2 * shock + rng.normal(size=n)
table = pd.DataFrame({"y": y, "x1": x1, "x2": x2}).round(5)
h.write_data(table.assign(firm=[f"f{k}" for k in firm], year=year, region=[f"r{k}" for k in region]))
d = h.read_data()
assert (d.groupby("firm")["year"].size() > 1).all() and d["region"].nunique() == 10

FORMULA, SLOPES = "y ~ x1 + x2 | firm + year", ["x1", "x2"]
D = h.dummies(d, ["firm", "year"])
X = np.column_stack([d[SLOPES], D])
y, g = d["y"].to_numpy(), d["region"].to_numpy()
levels = [d["firm"].nunique(), d["year"].nunique()]
K = h.count_K(2, levels, [True, False])  # firms are nested in the regions
dummies = X.shape[1]
assert np.linalg.matrix_rank(X) == dummies

m = pf.feols(FORMULA, d, vcov={"CRV1": "region"}, demeaner=pf.MapDemeaner(fixef_tol=1e-13, fixef_maxiter=100_000))
clustered = h.entry(
    "Clustered",
    ["region"],
    m.coef()[SLOPES].to_dict(),
    m.se()[SLOPES].to_dict(),
    df=9,
    note=h.cr1_note(d, ["region"], K),
)


def test(term, value, impose):
    k = SLOPES.index(term)
    t, stars = hb.Wild(y, X, k, [g], g, K).draws(value, impose)
    np.testing.assert_allclose(t, (m.coef()[term] - value) / m.se()[term], rtol=1e-7)
    # wildboottest counts all dummies in K
    other = hb.wildboottest_draws(X, y - value * X[:, k], g, k, impose)
    scale = np.sqrt((n - K) / (n - dummies))
    np.testing.assert_allclose(np.sort(other) * scale, np.sort(stars), rtol=1e-6, atol=1e-8)
    kwargs = {
        "term": term,
        "value": value,
        "cluster": "region",
        "covariance": h.choice("Clustered", "region"),
        "weights": "rademacher",
        "impose_null": impose,
    }
    note = hb.NOTE + " on dummies; wildboottest's t* are the same up to its factor, where K counts nested effects"
    return hb.test_entry(kwargs, t, stars, note)


h.write_values(
    ["pyfixest", "wildboottest", "numpy"],
    "simulated in make.py, seed 62",
    "OLS",
    FORMULA,
    n,
    [clustered],
    tests=[test("x1", 0.0, True), test("x1", 0.0, False), test("x2", 0.0, True), test("x1", 0.15, True)],
)
