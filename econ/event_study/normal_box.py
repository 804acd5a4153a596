"""Probabilities that normal vectors lie within boxes."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy.special import ndtr, ndtri

from econ.groups import Codes, Matrix, Vector

__all__ = ["box_probability", "even_points"]

FEWEST, MOST, SEED = 15, 19, 20220401  # powers of two: evenly spread, and the same on every machine
TOLERANCE = 2e-6  # of the difference of the means over both halves of the points
SMALLEST, FAR = 1e-300, 37.0


@cache
def even_points(dimensions: int, power: int = FEWEST) -> Matrix:
    """(2^power, d) evenly spread points of the unit cube."""
    from scipy.stats import qmc  # noqa: PLC0415 - slow to import

    points: Matrix = qmc.Sobol(dimensions, seed=SEED).random_base2(power)
    points.flags.writeable = False
    return points


def box_probability(covariance: Matrix, low: Vector, high: Vector) -> float:
    """Probability that a centred normal vector lies between two corners.

    One coordinate after the other is drawn within its bounds given those before it, the least likely first, and the
    probabilities of the bounds are multiplied; draws are evenly spread, and as many until both halves of them agree to
    2e-6, 2^19 at most: nearly singular correlations leave an error of some 1e-5.

    Parameters
    ----------
    covariance
        (d, d), positive definite.
    low, high
        (d,) corners.

    References
    ----------
    Genz (1992), Journal of Computational and Graphical Statistics 1(2); Gibson, Glasbey and Elston (1994), Advances in
    Numerical Methods and Applications, on the order.
    """
    size = np.sqrt(np.diag(covariance))
    R, a, b = covariance / np.outer(size, size), low / size, high / size
    if a.size == 1:
        return float(ndtr(b[0]) - ndtr(a[0]))
    L, order = _ordered(R, a, b)
    for power in range(FEWEST, MOST + 1, 2):
        found = _conditional(L, a[order], b[order], even_points(a.size - 1, power))
        first, second = found[: len(found) // 2].mean(), found[len(found) // 2 :].mean()
        if abs(first - second) <= TOLERANCE:
            break
    return float(found.mean())


def _conditional(L: Matrix, a: Vector, b: Vector, u: Matrix) -> Vector:
    """(n,) probability of the box by the points that its coordinates are drawn with."""
    z = np.zeros((len(u), a.size))
    total = np.ones(len(u))
    for j in range(a.size):
        centre = z[:, :j] @ L[j, :j]
        lower, upper = ndtr((a[j] - centre) / L[j, j]), ndtr((b[j] - centre) / L[j, j])
        total *= upper - lower
        if j < a.size - 1:
            z[:, j] = ndtri(np.clip(lower + u[:, j] * (upper - lower), SMALLEST, 1 - 1e-16))
    return total


def _ordered(R: Matrix, a: Vector, b: Vector) -> tuple[Matrix, Codes]:
    """Cholesky factor of the correlations in an order in which the least likely coordinate comes first."""
    d = a.size
    order, L, y = np.arange(d), np.zeros((d, d)), np.zeros(d)
    R = R.copy()
    for j in range(d):
        rest = order[j:]
        spread = np.sqrt(np.maximum(np.diag(R)[rest] - np.square(L[j:, :j]).sum(axis=1), SMALLEST))
        centre = L[j:, :j] @ y[:j]
        chance = ndtr((b[rest] - centre) / spread) - ndtr((a[rest] - centre) / spread)
        pick = j + int(np.argmin(chance))
        order[[j, pick]], L[[j, pick]] = order[[pick, j]], L[[pick, j]]
        L[j, j] = spread[pick - j]
        L[j + 1 :, j] = (R[order[j + 1 :], order[j]] - L[j + 1 :, :j] @ L[j, :j]) / L[j, j]
        gaps = ((end[order[j]] - L[j, :j] @ y[:j]) / L[j, j] for end in (a, b))
        lower, upper = (float(np.clip(gap, -FAR, FAR)) for gap in gaps)
        mass = max(float(ndtr(upper) - ndtr(lower)), SMALLEST)
        y[j] = (np.exp(-(lower**2) / 2) - np.exp(-(upper**2) / 2)) / np.sqrt(2 * np.pi) / mass
    return L, order
