"""Wages of 100 men over eight years: 384 specifications with errors by man. educ lies in the effects of men, exper in
those of men and years together, so they are left out there and several specifications give the same numbers."""

import sys

sys.path.insert(0, "../stability-curves-helpers")

import numpy as np
import pandas as pd
import slow
from linearmodels.datasets import wage_panel

panel = wage_panel.load()
panel = panel[panel["nr"].isin(panel["nr"].unique()[::5][:100])].reset_index(drop=True)
columns = ["nr", "year", "lwage", "union", "married", "educ", "exper", "expersq", "hours"]
table = panel[columns].assign(wage=np.exp(panel["lwage"]).round(6), late=(panel["year"] >= 1983).astype(int))
slow.write_data(table)
data = slow.read_data()
assert data["nr"].nunique() == 100 and len(data) == 800

GRID = {
    "outcomes": ["wage", "lwage"],
    "treatments": ["union", "married"],
    "controls": ["educ", "exper", "expersq", "hours"],
    "effects": [[], ["nr"], ["nr", "year"]],
    "samples": ["all", "late"],
}
COVARIANCE = {"CR1": ["nr"]}
specs = slow.grid(**GRID)
rows = slow.curve(data, specs, COVARIANCE)

rng = np.random.default_rng(71)
slow.write_data(slow.draw_permutations(rng, len(data), 20), "permutations.csv")
slow.write_data(
    pd.DataFrame({"nr": np.unique(data["nr"])}).join(slow.draw_multiplicities(rng, 100, 20)), "multiplicities.csv"
)
orders = slow.read_data("permutations.csv")
counts = slow.read_data("multiplicities.csv").drop(columns="nr")

union = [r for r in rows if r["treatment"] == "union"]
grid = [{k: r[k] for k in ("outcome", "treatment", "controls", "effects", "sample")} for r in union]
runs = slow.permutation(data, grid, COVARIANCE, orders)
blocks = {
    "permutation_rows": slow.block(union, runs, "CR1", treatment="union", permuted="rows", effects=GRID["effects"])
}

# A copied man with effects of his own has the same coefficients as copies that share them, but men whose effects are
# shared are not nested in the clusters that were drawn: their levels count in K, and errors are larger.
for name, kept in (("bootstrap", [[], ["nr"]]), ("bootstrap_with_years", GRID["effects"])):
    chosen = [i for i, s in enumerate(grid) if s["effects"] in kept]
    sub, b = [grid[i] for i in chosen], [union[i]["estimate"] for i in chosen]
    own, shared = (slow.bootstrap(data, sub, b, COVARIANCE, "nr", counts, relabel) for relabel in (["nr"], []))
    for run, other in zip(own, shared, strict=True):
        slow.check_close([r["estimate"] for r in run], [r["estimate"] for r in other], 1e-7, "relabelled")
    description = {"treatment": "union", "resampled": "nr", "effects": kept}
    actual = [union[i] for i in chosen]
    blocks[name] = slow.block(actual, own, "CR1", **description, relabelled=["nr"])
    blocks[name + "_shared_effects"] = slow.block(actual, shared, "CR1", **description, relabelled=[])

slow.write_json(
    "curve.json",
    {
        "source": slow.source(["pyfixest", "linearmodels", "scipy", "numpy"]),
        "data_source": "wage_panel of linearmodels: 100 of its men",
        "grid": GRID,
        "covariances": COVARIANCE,
        "specifications": rows,
        "joint": blocks,
    },
)
