"""Twelve units that converge at different speeds, 30 periods. Made by slow.py of clubs-gdp-152; stops if
convergence-clubs differs."""

import sys
from importlib.metadata import version

import numpy as np
import pandas as pd

sys.path.insert(0, "../clubs-gdp-152")
import slow

rng = np.random.default_rng(20240902)
units, values = [], []
time = np.arange(1, 31)
trend = 8 + 0.03 * time
for i in range(12):
    units.append("u%02d" % (i + 1))
    start, speed = rng.normal(0, 0.08), rng.uniform(0.3, 0.8)
    values.append(trend * (1 + start / (np.log(time + 1) * time**speed)))
expected = {"clubs": [12], "divergent": []}

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
