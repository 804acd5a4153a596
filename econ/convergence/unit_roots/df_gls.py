"""Test of Elliott, Rothenberg and Stock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from econ.convergence.dickey_fuller import dickey_fuller
from econ.convergence.lag_rules import ByBIC, Lags, require_lags
from econ.convergence.quasi_differences import gls_detrended
from econ.convergence.simulated import simulated_p_value
from econ.convergence.unit_root import UNIT_ROOT, detrended, require_terms, series_values, terms_of
from econ.outcomes import Test

__all__ = ["DFGLS"]


@dataclass(frozen=True)
class DFGLS:
    """Dickey-Fuller test of a series less its terms as estimated under a root near one: more powerful than `ADF`.

    Parameters
    ----------
    terms
        `constant` or `trend`.
    lags
        Lagged differences: a number, `ByAIC()`, `ByBIC()` or `BySignificance()`; a rule is applied to the series less
        its terms by least squares, as Perron and Qu (2007) advise.

    Notes
    -----
    The p-value comes from simulated quantiles by number of periods (`econ study unit-roots`), interpolated.

    References
    ----------
    Elliott, Rothenberg and Stock (1996), Econometrica 64(4); Perron and Qu (2007), Economics Letters 94(1).

    Examples
    --------
    >>> import numpy as np
    >>> from econ.convergence import DFGLS
    >>> DFGLS(lags=1).of(np.random.default_rng(0).normal(size=100)).p_value < 0.01
    True
    """

    terms: str = "constant"
    lags: Lags = field(default=ByBIC(), kw_only=True)

    null: ClassVar[str] = UNIT_ROOT

    def __post_init__(self) -> None:
        require_terms(self.terms, ("constant", "trend"))
        require_lags(self.lags)

    def of(self, series: Any) -> Test:
        """Test a series in order of time."""
        y = series_values(series, 8)
        lags = self.lags
        if not isinstance(lags, int):
            lags = dickey_fuller(detrended(y, terms_of(self.terms, y.size)), "none", lags).lags
        found = dickey_fuller(gls_detrended(y[:, None], self.terms)[:, 0], "none", lags)
        p_value, remarks = simulated_p_value(f"df-gls {self.terms}", found.statistic, periods=y.size)
        return Test(
            title=UNIT_ROOT,
            statistic=found.statistic,
            df=(),
            p_value=p_value,
            method=f"DF-GLS, {self.terms}, {lags} lags, simulated p-value",
            details={"lags": float(lags), "observations": float(found.nobs)},
            remarks=remarks,
        )
