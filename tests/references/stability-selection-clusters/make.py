"""Simulated: 300 rows in 30 clusters of different sizes, 40 controls; controls and errors have a part common to the cluster."""

import sys

sys.path.insert(0, "../stability-selection-helpers")

import numpy as np
import pandas as pd
import slow

rng = np.random.default_rng(2015)
p, sizes = 40, np.repeat([4, 7, 10, 13, 16], 6)
group = np.repeat(np.arange(30), sizes)
n = len(group)


def mixed(share, columns=1):
    return np.sqrt(share) * rng.standard_normal((30, columns))[group] + np.sqrt(1 - share) * rng.standard_normal(
        (n, columns)
    )


x = mixed(0.6, p) * rng.uniform(0.5, 2, p)
z = (x - x.mean(axis=0)) / x.std(axis=0)
d = 0.9 * z[:, 0] - 0.6 * z[:, 4] + 0.4 * z[:, 9] + mixed(0.6)[:, 0]
y = 0.5 * d + 0.8 * z[:, 0] + 0.7 * z[:, 14] - 0.4 * z[:, 19] + 0.3 * z[:, 24] + mixed(0.6)[:, 0]
controls = [f"x{j + 1}" for j in range(p)]
order = rng.permutation(n)
table = pd.DataFrame(np.column_stack([y, d, x]).round(4), columns=["y", "d"] + controls).assign(g=group).iloc[order]
data = slow.read_data(table)
values = slow.everything(data, "y", ["d"], controls, slow.KINDS + ("clustered",), data["g"].to_numpy())
slow.write("simulated, numpy seed 2015; rows in random order", {"cluster": "g", "clusters": 30, **values})
