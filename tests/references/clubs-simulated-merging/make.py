"""Thirty units at levels of their own, 26 periods, two panels: the rules of merging give other clubs. Made by slow.py of clubs-gdp-152; stops if convergence-clubs
differs."""

import sys
from importlib.metadata import version

import numpy as np
import pandas as pd

sys.path.insert(0, "../clubs-gdp-152")
import slow

T = 26


def simulate(seed):
    rng = np.random.default_rng(seed)
    rows = {}
    for i in range(30):
        level = rng.uniform(0, 1)
        start = level + rng.normal(0, 0.3)
        speed = rng.uniform(0.02, 0.2)
        path = 9 + 0.02 * time + level + (start - level) * np.exp(-speed * time)
        rows["u%02d" % (i + 1)] = path + rng.normal(0, 0.003, T).cumsum()
    return rows


time = np.arange(1, T + 1)

frame = pd.DataFrame(
    [
        {"panel": p, "unit": u, "time": int(t), "value": v}
        for p, seed in (("first", 143), ("second", 28))
        for u, path in simulate(seed).items()
        for t, v in zip(time, path)
    ]
)
frame.to_csv("data.csv", index=False, lineterminator="\n")
data = pd.read_csv("data.csv", float_precision="round_trip")
cases = []
for panel, d in data.groupby("panel", sort=False):
    rows = {u: list(g["value"]) for u, g in d.groupby("unit", sort=False)}
    new = []
    for name, options in (
        ("cstar 2", {"cstar": 2.0}),
        ("PS", {"cstar": 2.0, "merge": "PS"}),
        ("PS with divergent", {"cstar": 2.0, "merge": "PS", "merge_divergent": True}),
        ("PS with divergent estar 3", {"cstar": 2.0, "merge": "PS", "merge_divergent": True, "estar": 3.0}),
        ("PS threshold 0.5", {"cstar": 2.0, "merge": "PS", "threshold": 0.5}),
        ("PS iterated", {"cstar": 2.0, "merge": "PS", "iterate": True}),
        ("vLT", {"cstar": 2.0, "merge": "vLT"}),
        ("vLT with divergent", {"cstar": 2.0, "merge": "vLT", "merge_divergent": True}),
        ("vLT restarting", {"cstar": 2.0, "merge": "vLT", "restart": True}),
        ("vLT iterated", {"cstar": 2.0, "merge": "vLT", "iterate": True}),
        ("vLT aqsb", {"cstar": 2.0, "merge": "vLT", "hac": "AQSB"}),
        (
            "vLT aqsb, second test fqsb as in R 2.2.5",
            {"cstar": 2.0, "merge": "vLT", "hac": "AQSB", "second_hac": "FQSB"},
        ),
    ):
        c = slow.case(rows, panel + " " + name, **options)
        c["compared"] = slow.compare(rows, c)
        c["panel"] = panel
        print(c["name"], [len(k["members"]) for k in c["clubs"]], len(c["divergent"]), c["compared"])
        new.append(c)
    cases += new
slow.write(cases, "slow.py; convergence-clubs %s" % version("convergence-clubs"), "simulated by make.py")
