"""The events of markets-market-model; returns less the market's, nothing estimated."""

import sys

sys.path.insert(0, "..")

import helpers_markets as h

events = h.small_case()
h.write_case(
    "simulated in helpers_markets.small_case, seed 20",
    events,
    "market_adjusted",
    estimation=h.SMALL_ESTIMATION,
    windows=[(0, 1), (-10, 10)],
    days=[0],
    notes=[
        "p = 0: s_i^2 = sum AR^2 / M_i about zero, C = 1, the variance of a CAR is s_i^2 L, and Patell's q is M / (M - 2).",
        "The correlation of residuals is Pearson's (about the means), although the model does not remove them; 'correlation about zero' is among the alternatives.",
        "The crude dependence standard deviation is about the mean of the AAR.",
    ],
)
