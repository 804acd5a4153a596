"""Test of Phillips and Perron."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from econ.convergence.dickey_fuller import mackinnon
from econ.convergence.unit_root import (
    UNIT_ROOT,
    detrended,
    require_errors,
    require_terms,
    series_values,
    standardised,
    terms_of,
)
from econ.errors import OptionError
from econ.estimates import require_whole
from econ.outcomes import Test

__all__ = ["PhillipsPerron"]


@dataclass(frozen=True)
class PhillipsPerron:
    r"""Dickey-Fuller t statistic corrected for autocorrelation by a long-run variance.

    :math:`Z_\tau = \sqrt{\gamma / \lambda^2}\, t - \tfrac12 (\lambda^2 - \gamma) / \sqrt{\lambda^2 m}` with the mean
    of squared residuals :math:`\gamma`, their long-run variance :math:`\lambda^2` (Bartlett), and m the sum of squares
    of the lagged level within the terms over n². `details` has :math:`Z_\rho` too.

    Parameters
    ----------
    terms
        `none`, `constant` or `trend`.
    lags
        Of the long-run variance; None for 12 (T / 100)^(1/4).

    References
    ----------
    Phillips and Perron (1988), Biometrika 75(2); Hamilton (1994), Time Series Analysis, eq. 17.6.8 and 17.6.12.

    Examples
    --------
    >>> import numpy as np
    >>> from econ.convergence import PhillipsPerron
    >>> PhillipsPerron(lags=4).of(np.random.default_rng(0).normal(size=100)).p_value < 0.01
    True
    """

    terms: str = "constant"
    lags: int | None = field(default=None, kw_only=True)

    null: ClassVar[str] = UNIT_ROOT

    def __post_init__(self) -> None:
        require_terms(self.terms)
        require_whole("lags", self.lags, optional=True)

    def of(self, series: Any) -> Test:
        """Test a series in order of time."""
        y = series_values(series, 8)
        y = standardised(y) if self.terms != "none" else y / np.abs(y).max()
        n = y.size - 1
        lags = min(int(np.ceil(12 * (y.size / 100) ** 0.25)), n - 1) if self.lags is None else self.lags
        if lags >= n:
            raise OptionError(f"lags={lags} with a series of {y.size} values; give fewer")
        Z = terms_of(self.terms, n)
        x, now = detrended(y[:-1], Z), detrended(y[1:], Z)
        squares = float(x @ x)
        rho = float(x @ now) / squares
        e = now - rho * x
        gamma, m = float(e @ e) / n, squares / n**2
        require_errors(1 / np.sqrt(gamma * n / float(now @ now)) if gamma > 0 else np.inf)
        weights = 1 - np.arange(1, lags + 1) / (lags + 1)
        lam = gamma + 2 * sum(w * float(e[j:] @ e[:-j]) / n for j, w in enumerate(weights, start=1))
        t = (rho - 1) / np.sqrt(float(e @ e) / (n - 1 - Z.shape[1]) / squares)
        tau = np.sqrt(gamma / lam) * t - (lam - gamma) / (2 * np.sqrt(lam * m))
        return Test(
            title=UNIT_ROOT,
            statistic=float(tau),
            df=(),
            p_value=mackinnon(float(tau), self.terms),
            method=f"Phillips-Perron, {self.terms}, {lags} lags, MacKinnon's p-value",
            details={
                "Z rho": float(n * (rho - 1) - (lam - gamma) / (2 * m)),
                "lags": float(lags),
                "observations": float(n),
            },
        )
