"""Exchange rates around six rescues: constant mean model, three currencies a date, some returns exactly zero.

python make.py RATES EVENTS writes returns.csv from the two tables of the source; without them it keeps the file."""

import sys

sys.path.insert(0, "..")

import numpy as np
import pandas as pd

import helpers_markets as h

# dates of events of type "rescue"; Sundays are moved to the next day with a rate
DATED = ["1984-05-17", "1986-07-22", "1989-07-23", "1995-01-31", "1997-08-11", "1998-11-13"]
CURRENCIES = ["JPY", "GBP", "CAD"]

if len(sys.argv) > 1:
    listed = pd.read_csv(sys.argv[2])
    assert set(DATED) <= set(listed.loc[listed["type"] == "rescue", "date"])
    rates = pd.read_csv(sys.argv[1])
    rates = (
        rates[rates["currency"].isin(CURRENCIES)]
        .pivot(index="date", columns="currency", values="rate")[CURRENCIES]
        .dropna()
    )
    r = 100 * np.log(rates).diff()
    r[["JPY", "CAD"]] *= -1  # these two are units per dollar: all are returns on the currency in dollars
    r = r.iloc[1:].round(8) + 0.0
    keep = np.zeros(len(r), bool)
    for d in DATED:
        k = r.index.searchsorted(d)
        keep[k - 255 : k + 16] = True
    # the days between are cut where no window reaches; the rows that stay are consecutive around each event
    r = r[keep]
    h.write_table("returns.csv", list(r.index), {c: r[c].to_numpy() for c in CURRENCIES})

dates = list(h.read_table("returns.csv").index)
aligned = [next(d for d in dates if d >= raw) for raw in DATED]
fits = h.write_case(
    "Board of Governors of the Federal Reserve System, H.10 noon buying rates (DEXJPUS, DEXUSUK, DEXCAUS), public domain; "
    "returns are 100 times the change of the log of the currency's price in dollars",
    [(c, d) for d in aligned for c in CURRENCIES],
    "mean",
    market=False,
    bhar=False,
    extra={"events_as_dated": [[c, d] for d in DATED for c in CURRENCIES]},
    notes=[
        "1989-07-23 is a Sunday: the event day is 1989-07-24. events has the days aligned, events_as_dated the days before that.",
        "Days that no window reaches are left out of returns.csv; each window is of consecutive trading days.",
        "Returns of exactly zero tie: ranks are averaged.",
        "Returns are log changes in per cent, so no BHAR.",
        "Each currency has an event at each date; no two dates share a day of their estimation windows, and those pairs count zero in the average correlation.",
    ],
)
ties = sum(1 for e in fits for v in e.residual.values() if list(e.residual.values()).count(v) > 1)
assert ties > 0
