"""Fourteen rows with HC1 errors: approximately influential sets, and the true ones by all subsets."""

import sys

sys.path.insert(0, "../stability-curves-helpers")

import influential
import numpy as np
import pandas as pd
import slow

rng = np.random.default_rng(74)
x = rng.normal(size=14)
z = 0.5 * x + rng.normal(size=14)
y = 0.7 * x + 0.3 * z + rng.standard_t(4, 14)
table = pd.DataFrame({"y": y.round(4), "x": x.round(4), "z": z.round(4)})
slow.write_data(table.assign(y2=(table["y"] + table["x"]).round(4)))
data = slow.read_data()

cases = {}
for outcome, treatment, controls in (("y", "x", []), ("y", "x", ["z"]), ("y", "z", ["x"]), ("y2", "x", ["z"])):
    args = (data, outcome, treatment, controls, [], [])
    case = influential.case(*args, shares=(0.1, 0.25))
    case["smallest"] = influential.brute(*args, most=6)
    cases["_".join([outcome, treatment, *controls])] = case
slow.write_json(
    "influential.json",
    {
        "source": slow.source(["scipy", "numpy"]),
        "data_source": "simulated in make.py, seed 74",
        "cases": cases,
    },
)
for name, case in cases.items():
    print(
        name,
        case["estimate"],
        case["p"],
        [(k, v["count"], (v.get("again") or {}).get("reached")) for k, v in case["sets"].items()],
        [(v["count"], len(v["sets"])) for v in case["smallest"].values()],
    )
