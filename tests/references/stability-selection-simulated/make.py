"""Simulated: 200 rows, 60 correlated controls, one treatment, few coefficients, errors whose variance depends on a control."""

import sys

sys.path.insert(0, "../stability-selection-helpers")

import numpy as np
import pandas as pd
import slow

rng = np.random.default_rng(2013)
n, p = 200, 60
root = np.linalg.cholesky(0.5 ** np.abs(np.subtract.outer(np.arange(p), np.arange(p))))
x = rng.standard_normal((n, p)) @ root.T * rng.uniform(0.5, 3, p) + rng.normal(0, 2, p)
z = (x - x.mean(axis=0)) / x.std(axis=0)
d = 1.0 * z[:, 0] - 0.7 * z[:, 9] + 0.5 * z[:, 19] + rng.standard_normal(n) * np.exp(0.4 * z[:, 0])
y = (
    0.8 * d
    + 0.9 * z[:, 0]
    + 0.7 * z[:, 29]
    - 0.6 * z[:, 39]
    + 0.45 * z[:, 49]
    + 0.35 * z[:, 59]
    + rng.standard_normal(n) * np.exp(0.5 * z[:, 29])
)
controls = [f"x{j + 1}" for j in range(p)]
table = pd.DataFrame(np.column_stack([y, d, x]).round(4), columns=["y", "d"] + controls)
slow.write("simulated, numpy seed 2013", slow.everything(slow.read_data(table), "y", ["d"], controls))
