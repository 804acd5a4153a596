"""Sums of independent chi-squared variables with weights."""

from __future__ import annotations

import numpy as np

from econ.groups import Vector

__all__ = ["probability_above"]

NEGLIGIBLE = 70.0  # e to the power of its half is below rounding


def probability_above(statistic: float, mu: Vector, k: int) -> float:
    """Probability that a sum of chi-squared variables with k degrees of freedom and weights mu is larger.

    The characteristic function is summed at half steps, which errs by the probability beyond a period: that is chosen
    to be negligible. Imhof (1961), Biometrika 48(3/4); Davies (1973), Biometrika 60(2).

    Parameters
    ----------
    statistic
        A value above zero.
    mu
        (m,) weights above zero.
    k
        Degrees of freedom of each.
    """
    top = mu.max()
    period = statistic + k * mu.sum() + NEGLIGIBLE * top
    step = 2 * np.pi / period
    u = step * (np.arange(int(_reach(mu, k) / step) + 2) + 0.5)
    angle, size = np.zeros(u.size), np.zeros(u.size)
    for one in np.sort(mu):
        angle += np.arctan(2 * one * u)
        size += np.log1p((2 * one * u) ** 2)
    terms = np.sin(0.5 * k * angle - u * statistic) * np.exp(-0.25 * k * size) / u
    return float(np.clip(0.5 + step * terms.sum() / np.pi, 0, 1))


def _reach(mu: Vector, k: int) -> float:
    """Where the characteristic function is negligible."""
    u = 1 / mu.max()
    while 0.25 * k * np.log1p((2 * mu * u) ** 2).sum() < NEGLIGIBLE / 2:
        u *= 1.5
    return float(u)
