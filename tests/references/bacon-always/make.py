"""Simulated panel with units treated in every year (cohorts 1999 and 2001, of 2001-2008), never-treated ones, and a
cohort after the last year, 2010, which counts as never treated.

diff-diff decomposes otherwise: it pools always and never treated units into one comparison group and keeps 2010 as
a cohort; its sum is the same. Ours is that of R's bacondecomp and StatsPAI."""

import sys

sys.path.insert(0, "../bacon-castle")

from importlib.metadata import version

import slow

data = slow.simulated(13, [(1999, 3), (2001, 4), (2004, 6), (2006, 5), (2010, 2), (None, 6)], 8)

spec = {"outcome": "y", "unit": "unit", "time": "year", "cohort": "cohort"}
result = slow.decompose(data, **spec)
others = slow.compare(result, data, spec)
print(others, {k: v for k, v in result["negative_weights"].items() if k != "cohort_time"})
source = "slow.py of ../bacon-castle; diff-diff %s, StatsPAI %s" % (version("diff-diff"), version("StatsPAI"))
slow.write(source, "simulated with numpy's default_rng(13)", spec, result, tolerance=1e-10, others=others)
