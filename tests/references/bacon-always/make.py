"""Simulated panel with units treated in every year (cohorts 1999 and 2001, of 2001-2008), never-treated ones, and a
cohort after the last year, 2010, which counts as never treated.

diff-diff decomposes otherwise: it pools always and never treated units into one comparison group and keeps 2010 as
a cohort; its sum is the same. Ours is that of R's bacondecomp and StatsPAI."""

import sys

sys.path.insert(0, "../bacon-castle")

from importlib.metadata import version

import numpy as np
import pandas as pd

import slow

rng = np.random.default_rng(13)
years = np.arange(2001, 2001 + 8)
cohorts = [(1999, 3), (2001, 4), (2004, 6), (2006, 5), (2010, 2), (None, 6)]
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
slow.write(source, "simulated with numpy's default_rng(13)", spec, result, tolerance=1e-10, others=others)
