"""Three pre and three post periods whose estimates are strongly correlated (0.95 and more, as they share the
omitted period's noise), simulated; negative and positive weights."""

import sys

sys.path.insert(0, "../sensitivity-medicaid")

import numpy as np

import slow

P, Q = 3, 3
rng = np.random.default_rng(7)
sigma = np.round(0.04 * (0.95 + 0.05 * np.eye(6)) * np.outer([1, 1, 0.9, 0.9, 1, 1.1], [1, 1, 0.9, 0.9, 1, 1.1]), 8)
beta = np.round(np.array([0.1, 0.05, 0.02, 0.3, 0.5, 0.4]) + np.linalg.cholesky(sigma) @ rng.normal(size=6), 6)

cases = []
for weights in ([1, 0, 0], [1 / 3] * 3, [-1, 0, 1]):
    for bound in (0, 0.5, 1, 1.5, 2):
        cases += [("relative_magnitudes", bound, weights, m, "post") for m in ("C-LF", "Conditional")]
        cases += [("relative_magnitudes", bound, weights, "identified set", None)]
    for bound in (0, 0.02, 0.1, 0.5):
        cases += [("smoothness", bound, weights, m, None) for m in ("FLCI", "identified set")]
        cases += [("smoothness", bound, weights, m, "post") for m in ("C-LF", "Conditional")]
cases += [
    (r, b, [1, 0, 0], m, "all")
    for r, b in (("relative_magnitudes", 1), ("smoothness", 0.1))
    for m in ("C-LF", "Conditional")
]
entries = slow.build(cases, beta, sigma, P)
slow.write(
    "../sensitivity-medicaid/slow.py; " + slow.SOURCE,
    "simulated with numpy's default_rng(7)",
    beta,
    sigma,
    P,
    Q,
    entries,
)
