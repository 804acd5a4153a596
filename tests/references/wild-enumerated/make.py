"""Nine unequal clusters, all 512 vectors of signs: wild bootstrap by refits, wildboottest, StatsPAI."""

import sys

sys.path.insert(0, "..")

import numpy as np
import pandas as pd
import statsmodels.api as sm
import statspai as sp

import helpers as h
import helpers_bootstrap as hb

rng = np.random.default_rng(61)
size = [4, 9, 6, 14, 5, 7, 3, 11, 8]
g = np.repeat(np.arange(9), size)
n = len(g)
x = rng.normal(size=n) + rng.normal(size=9)[g]
treated = np.isin(g, [1, 4, 7]).astype(float)
y = 1 + 0.45 * x + 0.9 * treated + rng.normal(size=9)[g] * 0.8 + rng.normal(size=n)
table = pd.DataFrame({"y": y, "x": x, "treated": treated}).round(5)
h.write_data(table.assign(g=[f"g{k}" for k in g]).sample(frac=1, random_state=2))
d = h.read_data()

FORMULA, TERMS = "y ~ x + treated", ["Intercept", "x", "treated"]
X = np.column_stack([np.ones(n), d["x"], d["treated"]])
y, g = d["y"].to_numpy(), d["g"].to_numpy()

ols = sm.OLS(y, X).fit()
crv = ols.get_robustcov_results("cluster", groups=hb.codes(g))
clustered = h.entry(
    "Clustered",
    ["g"],
    dict(zip(TERMS, ols.params)),
    dict(zip(TERMS, crv.bse)),
    df=8,
    note=h.cr1_note(d, ["g"], 3),
)


def test(term, value, impose):
    k = TERMS.index(term)
    wild = hb.Wild(y, X, k, [g], g, 3)
    t, stars = wild.draws(value, impose)
    np.testing.assert_allclose(t, (ols.params[k] - value) / crv.bse[k], rtol=1e-9)
    other = hb.wildboottest_draws(X, y - value * X[:, k], g, k, impose)
    np.testing.assert_allclose(np.sort(other), np.sort(stars), rtol=1e-7, atol=1e-9)
    if impose and term != "Intercept":  # StatsPAI counts strictly and imposes the null
        p = sp.wild_cluster_bootstrap(d, "y", ["x", "treated"], "g", test_var=term, h0=value, n_boot=9999)
        assert round(p["p_boot"] * 512) == hb.count_strict(t, stars)
    kwargs = {
        "term": term,
        "value": value,
        "cluster": "g",
        "covariance": h.choice("Clustered", "g"),
        "weights": "rademacher",
        "impose_null": impose,
    }
    return hb.test_entry(kwargs, t, stars, hb.NOTE + "; wildboottest's t* are the same")


tests = [
    test("x", 0.0, True),
    test("x", 0.0, False),
    test("x", 0.2, True),
    test("treated", 0.0, True),
    test("treated", 0.0, False),
    test("Intercept", 1.0, True),
]

# Confidence set: the values that are not rejected, p > 0.05, the null imposed at each.
wild = hb.Wild(y, X, 1, [g], g, 3)
b, se = ols.params[1], crv.bse[1]


def p_at(value, strict):
    t, stars = wild.draws(value, True)
    ratio = np.abs(stars) / abs(t)
    return np.mean(ratio > 1 + hb.TIE) if strict else np.mean(ratio >= 1 - hb.TIE)


def end(direction, strict=False):
    """Where p falls to 0.05 or less on the way out from the estimate."""
    inside, outside = b, b + direction * 8 * se
    assert p_at(b + 0.01 * direction * se, strict) > 0.05 > p_at(outside, strict)
    while abs(outside - inside) > 1e-12 * abs(b):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if p_at(middle, strict) > 0.05 else (inside, middle)
    return inside


low, high = end(-1), end(1)
# One interval: p crosses 0.05 nowhere else on a fine grid.
for value in np.linspace(b - 8 * se, b + 8 * se, 161):
    assert (p_at(value, False) > 0.05) == (low <= value <= high)
# StatsPAI inverts p with strict counting, so its set is inside ours.
inverted = sp.wild_cluster_ci_inv(
    d, "y", ["x", "treated"], "g", test_var="x", n_boot=9999, weight_type="rademacher", grid_size=81
)
np.testing.assert_allclose(inverted["ci"], [end(-1, True), end(1, True)], rtol=1e-7)
tests.append(
    h.test_entry(
        "wild_bootstrap",
        {
            "term": "x",
            "cluster": "g",
            "covariance": h.choice("Clustered", "g"),
            "weights": "rademacher",
            "impose_null": True,
            "level": 0.95,
        },
        {"confidence_set": [[low, high]]},
        "values with p > 0.05, p as above with the null imposed at each value, by bisection; p is a step function, "
        f"and with strict counting the ends would be {end(-1, True):.12g} and {end(1, True):.12g} (StatsPAI)",
    )
)

h.write_values(
    ["wildboottest", "StatsPAI", "statsmodels", "numpy"],
    "simulated in make.py, seed 61",
    "OLS",
    FORMULA,
    n,
    [clustered],
    tests=tests,
)
