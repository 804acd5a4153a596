"""Outcomes with missing rows and missing clusters: 8, 8, 6, 7 and 8 clusters, so the degrees of freedom differ."""

import sys

sys.path.insert(0, "../stability-romano-wolf-outcomes")

import warnings

import numpy as np
import pandas as pd
import pyfixest as pf
import slow

SEED = 36
rng = np.random.default_rng(SEED)
size = [8, 5, 10, 7, 9, 6, 11, 8]
g = np.repeat(np.arange(8), size)
n = len(g)
d, x = rng.binomial(1, 0.5, n), rng.normal(size=n) + 0.4 * rng.normal(size=8)[g]
common, shock = rng.normal(size=n), rng.normal(size=8)[g]
table = {"g": [f"g{k + 1}" for k in g], "d": d, "x": x.round(4)}
for j, effect in enumerate([0.9, 0.6, 0.8, 0.5, 0.2], 1):
    noise = 0.6 * common + 0.4 * shock + rng.normal(size=8)[g] * (0.2 + 0.2 * d) + rng.normal(size=n)
    table[f"y{j}"] = (effect * d + 0.3 * x + noise).round(4)
table = pd.DataFrame(table)
table.loc[rng.random(n) < 0.15, "y2"] = np.nan
table.loc[np.isin(g, [1, 5]), "y3"] = np.nan
table.loc[(g == 0) | (rng.random(n) < 0.1), "y4"] = np.nan
table.loc[rng.random(n) < 0.05, "x"] = np.nan  # used by some regressions only
table.sample(frac=1, random_state=8).to_csv("data.csv", index=False, lineterminator="\n")
data = pd.read_csv("data.csv")

h = {"y1": ["d"], "y2": ["d", "x"], "y3": ["d"], "y4": ["d", "x"], "y5": ["d"]}
cases = [
    slow.family("five outcomes, 6 to 8 clusters", [(y, h[y], "d") for y in h], data, "g"),
    slow.family("all clusters, rows differ", [(y, h[y], "d") for y in ("y1", "y2", "y5")], data, "g"),
    slow.family("six and eight clusters", [(y, h[y], "d") for y in ("y1", "y3")], data, "g"),
]


def attempt(draws):
    """What pyfixest's rwolf does with these models: the p-values or the error."""
    models = [pf.feols(r.formula, data=r.rows.assign(g=r.code), vcov={"CRV1": "g"}) for r in regressions]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return [float(p) for p in pf.rwolf(models, "d", reps=draws, seed=11).loc["RW Pr(>|t|)"]]
        except ValueError as error:
            return f"{type(error).__name__}: {error}"


regressions = [slow.Regression(data, y, h[y], "d", "g") for y in h]
cases[0][0]["pyfixest"] = {"rwolf_all": attempt(9999), "rwolf_random": attempt(62)}  # 62 < 2^6
notes = [
    "y1 and y5 have all 8 clusters, y2 too but fewer rows, y4 has 7 clusters and y3 6; all 2^8 vectors count for all of "
    "them, so each distinct t* of y3 occurs four times. |t| of y3 is the largest, but its p of Student's t with 5 "
    "degrees of freedom is not the smallest, so Westfall-Young and Romano-Wolf step down in different orders.",
    "pyfixest's rwolf stops with all vectors when the numbers of clusters differ (rwolf_all has the error). With random "
    "vectors (rwolf_random, 62 of them) it draws signs anew from the seed for each model's own clusters, sorted, so "
    "that from the first missing cluster on a cluster has other signs than in another regression: not comparable.",
]
slow.write(cases, "g", "simulated in make.py, seed 36", notes)
