"""Checks the files that make.R wrote against integrals: the density of the place of the maximum is that of reaching m
first at s, times that of going no higher after it, times the probability that the other side stays below m, summed over
m."""

import json
import sys
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, "../breaks-shared")
import numpy as np
import pandas as pd
import slow

worst = 0.0
for r in pd.read_csv("cdf.csv").itertuples():
    # the mass left of 0 is a race of two exponentials: max on the left has rate 1, on the right phi1^2/phi2^2
    if r.x == 0:
        rate = (r.phi1 / r.phi2) ** 2
        got = rate / (1 + rate)
    else:
        got = slow.argmax_cdf(r.x, r.xi, r.phi1, r.phi2)
    worst = max(worst, abs(got - r.p))
    if abs(got - r.p) > 1e-7:
        print("differs", r, got)
for r in pd.read_csv("quantiles.csv").itertuples():
    got = slow.argmax_cdf(r.quantile, r.xi, r.phi1, r.phi2)
    worst = max(worst, abs(got - r.p))
print("worst difference", worst)
assert worst < 1e-7
values = json.loads(Path("breaks.json").read_text())
values["source"] = values["source"].split("; ")[0] + "; slow.py (scipy %s)" % version("scipy")
slow.write(values)
