"""Test of Kwiatkowski, Phillips, Schmidt and Shin."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import Any, ClassVar

from econ.convergence.unit_root import LETTERS, STATIONARY, require_terms, require_whole, series_values
from econ.errors import OptionError
from econ.outcomes import Test

__all__ = ["KPSS"]

LEAST, MOST = 0.01, 0.1  # p-values of the published table


@dataclass(frozen=True)
class KPSS:
    """Test of stationarity around a constant or a trend, by statsmodels.

    Parameters
    ----------
    terms
        `constant` or `trend`.
    lags
        Of the long-run variance with Bartlett's kernel; None for the rule of Hobijn, Franses and Ooms (1998).

    Notes
    -----
    The published table has p-values from 0.01 to 0.1; outside it the nearer end is given, and a remark says so.

    References
    ----------
    Kwiatkowski, Phillips, Schmidt and Shin (1992), Journal of Econometrics 54(1-3).

    Examples
    --------
    >>> import numpy as np
    >>> from econ.convergence import KPSS
    >>> KPSS(lags=4).of(np.cumsum(np.random.default_rng(0).normal(size=200))).p_value
    0.01
    """

    terms: str = "constant"
    lags: int | None = field(default=None, kw_only=True)

    null: ClassVar[str] = STATIONARY

    def __post_init__(self) -> None:
        require_terms(self.terms, ("constant", "trend"))
        require_whole("lags", self.lags, optional=True)

    def of(self, series: Any) -> Test:
        """Test a series in order of time."""
        from statsmodels.tsa.stattools import kpss  # noqa: PLC0415 - a second, for these tests only

        y = series_values(series, 4)
        if self.lags is not None and self.lags >= y.size:
            raise OptionError(f"lags={self.lags} with a series of {y.size} values; give fewer")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of p-values outside the table: the remark says it
            found = kpss(y, regression=LETTERS[self.terms], nlags="auto" if self.lags is None else self.lags)
        statistic, p_value, lags = float(found[0]), float(found[1]), int(found[2])
        end = {LEAST: "smaller", MOST: "larger"}.get(p_value)
        return Test(
            title=STATIONARY,
            statistic=statistic,
            df=(),
            p_value=p_value,
            method=f"KPSS, {self.terms}, {lags} lags, p-value from the published table",
            details={"lags": float(lags)},
            remarks=(f"the p-value is {p_value:g} or {end}",) if end else (),
        )
