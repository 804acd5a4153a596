"""A small simulated sample with a strong negative effect: robustness values whose bound on the outcome does not bind."""

import sys

sys.path.insert(0, "../stability-omitted-helpers")
import numpy as np
import pandas as pd
import sensemakr_cases as s

rng = np.random.default_rng(20)
n = 24
x1, x2 = rng.normal(size=(2, n))
group = rng.permutation(np.repeat(["a", "b", "c"], n // 3))
dose = 0.5 * x1 + 0.4 * (group == "b") + rng.normal(size=n)
y = -3 * dose + x1 + 0.3 * x2 + 1.2 * (group == "c") + 0.9 * rng.normal(size=n)
pd.DataFrame({"y": y, "dose": dose, "x1": x1, "x2": x2, "group": group}).to_csv("data.csv", index=False)
d = pd.read_csv("data.csv")

m = s.Model(d, "y", "dose", ["x1", "x2"], ["group"])
cases = s.statistics_cases(m, qs=(1, 0.5, 0.1), alphas=(None, 0.05, 0.1, 0.01))
assert {v["constraint"] for c in cases for v in c["robustness"]} == {"none needed", "binding", "interior"}
cases += s.benchmark_cases(m, [["x1"], ["x2"], ["x1", "x2"]], [(1, 1), (2, 2), (3, 3), (0.5, 1), (1, 0.2)])
cases += s.pair_cases(m, [(0.5, 0.5), (0.8, 0.9), (0.95, 0.6), (0.01, 0.99)])
notes = [
    "The estimate is negative: reduce brings it up towards 0.",
    "constraint: interior is where the least bound has r2yz_dx below r2dz_x; none needed where the test does not reject.",
    "A multiple is left out where kd r2dxj_x / (1 - r2dxj_x) would be 1 or more.",
]
s.write("simulated, numpy default_rng(20)", m, cases, notes)
