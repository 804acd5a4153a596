"""Periods: labels of a column of times turned into consecutive numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from econ.design import numeric
from econ.errors import DataError
from econ.groups import Codes, Mask, Vector
from econ.sample import listed

__all__ = ["Clock", "clock", "label"]

OFF_GRID = 1e-6  # of a step: a time that lies further from every period is none
MOST_PERIODS = 100_000
FIRST_OF_MONTH = 1


@dataclass(frozen=True, eq=False)
class Clock:
    """Equally spaced periods.

    Attributes
    ----------
    name
        The column of times.
    start, step
        Number of the first period, and distance of neighbours, on the scale of `scale`.
    labels
        (T,) how periods are shown.
    scale
        `number`, `month`, `day`, `period` or `category`: what is counted.
    dtype
        Of the column: its categories, frequency or time zone.
    """

    name: str
    start: float
    step: float
    labels: tuple[str, ...]
    scale: str
    dtype: Any

    @property
    def count(self) -> int:
        """Number of periods."""
        return len(self.labels)

    @property
    def positive(self) -> bool:
        """Whether all periods are numbers above zero, so that a zero can stand for never."""
        return self.scale == "number" and self.start > 0

    def places(self, column: pd.Series) -> Vector:
        """(n,) places of times of another column on this clock: 0 to T - 1 inside, any number outside; missing stays.

        Raises
        ------
        DataError
            If the column is not of the kind of the column of times.
        """
        known = column.dropna().infer_objects()
        places: Vector = np.full(len(column), np.nan)
        if len(known):
            numbers = _coded(known, self) if self.scale == "category" else self._numbered(known)
            places[column.notna().to_numpy()] = (numbers - self.start) / self.step
        return places

    def _numbered(self, known: pd.Series) -> Vector:
        """Numbers of times that are known and no categories."""
        moved = _as_dates(known)
        if isinstance(self.dtype, pd.PeriodDtype) and isinstance(moved.dtype, pd.PeriodDtype):
            _require_alike(known, self, self.dtype.freq.freqstr, moved.dtype.freq.freqstr)
        if self.scale in ("month", "day") and pd.api.types.is_datetime64_any_dtype(moved.dtype):
            zone = getattr(self.dtype, "tz", None)
            if (zone is None) != (moved.dt.tz is None):
                _require_alike(known, self, str(zone), str(moved.dt.tz))
            moved = moved if zone is None else moved.dt.tz_convert(zone)
        scale, numbers = _numbers(moved, self.scale)
        if scale != self.scale:
            raise DataError(
                f"column {known.name!r} holds {_KINDS[scale]} and {self.name!r} holds {_KINDS[self.scale]}; make them "
                "the same kind"
            )
        return numbers


def _require_alike(column: pd.Series, own: Clock, mine: str, other: str) -> None:
    if mine != other:
        raise DataError(
            f"column {column.name!r} has frequency or time zone {other} and {own.name!r} has {mine}; convert one"
        )


def _coded(known: pd.Series, own: Clock) -> Vector:
    """Numbers of categories, found by their labels."""
    codes = pd.Index(own.dtype.categories).get_indexer(pd.Index(known.astype(object)))
    if (codes < 0).any():
        raise DataError(
            f"column {known.name!r} holds {known.iloc[int(np.argmax(codes < 0))]!r}, which is none of the ordered "
            f"categories of {own.name!r}; use the same labels"
        )
    return np.asarray(codes, dtype=np.float64)


_KINDS = {
    "number": "numbers",
    "month": "dates",
    "day": "dates",
    "period": "periods",
    "category": "ordered categories",
}


def clock(column: pd.Series) -> tuple[Clock, Codes]:
    """The periods of a column of times without missing values, and the number of each row's.

    Raises
    ------
    DataError
        If times are texts, are not equally spaced, or a period between them is missing.
    """
    column = _as_dates(column)
    scale, numbers = _numbers(column, None)
    if not np.isfinite(numbers).all():
        row = column.index[int(np.argmin(np.isfinite(numbers)))]
        raise DataError(f"column {column.name!r}, row {row}: a time is infinite; correct it, or drop the row")
    found = np.unique(numbers)
    step = float(np.diff(found).min()) if found.size > 1 else 1.0
    places = (found - found[0]) / step
    _require_steps(column.name, scale, found, places)
    numbered = np.rint((numbers - found[0]) / step).astype(np.intp)
    shown = _labels(column, numbered, found.size)
    return Clock(str(column.name), float(found[0]), step, shown, scale, column.dtype), numbered


def _as_dates(column: pd.Series) -> pd.Series:
    """The column, with Python's dates as those of pandas."""
    return pd.to_datetime(column) if pd.api.types.infer_dtype(column) == "date" else column


def _numbers(column: pd.Series, scale: str | None) -> tuple[str, Vector]:
    """The kind of a column of known times, and numbers that count them."""
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype) and dtype.ordered:
        return "category", column.cat.codes.to_numpy().astype(np.float64)
    if isinstance(dtype, pd.PeriodDtype):
        return "period", column.astype("int64").to_numpy().astype(np.float64)
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return _dated(column, scale)
    return "number", numeric(column)


def _dated(column: pd.Series, scale: str | None) -> tuple[str, Vector]:
    """Months where all dates are the same day of their months (or the last), else days."""
    column = column.dt.tz_localize(None)
    monthly = column.dt.normalize().eq(column).all() and (
        column.dt.day.min() == column.dt.day.max() or column.dt.is_month_end.all()
    )
    if scale == "month" or (scale is None and monthly):
        months = 12 * column.dt.year.to_numpy(np.float64) + column.dt.month.to_numpy(np.float64)
        return "month", months
    seconds = (column - pd.Timestamp(0)).dt.total_seconds().to_numpy(np.float64)
    return "day", seconds / 86_400


def _require_steps(name: Any, scale: str, found: Vector, places: Vector) -> None:
    off = np.abs(places - np.rint(places)) > OFF_GRID
    if off.any():
        raise DataError(
            f"the times of {name!r} are not equally spaced: {_shown(found[off][0], scale)} is not a whole number of "
            "steps after the first; number the periods 0, 1, 2, ..."
        )
    if places[-1] > MOST_PERIODS:
        raise DataError(f"the times of {name!r} would make {places[-1]:.0f} periods; use coarser ones, such as years")
    gaps: Mask = np.diff(np.rint(places)) > 1
    if gaps.any():
        before = [_shown(one, scale) for one in found[:-1][gaps]]
        raise DataError(
            f"no row has the period after {listed(before, 5)} of {name!r}: with a gap event times would not count "
            "periods; add its rows, or number the periods 0, 1, 2, ... if they are equally far apart for your purpose"
        )


def _shown(number: float, scale: str) -> str:
    if scale == "month":
        return f"{int((number - 1) // 12)}-{int((number - 1) % 12 + 1):02d}"
    if scale == "day":
        return str((pd.Timestamp(0) + pd.Timedelta(days=number)).date())
    return f"{number:g}"


def _labels(column: pd.Series, numbered: Codes, count: int) -> tuple[str, ...]:
    """How each period is shown: as its first row has it."""
    first = np.empty(count, dtype=np.intp)
    first[numbered[::-1]] = np.arange(numbered.size)[::-1]
    return tuple(label(value) for value in column.iloc[first].tolist())


def label(value: Any) -> str:
    """How a time is shown."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, pd.Timestamp) and value == value.normalize():
        return str(value.date())
    return str(value)
