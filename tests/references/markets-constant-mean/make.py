"""The events of markets-market-model; the constant mean model."""

import sys

sys.path.insert(0, "..")

import helpers_markets as h

events = h.small_case(market_file=False)
h.write_case(
    "simulated in helpers_markets.small_case, seed 20",
    events,
    "mean",
    market=False,
    estimation=h.SMALL_ESTIMATION,
    windows=[(0, 1), (-10, 10)],
    days=[0],
)
