"""Several terms in several regressions, with different controls, ten clusters, all 1024 vectors of signs."""

import sys

sys.path.insert(0, "../stability-romano-wolf-outcomes")

import numpy as np
import pandas as pd
import slow

rng = np.random.default_rng(77)
size = [6, 4, 9, 5, 8, 10, 3, 7, 6, 8]
g = np.repeat(np.arange(10), size)
n = len(g)
a, b = rng.binomial(1, 0.5, n), rng.normal(size=n)
c = np.isin(g, [0, 3, 4, 7]).astype(int)  # one value per cluster
x, z = rng.normal(size=n) + 0.6 * rng.normal(size=10)[g], rng.normal(size=n)
common, shock = rng.normal(size=n), rng.normal(size=10)[g]
table = {"g": 100 + 7 * g, "a": a, "b": b.round(4), "c": c, "x": x.round(4), "z": z.round(4)}
effects = {"y1": (0.9, 0.5, 0.3, 0.0), "y2": (0.2, 0.35, 0.0, 1.6), "y3": (0.0, 0.45, 0.0, 0.9)}
for name, (ea, eb, eab, ec) in effects.items():
    mean = ea * a + eb * b + eab * a * b + ec * c + 0.3 * x - 0.2 * z
    noise = 0.6 * common + 0.5 * shock + (0.4 + 0.4 * a) * rng.normal(size=10)[g] + rng.normal(size=n)
    table[name] = (mean + noise).round(4)
pd.DataFrame(table).sample(frac=1, random_state=5).to_csv("data.csv", index=False, lineterminator="\n")
data = pd.read_csv("data.csv")

first, second = ["a", "b", "a:b", "x"], ["a", "b", "z"]
three = ["c", "b"]
cases = [
    slow.family(
        "six terms of three regressions",
        [("y1", first, "a"), ("y1", first, "b"), ("y1", first, "a:b")]
        + [("y2", second, "a"), ("y2", second, "b"), ("y3", three, "c")],
        data,
        "g",
    ),
    slow.family("two terms of one regression", [("y2", second, "a"), ("y2", second, "b")], data, "g"),
    slow.family(
        "one outcome, three sets of controls",
        [("y1", ["a", *more], "a") for more in ([], ["x"], ["x", "z"])],
        data,
        "g",
    ),
]
notes = [
    "Each hypothesis imposes its own null: the terms of one regression have different restricted residuals, but share "
    "the signs and, unrestricted, the residuals.",
    "c has one value per cluster, one on four of ten clusters.",
]
slow.write(cases, "g", "simulated in make.py, seed 77", notes)
