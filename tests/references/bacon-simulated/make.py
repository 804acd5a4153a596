"""Simulated panel: three cohorts of unequal size and never-treated units; effects grow with time treated."""

import sys

sys.path.insert(0, "../bacon-castle")

from importlib.metadata import version

import slow

data = slow.simulated(11, [(2003, 8), (2005, 5), (2008, 12), (None, 10)], 9)

spec = {"outcome": "y", "unit": "unit", "time": "year", "cohort": "cohort"}
result = slow.decompose(data, **spec)
others = slow.compare(result, data, spec)
print(others, {k: v for k, v in result["negative_weights"].items() if k != "cohort_time"})
source = "slow.py of ../bacon-castle; diff-diff %s, StatsPAI %s" % (version("diff-diff"), version("StatsPAI"))
slow.write(source, "simulated with numpy's default_rng(11)", spec, result, tolerance=1e-10, others=others)
