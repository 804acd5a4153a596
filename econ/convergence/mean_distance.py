"""How far the compositions of many units are apart, by period."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from econ.convergence.compositions import Distance, require_distance
from econ.convergence.cube import Cube, cube_of_shares
from econ.convergence.log_ratios import closed
from econ.convergence.period_fit import period_fit
from econ.convergence.targets import Leader, Pairs, Target
from econ.convergence.zeros import without_zeros
from econ.errors import IdentificationError, OptionError
from econ.groups import Codes, Matrix, Vector
from econ.panels import require_columns, require_free, shown
from econ.types import Fit

__all__ = ["MeanDistance"]

PAIR = 2  # units
OWN = ("unit", "other", "distance")  # columns of the table


@dataclass(frozen=True)
class MeanDistance:
    """The mean distance between compositions by period: to a leader, to the average, or of all pairs.

    Parameters
    ----------
    parts
        Columns of the parts, whose shares sum to one in each row.
    unit, time
        Columns of units and periods.
    kind
        Which distance, such as `TotalVariation()` or `Aitchison()`.
    to
        `Leader(unit)`, `Average()` (arithmetic mean of the shares) or `Pairs()`.

    Returns
    -------
    Fit
        From `fit(data)`: a term a period. Rows are those of the panel less those of a leader, since errors are about
        which other units there are. For averages and pairs the influence is that of a jackknife,
        the pseudo-values of leaving out a unit. Use `Clustered(unit)`; the change from the first to the
        last period is `fit.combine([[-1, 0, ..., 0, 1]], ["change"])`.

    Raises
    ------
    OptionError, DataError, IdentificationError
        With the row that is no composition, or the period that has too few units or not the leader.

    References
    ----------
    Efron and Stein (1981), Annals of Statistics 9(3), on the jackknife of statistics of pairs.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import Clustered
    >>> from econ.convergence import MeanDistance, Leader, TotalVariation
    >>> data = pd.DataFrame({"country": ["USA", "JPN", "DEU"] * 2, "year": [2000] * 3 + [2020] * 3,
    ...                      "deposits": [0.2, 0.5, 0.4, 0.2, 0.4, 0.3], "equity": [0.8, 0.5, 0.6, 0.8, 0.6, 0.7]})
    >>> spec = MeanDistance(("deposits", "equity"), unit="country", time="year", kind=TotalVariation(),
    ...                     to=Leader("USA"))
    >>> spec.fit(data).inference(Clustered("country")).table[["term", "estimate"]].round(3).to_dict("list")
    {'term': ['2000', '2020'], 'estimate': [0.25, 0.15]}
    """

    parts: tuple[str, ...]
    unit: str = field(kw_only=True)
    time: str = field(kw_only=True)
    kind: Distance = field(kw_only=True)
    to: Target = field(default=Pairs(), kw_only=True)

    def __post_init__(self) -> None:
        require_distance(self.kind)
        require_columns("MeanDistance", self.unit, self.time)
        require_free(self.time, OWN)
        if not isinstance(self.to, Target):
            raise OptionError(f"to={self.to!r}: give Leader(unit), Average() or Pairs()")

    @property
    def formula(self) -> str:
        """The model in words."""
        return f"{self.kind!r} of {' + '.join(self.parts)} to {self.to!r} by {self.time}"

    def fit(self, data: Any) -> Fit:
        """The mean distance of each period; see the class for what is raised."""
        cube = self._cube(data, 3)
        numbers, influence = np.empty(cube.times.count), np.zeros(cube.times.codes.size)
        for period, row in enumerate(cube.cells):
            rows = row[row >= 0]
            numbers[period], influence[rows] = self._mean(cube, rows, period)
        zeros = getattr(self.kind, "zeros", None)
        if not isinstance(self.to, Leader):
            return period_fit(self, cube, numbers, influence, zeros=zeros)
        led = np.isin(np.arange(influence.size), cube.rows_of(self.to.unit))
        return period_fit(self, cube.without(led, "the leader"), numbers, influence[~led], zeros=zeros)

    def table(self, data: Any) -> pd.DataFrame:
        """One row a unit (or pair) and period: the period, unit, other (the leader, `average`, or a unit), distance."""
        cube = self._cube(data, 2)
        found = [self._listed(cube, row[row >= 0], period) for period, row in enumerate(cube.cells)]
        return pd.concat(found, ignore_index=True)

    def _cube(self, data: Any, least: int) -> Cube:
        cube = cube_of_shares(self.parts, self.unit, self.time, data)
        cube.require_units("a distance" if least == PAIR else "the error of a mean distance", least)
        if hasattr(self.kind, "zeros"):
            without_zeros(cube.values, self.kind.zeros, cube.sample.labels)
        return cube

    def _mean(self, cube: Cube, rows: Codes, period: int) -> tuple[float, Vector]:
        """The mean distance of a period, and the influence of its rows."""
        shares = cube.values[rows]
        if isinstance(self.to, Leader):
            leader = self._leader(cube, rows, period)
            others = np.arange(rows.size) != leader
            far = self.kind.between(*_against(shares, leader))[others]
            influence = np.zeros(rows.size)
            influence[others] = (far - far.mean()) / far.size
            return float(far.mean()), influence
        pairs = isinstance(self.to, Pairs)
        return _jackknifed(
            lambda some: float(self.kind.between(*(_pairs(some) if pairs else _against(some))).mean()), shares
        )

    def _leader(self, cube: Cube, rows: Codes, period: int) -> int:
        """Place of the leader among the rows of a period."""
        place = np.flatnonzero(np.isin(rows, cube.rows_of(self.to.unit))) if isinstance(self.to, Leader) else rows[:0]
        if not place.size:
            raise IdentificationError(
                f"{self.time} {shown(cube.time_labels[period])} has no row of {self.to!r}; leave it out"
            )
        return int(place[0])

    def _listed(self, cube: Cube, rows: Codes, period: int) -> pd.DataFrame:
        """The distances of a period."""
        shares, names = cube.values[rows], cube.unit_labels[cube.units.codes[rows]].to_numpy()
        if isinstance(self.to, Pairs):
            first, second = np.triu_indices(rows.size, 1)
            far, units, others = self.kind.between(*_pairs(shares)), names[first], names[second]
        else:
            leader = self._leader(cube, rows, period) if isinstance(self.to, Leader) else None
            far, units = self.kind.between(*_against(shares, leader)), names
            others = np.full(names.size, "average" if leader is None else names[leader], dtype=object)
        return pd.DataFrame({self.time: cube.time_labels[period], "unit": units, "other": others, "distance": far})


def _against(shares: Matrix, leader: int | None = None) -> tuple[Matrix, Matrix]:
    """The shares, and beside each row those of the leader or the average."""
    centre = closed(shares.mean(axis=0)) if leader is None else shares[leader]
    return shares, np.broadcast_to(centre, shares.shape)


def _pairs(shares: Matrix) -> tuple[Matrix, Matrix]:
    """Both members of each pair."""
    first, second = np.triu_indices(len(shares), 1)
    return shares[first], shares[second]


def _jackknifed(statistic: Callable[[Matrix], float], shares: Matrix) -> tuple[float, Vector]:
    """A statistic of n units, and (n,) influences from leaving out one at a time."""
    n, whole = len(shares), statistic(shares)
    left = np.array([statistic(np.delete(shares, i, axis=0)) for i in range(n)])
    return whole, (n - 1) / n * (left.mean() - left)
