"""One pre period: the power is a normal probability, the truncated mean has a closed form."""

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm

import slow

beta, sigma = [0.03, 0.12, 0.2], np.array([[0.0016, 0.0004, 0.0002], [0.0004, 0.0025, 0.001], [0.0002, 0.001, 0.0036]])
slopes, results = slow.case("closed forms; slow.py", "made up", beta, sigma, [-2, 0, 1], -1, extra=(0.01, 0.05, -0.05))
s, z = 0.04, norm.isf(0.025)
for target, slope in slopes.items():
    exact = brentq(lambda d: norm.sf(z - d / s) + norm.cdf(-z - d / s) - target, 0, 1, xtol=1e-15)
    assert abs(exact - slope) < 1e-10
for r in results:
    d = r["trend"][0]
    a, b = -z - d / s, z - d / s
    passing = norm.cdf(b) - norm.cdf(a)
    mean = d + s * (norm.pdf(a) - norm.pdf(b)) / passing
    assert abs(1 - passing - r["power"]) < 1e-11 and abs(mean - r["expected_after_passing"][0]) < 1e-11
    assert np.allclose(
        r["bias_after_passing"], np.array(r["trend"][1:]) + sigma[1:, 0] / sigma[0, 0] * (mean - d), atol=1e-11
    )
