"""Fifteen units on rays of their own: no pair of neighbours converges, 60 periods. Made by slow.py of clubs-gdp-152; stops if
convergence-clubs differs."""

import sys
from importlib.metadata import version

import numpy as np
import pandas as pd

sys.path.insert(0, "../clubs-gdp-152")
import slow

rng = np.random.default_rng(20240903)
units, values = [], []
time = np.arange(1, 61)
for i in range(15):
    units.append("u%02d" % (i + 1))
    slope = 0.004 * (i - 7) + rng.uniform(-0.001, 0.001)
    values.append(10 + 0.01 * i + 0.02 * time + slope * time + rng.normal(0, 0.002, 60))
expected = {"clubs": [], "divergent": 15}

frame = pd.DataFrame(
    [{"unit": u, "time": int(t), "value": v} for u, path in zip(units, values) for t, v in zip(time, path)]
)
frame.to_csv("data.csv", index=False, lineterminator="\n")
data = pd.read_csv("data.csv", float_precision="round_trip")
rows = {u: list(g["value"]) for u, g in data.groupby("unit", sort=False)}
few = (
    "defaults",
    "aqsb",
    "incremental",
    "trim 0.25",
    "first club",
    "PS with divergent",
    "vLT aqsb with divergent",
    "stata",
    "stata merged mdiv",
)
cases = slow.run(rows, chosen=few)
first = cases[0]
assert sorted(len(c["members"]) for c in first["clubs"]) == sorted(expected["clubs"]), [
    c["members"] for c in first["clubs"]
]
assert len(first["divergent"]) == expected["divergent"] or first["divergent"] == expected["divergent"]
slow.write(cases, "slow.py; convergence-clubs %s" % version("convergence-clubs"), "simulated by make.py")
