"""Eight clusters, weights, all 256 vectors of signs: wild bootstrap of weighted least squares."""

import sys

sys.path.insert(0, "..")

import numpy as np
import pandas as pd
import statsmodels.api as sm

import helpers as h
import helpers_bootstrap as hb

rng = np.random.default_rng(63)
g = np.repeat(np.arange(8), [5, 8, 12, 6, 9, 4, 10, 7])
n = len(g)
x = rng.normal(size=n) + rng.normal(size=8)[g]
z = rng.normal(size=n)
w = rng.uniform(0.2, 3, n)
y = 0.5 + 0.5 * x - 0.3 * z + 0.8 * rng.normal(size=8)[g] + rng.normal(size=n) / np.sqrt(w)
h.write_data(pd.DataFrame({"y": y, "x": x, "z": z, "w": w}).round(5).assign(g=[f"g{k}" for k in g]))
d = h.read_data()

FORMULA, TERMS = "y ~ x + z", ["Intercept", "x", "z"]
X = np.column_stack([np.ones(n), d["x"], d["z"]])
g, root = d["g"].to_numpy(), np.sqrt(d["w"].to_numpy())
wls = sm.WLS(d["y"].to_numpy(), X, weights=d["w"].to_numpy()).fit(
    cov_type="cluster", cov_kwds={"groups": hb.codes(g)}, use_t=True
)
clustered = h.entry(
    "Clustered", ["g"], dict(zip(TERMS, wls.params)), dict(zip(TERMS, wls.bse)), df=7, note=h.cr1_note(d, ["g"], 3)
)


def refits(k, value, impose):
    """The t* on the scale of the data: y* = X b + v u, and statsmodels' WLS of it."""
    y, w = d["y"].to_numpy(), d["w"].to_numpy()
    others = np.delete(X, k, axis=1)
    if impose:
        fitted = value * X[:, k] + sm.WLS(y - value * X[:, k], others, weights=w).fit().predict()
    else:
        fitted, value = wls.fittedvalues, wls.params[k]
    group, out = hb.codes(g), []
    for v in hb.signs(8):
        again = sm.WLS(fitted + v[group] * (y - fitted), X, weights=w).fit(
            cov_type="cluster", cov_kwds={"groups": group}
        )
        out.append((again.params[k] - value) / again.bse[k])
    return np.array(out)


def test(term, value, impose):
    k = TERMS.index(term)
    # rows scaled by the roots of the weights: signs are the same for a row and its cluster
    t, stars = hb.Wild(d["y"].to_numpy() * root, X * root[:, None], k, [g], g, 3).draws(value, impose)
    np.testing.assert_allclose(t, (wls.params[k] - value) / wls.bse[k], rtol=1e-9)
    np.testing.assert_allclose(refits(k, value, impose), stars, rtol=1e-8, atol=1e-10)
    kwargs = {
        "term": term,
        "value": value,
        "cluster": "g",
        "covariance": h.choice("Clustered", "g"),
        "weights": "rademacher",
        "impose_null": impose,
    }
    return hb.test_entry(kwargs, t, stars, hb.NOTE + "; and by statsmodels WLS")


h.write_values(
    ["statsmodels", "numpy"],
    "simulated in make.py, seed 63",
    "OLS",
    FORMULA,
    n,
    [clustered],
    weights="w",
    tests=[test("x", 0.0, True), test("x", 0.0, False), test("z", 0.0, True), test("x", 0.25, True)],
)
