"""Covariances robust to dependence across units and over time."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isqrt

from econ.errors import IdentificationError, OptionError
from econ.groups import Matrix
from econ.inference.small_sample import clustered_rank, residual_factor
from econ.types import Fit, Uncertainty

__all__ = ["DriscollKraay"]


@dataclass(frozen=True)
class DriscollKraay:
    r"""Covariance robust to any dependence within a period and to autocorrelation over periods.

    :math:`c \left[\Gamma_0 + \sum_{l=1}^{L} (1 - l / (L + 1)) (\Gamma_l + \Gamma_l')\right]` with
    :math:`\Gamma_l = \sum_t \psi_t \psi_{t-l}'` and :math:`\psi_t` the sum of the influences in period t.

    Parameters
    ----------
    time
        Column of periods; lags count its distinct values in order, so that a gap is no lag.
    lags
        L; None for the integer part of the fourth root of the number of periods T, as in R's fixest and plm.

    Raises
    ------
    OptionError
        If `lags` is not a whole number of zero or more.
    DataError
        From `of`, if the column does not exist or is missing in rows used.
    IdentificationError
        From `of`, if there is only one period.

    Notes
    -----
    c = (n - 1) / (n - K) · T / (T - 1), with effects nested in the periods left out of K, and t with T - 1
    degrees of freedom, as in R's fixest. Stata's `xtscc` and R's plm have c = 1 or n / (n - K). The number
    of periods has to be large: units may be few or many.

    References
    ----------
    Driscoll and Kraay (1998), Review of Economics and Statistics 80(4); Hoechle (2007), Stata Journal 7(3).

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import OLS, DriscollKraay
    >>> data = pd.DataFrame({"y": [1.0, 2, 4, 3, 5, 4], "x": [0.0, 1, 2, 3, 4, 5], "year": [1, 1, 2, 2, 3, 3]})
    >>> estimates = OLS("y ~ x").fit(data).inference(DriscollKraay("year", lags=1))
    >>> estimates.label, estimates.df.tolist()
    ('Driscoll-Kraay over year, 1 lag', [2.0, 2.0])
    """

    time: str
    lags: int | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        if self.lags is not None and (not isinstance(self.lags, int) or self.lags < 0):
            raise OptionError(
                f"lags={self.lags!r}: give a whole number of zero or more, or None for the fourth root of the periods"
            )

    def of(self, fit: Fit) -> Uncertainty:
        """Uncertainty of a fit."""
        periods = fit.sample.periods(self.time)
        T = periods.count
        if T < 2:  # noqa: PLR2004
            raise IdentificationError(f"{self.time!r} has one value in the {fit.nobs} rows used; periods are needed")
        lags = isqrt(isqrt(T)) if self.lags is None else self.lags
        factor = residual_factor(fit.nobs, clustered_rank(fit, (periods,))) * T / (T - 1)
        label = f"Driscoll-Kraay over {self.time}, {lags} lag{'' if lags == 1 else 's'}"
        return Uncertainty(factor * _bartlett(fit.sums(periods), lags), float(T - 1), label, {self.time: T})


def _bartlett(psi: Matrix, lags: int) -> Matrix:
    """Long-run covariance of a sum from its (T, k) terms in order."""
    total = psi.T @ psi
    for lag in range(1, min(lags, len(psi) - 1) + 1):
        gamma = psi[lag:].T @ psi[:-lag]
        total += (1 - lag / (lags + 1)) * (gamma + gamma.T)
    return total
