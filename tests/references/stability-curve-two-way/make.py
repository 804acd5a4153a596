"""Firms over twelve years: errors clustered by firm and year, and HC1, with p-values of each. z3 is missing for whole
stretches, so that some firms have a single row there, which is left out with effects of firms."""

import sys

sys.path.insert(0, "../stability-curves-helpers")

import numpy as np
import pandas as pd
import slow

rng = np.random.default_rng(73)
N, T = 30, 12
firm, year = np.repeat(np.arange(N), T), np.tile(np.arange(2001, 2001 + T), N)
f, t = firm, year - 2001
common = rng.normal(size=(4, T))
x1 = 0.6 * rng.normal(size=N)[f] + 0.5 * common[0][t] + rng.normal(size=N * T)
x2 = 0.4 * x1 + 0.6 * rng.normal(size=N)[f] + 0.4 * common[1][t] + rng.standard_t(4, N * T)
z1 = 0.5 * x1 + rng.normal(size=N)[f] + rng.normal(size=N * T)
z2 = rng.normal(size=N * T) + common[2][t]
z3 = rng.gamma(2, 1, N * T)
z4 = (rng.random(N * T) < 0.3).astype(int)
log = (
    1
    + 0.12 * x1
    - 0.03 * x2
    + 0.2 * z1
    - 0.1 * z2
    + 0.05 * z3
    + 0.4 * rng.normal(size=N)[f]
    + 0.3 * common[3][t]
    + 0.5 * rng.normal(size=N * T)
)
z3[(firm < 4) & (t != firm)] = np.nan
z3[(firm >= 25) & (t > 5)] = np.nan
kept = rng.random(N * T) > 0.08
kept |= firm < 4
y = np.exp(log).round(5)
slow.write_data(
    pd.DataFrame(
        {
            "firm": firm,
            "year": year,
            "y": y,
            "ly": np.log(y).round(7),
            "x1": x1.round(5),
            "x2": x2.round(5),
            "z1": z1.round(5),
            "z2": z2.round(5),
            "z3": z3.round(5),
            "z4": z4,
            "exporter": ((firm % 3 != 0) | (t > 6)).astype(int),
        }
    )[kept]
)
data = slow.read_data()

GRID = {
    "outcomes": ["y", "ly"],
    "treatments": ["x1", "x2"],
    "controls": ["z1", "z2", "z3", "z4"],
    "effects": [[], ["firm"], ["firm", "year"]],
    "samples": ["all", "exporter"],
}
COVARIANCES = {"CR1": ["firm", "year"], "HC1": []}
specs = slow.grid(**GRID)
rows = slow.curve(data, specs, COVARIANCES)
for row in rows:
    spec = {**row, "effects": []}
    row["singletons"] = len(slow.rows_of(data, spec)) - row["nobs"]
assert max(r["singletons"] for r in rows) > 1 and all(r[name]["se"] for r in rows for name in COVARIANCES)

slow.write_data(slow.draw_permutations(rng, len(data), 20), "permutations.csv")
orders = slow.read_data("permutations.csv")
actual = [r for r in rows if r["treatment"] == "x1"]
grid = [{k: r[k] for k in ("outcome", "treatment", "controls", "effects", "sample")} for r in actual]
runs = slow.permutation(data, grid, COVARIANCES, orders)
blocks = {
    f"permutation_{name}": slow.block(actual, runs, name, treatment="x1", permuted="rows", effects=GRID["effects"])
    for name in COVARIANCES
}

slow.write_json(
    "curve.json",
    {
        "source": slow.source(["pyfixest", "scipy", "numpy"]),
        "data_source": "simulated in make.py, seed 73",
        "grid": GRID,
        "covariances": COVARIANCES,
        "specifications": rows,
        "joint": blocks,
    },
)
