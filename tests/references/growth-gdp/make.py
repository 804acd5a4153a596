"""Beta and sigma convergence of the 152 countries of clubs-gdp-152 (its data.csv) and, within its first and third clubs, both."""

import json
from importlib.metadata import version

import slow
import pandas as pd

data = pd.read_csv("../clubs-gdp-152/data.csv", float_precision="round_trip")
frame = data.pivot(index="country", columns="year", values="gdp")
clubs = json.load(open("../clubs-gdp-152/clubs.json"))["cases"][0]["clubs"]
groups = {"club1": sorted(clubs[0]["members"]), "club3": sorted(clubs[2]["members"])}
result = slow.everything(frame, pooled=((1970, 1980), (1980, 1990), (1990, 2003)), groups=groups)
source = "slow.py; " + ", ".join("%s %s" % (p, version(p)) for p in ("statsmodels", "scipy", "convergence-clubs"))
with open("growth.json", "w", newline="\n") as f:
    json.dump(
        {"source": source, "data_source": "as clubs-gdp-152", "data": "../clubs-gdp-152/data.csv", **result},
        f,
        indent=1,
    )
    f.write("\n")
print(json.dumps({k: v for k, v in result.items() if k != "sigma"}, indent=1)[:2500])
for k, v in result["sigma"].items():
    print(k, v["tests"])
