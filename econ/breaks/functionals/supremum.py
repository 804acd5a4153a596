"""The largest statistic."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np

from econ.groups import Vector

__all__ = ["Supremum"]

DEGREE, NODES = 60, 180
LARGEST = 300.0  # statistic beyond which the probability is no number any more


@dataclass(frozen=True)
class Supremum:
    r"""The largest Wald statistic, :math:`\sup_\lambda Q(\lambda)`.

    In logarithmic time Q is the squared norm of a stationary Ornstein-Uhlenbeck process, so that the probability of
    staying below a level is a sum of exponentials over the eigenvalues of its generator with an absorbing end; these
    are found by Galerkin's method with Jacobi polynomials. The p-value is that of paths in continuous time; published
    tables are of simulated paths, whose largest value is a little smaller.

    References
    ----------
    Andrews (1993), Econometrica 61(4); DeLong (1981), Communications in Statistics 10(21), on the distribution.

    Examples
    --------
    >>> from econ.breaks import Supremum
    >>> round(Supremum().p_value(8.85, 1, 0.15, 0.85), 3)  # Andrews has 8.85 at 5 %, from simulated paths
    0.05
    """

    label: ClassVar[str] = "sup"
    exact: ClassVar[bool] = True
    method: ClassVar[str] = "exact asymptotic p-value"

    def of(self, wald: Vector) -> float:
        """The largest of (T,) statistics."""
        return float(wald.max())

    def p_value(self, statistic: float, k: int, low: float, high: float) -> float:
        """Probability of a larger statistic."""
        from scipy.special import chdtrc  # noqa: PLC0415 - keeps the import of the package light

        if not statistic > 0:
            return 1.0
        duration = 0.5 * np.log(high * (1 - low) / (low * (1 - high)))
        if duration <= 0:  # one date
            return float(chdtrc(k, statistic))
        if statistic > LARGEST:
            return 0.0
        rates, weights = _spectrum(float(statistic), k)
        return float(np.clip(1 - weights @ np.exp(-rates * duration), 0, 1))


@lru_cache(maxsize=256)
def _spectrum(level: float, k: int) -> tuple[Vector, Vector]:
    """Rates at which the process leaves, and weights, for a stationary start below a level.

    With u = Q / 2 the generator is 2 (u f'' + (a - u) f'), a = k / 2, and f = exp(u / 2) g makes it symmetric under the
    weight u^(a - 1).
    """
    from scipy.linalg import eigh  # noqa: PLC0415 - keeps the import of the package light
    from scipy.special import eval_jacobi, gammaln, roots_jacobi  # noqa: PLC0415

    a, U = k / 2, level / 2
    nodes, quadrature = roots_jacobi(NODES, 0, a - 1)
    y, w = (nodes + 1) / 2, quadrature / 2**a
    j = np.arange(DEGREE)[:, None]
    P = eval_jacobi(j, 0, a - 1, nodes)
    dP = (j + a) / 2 * eval_jacobi(j - 1, 1, a, nodes) * 2  # by y
    dP[0] = 0
    scale = np.sqrt(2 * j + a)
    g = scale * (1 - y) * P
    slope = scale * ((1 - y) * dP - P) / U + g / 2
    M = (g * w) @ g.T
    K = 2 * U * ((slope * w * y) @ slope.T)
    rates, V = eigh(K, M)
    start = (g * w) @ np.exp(-U * y / 2)
    log_scale = a * np.log(U) - gammaln(a)
    return rates, (V.T @ start) ** 2 * np.exp(log_scale)
