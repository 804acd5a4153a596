"""The events of markets-market-model; three factors by least squares."""

import sys

sys.path.insert(0, "..")

import helpers_markets as h

events = h.small_case(market_file=False, factors_file=True)
h.write_case(
    "simulated in helpers_markets.small_case, seed 20",
    events,
    "factor",
    market=False,
    factors=True,
    estimation=h.SMALL_ESTIMATION,
    windows=[(0, 1), (-10, 10)],
    days=[0],
    notes=["An intercept and all columns of factors.csv: p = 4."],
)
