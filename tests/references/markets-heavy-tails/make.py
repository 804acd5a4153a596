"""Fourteen events with errors t(3), variance four times as large on days 0 and 1; two assets have two events."""

import sys

sys.path.insert(0, "..")

import numpy as np

import helpers_markets as h

rng = np.random.default_rng(63)
n = 1100
dates = h.business_days("1990-01-02", n)
market = 0.009 * rng.standard_t(4, n) / np.sqrt(2)
ROWS = [
    ("A", 260),
    ("B", 260),
    ("C", 290),
    ("D", 355),
    ("E", 430),
    ("F", 520),
    ("G", 530),
    ("H", 580),
    ("I", 690),
    ("J", 700),
]
ROWS += [("K", 775), ("L", 810), ("A", 1010), ("B", 1030)]
columns = {}
for k, name in enumerate("ABCDEFGHIJKL"):
    e = 0.012 * rng.standard_t(3, n) / np.sqrt(3)
    for asset, row in ROWS:
        if asset == name:
            e[row : row + 2] *= 2
            e[row] += 0.006
    columns[name] = (0.0001 + (0.7 + 0.06 * k) * market + e).round(6)
h.write_table("returns.csv", dates, columns)
h.write_table("market.csv", dates, {"market": market.round(6)})
h.write_case(
    "simulated in make.py, seed 63",
    [(name, dates[row]) for name, row in ROWS],
    "market",
    notes=["The two events of A and of B have no date of their estimation windows in common."],
)
