"""Simulated data whose omitted index is known: the truth is a root, with and without a group in both regressions."""

import sys

sys.path.insert(0, "../stability-omitted-helpers")
import numpy as np
import oster_cases as o
import pandas as pd

rng = np.random.default_rng(7)
n, beta, delta = 160, 0.5, 0.8
group = rng.permutation(np.repeat(["a", "b", "c", "d"], n // 4))
m = np.column_stack([group == g for g in "abcd"]).astype(float)
w = rng.normal(size=(n, 3)) + m @ rng.normal(size=(4, 3))
W2 = o.residuals(1.1 * rng.normal(size=n), np.column_stack([w, m]))
W1 = o.residuals(w, m) @ [0.8, -0.5, 0.3]
before = o.residuals(w @ [0.7, 0.2, 0.4] + m @ [0, 1, -1, 0.5] + rng.normal(size=n), W2[:, None])
x = before + W2 * delta * (W1 @ before) / (W1 @ W1)
e = o.residuals(rng.normal(size=n), np.column_stack([x, w, m, W2]))
y = beta * x + w @ [0.8, -0.5, 0.3] + m @ [1, 0, 2, -1] + W2 + e
pd.DataFrame({"y": y, "x": x, "w1": w[:, 0], "w2": w[:, 1], "w3": w[:, 2], "group": group}).to_csv(
    "data.csv", index=False
)
d = pd.read_csv("data.csv")

r_max = 1 - (e @ e) / np.sum((y - y.mean()) ** 2)
known = o.Setting(d, "y", "x", ["w1", "w2", "w3"], effects=["group"])
settings = [o.cases(known, betas=[beta], deltas=(1, 0.5, -1, 2, delta), r_maxs=[float(r_max)])]
settings.append(o.cases(o.Setting(d, "y", "x", ["w1", "w2"], ["w3"]), betas=[beta], r_maxs=[0.9]))
at = [r for r in settings[0]["results"] if r["r_max"] == r_max]
o.close(next(r["delta"] for r in at if r.get("beta") == beta), delta)
assert min(abs(b["beta"] - beta) for r in at if r["kind"] == "beta" and r["delta"] == delta for b in r["roots"]) < 1e-9

notes = [
    f"Case 0: the data have beta {beta}, delta {delta} and r_max {float(r_max)!r} exactly, orthogonal in the sample."
]
o.write("simulated, numpy default_rng(7)", settings, notes)
