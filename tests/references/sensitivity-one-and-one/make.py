"""One pre and one post period, where the tests and the interval have closed forms.

x = beta_1 + beta_-1 is the effect less the linear extrapolation, s its standard error. Smoothness: the FLCI is
x +- s cv(M/s); the conditional test is that of a normal cut at -M/s, hence x +- (M + s z), with
1 - Phi(z) = alpha Phi(M/s); C-LF cuts it at c = z_(kappa/2), too. Relative magnitudes 0: beta_1 +- 1.96 s_1."""

import sys

sys.path.insert(0, "../sensitivity-medicaid")

import numpy as np
from scipy.stats import norm

import slow

beta = np.array([-0.04, 0.21])
sigma = np.array([[0.0025, 0.0009], [0.0009, 0.0036]])
P, Q, one, alpha = 1, 1, [1], 0.05
x, s = beta.sum(), np.sqrt(sigma.sum())
kappa = alpha / 10


def closed(restriction, bound, method):
    if restriction == "relative_magnitudes":
        if method == "identified set":
            half = bound * abs(beta[0])
            return beta[1] - half, beta[1] + half
        if bound == 0:
            half = norm.isf(alpha / 2) * np.sqrt(sigma[1, 1])
            return beta[1] - half, beta[1] + half
        return None
    if method == "identified set":
        half = bound
    elif method == "FLCI":
        half = s * slow.critical(bound / s, alpha)
    elif method == "Conditional":
        half = bound + s * norm.isf(alpha * norm.cdf(bound / s))
    else:
        tail = norm.sf(c := norm.isf(kappa / 2))
        second = (alpha - kappa) / (1 - kappa)
        half = bound + s * norm.isf(tail + second * (norm.cdf(bound / s) - tail))
        assert half - bound < s * c
    return x - half, x + half


cases = []
for bound in (0, 0.5, 1, 1.5, 2):
    cases += [
        ("relative_magnitudes", bound, one, m, moments) for m in ("C-LF", "Conditional") for moments in ("post", "all")
    ]
    cases += [("relative_magnitudes", bound, one, "identified set", None)]
for bound in (0, 0.02, 0.05, 0.1, 0.3):
    cases += [("smoothness", bound, one, m, None) for m in ("FLCI", "identified set")]
    cases += [("smoothness", bound, one, m, "all") for m in ("C-LF", "Conditional")]  # "post" is the same
entries = slow.build(cases, beta, sigma, P)
for e in entries:
    exact = (
        closed(e["restriction"], e["bound"], e["method"])
        if (e["restriction"], e.get("moments")) != ("relative_magnitudes", "all")
        else None
    )
    if exact is not None:
        assert max(abs(e["low"] - exact[0]), abs(e["high"] - exact[1])) < 2e-8, (e, exact)
        e |= {
            "low": float(exact[0]),
            "high": float(exact[1]),
            "tolerance": 1e-9,
            "why": "closed form, slow.py agrees to 2e-8",
        }
slow.write("closed forms; ../sensitivity-medicaid/slow.py; " + slow.SOURCE, "made up", beta, sigma, P, Q, entries)
