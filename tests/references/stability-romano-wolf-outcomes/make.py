"""Six outcomes, one treatment within nine unequal clusters, all 512 vectors of signs."""

import numpy as np
import pandas as pd
import slow

rng = np.random.default_rng(912)
size = [5, 9, 6, 12, 7, 8, 4, 10, 11]
g = np.repeat(np.arange(9), size)
n = len(g)
d = rng.binomial(1, 0.5, n)
x = rng.normal(size=n) + 0.5 * rng.normal(size=9)[g]
common, shock = rng.normal(size=n), rng.normal(size=9)[g]
table = {"g": [f"g{k + 1}" for k in g], "d": d, "x": x.round(4)}
for j, effect in enumerate([1.1, 0.75, 0.5, 0.25, 0.0], 1):
    noise = 0.7 * common + 0.4 * shock + rng.normal(size=9)[g] * (0.3 + 0.3 * d) + rng.normal(size=n)
    table[f"y{j}"] = (0.5 + effect * d + 0.3 * x + noise).round(4)
table["y6"] = (1 - 3 * table["y2"]).round(4)  # y2 in other units: the same |t|
pd.DataFrame(table).sample(frac=1, random_state=3).to_csv("data.csv", index=False, lineterminator="\n")
data = pd.read_csv("data.csv")


def hypotheses(*outcomes):
    return [(y, ["d", "x"], "d") for y in outcomes]


cases = [
    slow.family("five outcomes", hypotheses("y3", "y1", "y5", "y2", "y4"), data, "g", slow.pyfixest_enumerated),
    slow.family("two outcomes that are one", hypotheses("y2", "y4", "y6", "y3"), data, "g"),
    slow.family("one outcome", hypotheses("y3"), data, "g"),
]
# pyfixest, enumerated: rwolf adds one to count and draws (all vectors are there already), wyoung does not. Both count
# ties without tolerance, but none is lost to rounding here.
case = cases[0][0]
for name, add in (("rwolf", 1), ("wyoung", 0)):
    kind = {"rwolf": "romano_wolf", "wyoung": "westfall_young"}[name]
    counts = np.array(case["pyfixest"][f"{name}_all"]) * (512 + add) - add
    np.testing.assert_allclose(counts, counts.round(), atol=1e-9)
    np.testing.assert_array_equal(counts.round(), case["null_imposed"][kind]["count"])
    random = np.array(case["pyfixest"][f"{name}_random"])
    assert np.max(np.abs(random - case["null_imposed"][kind]["p_value"])) < 0.07
notes = [
    "pyfixest imposes the null. With reps > 2^G it takes every vector once: rwolf gives (1 + count)/(2^G + 1) also "
    "then, wyoung count/2^G, both without a tolerance for ties; its counts are the same here. *_random have 2^G - 2 random vectors, seed 11, and differ by chance.",
    "y6 = 1 - 3 y2: the two hypotheses have the same |t| up to rounding and must have the same p-values.",
]
slow.write(cases, "g", "simulated in make.py, seed 912", notes)
