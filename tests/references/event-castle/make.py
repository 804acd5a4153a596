"""Castle doctrine laws and homicides, 50 states, 2000 to 2010 (Cheng and Hoekstra 2013)."""

import sys

sys.path.insert(0, "..")

from pathlib import Path

import pandas as pd
import statspai

import helpers_event_study as ev

table = pd.read_csv(Path(statspai.__file__).parent / "datasets" / "data" / "castle_2013.csv")
table = table[["sid", "year", "effyear", "l_homicide", "popwt", "northeast", "midwest", "south"]]
regions = table["northeast"] + 2 * table["midwest"] + 3 * table["south"]
table = table.drop(columns=["northeast", "midwest", "south"]).assign(region=regions)
table["effyear"] = table["effyear"].where(table["effyear"] > 0)
ev.write_data(table)
d = ev.read_data()
print(d.groupby("effyear")["sid"].nunique(), len(d))
ev.write_cases(
    ev.suite(
        d,
        ("l_homicide", "sid", "year", "effyear"),
        ["sid"],
        ["csdid", "moderndid", "pyfixest", "diff-diff", "StatsPAI", "numpy"],
        "castle doctrine data of Cheng and Hoekstra (2013) (castle_2013.csv of StatsPAI); effyear is the cohort",
        [[-3, 1], [-5, 1]],
        [-4, 4],
        weights="popwt",
    )
)
