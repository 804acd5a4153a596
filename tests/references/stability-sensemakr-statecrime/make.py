"""Murders and single parents in the states of the USA, data of statsmodels."""

import sys

sys.path.insert(0, "../stability-omitted-helpers")
import pandas as pd
import sensemakr_cases as s
import statsmodels.api as sm

table = sm.datasets.statecrime.load_pandas().data.reset_index()
table[["state", "murder", "single", "poverty", "hs_grad", "white", "urban"]].to_csv("data.csv", index=False)
d = pd.read_csv("data.csv")

m = s.Model(d, "murder", "single", ["poverty", "hs_grad", "white", "urban"])
cases = s.statistics_cases(m, qs=(1, 0.5, 1.5), alphas=(None, 0.05, 0.1, 0.01))
cases += s.benchmark_cases(
    m, [["white"], ["urban"], ["poverty", "hs_grad"]], [(1, 1), (2, 2), (3, 3), (0.5, 1.5), (2, 0.25)]
)
cases += s.pair_cases(m, [(0.1, 0.1), (0.4, 0.2), (0.05, 0.6), (0.9, 0.9)])
notes = [
    "A multiple is left out where kd r2dxj_x / (1 - r2dxj_x) would be 1 or more.",
    "q = 1.5 asks for a change of sign.",
]
s.write("statecrime of statsmodels", m, cases, notes)
