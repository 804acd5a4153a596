"""Forty units at four levels with random walks on top and a few drifting, 30 periods: most variants give other clubs,
some clubs fail their own test. Made by slow.py of clubs-gdp-152; stops if convergence-clubs
differs."""

import sys
from importlib.metadata import version

import numpy as np
import pandas as pd

sys.path.insert(0, "../clubs-gdp-152")
import slow

T = 30
rng = np.random.default_rng(9)
time = np.arange(1, T + 1)
rows = {}
for i in range(40):
    level = (0.6, 0.45, 0.3, 0.1)[rng.integers(4)]
    start, speed = rng.uniform(-0.5, 0.5), rng.uniform(0.05, 0.3)
    drift = 0.01 * time * rng.choice([-1, 1]) if i % 11 == 5 else 0
    rows["u%02d" % (i + 1)] = (
        9 + 0.02 * time + level + start * np.exp(-speed * time) + drift + rng.normal(0, 0.004, T).cumsum()
    )

frame = pd.DataFrame([{"unit": u, "time": int(t), "value": v} for u, path in rows.items() for t, v in zip(time, path)])
frame.to_csv("data.csv", index=False, lineterminator="\n")
data = pd.read_csv("data.csv", float_precision="round_trip")
rows = {u: list(g["value"]) for u, g in data.groupby("unit", sort=False)}
cases = slow.run(rows, short=True)
slow.write(cases, "slow.py; convergence-clubs %s" % version("convergence-clubs"), "simulated by make.py")
