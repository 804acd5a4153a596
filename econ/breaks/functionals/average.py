"""The mean statistic."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np

from econ.groups import Vector

__all__ = ["Average"]

NODES = 300
NEGLIGIBLE = 70.0  # e to the power of its half is below rounding


@dataclass(frozen=True)
class Average:
    r"""The mean of the Wald statistics, :math:`\int Q(\lambda) d\lambda / (\lambda_1 - \lambda_0)`.

    A sum of independent chi-squared variables, weighted by the eigenvalues of the covariance of
    :math:`B(\lambda) / \sqrt{\lambda (1 - \lambda)}`; its distribution function is inverted numerically.

    References
    ----------
    Andrews and Ploberger (1994), Econometrica 62(6), for alternatives near the hypothesis; Imhof (1961), Biometrika
    48(3/4), and Davies (1973), Biometrika 60(2), on the distribution.

    Examples
    --------
    >>> from econ.breaks import Average
    >>> round(Average().p_value(2.88, 1, 0.15, 0.85), 2)  # the published critical value at 5 % is 2.88
    0.05
    """

    label: ClassVar[str] = "ave"
    method: ClassVar[str] = "exact asymptotic p-value"

    def of(self, wald: Vector) -> float:
        """The mean of (T,) statistics."""
        return float(wald.mean())

    def p_value(self, statistic: float, k: int, low: float, high: float) -> float:
        """Probability of a larger statistic."""
        from scipy.special import chdtrc  # noqa: PLC0415 - keeps the import of the package light

        if not statistic > 0:
            return 1.0
        if high <= low:  # one date
            return float(chdtrc(k, statistic))
        return _above(statistic, _eigenvalues(low, high), k)


def _above(statistic: float, mu: Vector, k: int) -> float:
    """Probability that a sum of chi-squared variables with k degrees of freedom and weights mu is larger.

    The characteristic function is summed at half steps, which errs by the probability beyond a period: that is chosen
    to be negligible.
    """
    period = statistic + k * mu.sum() + NEGLIGIBLE * mu[-1]
    step = 2 * np.pi / period
    u = step * (np.arange(int(_reach(mu, k) / step) + 2) + 0.5)
    angle = np.zeros(u.size)
    size = np.zeros(u.size)
    for one in mu[::-1]:
        angle += np.arctan(2 * one * u)
        size += np.log1p((2 * one * u) ** 2)
    terms = np.sin(0.5 * k * angle - u * statistic) * np.exp(-0.25 * k * size) / u
    return float(np.clip(0.5 + step * terms.sum() / np.pi, 0, 1))


def _reach(mu: Vector, k: int) -> float:
    """Where the characteristic function is negligible."""
    u = 1 / mu[-1]
    while 0.25 * k * np.log1p((2 * mu * u) ** 2).sum() < NEGLIGIBLE / 2:
        u *= 1.5
    return float(u)


@lru_cache(maxsize=64)
def _eigenvalues(low: float, high: float) -> Vector:
    """Weights of the chi-squared variables."""
    nodes, w = np.polynomial.legendre.leggauss(NODES)
    s = low + (high - low) * (nodes + 1) / 2
    odds = np.log(s / (1 - s))
    kernel = np.exp(-np.abs(odds[:, None] - odds) / 2)
    root = np.sqrt(w / 2)
    values = np.linalg.eigvalsh(root[:, None] * kernel * root)
    return np.asarray(values[values > 1e-9 * values[-1]])
