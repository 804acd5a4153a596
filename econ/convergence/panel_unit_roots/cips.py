"""Test of Pesaran under common shocks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from econ.convergence.cross_augmented import BOUNDS, cadf_statistics
from econ.convergence.panel_unit_root import panel_values
from econ.convergence.simulated import simulated_p_value
from econ.convergence.unit_root import UNIT_ROOT, require_terms
from econ.errors import IdentificationError
from econ.estimates import require_whole
from econ.outcomes import Test

__all__ = ["CIPS"]

LEAST = 3  # series
CANCELLED = 1e-9


@dataclass(frozen=True)
class CIPS:
    """The mean of Dickey-Fuller statistics that are augmented by the averages over all series.

    A shock that all series share, each in its own measure, is taken out.

    Parameters
    ----------
    terms
        `none`, `constant` or `trend`.
    lags
        Lagged differences, of the series and of the averages.
    truncated
        Whether extreme statistics are bounded, so that the mean has moments.

    Notes
    -----
    The p-value comes from simulated quantiles by numbers of units and periods without lags (`econ study unit-roots`),
    interpolated.

    References
    ----------
    Pesaran (2007), Journal of Applied Econometrics 22(2), eq. 28 to 34.

    Examples
    --------
    >>> import numpy as np
    >>> from econ.convergence import CIPS
    >>> CIPS().of(np.random.default_rng(0).normal(size=(40, 8))).p_value < 0.01
    True
    """

    terms: str = "constant"
    lags: int = field(default=0, kw_only=True)
    truncated: bool = field(default=True, kw_only=True)

    null: ClassVar[str] = UNIT_ROOT

    def __post_init__(self) -> None:
        require_terms(self.terms)
        require_whole("lags", self.lags)

    def of(self, panel: Any) -> Test:
        """Test a panel, a row a period and a column a series."""
        Y = panel_values(panel, 8 + 3 * self.lags)
        if Y.shape[1] < LEAST:
            raise IdentificationError(f"there are {Y.shape[1]} series; an average over them needs {LEAST} or more")
        mean = Y.mean(axis=1)
        if np.ptp(mean) <= CANCELLED * np.ptp(Y):
            raise IdentificationError(
                "the series have the same average in every period, as gaps to the average do, and nothing is left to "
                "augment with; test the levels, or gaps to a leader"
            )
        t = cadf_statistics(Y[None], self.terms, self.lags)[0]
        kept = np.clip(t, *BOUNDS[self.terms]) if self.truncated else t
        statistic = float(kept.mean())
        p_value, remarks = simulated_p_value(f"cips {self.terms}", statistic, periods=len(Y), units=t.size)
        return Test(
            title=f"{UNIT_ROOT} in every series",
            statistic=statistic,
            df=(),
            p_value=p_value,
            method=f"CIPS, {self.terms}, {self.lags} lags, simulated p-value",
            details={"bounded statistics": float((kept != t).sum())},
            remarks=remarks,
        )
