"""Test of Kwiatkowski, Phillips, Schmidt and Shin."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar

import numpy as np

from econ.convergence.unit_root import (
    LETTERS,
    STATIONARY,
    require_terms,
    series_values,
    standardised,
)
from econ.errors import OptionError
from econ.estimates import require_whole
from econ.groups import Vector
from econ.outcomes import Test
from econ.weighted_chi_squared import probability_above

__all__ = ["KPSS"]

TERMS, NEWTON = 200, 8


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
    The p-value is that of large samples, a sum of weighted chi-squared variables, and not limited to the range of the
    published table.

    References
    ----------
    Kwiatkowski, Phillips, Schmidt and Shin (1992), Journal of Econometrics 54(1-3); MacNeill (1978), Annals of
    Statistics 6(2).

    Examples
    --------
    >>> import numpy as np
    >>> from econ.convergence import KPSS
    >>> KPSS(lags=4).of(np.cumsum(np.random.default_rng(0).normal(size=200))).p_value < 0.01
    True
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

        y = standardised(series_values(series, 4))
        if self.lags is not None and self.lags >= y.size:
            raise OptionError(f"lags={self.lags} with a series of {y.size} values; give fewer")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of p-values outside the table: the remark says it
            found = kpss(y, regression=LETTERS[self.terms], nlags="auto" if self.lags is None else self.lags)
        statistic, lags = float(found[0]), int(found[2])
        return Test(
            title=STATIONARY,
            statistic=statistic,
            df=(),
            p_value=probability_above(statistic, _weights(self.terms), 1) if statistic > 0 else 1.0,
            method=f"KPSS, {self.terms}, {lags} lags, asymptotic p-value",
            details={"lags": float(lags)},
        )


@cache
def _weights(terms: str) -> Vector:
    """Weights of the chi-squared variables: of a Brownian bridge, or of one of the second level (MacNeill 1978)."""
    j = np.arange(1, TERMS + 1)
    bridge = 1 / (np.pi * j) ** 2
    if terms == "constant":
        return np.asarray(bridge)
    x = np.pi * (j + 0.5)
    for _ in range(NEWTON):  # the roots of tan x = x
        x = x - (np.sin(x) - x * np.cos(x)) / (x * np.sin(x))
    return np.concatenate([bridge / 4, 1 / (4 * x**2)])
