"""The mean statistic."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np

from econ.groups import Vector

__all__ = ["Average"]

NODES = 300


@dataclass(frozen=True)
class Average:
    r"""The mean of the Wald statistics, :math:`\int Q(\lambda) d\lambda / (\lambda_1 - \lambda_0)`.

    A sum of independent chi-squared variables, weighted by the eigenvalues of the covariance of
    :math:`B(\lambda) / \sqrt{\lambda (1 - \lambda)}`; its distribution function is inverted numerically.

    References
    ----------
    Andrews and Ploberger (1994), Econometrica 62(6), for alternatives near the hypothesis; Imhof (1961), Biometrika
    48(3/4), on the distribution.

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
        from scipy.integrate import quad  # noqa: PLC0415 - keeps the import of the package light
        from scipy.special import chdtrc  # noqa: PLC0415

        if not statistic > 0:
            return 1.0
        if high <= low:  # one date
            return float(chdtrc(k, statistic))
        mu = _eigenvalues(low, high)

        def integrand(u: float) -> float:
            angle = 0.5 * (k * np.arctan(mu * u).sum() - statistic * u)
            return float(np.sin(angle) / (u * np.exp(0.25 * k * np.log1p((mu * u) ** 2).sum())))

        tail = quad(integrand, 0, np.inf, limit=2_000, epsabs=1e-10)[0]
        return float(np.clip(0.5 + tail / np.pi, 0, 1))


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
