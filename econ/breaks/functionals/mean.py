"""The mean statistic."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np

from econ.groups import Vector
from econ.weighted_chi_squared import probability_above

__all__ = ["Mean"]

NODES = 300


@dataclass(frozen=True)
class Mean:
    r"""The mean of the Wald statistics, :math:`\int Q(\lambda) d\lambda / (\lambda_1 - \lambda_0)`.

    A sum of independent chi-squared variables, weighted by the eigenvalues of the covariance of
    :math:`B(\lambda) / \sqrt{\lambda (1 - \lambda)}`; its distribution function is inverted numerically.

    References
    ----------
    Andrews and Ploberger (1994), Econometrica 62(6), for alternatives near the hypothesis; Imhof (1961), Biometrika
    48(3/4), and Davies (1973), Biometrika 60(2), on the distribution.

    Examples
    --------
    >>> from econ.breaks import Mean
    >>> round(Mean().p_value(2.88, 1, 0.15, 0.85), 2)  # the published critical value at 5 % is 2.88
    0.05
    """

    label: ClassVar[str] = "ave"
    exact: ClassVar[bool] = True
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
        return probability_above(statistic, _eigenvalues(low, high), k)


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
