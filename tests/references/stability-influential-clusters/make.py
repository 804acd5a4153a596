"""Heavy tails in 25 clusters, without effects: errors clustered or HC1, for three coefficients."""

import sys

sys.path.insert(0, "../stability-curves-helpers")

import influential
import numpy as np
import pandas as pd
import slow

rng = np.random.default_rng(75)
G = 25
cluster = np.repeat(np.arange(G), rng.integers(3, 10, G))
n = len(cluster)
d = (rng.random(G) < 0.5).astype(int)[cluster]
x1 = rng.normal(size=G)[cluster] + rng.standard_t(3, n)
x2 = rng.lognormal(0, 0.8, n)
y = 0.8 * d + 0.15 * x1 - 0.15 * x2 + rng.normal(0, 0.5, G)[cluster] + rng.standard_t(3, n)
slow.write_data(
    pd.DataFrame({"cluster": cluster, "y": y.round(4), "d": d, "x1": x1.round(4), "x2": x2.round(4)}).sample(
        frac=1, random_state=0
    )
)
data = slow.read_data()

cases = {}
for treatment in ("d", "x1", "x2"):
    controls = [v for v in ("d", "x1", "x2") if v != treatment]
    for name, by in (("clustered", ["cluster"]), ("HC1", [])):
        cases[f"{treatment}_{name}"] = influential.case(data, "y", treatment, controls, [], by)
slow.write_json(
    "influential.json",
    {
        "source": slow.source(["scipy", "numpy"]),
        "data_source": "simulated in make.py, seed 75",
        "cases": cases,
    },
)
for name, case in cases.items():
    print(
        name,
        case["estimate"],
        case["p"],
        [(k, v["count"], (v.get("again") or {}).get("reached")) for k, v in case["sets"].items()],
    )
