"""Eight events, three on one date, one asset with missing returns; the market model."""

import sys

sys.path.insert(0, "..")

import helpers_markets as h

events = h.small_case()
h.write_case("simulated in helpers_markets.small_case, seed 20", events, "market", estimation=h.SMALL_ESTIMATION)
