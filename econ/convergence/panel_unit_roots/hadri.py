"""Test of Hadri."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from econ.convergence.panel_unit_root import panel_values
from econ.convergence.unit_root import STATIONARY, detrended, require_terms, terms_of
from econ.errors import OptionError
from econ.estimates import require_whole
from econ.outcomes import Test

__all__ = ["Hadri"]

MOMENTS = {"constant": (1 / 6, 1 / 45), "trend": (1 / 15, 11 / 6300)}


@dataclass(frozen=True)
class Hadri:
    """The standardised mean of KPSS statistics: that all series are stationary, against that some have a unit root.

    Parameters
    ----------
    terms
        `constant` or `trend`.
    lags
        Of the long-run variances with Bartlett's kernel; zero for errors without autocorrelation. The test rejects far
        too often where there is any.
    same_variance
        Whether one variance is taken for all series.

    References
    ----------
    Hadri (2000), Econometrics Journal 3(2), eq. 11, 17, 25 and 26.

    Examples
    --------
    >>> import numpy as np
    >>> from econ.convergence import Hadri
    >>> Hadri().of(np.cumsum(np.random.default_rng(0).normal(size=(40, 5)), axis=0)).p_value < 0.01
    True
    """

    terms: str = "constant"
    lags: int = field(default=0, kw_only=True)
    same_variance: bool = field(default=False, kw_only=True)

    null: ClassVar[str] = STATIONARY

    def __post_init__(self) -> None:
        require_terms(self.terms, ("constant", "trend"))
        require_whole("lags", self.lags)

    def of(self, panel: Any) -> Test:
        """Test a panel, a row a period and a column a series."""
        from scipy.special import ndtr  # noqa: PLC0415 - keeps the import of the package light

        Y = panel_values(panel, 5)
        T, N = Y.shape
        if self.lags >= T:
            raise OptionError(f"lags={self.lags} with {T} periods; give fewer")
        e = detrended(Y, terms_of(self.terms, T))
        weights = 1 - np.arange(1, self.lags + 1) / (self.lags + 1)
        variances = (e * e).sum(axis=0) / T
        variances = variances + 2 * sum(w * (e[j:] * e[:-j]).sum(axis=0) / T for j, w in enumerate(weights, start=1))
        squares = (np.cumsum(e, axis=0) ** 2).sum(axis=0) / T**2
        mean_lm = float((squares / (variances.mean() if self.same_variance else variances)).mean())
        mean, variance = MOMENTS[self.terms]
        Z = np.sqrt(N) * (mean_lm - mean) / np.sqrt(variance)
        return Test(
            title=f"{STATIONARY} of every series",
            statistic=float(Z),
            df=(),
            p_value=float(ndtr(-Z)),
            method=f"Hadri, {self.terms}, {self.lags} lags, {N} series, normal",
            details={"mean LM statistic": mean_lm},
        )
