"""Mathematics tests and minority teachers in 303 Californian districts, data of statsmodels."""

import sys

sys.path.insert(0, "../stability-omitted-helpers")
import oster_cases as o
import pandas as pd
import statsmodels.api as sm

table = sm.datasets.star98.load_pandas().data
table["above"] = table["NABOVE"] / (table["NABOVE"] + table["NBELOW"])
names = ["above", "LOWINC", "PERASIAN", "PERBLACK", "PERHISP", "PERMINTE", "AVYRSEXP", "PTRATIO", "PCTCHRT", "PCTYRRND"]
table = table[names].rename(columns=str.lower)
table.to_csv("data.csv", index=False)
d = pd.read_csv("data.csv")

settings = [
    o.cases(o.Setting(d, "above", "lowinc", ["perasian", "perblack", "perhisp", "ptratio"]), r_maxs=[0.85]),
    o.cases(
        o.Setting(d, "above", "perminte", ["lowinc", "perblack", "perhisp"], ["ptratio", "pctyrrnd"]), betas=[0.002]
    ),
    o.cases(o.Setting(d, "above", "ptratio", ["avyrsexp", "pctchrt"], ["lowinc"]), betas=[0.01], r_maxs=[0.9]),
]
notes = ["Estimates are small (percentage points on a share): tolerances must be relative."]
o.write("star98 of statsmodels; above is NABOVE / (NABOVE + NBELOW)", settings, notes)
