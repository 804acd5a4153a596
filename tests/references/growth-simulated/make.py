"""Thirty simulated regions, 25 years, that converge at 4 per cent a year to levels moved by a control."""

import json
import sys
from importlib.metadata import version

import numpy as np
import pandas as pd

sys.path.insert(0, "../growth-gdp")
import slow

rng = np.random.default_rng(20240905)
years = list(range(1991, 2016))
rows = []
for i in range(30):
    school = rng.normal(0, 0.2)
    gap = rng.normal(0, 0.5) - 0.5 * school
    for j, year in enumerate(years):
        if j:
            gap = gap * np.exp(-0.04) + rng.normal(0, 0.015)
        rows.append(
            {
                "region": "r%02d" % (i + 1),
                "year": year,
                "income": float(np.exp(9 + 0.015 * j + school + gap)),
                "school": school,
            }
        )
pd.DataFrame(rows).to_csv("data.csv", index=False, lineterminator="\n")
data = pd.read_csv("data.csv", float_precision="round_trip")
frame = data.pivot(index="region", columns="year", values="income")
controls = data.groupby("region")[["school"]].first()
result = slow.everything(frame, controls=controls, pooled=((1991, 1996), (1996, 2005), (2005, 2015)))
source = "slow.py of growth-gdp; " + ", ".join(
    "%s %s" % (p, version(p)) for p in ("statsmodels", "scipy", "convergence-clubs")
)
with open("growth.json", "w", newline="\n") as f:
    json.dump({"source": source, "data_source": "simulated by make.py", "data": "data.csv", **result}, f, indent=1)
    f.write("\n")
print(json.dumps({k: v for k, v in result.items() if k != "sigma"}, indent=1)[:3500])
for k, v in result["sigma"].items():
    print(k, v["tests"])
