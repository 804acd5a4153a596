"""Test of Lee and Strazicich."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, ClassVar

import numpy as np

from econ.convergence.lag_rules import BySignificance, require_lags
from econ.convergence.lagrange_multiplier import break_terms, candidate_dates, score_statistics
from econ.convergence.simulated import simulated_p_value
from econ.convergence.unit_root import UNIT_ROOT, require_errors, require_terms, series_values, standardised
from econ.errors import IdentificationError, OptionError
from econ.groups import Matrix, Vector
from econ.outcomes import Test

__all__ = ["LeeStrazicich", "smallest_over_dates"]

SIGNIFICANT = 1.645
BREAKS = (1, 2)


@dataclass(frozen=True)
class LeeStrazicich:
    """The smallest score statistic of a unit root over the dates of one or two breaks, which the null has as well.

    Rejecting it means stationarity around broken terms, not a unit root with a break as in `ZivotAndrews`.

    Parameters
    ----------
    changes
        `constant` (model A, a crash) or `both` (model C, constant and slope).
    breaks
        1 or 2.
    lags
        Lagged differences: a number, or `BySignificance(most)`, which chooses at each date.
    trim
        Share of the series at either end that is no candidate.

    Notes
    -----
    The p-value comes from simulated quantiles without breaks by number of periods, without lags (`econ study
    unit-roots`), interpolated. With `constant` the statistic does not depend on breaks under the null; with `both` it
    does, so that the p-value is then that of a null without breaks.

    References
    ----------
    Lee and Strazicich (2003), Review of Economics and Statistics 85(4); Lee and Strazicich (2013), Economics Bulletin
    33(4), for one break.

    Examples
    --------
    >>> import numpy as np
    >>> from econ.convergence import LeeStrazicich
    >>> y = np.random.default_rng(0).normal(size=60) + 5.0 * (np.arange(60) >= 30)
    >>> LeeStrazicich(lags=0).of(y).p_value < 0.05
    True
    """

    changes: str = "constant"
    breaks: int = field(default=1, kw_only=True)
    lags: int | BySignificance = field(default=BySignificance(8), kw_only=True)
    trim: float = field(default=0.1, kw_only=True)

    null: ClassVar[str] = UNIT_ROOT

    def __post_init__(self) -> None:
        require_terms(self.changes, ("constant", "both"))
        require_lags(self.lags)
        if not isinstance(self.lags, int | BySignificance):
            raise OptionError(f"lags={self.lags!r}: give a number or BySignificance(most)")
        if isinstance(self.lags, BySignificance) and self.lags.most is None:
            raise OptionError("lags=BySignificance(): give the largest number, such as BySignificance(8)")
        if self.breaks not in BREAKS:
            raise OptionError(f"breaks={self.breaks!r}: give 1 or 2")
        if not isinstance(self.trim, int | float) or not 0 < self.trim < 1 / 2:
            raise OptionError(f"trim={self.trim!r}: give a share between 0 and a half")

    @property
    def _most(self) -> int:
        return self.lags.most or 0 if isinstance(self.lags, BySignificance) else self.lags

    def of(self, series: Any) -> Test:
        """Test a series in order of time."""
        columns = 2 + self.breaks * (2 if self.changes == "both" else 1)
        y = standardised(series_values(series, 2 * self._most + columns + 6))[:, None]
        dates = candidate_dates(len(y), self._most, self.trim)
        gap = least_gap(self.changes)
        sets = [one for one in combinations(dates.tolist(), self.breaks) if one[-1] - one[0] >= gap * (self.breaks - 1)]
        if not sets:
            raise IdentificationError(f"a series of {len(y)} values has no candidate dates for {self.breaks} breaks")
        found = [self._at(y, one) for one in sets]
        best = min(range(len(sets)), key=lambda place: (not np.isfinite(found[place][0]), found[place][0]))
        statistic, lags = found[best]
        require_errors(statistic)
        p_value, remarks = simulated_p_value(f"lee-strazicich {self.changes} {self.breaks}", statistic, periods=len(y))
        places = {f"first row after break {j + 1}": float(place) for j, place in enumerate(sets[best])}
        return Test(
            title=UNIT_ROOT,
            statistic=statistic,
            df=(),
            p_value=p_value,
            method=f"Lee-Strazicich, {self.breaks} breaks of {self.changes}, {lags} lags, simulated p-value",
            details={**places, "lags": float(lags)},
            remarks=remarks,
        )

    def _at(self, y: Matrix, breaks: tuple[int, ...]) -> tuple[float, int]:
        """The statistic at some dates, and the lags."""
        Z = break_terms(len(y), breaks, trend=self.changes == "both")
        if not isinstance(self.lags, BySignificance):
            return float(score_statistics(y, Z, self.lags)[0][0]), self.lags
        for lags in range(self._most, 0, -1):
            t, last = score_statistics(y, Z, lags)
            if abs(last[0]) > SIGNIFICANT:
                return float(t[0]), lags
        return float(score_statistics(y, Z, 0)[0][0]), 0


def least_gap(changes: str) -> int:
    """Fewest rows between two breaks."""
    return 3 if changes == "both" else 2


def smallest_over_dates(Y: Matrix, changes: str, breaks: int, trim: float) -> Vector:
    """(B,) statistics of (T, B) series without lags: what the simulation of quantiles computes."""
    dates = candidate_dates(len(Y), 0, trim)
    gap = least_gap(changes)
    least = np.full(Y.shape[1], np.inf)
    for one in combinations(dates.tolist(), breaks):
        if one[-1] - one[0] >= gap * (breaks - 1):
            Z = break_terms(len(Y), one, trend=changes == "both")
            least = np.minimum(least, score_statistics(Y, Z, 0)[0])
    return least
