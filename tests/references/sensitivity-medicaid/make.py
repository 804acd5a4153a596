"""Medicaid expansions and insurance, HonestDiD's vignette: five pre and two post periods.

The numbers are slow.py's. The published tables of R's HonestDiD and of Stata's honestdid, honestdid,
moderndid and StatsPAI have to agree with them to a grid step and the noise of the critical value.
"""

from importlib.metadata import version
from importlib.resources import files

import numpy as np
import pandas as pd
import pyfixest as pf

import slow

raw = pd.read_pickle(files("moderndid") / "core" / "datasets" / "ehec_data.pkl.gz")
raw = raw[(raw["year"] < 2016) & (raw["yexp2"].isna() | (raw["yexp2"] != 2015))].copy()
raw["treated"] = (raw["yexp2"] == 2014).astype(int)
data = raw[["stfips", "year", "dins", "treated"]].astype({"stfips": int, "year": int})
data["dins"] = data["dins"].astype(float)
data.to_csv("data.csv", index=False, lineterminator="\n")
data = pd.read_csv("data.csv", float_precision="round_trip")

m = pf.feols("dins ~ i(year, treated, ref=2013) | stfips + year", data, vcov={"CRV1": "stfips"})
beta, sigma, P, Q = m.coef().to_numpy(), m._vcov, 5, 2
assert len(beta) == 7

cases = []
for weights in ([1, 0], [0, 1], [0.5, 0.5]):
    for bound in (0, 0.5, 1, 1.5, 2):
        cases += [("relative_magnitudes", bound, weights, method, "post") for method in ("C-LF", "Conditional")]
        cases += [("relative_magnitudes", bound, weights, "identified set", None)]
    for bound in (0, 0.01, 0.02, 0.03, 0.04, 0.05):
        cases += [("smoothness", bound, weights, "FLCI", None), ("smoothness", bound, weights, "identified set", None)]
        cases += [("smoothness", bound, weights, method, "post") for method in ("C-LF", "Conditional")]
cases += [("relative_magnitudes", 1, [1, 0], "C-LF", "all"), ("smoothness", 0.02, [1, 0], "C-LF", "all")]
cases += [("relative_magnitudes", 1, [1, 0], "Conditional", "all"), ("smoothness", 0.02, [1, 0], "Conditional", "all")]

published = [
    (
        "relative_magnitudes",
        [1, 0],
        "C-LF",
        5e-5,
        "R HonestDiD, README",
        {0.5: (0.0240, 0.0672), 1: (0.0170, 0.0720), 1.5: (0.00824, 0.0797), 2: (-0.000916, 0.0881)},
    ),
    (
        "smoothness",
        [1, 0],
        "FLCI",
        5e-5,
        "R HonestDiD, README",
        {
            0: (0.0259, 0.0607),
            0.01: (0.0132, 0.0787),
            0.02: (0.00286, 0.0907),
            0.03: (-0.00714, 0.101),
            0.04: (-0.0171, 0.111),
            0.05: (-0.0271, 0.121),
        },
    ),
    (
        "relative_magnitudes",
        [0.5, 0.5],
        "C-LF",
        5e-4,
        "Stata honestdid, README",
        {0: (0.041, 0.075), 0.5: (0.033, 0.080), 1: (0.020, 0.090), 1.5: (0.006, 0.103), 2: (-0.008, 0.117)},
    ),
]

chosen = [("relative_magnitudes", 1), ("smoothness", 0.02)]
entries = slow.build(
    cases,
    beta,
    sigma,
    P,
    published,
    slow_programs=lambda case: (case[0], case[1]) in chosen and case[2] == [1, 0] and case[3] == "C-LF",
)
slow.write(
    "the folder's slow.py; " + slow.SOURCE,
    "ehec_data of moderndid (the Mixtape Sessions' Medicaid data), years before 2016 without the states of "
    "2015; two-way fixed effects event study with errors clustered by state by pyfixest " + version("pyfixest"),
    beta,
    sigma,
    P,
    Q,
    entries,
    times=[-6, -5, -4, -3, -2, 0, 1],
    reference=-1,
)
