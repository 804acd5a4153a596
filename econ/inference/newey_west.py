"""Covariances robust to heteroskedasticity and autocorrelation."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from econ.errors import DataError, IdentificationError, OptionError
from econ.groups import Codes, Groups, Matrix
from econ.inference.small_sample import clustered_rank, residual_factor
from econ.types import Fit, Uncertainty

__all__ = ["NeweyWest"]


@dataclass(frozen=True)
class NeweyWest:
    r"""Covariance robust to heteroskedasticity and to autocorrelation within units.

    :math:`\Gamma_0 + \sum_{l=1}^{L} (1 - l / (L + 1)) (\Gamma_l + \Gamma_l')` with
    :math:`\Gamma_l = \sum_{i,t} \psi_{it} \psi_{i,t-l}'`.

    Parameters
    ----------
    time
        Column that orders the rows; lags count its distinct values in order.
    unit
        Column of units; None for a single series.
    lags
        L; None for the integer part of the fourth root of the number of periods.

    Raises
    ------
    OptionError
        If `lags` is negative.
    DataError, IdentificationError
        From `of`, if a period occurs twice within a unit, or there is only one.

    Notes
    -----
    The factor is that of R's fixest, (n - 1) / (n - K) · T / (T - 1) with K leaving out effects nested in
    the unit or the period; for a single series it is the n / (n - K) of Stata's `newey`. Tests use t with
    n - K degrees of freedom for a single series and T - 1 for a panel.

    References
    ----------
    Newey and West (1987), Econometrica 55(3).

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import OLS, NeweyWest
    >>> data = pd.DataFrame({"y": [1.0, 2, 4, 3, 5, 4], "year": range(2000, 2006)})
    >>> OLS("y ~ year").fit(data).inference(NeweyWest("year", lags=1)).se.round(4)[1]
    np.float64(0.1619)
    """

    time: str
    unit: str | None = field(default=None, kw_only=True)
    lags: int | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        if self.lags is not None and (not isinstance(self.lags, int) or self.lags < 0):
            raise OptionError(
                f"lags={self.lags!r}: give a whole number of zero or more, or None for the fourth root of the periods"
            )

    def of(self, fit: Fit) -> Uncertainty:
        """Uncertainty of a fit."""
        periods = fit.sample.periods(self.time)
        if periods.count < 2:  # noqa: PLR2004
            raise IdentificationError(f"{self.time!r} has one value in the {fit.nobs} rows used; lags need several")
        units = self._units(fit, periods)
        lags = self.lags_of(periods.count)
        matrix = _bartlett(fit, periods, units, lags)
        rank = clustered_rank(fit, (periods,) if self.unit is None else (units, periods))
        factor = residual_factor(fit.nobs, rank) * periods.count / (periods.count - 1)
        df = fit.df if units.count == 1 else float(periods.count - 1)
        within = "" if self.unit is None else f" within {self.unit}"
        label = f"Newey-West over {self.time}{within}, {lags} lags"
        return Uncertainty(factor * matrix, df, label)

    def lags_of(self, periods: int) -> int:
        """Lags that are counted with a number of periods."""
        return int(periods**0.25) if self.lags is None else self.lags

    def _units(self, fit: Fit, periods: Groups) -> Groups:
        whole = Groups("", np.zeros(fit.nobs, dtype=np.intp), 1)
        units = whole if self.unit is None else fit.sample.groups(self.unit)
        keys = units.codes * periods.count + periods.codes
        if np.unique(keys).size < keys.size:
            where = "the table; name the unit" if self.unit is None else f"a {self.unit}; aggregate them"
            raise DataError(f"a {self.time} occurs more than once in {where}")
        return units


def _bartlett(fit: Fit, periods: Groups, units: Groups, lags: int) -> Matrix:
    psi = fit.influence
    total = psi.T @ psi
    for lag in range(1, min(lags, periods.count - 1) + 1):
        now, before = _pairs(periods, units, lag)
        gamma = psi[now].T @ psi[before]
        total += (1 - lag / (lags + 1)) * (gamma + gamma.T)
    return total


def _pairs(periods: Groups, units: Groups, lag: int) -> tuple[Codes, Codes]:
    """Rows of the same unit that lie `lag` periods apart: later, earlier."""
    keys = units.codes * (periods.count + lag) + periods.codes
    order = np.argsort(keys)
    position = np.searchsorted(keys[order], keys - lag)
    found = order[np.minimum(position, keys.size - 1)]
    now = np.flatnonzero((keys[found] == keys - lag) & (periods.codes >= lag))
    return now, found[now]
