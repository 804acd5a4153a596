"""Simulated: 100 rows and 150 controls, one binary treatment that no control explains, one that three do."""

import sys

sys.path.insert(0, "../stability-selection-helpers")

import numpy as np
import pandas as pd
import slow

rng = np.random.default_rng(2014)
n, p = 100, 150
x = rng.standard_normal((n, p))
x[:, 1::2] = 0.6 * x[:, ::2] + 0.8 * x[:, 1::2]
x[:, 100:] = (x[:, 100:] > 0.4).astype(float)
d1 = (rng.random(n) < 0.5).astype(float)
d2 = 1.5 * x[:, 0] - 1.2 * x[:, 10] + 1.0 * x[:, 20] + rng.standard_normal(n)
y = 1.0 * d1 + 0.5 * d2 + 1.5 * x[:, 0] + 1.2 * x[:, 30] - 2.5 * x[:, 110] + rng.standard_normal(n) * (0.5 + x[:, 111])
controls = [f"x{j + 1}" for j in range(p)]
table = pd.DataFrame(np.column_stack([y, d1, d2, x]).round(3), columns=["y", "d1", "d2"] + controls)
slow.write("simulated, numpy seed 2014", slow.everything(slow.read_data(table), "y", ["d1", "d2"], controls))
