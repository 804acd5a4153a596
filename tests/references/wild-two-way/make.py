"""Errors clustered by firm and year, signs drawn for one of them: wild bootstrap (Roodman et al. 2019)."""

import sys

sys.path.insert(0, "..")

import numpy as np
import pandas as pd
import pyfixest as pf

import helpers as h
import helpers_bootstrap as hb

rng = np.random.default_rng(64)
firms, years = 12, 9
firm, year = np.repeat(np.arange(firms), years), np.tile(np.arange(years), firms)
both = rng.permutation(np.append(np.arange(firms * years), rng.integers(0, firms * years, 60)))
firm, year = firm[both], year[both]  # some cells have several rows
n = len(firm)
x = rng.normal(size=firms)[firm] + rng.normal(size=years)[year] + rng.normal(size=n)
z = rng.normal(size=n)
y = 1 + 0.5 * x - 0.2 * z + rng.normal(size=firms)[firm] + 0.7 * rng.normal(size=years)[year] + rng.normal(size=n)
table = pd.DataFrame({"y": y, "x": x, "z": z}).round(5)
h.write_data(table.assign(firm=[f"f{k}" for k in firm], year=2000 + year))
d = h.read_data()

FORMULA, TERMS = "y ~ x + z", ["Intercept", "x", "z"]
X = np.column_stack([np.ones(n), d["x"], d["z"]])
y, ways = d["y"].to_numpy(), [d["firm"].to_numpy(), d["year"].to_numpy()]
m = pf.feols(FORMULA, d, vcov={"CRV1": "firm+year"})
assert np.linalg.eigvalsh(m._vcov).min() > 0  # nothing to make semi-definite
clustered = h.entry(
    "Clustered",
    ["firm", "year"],
    m.coef()[TERMS].to_dict(),
    m.se()[TERMS].to_dict(),
    df=years - 1,
    note=h.cr1_note(d, ["firm", "year"], 3),
)


def test(term, value, impose, boot):
    k = TERMS.index(term)
    t, stars = hb.Wild(y, X, k, ways, d[boot], 3).draws(value, impose)
    np.testing.assert_allclose(t, (m.coef()[term] - value) / m.se()[term], rtol=1e-8)
    kwargs = {
        "term": term,
        "value": value,
        "cluster": boot,
        "covariance": h.choice("Clustered", "firm", "year"),
        "weights": "rademacher",
        "impose_null": impose,
    }
    note = (
        hb.NOTE + "; t and t* with the two-way sum as it is, all terms with the smallest G/(G-1) "
        "(boottest gives each term its own); draws where it is negative are left out, as in boottest"
    )
    return hb.test_entry(kwargs, t, stars, note)


h.write_values(
    ["pyfixest", "numpy"],
    "simulated in make.py, seed 64",
    "OLS",
    FORMULA,
    n,
    [clustered],
    tests=[
        test("x", 0.0, True, "year"),
        test("x", 0.0, False, "year"),
        test("x", 0.1, True, "firm"),
        test("z", 0.0, True, "year"),
    ],
)
