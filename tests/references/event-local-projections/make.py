"""Test data of Stata's lpdid (Dube, Girardi, Jorda and Taylor): units treated at different times, effects
that grow; some of its 2,000 units."""

import sys

sys.path.insert(0, "..")

from pathlib import Path

import numpy as np
import pandas as pd
import pyfixest

import helpers_event_study as ev

table = pd.read_stata(Path(pyfixest.__file__).parent / "did" / "data" / "lpdidtestdata1.dta")
units = np.random.default_rng(21).choice(np.sort(table["unit"].unique()), 100, replace=False)
table = table[table["unit"].isin(units)].astype({"Y": float})
table = table.assign(event_date=table["event_date"].where(table["event_date"] > 0))
ev.write_data(table[["unit", "time", "event_date", "Y"]])
d = ev.read_data()
assert len(d) == 5000 and d["event_date"].nunique() == 19 and d["event_date"].isna().any()
cases = ev.suite(
    d,
    ("Y", "unit", "time", "event_date"),
    ["unit"],
    ["pyfixest", "diff-diff", "numpy"],
    "lpdidtestdata1 of Stata's lpdid, as pyfixest ships it: 100 of its 2,000 units (seed 21)",
    [[-3, 2]],
    [-5, 10],
    full=False,
)
# pyfixest's own lpdid: pooled, clean controls
zeros = d.fillna({"event_date": 0}).astype({"event_date": int})
fit = pyfixest.lpdid(zeros, "Y", "unit", "time", "event_date", pre_window=5, post_window=10, att=False).tidy()
theirs = {k.split("::")[1]: (float(v),) for k, v in zip(fit.index, fit["Estimate"])}
for case in cases:
    s = case["spec"]
    if (s["estimator"], s["comparison"], s["weighting"]) == ("LocalProjection", "notyet", "variance"):
        (entry,) = case["entries"]
        ours = {k: v["estimate"] for k, v in entry["terms"].items()}
        assert len(ev.close(ours, theirs, 1e-7, 1e-9, "pyfixest lpdid")) == 15
        entry["program"] = "pyfixest lpdid (estimates), " + entry["program"]
ev.write_cases(cases)
