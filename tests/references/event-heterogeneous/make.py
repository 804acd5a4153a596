"""Two cohorts with different effects that grow, 31 years: some units of df_het, which did2s and pyfixest
ship. Outcomes of its full 46,500 rows are printed in many places; these are other numbers."""

import sys

sys.path.insert(0, "..")

from pathlib import Path

import numpy as np
import pandas as pd
import pyfixest

import helpers_event_study as ev

table = pd.read_csv(Path(pyfixest.__file__).parent / "did" / "data" / "df_het.csv")
units = np.random.default_rng(11).choice(np.sort(table["unit"].unique()), 130, replace=False)
table = table[table["unit"].isin(units) & table["year"].between(1994, 2016)]
rng = np.random.default_rng(12)
x = rng.normal(size=len(table)) + 0.02 * table["year"].to_numpy() * rng.random(len(table))
table = pd.DataFrame(
    {
        "unit": table["unit"],
        "state": table["state"],
        "year": table["year"],
        "g": table["g"].where(table["g"] > 0),
        "x": x.round(6),
        "y": (table["dep_var"] + 0.3 * x).round(7),
    }
)
ev.write_data(table)
d = ev.read_data()
assert sorted(d["g"].dropna().unique()) == [2000, 2010]
ev.write_cases(
    ev.suite(
        d,
        ("y", "unit", "year", "g"),
        ["unit", "state"],
        ["csdid", "moderndid", "pyfixest", "diff-diff", "numpy"],
        "df_het of pyfixest, years 1994 to 2016 of 130 units, with a covariate x and 0.3 x added to the outcome (seeds 11, 12)",
        [[-3, 3], [-5, 5]],
        [-4, 6],
        extra_controls="x",
    )
)
