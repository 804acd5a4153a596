"""Four pre and five post periods, simulated; the average of the effects, and the last one."""

import sys

sys.path.insert(0, "../sensitivity-medicaid")

import numpy as np

import slow

P, Q = 4, 5
rng = np.random.default_rng(2023)
times = np.r_[-5:-1, 0:5]
spread = 0.05 * (1 + 0.15 * np.abs(times + 1))
together = 0.5 ** np.abs(np.subtract.outer(times, times) / 2.0)
sigma = np.round(spread[:, None] * spread * together, 8)
beta = np.round(
    0.02 * (times + 1) + np.where(times >= 0, 0.25, 0) + np.linalg.cholesky(sigma) @ rng.normal(size=P + Q), 6
)

cases = []
for weights in ([0.2] * 5, [0, 0, 0, 0, 1]):
    for bound in (0, 0.5, 1, 1.5, 2):
        cases += [("relative_magnitudes", bound, weights, m, "post") for m in ("C-LF", "Conditional")]
        cases += [("relative_magnitudes", bound, weights, "identified set", None)]
    for bound in (0, 0.01, 0.03, 0.1):
        cases += [("smoothness", bound, weights, m, None) for m in ("FLCI", "identified set")]
        cases += [("smoothness", bound, weights, m, "post") for m in ("C-LF", "Conditional")]
cases += [("smoothness", 0.03, [0.2] * 5, m, "all") for m in ("C-LF", "Conditional")]
entries = slow.build(cases, beta, sigma, P)
slow.write(
    "../sensitivity-medicaid/slow.py; " + slow.SOURCE,
    "simulated with numpy's default_rng(2023)",
    beta,
    sigma,
    P,
    Q,
    entries,
    times=[int(t) for t in times],
    reference=-1,
)
