"""How the error of the slope of a log t regression is measured."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from econ.convergence.quadratic_spectral import bandwidth, long_run_variances
from econ.errors import NotDefinedError
from econ.groups import Matrix, Vector
from econ.types import Fit, Uncertainty

__all__ = ["AQSB", "FQSB", "LogTErrors"]

NEGLIGIBLE = 1e-7


class LogTErrors(Protocol):
    """A covariance of regressions on a constant and log t that many can be tested with at once."""

    def variances(self, u: Matrix, x: Vector) -> Vector:
        """(B,) variances of the slope from residuals (B, n) in order of time on a regressor (n,)."""
        ...

    def of(self, fit: Fit) -> Uncertainty:
        """Uncertainty of one fit."""
        ...


@dataclass(frozen=True)
class FQSB:
    r"""The error of Phillips and Sul's own program: a long-run variance of the residuals, :math:`\omega (X'X)^{-1}`.

    Quadratic spectral kernel with the bandwidth :math:`1.3221 (4 n \rho^2 / (1 - \rho)^4)^{1/5}`, :math:`\rho` from the
    residuals without a constant. Their program leaves the last residual out of the autocovariances and divides by
    n - 1; so do R's ConvergenceClubs and Stata's psecta, and so does this, for the published results to be found again.
    With `all_residuals` it is as the formula has it, which can give other clubs.

    Parameters
    ----------
    all_residuals
        Whether all residuals enter the autocovariances, and the divisor is n.

    References
    ----------
    Phillips and Sul (2007), Econometrica 75(6), section 4; Andrews (1991), Econometrica 59(3), eq. 6.4.

    Examples
    --------
    >>> from econ.convergence import FQSB
    >>> FQSB()
    FQSB(all_residuals=False)
    """

    all_residuals: bool = field(default=False, kw_only=True)

    def variances(self, u: Matrix, x: Vector) -> Vector:
        """(B,) variances of the slope."""
        gaps = x - x.mean()
        return np.asarray(self._long_run(u) / (gaps @ gaps))

    def of(self, fit: Fit) -> Uncertainty:
        """Uncertainty of one fit."""
        return Uncertainty(float(self._long_run(fit.residuals[None])[0]) * fit.bread, np.inf, f"log t errors, {self!r}")

    def _long_run(self, u: Matrix) -> Vector:
        n = u.shape[1]
        last = n if self.all_residuals else n - 1
        before = u[:, :-1]
        rho = np.einsum("bt,bt->b", u[:, 1:], before) / np.einsum("bt,bt->b", before, before)
        return np.asarray(long_run_variances(u, bandwidth(rho, n), last, 0.0) / last)


@dataclass(frozen=True)
class AQSB:
    r"""The sandwich of Andrews (1991): quadratic spectral kernel on the scores :math:`x_t u_t`.

    The bandwidth is that of an autoregression with a constant of the score of log t; the factor is n / (n - 2). It is
    the default of `vcovHAC` in R's sandwich, without prewhitening.

    References
    ----------
    Andrews (1991), Econometrica 59(3); Zeileis (2004), Journal of Statistical Software 11(10).

    Examples
    --------
    >>> from econ.convergence import AQSB
    >>> AQSB()
    AQSB()
    """

    def variances(self, u: Matrix, x: Vector) -> Vector:
        """(B,) variances of the slope."""
        n, gaps = x.size, x - x.mean()
        total = long_run_variances(gaps * u, self._width(u, x), n, NEGLIGIBLE)
        return np.asarray(total * n / (n - 2) / (gaps @ gaps) ** 2)

    def of(self, fit: Fit) -> Uncertainty:
        """Uncertainty of one fit."""
        if fit.hat is None:
            raise NotDefinedError("AQSB() needs the regressors of a linear regression; give it a fit of LogT")
        scores, n = fit.scores.matrix, fit.nobs  # (n, 2) of the constant and of log t
        width = self._width(fit.residuals[None], fit.hat.X[:, 1])
        ends = [scores[:, 0], scores[:, 1], scores.sum(axis=1)]
        first, second, both = (float(long_run_variances(v[None], width, n, NEGLIGIBLE)[0]) for v in ends)
        cross = (both - first - second) / 2
        meat = np.array([[first, cross], [cross, second]])
        return Uncertainty(fit.bread.T @ meat @ fit.bread * n / (n - 2), np.inf, f"log t errors, {self!r}")

    def _width(self, u: Matrix, x: Vector) -> Vector:
        v = x * u
        lag, lead = v[:, :-1], v[:, 1:]
        lag, lead = lag - lag.mean(axis=1, keepdims=True), lead - lead.mean(axis=1, keepdims=True)
        rho = np.einsum("bt,bt->b", lag, lead) / np.einsum("bt,bt->b", lag, lag)
        return bandwidth(rho, x.size)
