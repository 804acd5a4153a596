"""Bounds of Frisch, Klepper and Leamer: the reverse regression itself, by statsmodels with weights and dummies.

`corrected` takes the variance of the error off the cross products of all regressors and dummies before they are solved,
without partialling out.
"""

import sys

sys.path.insert(0, "..")
import numpy as np
import pandas as pd
import statsmodels.api as sm

import helpers_argument as h

rng = np.random.default_rng(66)
n = 140
d = pd.DataFrame(
    {"town": np.repeat(np.arange(20), 7), "year": np.tile(np.arange(7), 20), "m": rng.normal(size=n).round(4)}
)
d["x"] = (0.6 * d["m"] + rng.normal(size=20)[d["town"]] + rng.normal(size=n) + 5).round(4)
d["y"] = (0.9 * d["x"] - d["m"] + rng.normal(size=n)).round(4)
d["down"] = (-0.4 * d["x"] + rng.normal(size=n)).round(4)
d["weight"] = rng.uniform(0.3, 2.0, size=n).round(3)
d.loc[[5, 9], "m"] = np.nan
d = h.write_data(d)

cases = []
for outcome, controls, effects, weights in (
    ("y", [], [], None),
    ("y", ["m"], [], "weight"),
    ("down", ["m"], ["town"], None),
    ("y", ["m"], ["town", "year"], "weight"),
):
    t = d.dropna(subset=controls)
    w = t[weights].to_numpy() if weights else np.ones(len(t))
    D = np.column_stack([t[controls], h.one_hot(*(t[e] for e in effects)) if effects else np.ones(len(t))])
    x, y = t["x"].to_numpy(), t[outcome].to_numpy()
    direct = sm.WLS(y, np.column_stack([x, D]), weights=w).fit().params[0]
    reverse = 1 / sm.WLS(x, np.column_stack([y, D]), weights=w).fit().params[0]
    mean = np.average(x, weights=w)
    r2 = 1 - float(w @ sm.WLS(x, D, weights=w).fit().resid ** 2) / float(w @ (x - mean) ** 2)
    X = np.column_stack([x, D])
    corrected = []
    for reliability in (1.0, (2 + r2) / 3, (1 + r2) / 2):
        gram = (X.T * w) @ X
        gram[0, 0] -= (1 - reliability) * float(w @ (x - mean) ** 2)
        corrected.append({"reliability": reliability, "estimate": np.linalg.solve(gram, (X.T * w) @ y)[0]})
    formula = f"{outcome} ~ {' + '.join(['x', *controls])}" + (f" | {' + '.join(effects)}" if effects else "")
    entry = {"estimate": direct, "reverse": reverse, "r2": r2, "corrected": corrected}
    cases.append({"formula": formula, "weights": weights, "term": "x", **entry})
h.write(["statsmodels", "numpy"], "simulated, numpy default_rng(66)", cases, [])
