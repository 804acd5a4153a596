"""US quarters of statsmodels' macrodata. This file writes the data, make.R adds R's numbers, this file Python's."""

import sys

import numpy as np
import statsmodels.datasets

sys.path.insert(0, "../unit-root-helpers")
import univariate  # noqa: E402


def write_data():
    raw = statsmodels.datasets.macrodata.load_pandas().data
    data = raw[["year", "quarter"]].astype(int)
    data["real_gdp"] = np.log(raw["realgdp"])
    data["unemployment"] = raw["unemp"]
    data["inflation"] = raw["infl"]
    data["tbill"] = raw["tbilrate"]
    data.to_csv("data.csv", index=False, lineterminator="\n")


univariate.make(write_data)
