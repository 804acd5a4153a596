"""Values by unit and period: what every measure of convergence starts from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from econ.convergence.compositions import require_compositions
from econ.design import build, complete, numeric
from econ.errors import DataError, IdentificationError, OptionError
from econ.groups import Codes, Groups, Matrix, Vector
from econ.panels import first_rows, require_columns, require_once, shown
from econ.sample import Sample, listed

__all__ = ["Cube", "cube_of_shares", "cube_of_values"]


@dataclass(frozen=True, eq=False, repr=False)
class Cube:
    """A row for each unit in each period.

    Attributes
    ----------
    sample
        Rows used and dropped.
    units, times
        Units and periods in order.
    values
        (n, d) what was measured.
    """

    sample: Sample
    units: Groups
    times: Groups
    values: Matrix

    @property
    def y(self) -> Vector:
        """(n,) the one value that was measured."""
        return self.values[:, 0]

    @cached_property
    def cells(self) -> Codes:
        """(T, N) row of each unit in each period; -1 where there is none."""
        cells = np.full((self.times.count, self.units.count), -1, dtype=np.intp)
        cells[self.times.codes, self.units.codes] = np.arange(self.units.codes.size)
        return cells

    @cached_property
    def unit_labels(self) -> pd.Index:
        """(N,) names of the units."""
        return pd.Index(self.sample.column(self.units.name).iloc[first_rows(self.units)])

    @cached_property
    def time_labels(self) -> pd.Index:
        """(T,) names of the periods."""
        return pd.Index(self.sample.column(self.times.name).iloc[first_rows(self.times)])

    @cached_property
    def clock(self) -> Vector:
        """(T,) periods as numbers: their values where these are numbers, else their places."""
        labels = self.time_labels
        whole = pd.api.types.is_numeric_dtype(labels)
        return labels.to_numpy(dtype=np.float64) if whole else np.arange(len(labels), dtype=np.float64)

    def balanced(self, method: str) -> Matrix:
        """(T, N) values of a panel in which every unit has every period.

        Raises
        ------
        DataError
            With the first unit that lacks a period.
        """
        lacking = np.argwhere(self.cells < 0)
        if lacking.size:
            period, unit = lacking[0]
            raise DataError(
                f"{self.units.name} {shown(self.unit_labels[unit])} has no {self.times.name} "
                f"{shown(self.time_labels[period])} ({len(lacking)} cells of {self.cells.size} are missing): {method} "
                "needs a balanced panel; leave out these units or these periods"
            )
        return np.asarray(self.y[self.cells])

    def rows_of(self, unit: Any) -> Codes:
        """Rows of one unit.

        Raises
        ------
        OptionError
            If there is no such unit.
        """
        places = np.flatnonzero(self.unit_labels == unit)
        if not places.size:
            raise OptionError(f"no {self.units.name} {unit!r}; there are {listed(self.unit_labels)}")
        return np.flatnonzero(self.units.codes == places[0])

    def require_units(self, method: str, least: int = 2) -> None:
        """Stop at a period with too few units.

        Raises
        ------
        IdentificationError
            With the first such period.
        """
        counts = (self.cells >= 0).sum(axis=1)
        short = np.flatnonzero(counts < least)
        if short.size:
            raise IdentificationError(
                f"{self.times.name} {shown(self.time_labels[short[0]])} has {counts[short[0]]} {self.units.name}: "
                f"{method} needs {least} or more in every period"
            )


def cube_of_values(value: str, unit: str, time: str, data: Any) -> Cube:
    """One value, a column or a term such as `log(y)`, by unit and period.

    Raises
    ------
    OptionError, DataError
        With the column or row that is wrong, or the unit that has a period twice.
    """
    require_columns("a measure of convergence", value, unit, time)
    design = build(f"{value} ~ 1", data, others=(unit, time))
    return _cube(design.sample, unit, time, design.y[:, None])


def cube_of_shares(parts: Sequence[str], unit: str, time: str, data: Any) -> Cube:
    """Shares of a whole, a column a part, by unit and period.

    Raises
    ------
    OptionError, DataError
        With the column or row that is wrong, or the unit that has a period twice.
    """
    require_columns("a measure of convergence", unit, time, *parts)
    sample = complete((*parts, unit, time), data)
    values = np.column_stack([numeric(sample.column(part)) for part in parts])
    require_compositions("the table", values, sample.labels)
    empty = [part for part, share in zip(parts, values.sum(axis=0), strict=True) if not share]
    if empty:
        raise DataError(f"the parts {listed(empty)} are zero in every row; leave them out")
    return _cube(sample, unit, time, values)


def _cube(sample: Sample, unit: str, time: str, values: Matrix) -> Cube:
    units, times = sample.groups(unit), sample.periods(time)
    require_once(sample, units, times)
    return Cube(sample, units, times, values)
