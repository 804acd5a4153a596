"""Prices and lots of houses in Windsor, the example of robomit (Schaub 2021), whose results are psacalc's."""

import subprocess
import sys

sys.path.insert(0, "../stability-omitted-helpers")
import numpy as np
import oster_cases as o
import pandas as pd

subprocess.run(
    ["Rscript", "-e", 'data(HousePrices, package = "AER"); write.csv(HousePrices, "data.csv", row.names = FALSE)'],
    check=True,
)
table = pd.read_csv("data.csv")
table["lprice"], table["llotsize"] = np.log(table["price"]), np.log(table["lotsize"])
for name in ("driveway", "prefer"):
    table[name] = (table[name] == "yes").astype(int)
table[["lprice", "llotsize", "bedrooms", "bathrooms", "driveway", "prefer", "stories"]].to_csv("data.csv", index=False)
d = pd.read_csv("data.csv")

plain = o.Setting(d, "lprice", "llotsize", ["bedrooms", "bathrooms", "driveway"])
always = o.Setting(d, "lprice", "llotsize", ["bedrooms", "bathrooms"], ["driveway", "prefer"])
effects = o.Setting(d, "lprice", "llotsize", ["bedrooms", "bathrooms", "driveway"], ["prefer"], ["stories"])

# psacalc gives the same: explanation_and_illustration/v1_JOSS_oster.Rmd of robomit
published = {
    "source": "Schaub (2021), robomit: robustness checks for omitted variable bias, section Demonstration",
    "model": "case 0",
    "results": [
        {"r_max": 0.5316 * 1.3, "delta": 1, "beta": "0.27"},
        {"r_max": 0.5316 * 1.3, "beta": 0, "delta": "1.99"},
        {"r_max": 0.54, "beta": 0, "delta": "3.83"},
        {"r_max": 1, "beta": 0, "delta": "1.005"},
    ],
}
v = plain.values
assert round(v["r2_long"], 4) == 0.5316
settings = [
    o.cases(plain, betas=[0.5], r_maxs=[0.54, 0.5316 * 1.3]),
    o.cases(always, betas=[0.5]),
    o.cases(effects, betas=[-0.1]),
]
for row in published["results"]:
    kind = "delta" if row["beta"] == 0 else "beta"
    found = [r for r in settings[0]["results"] if r["kind"] == kind and r["r_max"] == row["r_max"]]
    if kind == "beta":
        assert f"{next(r['psacalc_choice'] for r in found if r['delta'] == 1):.2f}" == row["beta"]
    else:
        digits = len(row["delta"]) - 2
        assert f"{next(r['delta'] for r in found if r['beta'] == 0):.{digits}f}" == row["delta"]

notes = [
    "Case 0 is the published one; its r_max of 0.69108 is 1.3 times the R2 rounded to four digits.",
    "Case 2 has a dummy for each number of stories in both regressions.",
]
o.write("HousePrices of R's AER (Anglin and Gencay 1996), logs of price and lotsize", settings, notes, published)
