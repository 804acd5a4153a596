"""Simulated panel: three cohorts of unequal size and never-treated units; effects grow with time treated."""

import sys

sys.path.insert(0, "../bacon-castle")

from importlib.metadata import version

import numpy as np
import pandas as pd

import slow

rng = np.random.default_rng(11)
years = np.arange(2001, 2001 + 9)
cohorts = [(2003, 8), (2005, 5), (2008, 12), (None, 10)]
first = np.repeat([k if k else np.nan for k, _ in cohorts], [n for _, n in cohorts])
units = len(first)
effect = np.maximum(years[None] - first[:, None] + 1, 0)
y = (
    rng.normal(size=units)[:, None]
    + 0.1 * (years - 2001)[None] ** 1.2
    + 0.3 * np.nan_to_num(effect) * (1 + 0.1 * (years[None] % 3))
    + rng.normal(size=(units, len(years)))
)
data = pd.DataFrame(
    {
        "unit": np.repeat(np.arange(1, units + 1), len(years)),
        "year": np.tile(years, units),
        "y": y.round(6).ravel(),
        "cohort": pd.array(
            np.where(np.isnan(np.repeat(first, len(years))), -1, np.repeat(first, len(years))), dtype="Float64"
        ),
    }
)
data["cohort"] = data["cohort"].astype("Int64").mask(data["cohort"] == -1)
data.sample(frac=1, random_state=0).to_csv("data.csv", index=False, lineterminator="\n")
data = pd.read_csv("data.csv", float_precision="round_trip")

spec = {"outcome": "y", "unit": "unit", "time": "year", "cohort": "cohort"}
result = slow.decompose(data, **spec)
others = slow.compare(result, data, spec)
print(others, {k: v for k, v in result["negative_weights"].items() if k != "cohort_time"})
source = "slow.py of ../bacon-castle; diff-diff %s, StatsPAI %s" % (version("diff-diff"), version("StatsPAI"))
slow.write(source, "simulated with numpy's default_rng(11)", spec, result, tolerance=1e-10, others=others)
