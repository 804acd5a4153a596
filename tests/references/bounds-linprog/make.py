"""Bounds on a coefficient with unknown outcomes: linear programmes over the coefficients and the unknown outcomes.

The normal equations with all dummies are equalities between coefficients and outcomes; the coefficient is made least and
largest. The interval of Imbens and Manski takes errors at both ends from statsmodels and c by halving.
"""

import sys

sys.path.insert(0, "..")
import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy.optimize import linprog
from scipy.stats import norm

import helpers_argument as h

rng = np.random.default_rng(44)
n = 96
d = pd.DataFrame({"x": rng.normal(size=n), "m": rng.normal(size=n), "town": np.repeat(np.arange(16), 6)}).round(4)
d["year"] = np.tile(np.arange(6), 16)
d["weight"] = rng.uniform(0.2, 2.0, size=n).round(3)
d["hit"] = (d["x"] + rng.normal(size=16)[d["town"]] + rng.normal(size=n) > 0).astype(float)
d["score"] = (3 + d["x"] + rng.normal(size=n)).clip(0, 6).round(3)
d.loc[rng.choice(n, 18, replace=False), "hit"] = np.nan
d.loc[rng.choice(n, 7, replace=False), "score"] = np.nan
d.loc[[4, 70], "m"] = np.nan
d = h.write_data(d)


def bounds(outcome, regressors, effects, weights, low, high):
    t = d.dropna(subset=regressors)
    y = t[outcome].to_numpy()
    unknown = np.isnan(y)
    w = t[weights].to_numpy() if weights else np.ones(len(t))
    D = h.one_hot(*(t[e] for e in effects)) if effects else np.ones((len(t), 1))
    X = np.column_stack([t[regressors], D])
    k, m = X.shape[1], int(unknown.sum())
    XW = X.T * w
    A = np.hstack([XW @ X, -XW[:, unknown]])
    b = XW[:, ~unknown] @ y[~unknown]
    cost = np.zeros(k + m)
    ends = []
    for sign in (1, -1):
        cost[0] = sign
        found = linprog(cost, A_eq=A, b_eq=b, bounds=[(None, None)] * k + [(low, high)] * m, method="highs")
        assert found.status == 0
        full = y.copy()
        full[unknown] = np.clip(found.x[k:], low, high)
        corner = np.isclose(full[unknown], low) | np.isclose(full[unknown], high)
        assert corner.all()
        full[unknown] = np.where(full[unknown] > (low + high) / 2, high, low)
        fit = sm.WLS(full, X, weights=w).fit()
        h.close(fit.params[0], found.x[0], rtol=1e-7)
        hc0 = fit.get_robustcov_results("HC0").bse[0]
        cr0 = fit.get_robustcov_results("cluster", groups=t["town"].to_numpy(), use_correction=False).bse[0]
        ends.append({"value": fit.params[0], "hc0": hc0, "cr0": cr0})
    return {"least": ends[0], "largest": ends[1], "missing": m, "nobs": len(t)}


def interval(ends, kind, level):
    width = (ends["largest"]["value"] - ends["least"]["value"]) / max(ends["least"][kind], ends["largest"][kind])
    a, b = 0.0, 10.0
    for _ in range(100):
        c = (a + b) / 2
        a, b = (a, c) if norm.cdf(c + width) - norm.cdf(-c) > level else (c, b)
    return [ends["least"]["value"] - c * ends["least"][kind], ends["largest"]["value"] + c * ends["largest"][kind]]


cases = []
for name, outcome, regressors, effects, weights, low, high in (
    ("no effects", "hit", ["x", "m"], [], None, 0.0, 1.0),
    ("effects and weights", "hit", ["x", "m"], ["town", "year"], "weight", 0.0, 1.0),
    ("other limits", "score", ["x"], ["town"], None, 0.0, 6.0),
    ("wide limits", "score", ["x", "m"], [], "weight", -5.0, 12.0),
):
    ends = bounds(outcome, regressors, effects, weights, low, high)
    formula = f"{outcome} ~ {' + '.join(regressors)}" + (f" | {' + '.join(effects)}" if effects else "")
    intervals = [
        {"kind": kind, "level": level, "ends": interval(ends, kind, level)}
        for kind in ("hc0", "cr0")
        for level in (0.9, 0.95)
    ]
    cases.append(
        {"name": name, "formula": formula, "weights": weights, "low": low, "high": high, **ends, "intervals": intervals}
    )
h.write(
    ["scipy", "statsmodels", "numpy"],
    "simulated, numpy default_rng(44)",
    cases,
    ["hc0 and cr0 (by town) are without factor."],
)
