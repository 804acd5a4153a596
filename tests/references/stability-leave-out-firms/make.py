"""Grunfeld's firms, some years left out, with effects of firms and years, weighted or not: regressions again without
each row, each firm and each year. One firm has two rows, so that each of them is alone once the other is left out, and
one has a single row, which is left out from the start where firms have effects."""

import sys

sys.path.insert(0, "../stability-curves-helpers")

import leave_out
import numpy as np
import slow
import statsmodels.api as sm

grunfeld = sm.datasets.grunfeld.load_pandas().data.astype({"year": int})
grunfeld["size"] = np.sqrt(grunfeld["value"]).round(3)
few = (grunfeld["firm"] == "American Steel") & ~grunfeld["year"].isin([1937, 1950])
one = (grunfeld["firm"] == "Diamond Match") & (grunfeld["year"] != 1944)
gaps = (np.arange(len(grunfeld)) * 7 % 19 == 3) & (grunfeld["firm"] > "D")
slow.write_data(grunfeld[~few & ~one & ~gaps])
data = slow.read_data()

SPECS = {}
for effects in ([], ["firm"], ["firm", "year"]):
    for weights in (None, "size"):
        name = "_".join(["invest", *effects, *(["weighted"] if weights else [])])
        SPECS[name] = {"outcome": "invest", "regressors": ["value", "capital"], "effects": effects, "weights": weights}
slow.write_json(
    "leave_out.json",
    {
        "source": slow.source(["statsmodels", "numpy"]),
        "data_source": "grunfeld of statsmodels, some of its rows",
        "regressions": {name: leave_out.regression(data, spec, ["firm", "year"]) for name, spec in SPECS.items()},
    },
)
