"""Event times with gaps and another reference: pre periods -6, -5, -3 (of reference -2), post 1 and 4."""

import sys

sys.path.insert(0, "../pretrend-one-period")

import numpy as np

import slow

times = [-6, -5, -3, 1, 4]
spread = np.array([0.08, 0.07, 0.05, 0.06, 0.09])
sigma = np.round(np.outer(spread, spread) * (0.4 + 0.6 * np.eye(5)), 8)
slow.case(
    "slow.py of ../pretrend-one-period",
    "made up",
    [-0.03, 0.05, 0.02, 0.15, 0.3],
    sigma,
    times,
    -2,
    extra=(0.01, 0.03, ("once, before the reference", [0, 0, 0.08, 0, 0])),
    compare=False,
)
