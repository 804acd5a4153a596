"""Two clubs of ten and eight units and one unit that drifts away from both, 40 periods. Made by slow.py of clubs-gdp-152; stops if
convergence-clubs differs."""

import sys
from importlib.metadata import version

import numpy as np
import pandas as pd

sys.path.insert(0, "../clubs-gdp-152")
import slow

rng = np.random.default_rng(20240901)
units, values = [], []
time = np.arange(1, 41)
trend = 9 + 0.02 * time
for club, size, limit in (("a", 10, 0.10), ("b", 8, -0.08)):
    for i in range(size):
        start = rng.normal(0, 0.05)
        path = 1 + limit + start / (np.log(time + 1) * time**0.6)
        units.append("%s%02d" % (club, i + 1))
        values.append(trend * path + rng.normal(0, 0.0015, 40).cumsum() * 0.2)
units.append("drifting")
values.append(trend * (1 - 0.02 - 0.004 * time))
expected = {"clubs": [10, 8], "divergent": ["drifting"]}

frame = pd.DataFrame(
    [{"unit": u, "time": int(t), "value": v} for u, path in zip(units, values) for t, v in zip(time, path)]
)
frame.to_csv("data.csv", index=False, lineterminator="\n")
data = pd.read_csv("data.csv", float_precision="round_trip")
rows = {u: list(g["value"]) for u, g in data.groupby("unit", sort=False)}
cases = slow.run(rows)
first = cases[0]
assert sorted(len(c["members"]) for c in first["clubs"]) == sorted(expected["clubs"]), [
    c["members"] for c in first["clubs"]
]
assert len(first["divergent"]) == expected["divergent"] or first["divergent"] == expected["divergent"]
slow.write(cases, "slow.py; convergence-clubs %s" % version("convergence-clubs"), "simulated by make.py")
