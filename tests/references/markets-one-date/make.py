"""Twenty assets with one event date, and a common factor that the market model does not hold."""

import sys

sys.path.insert(0, "..")

import numpy as np

import helpers_markets as h

rng = np.random.default_rng(41)
n, row = 290, 262
dates = h.business_days("1996-01-02", n)
market, industry = rng.normal(0.0004, 0.01, n), rng.normal(0, 0.007, n)
columns = {}
for k in range(20):
    r = (
        rng.normal(0, 0.0003)
        + (0.5 + 0.05 * k) * market
        + (0.6 + 0.03 * k) * industry
        + rng.normal(0, 0.009 + 0.0004 * k, n)
    )
    r[row] += 0.004
    columns[f"S{k + 1:02d}"] = r.round(6)
h.write_table("returns.csv", dates, columns)
h.write_table("market.csv", dates, {"market": market.round(6)})
h.write_case(
    "simulated in make.py, seed 41",
    [(name, dates[row]) for name in columns],
    "market",
    notes=["All estimation windows are the same days, so the ways to pair residuals agree."],
)
