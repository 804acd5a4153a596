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
from econ.groups import Codes, Groups, Mask, Matrix, Vector
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
        """(T,) periods as numbers, with their distances: numbers, dates by years, months or days; else their places."""
        labels = self.time_labels
        if pd.api.types.is_numeric_dtype(labels):
            return np.asarray(labels, dtype=np.float64)
        if isinstance(labels.dtype, pd.PeriodDtype):
            return np.asarray(pd.PeriodIndex(labels).asi8, dtype=np.float64)
        if pd.api.types.is_datetime64_any_dtype(labels):
            return _dates(pd.DatetimeIndex(labels))
        return np.arange(len(labels), dtype=np.float64)

    @property
    def counted(self) -> Vector:
        """(T,) periods as numbers whose distances are known.

        Raises
        ------
        DataError
            If they are texts.
        """
        labels = self.time_labels
        if isinstance(labels[0], str) and not isinstance(labels.dtype, pd.CategoricalDtype):
            raise DataError(
                f"{self.times.name!r} holds texts such as {labels[0]!r}, whose distances are not known; use "
                "numbers, dates or periods, or an ordered categorical with every period"
            )
        return self.clock

    @property
    def remarks(self) -> tuple[str, ...]:
        """What must be said of periods that are not equally spaced; nothing where they are."""
        steps = np.diff(self.clock)
        if steps.size < 2 or np.ptp(steps) <= 1e-6 * steps.max():  # noqa: PLR2004
            return ()
        gap = int(steps.argmax())
        labels = self.time_labels
        return (
            f"periods are taken as equally spaced, but {shown(labels[gap])} is followed by {shown(labels[gap + 1])}",
        )

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
                f"{shown(self.time_labels[period])} or no value then ({len(lacking)} cells of {self.cells.size} are "
                f"missing): {method} needs a balanced panel; leave out these units or these periods"
            )
        return np.asarray(self.y[self.cells])

    def rows_of(self, unit: Any) -> Codes:
        """Rows of one unit.

        Raises
        ------
        OptionError
            If there is no such unit.
        """
        try:
            places = np.flatnonzero(self.unit_labels == unit)
        except ValueError:
            places = np.empty(0, dtype=np.intp)
        if places.size != 1:
            raise OptionError(f"no {self.units.name} {unit!r}; there are {listed(self.unit_labels)}")
        return np.flatnonzero(self.units.codes == places[0])

    def without(self, drop: Mask, reason: str) -> Cube:
        """The panel less the rows where `drop` (n,) is true, which are put down under `reason`."""
        sample = self.sample.without(drop, reason)
        return Cube(sample, sample.groups(self.units.name), sample.periods(self.times.name), self.values[~drop])

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
                f"{method} needs {least} or more in every period; leave such periods out"
            )


def _dates(labels: pd.DatetimeIndex) -> Vector:
    """(T,) dates: in years if all have one day of the year, in months if one day of the month, else in days."""
    days = np.asarray(labels.day)
    if np.unique(days).size == 1 or labels.is_month_end.all():
        months = 12.0 * labels.year + labels.month
        return np.asarray(labels.year if np.unique(labels.month).size == 1 else months, dtype=np.float64)
    return np.asarray((labels - labels[0]) / pd.Timedelta(days=1), dtype=np.float64)


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
    if isinstance(parts, str):
        raise OptionError(f"parts={parts!r}: give a tuple of columns, one a part")
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
