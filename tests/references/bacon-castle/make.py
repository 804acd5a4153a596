"""Castle doctrine laws and homicides (Cheng and Hoekstra 2013), bacondecomp's example. The laws' first year is
`effyear`; treatment is year >= effyear (the file's own `post` starts a year later and is not used).

Published by R's bacondecomp: total 0.0818116169, 2006 against never 0.06823587 with weight 0.5923947, and by
kind weights 0.05976, 0.03190, 0.90834 with averages -0.00554, 0.07032, 0.08796."""

from importlib.metadata import version
from importlib.resources import files

import numpy as np
import pandas as pd

import slow

raw = pd.read_csv(files("statspai") / "datasets" / "data" / "castle_2013.csv")
data = raw[["state", "year", "l_homicide", "effyear"]].rename(columns={"effyear": "cohort"})
data["cohort"] = data["cohort"].astype("Int64")
data.to_csv("data.csv", index=False, lineterminator="\n")
data = pd.read_csv("data.csv", float_precision="round_trip")

spec = {"outcome": "l_homicide", "unit": "state", "time": "year", "cohort": "cohort"}
result = slow.decompose(data, **spec)
t = pd.DataFrame(result["components"])
assert abs(result["twfe"] - 0.0818116169306475) < 2e-9 and len(t) == 25
t["product"] = t["weight"] * t["estimate"]
by = t.groupby("kind")[["weight", "product"]].sum()
for kind, weight, mean in (
    ("earlier vs later", 0.05976, -0.00554),
    ("later vs earlier", 0.03190, 0.07032),
    ("treated vs never", 0.90834, 0.08796),
):
    assert (
        abs(by.loc[kind, "weight"] - weight) < 5e-6
        and abs(by.loc[kind, "product"] / by.loc[kind, "weight"] - mean) < 5e-6
    )
one = t[(t["treated"] == 2006) & (t["comparison"] == "never")].iloc[0]
assert abs(one["estimate"] - 0.06823587) < 1e-8 and abs(one["weight"] - 0.5923947) < 5e-8
others = slow.compare(result, data, spec)
print(others)
source = "slow.py; diff-diff %s, StatsPAI %s" % (version("diff-diff"), version("StatsPAI"))
slow.write(
    source,
    "castle of R's bacondecomp (Cheng and Hoekstra 2013), as in StatsPAI",
    spec,
    result,
    tolerance=1e-10,
    others=others,
)
