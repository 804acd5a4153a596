"""Augmented Dickey-Fuller test."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from econ.convergence.dickey_fuller import dickey_fuller
from econ.convergence.lag_rules import ByBIC, Lags, require_lags
from econ.convergence.unit_root import UNIT_ROOT, require_terms, series_values
from econ.outcomes import Test

__all__ = ["ADF"]


@dataclass(frozen=True)
class ADF:
    """Augmented Dickey-Fuller test of a unit root, by statsmodels.

    Parameters
    ----------
    terms
        `none`, `constant` or `trend` (a constant and a linear trend).
    lags
        Lagged differences: a number, `ByAIC()`, `ByBIC()` or `BySignificance()`.

    Raises
    ------
    OptionError, DataError, IdentificationError
        If an option has no meaning; from `of`, if the series has gaps or is too short.

    References
    ----------
    Dickey and Fuller (1979), Journal of the American Statistical Association 74(366); MacKinnon (1994), Journal of
    Business & Economic Statistics 12(2), for p-values.

    Examples
    --------
    >>> import numpy as np
    >>> from econ.convergence import ADF
    >>> ADF(lags=1).of(np.random.default_rng(0).normal(size=100)).p_value < 0.01
    True
    """

    terms: str = "constant"
    lags: Lags = field(default=ByBIC(), kw_only=True)

    null: ClassVar[str] = UNIT_ROOT

    def __post_init__(self) -> None:
        require_terms(self.terms)
        require_lags(self.lags)

    def of(self, series: Any) -> Test:
        """Test a series in order of time."""
        y = series_values(series, 6)
        found = dickey_fuller(y, self.terms, self.lags)
        return Test(
            title=UNIT_ROOT,
            statistic=found.statistic,
            df=(),
            p_value=found.p_value,
            method=f"augmented Dickey-Fuller, {self.terms}, {found.lags} lags, MacKinnon's p-value",
            details={"lags": float(found.lags), "observations": float(found.nobs)},
        )
