"""Wages of 50 men over up to eight years with effects of men (and years), errors clustered by man or HC1."""

import sys

sys.path.insert(0, "../stability-curves-helpers")

import influential
import numpy as np
import slow
from linearmodels.datasets import wage_panel

panel = wage_panel.load()
panel = panel[panel["nr"].isin(panel["nr"].unique()[3::10][:50])].reset_index(drop=True)
panel = panel[np.arange(len(panel)) * 11 % 17 > 2]
slow.write_data(panel[["nr", "year", "lwage", "union", "married", "expersq", "hours"]])
data = slow.read_data()
assert len(slow.without_singletons(data, ["nr", "year"])) == len(data)

cases = {}
for treatment, controls, effects, errors in (
    ("union", ["married", "expersq"], ["nr"], "clustered"),
    ("union", ["married", "expersq"], ["nr"], "HC1"),
    ("married", ["union", "expersq"], ["nr"], "clustered"),
    ("expersq", ["union", "married"], ["nr"], "clustered"),
    ("expersq", ["union", "married"], ["nr"], "HC1"),
    ("hours", ["union", "married"], ["nr", "year"], "clustered"),
    ("union", ["married", "hours"], ["nr", "year"], "clustered"),
):
    name = "_".join([treatment, *effects, errors])
    by = ["nr"] if errors == "clustered" else []
    cases[name] = influential.case(data, "lwage", treatment, controls, effects, by)
slow.write_json(
    "influential.json",
    {
        "source": slow.source(["linearmodels", "scipy", "numpy"]),
        "data_source": "wage_panel of linearmodels: 50 of its men, some years left out",
        "cases": cases,
    },
)
for name, case in cases.items():
    print(
        name,
        case["nobs"],
        case["estimate"],
        case["p"],
        [(k, v["count"], (v.get("again") or {}).get("reached")) for k, v in case["sets"].items()],
    )
