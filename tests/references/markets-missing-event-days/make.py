"""As markets-market-model, with returns missing in the event window of two events (one on day 0)."""

import sys

sys.path.insert(0, "..")

import helpers_markets as h

events = h.small_case(event_days_missing=True)
h.write_case(
    "simulated in helpers_markets.small_case, seed 20",
    events,
    "market",
    estimation=h.SMALL_ESTIMATION,
    days=[-3, 0, 1],
    windows=[(0, 1), (-10, 10)],
    notes=[
        "A day counts the events that have its return; a CAR adds the days that are there, and L_i in its variance is their number.",
        "An event takes part in a window's tests if it has at least one of the days.",
        "CAAR in the statistics is the running sum of AAR; the tests of windows take the mean of CAR, except crude_dependence, which adds the AAR.",
        "Another sensible rule is to leave out an event with any missing day of the window; programs differ.",
    ],
)
