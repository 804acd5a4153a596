"""Simulated panel without never-treated units: four cohorts, the last one treated in the last two years."""

import sys

sys.path.insert(0, "../bacon-castle")

from importlib.metadata import version

import slow

data = slow.simulated(12, [(2002, 6), (2004, 9), (2006, 4), (2007, 7)], 8)

spec = {"outcome": "y", "unit": "unit", "time": "year", "cohort": "cohort"}
result = slow.decompose(data, **spec)
others = slow.compare(result, data, spec)
print(others, {k: v for k, v in result["negative_weights"].items() if k != "cohort_time"})
source = "slow.py of ../bacon-castle; diff-diff %s, StatsPAI %s" % (version("diff-diff"), version("StatsPAI"))
slow.write(source, "simulated with numpy's default_rng(12)", spec, result, tolerance=1e-10, others=others)
