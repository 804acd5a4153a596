"""Trends: Hodrick-Prescott and Hamilton (2018), of the logarithm of the income of four countries of clubs-gdp-152 (its data.csv).

HP: trend g minimizing sum (y-g)^2 + smooth sum (g_t+1 - 2 g_t + g_t-1)^2. Hamilton: y_t+h by least squares on a constant and
y_t, ..., y_t-p+1; the trend at t+h is the fit, the cycle the residual, none in the first h+p-1 periods. "random_walk": the
cycle is y_t+h - y_t (none in the first h)."""

import json
import sys
from importlib.metadata import version

import numpy as np
import pandas as pd
import statsmodels.api as sm
from statsmodels.tsa.filters.hp_filter import hpfilter

sys.path.insert(0, "../clubs-gdp-152")
import slow

data = pd.read_csv("../clubs-gdp-152/data.csv", float_precision="round_trip")
cases = []
for country in ("United States", "China", "Botswana", "Zambia"):
    y = np.log(data[data["country"] == country].sort_values("year")["gdp"].to_numpy())
    assert len(y) == 34
    case = {"country": country, "hp": [], "hamilton": [], "random_walk": []}
    for smooth in (6.25, 100.0, 400.0, 1600.0):
        trend = slow.hp(y, smooth)
        assert np.abs(hpfilter(y, smooth)[1] - trend).max() < 1e-11
        case["hp"].append({"smooth": smooth, "trend": list(map(float, trend))})
    for h, p in ((2, 1), (2, 2), (2, 4), (5, 2), (8, 4)):
        x = np.column_stack([np.ones(len(y) - h - p + 1)] + [y[p - 1 - j : len(y) - h - j] for j in range(p)])
        left = y[h + p - 1 :]
        fit = sm.OLS(left, x).fit()
        c = x - x.mean(axis=0)
        slopes = np.linalg.solve(c[:, 1:].T @ c[:, 1:], c[:, 1:].T @ (left - left.mean()))
        trend = left.mean() + c[:, 1:] @ slopes
        assert np.abs(fit.fittedvalues - trend).max() < 1e-10
        empty = [None] * (h + p - 1)
        case["hamilton"].append(
            {
                "h": h,
                "p": p,
                "coefficients": list(map(float, fit.params)),
                "trend": empty + list(map(float, trend)),
                "cycle": empty + list(map(float, left - trend)),
            }
        )
    for h in (2, 5):
        case["random_walk"].append({"h": h, "cycle": [None] * h + list(map(float, y[h:] - y[:-h]))})
    cases.append(case)
with open("filters.json", "w", newline="\n") as f:
    json.dump(
        {
            "source": "numpy %s, statsmodels %s" % (np.__version__, version("statsmodels")),
            "data_source": "as clubs-gdp-152",
            "data": "../clubs-gdp-152/data.csv",
            "cases": cases,
        },
        f,
        indent=1,
    )
    f.write("\n")
print([(c["country"], c["hamilton"][1]["coefficients"]) for c in cases])
