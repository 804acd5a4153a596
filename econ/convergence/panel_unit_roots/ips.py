"""Test of Im, Pesaran and Shin."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from econ.convergence.dickey_fuller import dickey_fuller
from econ.convergence.ips_moments import moments
from econ.convergence.lag_rules import ByBIC, Lags, require_lags
from econ.convergence.panel_unit_root import panel_values
from econ.convergence.unit_root import UNIT_ROOT, require_terms
from econ.outcomes import Test

__all__ = ["IPS"]


@dataclass(frozen=True)
class IPS:
    r"""The standardised mean of the Dickey-Fuller statistics of all series, :math:`W_{\bar t}`.

    :math:`\sqrt N (\bar t - \bar\mu) / \sqrt{\bar v}` with the means and variances of each statistic for its lags and
    periods. Against the hypothesis that all series have a unit root, some may be stationary. Series are taken as
    independent, which gaps to a leader or an average are not quite: where they share shocks, use `CIPS`.

    Parameters
    ----------
    terms
        `constant` or `trend`.
    lags
        Lagged differences: a number, `ByAIC()`, `ByBIC()` or `BySignificance()`.

    References
    ----------
    Im, Pesaran and Shin (2003), Journal of Econometrics 115(1), eq. 4.10 and table 3.

    Examples
    --------
    >>> import numpy as np
    >>> from econ.convergence import IPS
    >>> IPS(lags=0).of(np.random.default_rng(0).normal(size=(40, 5))).p_value < 0.01
    True
    """

    terms: str = "constant"
    lags: Lags = field(default=ByBIC(), kw_only=True)

    null: ClassVar[str] = UNIT_ROOT

    def __post_init__(self) -> None:
        require_terms(self.terms, ("constant", "trend"))
        require_lags(self.lags)

    def of(self, panel: Any) -> Test:
        """Test a panel, a row a period and a column a series."""
        from scipy.special import ndtr  # noqa: PLC0415 - keeps the import of the package light

        Y = panel_values(panel, 8)
        found = [dickey_fuller(y, self.terms, self.lags) for y in Y.T]
        table = [moments(self.terms, one.lags, one.nobs) for one in found]
        mean, variance = np.array([one[:2] for one in table]).mean(axis=0)
        mean_t = float(np.mean([one.statistic for one in found]))
        W = np.sqrt(len(found)) * (mean_t - mean) / np.sqrt(variance)
        return Test(
            title=f"{UNIT_ROOT} in every series",
            statistic=float(W),
            df=(),
            p_value=float(ndtr(W)),
            method=f"Im-Pesaran-Shin, {self.terms}, standardised mean of {len(found)} statistics, normal",
            details={"mean statistic": mean_t, "mean lags": float(np.mean([one.lags for one in found]))},
            remarks=tuple(sorted({one[2] for one in table} - {""})),
        )
