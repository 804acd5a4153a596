"""Test of Zivot and Andrews."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from econ.convergence.lag_rules import ByAIC, Lags, require_lags, rule_of
from econ.convergence.unit_root import UNIT_ROOT, require_errors, require_terms, series_values, standardised
from econ.errors import IdentificationError
from econ.estimates import require_share
from econ.outcomes import Test

__all__ = ["ZivotAndrews"]

CHANGES = {"constant": "c", "trend": "t", "both": "ct"}
LARGEST_TRIM = 1 / 3


@dataclass(frozen=True)
class ZivotAndrews:
    """Test of a unit root against stationarity around terms that change once, at an unknown date, by statsmodels.

    Parameters
    ----------
    changes
        What changes: `constant`, `trend` or `both`; the regression always has a constant and a trend.
    lags
        Lagged differences: a number, or a rule that is applied without a break.
    trim
        Share of the series at either end that is no candidate, at most a third.

    References
    ----------
    Zivot and Andrews (1992), Journal of Business & Economic Statistics 10(3); Baum (2004), Stata Journal 4(3), on lags.

    Examples
    --------
    >>> import numpy as np
    >>> from econ.convergence import ZivotAndrews
    >>> y = np.random.default_rng(0).normal(size=100) + 3.0 * (np.arange(100) >= 60)
    >>> test = ZivotAndrews(lags=0).of(y)
    >>> test.p_value < 0.01, test.details["first row after the break"]
    (True, 60.0)
    """

    changes: str = "constant"
    lags: Lags = field(default=ByAIC(), kw_only=True)
    trim: float = field(default=0.15, kw_only=True)

    null: ClassVar[str] = UNIT_ROOT

    def __post_init__(self) -> None:
        require_terms(self.changes, tuple(CHANGES))
        require_lags(self.lags)
        require_share("trim", self.trim)

    def of(self, series: Any) -> Test:
        """Test a series in order of time."""
        from statsmodels.tsa.stattools import zivot_andrews  # noqa: PLC0415 - a second, for these tests only

        most, rule = rule_of(self.lags)
        y = standardised(series_values(series, 12 + 2 * (most or 0)))
        if self.trim > LARGEST_TRIM:
            raise IdentificationError(f"trim={self.trim:g} leaves few dates; give a third at most")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            rule = "AIC" if most == 0 else rule  # with no lag and no rule the program takes its own number of lags
            try:
                found = zivot_andrews(y, trim=self.trim, maxlag=most, regression=CHANGES[self.changes], autolag=rule)
            except (ValueError, np.linalg.LinAlgError) as error:
                raise IdentificationError(f"the series of {y.size} values cannot be tested: {error}") from error
        require_errors(float(found[0]))
        statistic, p_value, _, lags, place = found
        first = int(place) + (self.changes != "trend")  # the dummies of a trend alone start a row earlier
        return Test(
            title=UNIT_ROOT,
            statistic=float(statistic),
            df=(),
            p_value=float(p_value),
            method=f"Zivot-Andrews, change of {self.changes}, {int(lags)} lags, p-value by statsmodels",
            details={"first row after the break": float(first), "lags": float(lags)},
        )
