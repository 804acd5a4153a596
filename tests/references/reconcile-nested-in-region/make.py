"""Firms nested in regions, years not; weights; singletons, some left over by others; and two
blocks of firms and years that share no row, so that the dummies have a lower rank than their
number: R (see make.R) and Python."""

import sys

sys.path.insert(0, "..")

import numpy as np
import pandas as pd

import helpers_reconcile as h

rng = np.random.default_rng(31)
n = 240
firm = rng.integers(0, 28, n)
year = np.where(firm < 14, rng.integers(0, 4, n), 4 + rng.integers(0, 5, n))
# Firms 100 to 102 have one row each; firm 103 has one in year 2 and one in year 50, whose other
# row is firm 104's only one; region 99 consists of firm 102.
firm = np.append(firm, [100, 101, 102, 103, 103, 104])
year = np.append(year, [0, 3, 4, 50, 2, 50])
region = np.where(firm == 102, 99, np.where(firm >= 100, 3 + firm % 5, firm // 4))
total = len(firm)
x1, x2 = rng.normal(size=total) + 0.02 * region, rng.exponential(size=total)
noise = rng.normal(size=total) * (1 + 0.5 * np.abs(x1)) + rng.normal(size=120)[region] * x2
y = 0.5 * x1 - 0.3 * x2 + rng.normal(size=120)[firm] + rng.normal(size=60)[year] + noise
data = pd.DataFrame(
    {
        "y": y.round(6),
        "x1": x1.round(6),
        "x2": x2.round(6),
        "weight": rng.uniform(0.5, 3, total).round(3),
        "firm": firm,
        "year": year,
        "region": region,
    }
)
data["visit"] = data.groupby("firm").cumcount()
h.write_data(data)

if "data" not in sys.argv:
    model = {"y": "y", "x": ["x1", "x2"], "unit": "firm", "time": "visit"}
    both = model | {
        "effects": ["firm", "year"],
        "weights": "weight",
        "covariances": [
            (h.covariance("Clustered", "region"), []),
            (h.covariance("Clustered", "region", "year"), []),
            (h.covariance("Clustered", "year"), []),
            (h.covariance("White"), []),
            (h.covariance("Classical"), []),
        ],
    }
    firms = model | {
        "effects": ["firm"],
        "covariances": [
            (h.covariance("Clustered", "region"), []),
            (h.covariance("Clustered", "firm"), []),
            (h.covariance("White"), []),
        ],
    }
    years = model | {
        "effects": ["year"],
        "weights": "weight",
        "unit": "row",
        "time": "year",
        "covariances": [(h.covariance("Clustered", "region"), [])],
    }
    h.write_reconcile(h.read_data(), "simulated in make.py, seed 31", [both, firms, years])
