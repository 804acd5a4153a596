"""Two-stage least squares, nine clusters, all 512 vectors of signs: wild restricted efficient
bootstrap of Davidson and MacKinnon (2010) by refits, and by StatsPAI.

The null b = b0 on the endogenous x. Restricted structural residual u: of y - b0 x on the
exogenous variables W. Efficient reduced form: x on W, the instruments Z and u; p are its
coefficients on (W, Z), and v = x - (W, Z) p, so the part of u stays in v. A draw has one sign
a cluster for both residuals: x* = (W, Z) p + s v, y* = b0 x* + W c + s u; t* tests b0.
"""

import sys

sys.path.insert(0, "..")

import numpy as np
import pandas as pd
import statspai as sp
from linearmodels.iv import IV2SLS

import helpers as h
import helpers_bootstrap as hb

rng = np.random.default_rng(65)
g = np.repeat(np.arange(9), [9, 14, 7, 11, 16, 8, 12, 10, 13])
n = len(g)
z1, z2, w = rng.normal(size=(3, n)) + 0.3 * rng.normal(size=(3, 9))[:, g]
common = rng.normal(size=n) + 0.5 * rng.normal(size=9)[g]
x = 0.5 * z1 + 0.4 * z2 + 0.3 * w + common + 0.5 * rng.normal(size=n)
y = 1 + 0.4 * x - 0.3 * w + 0.7 * common + 0.6 * rng.normal(size=9)[g] + rng.normal(size=n)
table = pd.DataFrame({"y": y, "x": x, "w": w, "z1": z1, "z2": z2}).round(5)
h.write_data(table.assign(g=[f"g{k}" for k in g]))
d = h.read_data()

FORMULA, TERMS = "y ~ w | x ~ z1 + z2", ["Intercept", "w", "x"]
y, x, g = d["y"].to_numpy(), d["x"].to_numpy(), hb.codes(d["g"])
W = np.column_stack([np.ones(n), d["w"]])
WZ = np.column_stack([W, d["z1"], d["z2"]])
factor = 9 / 8 * (n - 1) / (n - 3)


def two_stages(y, x):
    """Coefficients (W, x) and the CR1 error of x's."""
    first = WZ @ hb.least_squares(WZ, x)
    fitted = np.column_stack([W, first])
    b = hb.least_squares(fitted, y)
    residual = y - np.column_stack([W, x]) @ b
    psi = np.linalg.pinv(fitted)[-1] * residual
    return b, np.sqrt(hb.cluster_variance(psi, [g], factor))


b, se = two_stages(y, x)
m = IV2SLS(d["y"], pd.DataFrame(W, columns=TERMS[:2]), d["x"], d[["z1", "z2"]]).fit(
    cov_type="clustered", clusters=g, debiased=False
)
# linearmodels without debiasing has no factor
errors = np.sqrt(np.diag(m.cov) * factor)
h.check_close(m.params, b)
h.check_close([errors[2]], [se])
clustered = h.entry(
    "Clustered", ["g"], dict(zip(TERMS, m.params)), dict(zip(TERMS, errors)), df=8, note=h.cr1_note(d, ["g"], 3)
)


def draws(value):
    t = (b[-1] - value) / se
    c = hb.least_squares(W, y - value * x)
    u = y - value * x - W @ c
    p = hb.least_squares(np.column_stack([WZ, u]), x)[:-1]
    v = x - WZ @ p
    stars = []
    for s in hb.signs(9)[:, g]:
        x_star = WZ @ p + s * v
        y_star = value * x_star + W @ c + s * u
        b_star, se_star = two_stages(y_star, x_star)
        stars.append((b_star[-1] - value) / se_star)
    np.testing.assert_allclose(stars[0], t, rtol=1e-9)  # ones give back the data
    return t, np.array(stars)


other = sp.ivreg("y ~ w + (x ~ z1 + z2)", data=d, cluster="g")


def test(value):
    t, stars = draws(value)
    p = sp.iv_wild_bootstrap(other, d, "g", "x", n_boot=9999, beta0=value)
    assert p["enumerated"] and round(p["p_boot"] * 512) == hb.count_strict(t, stars)
    np.testing.assert_allclose(np.sort(p["t_distribution"]), np.sort(stars), rtol=1e-6, atol=1e-8)
    kwargs = {
        "term": "x",
        "value": value,
        "cluster": "g",
        "covariance": h.choice("Clustered", "g"),
        "weights": "rademacher",
        "impose_null": True,
    }
    note = (
        "wild restricted efficient bootstrap as at the top of make.py; t with CR1 errors of 2SLS; p = "
        "#(|t*| >= |t|) / draws over all vectors of signs, ties within 1e-10 counted (the vector of ones is one; "
        "its opposite is none here); StatsPAI iv_wild_bootstrap has the same t* and counts strictly"
    )
    return hb.test_entry(kwargs, t, stars, note)


h.write_values(
    ["StatsPAI", "linearmodels", "numpy"],
    "simulated in make.py, seed 65",
    "IV",
    FORMULA,
    n,
    [clustered],
    tests=[test(0.0), test(0.3), test(1.0)],
)
