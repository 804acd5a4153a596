"""A regression on a single time series: rows in order of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from econ.design import Design, build
from econ.errors import DataError, FormulaError, IdentificationError, OptionError
from econ.estimates import require_share
from econ.formula import parse
from econ.groups import Codes, Matrix, Vector
from econ.linear import linear_fit
from econ.panels import require_columns, shown
from econ.solve import weighted_least_squares
from econ.types import Estimator, Fit

__all__ = ["Series", "series_of"]

EXACT = 1e-24  # of the response: squared residuals that are rounding


@dataclass(frozen=True, eq=False, repr=False)
class Series:
    """Arrays of a regression and the order of its rows.

    Attributes
    ----------
    design
        The arrays, in the caller's order.
    time
        Column of periods.
    order
        (n,) rows in order of time.
    """

    design: Design
    time: str
    order: Codes

    @property
    def nobs(self) -> int:
        """Number of rows."""
        return self.order.size

    @cached_property
    def y(self) -> Vector:
        """(n,) response in order of time."""
        return np.asarray(self.design.y[self.order])

    @cached_property
    def X(self) -> Matrix:
        """(n, k) regressors in order of time."""
        return np.ascontiguousarray(self.design.X[self.order])

    @cached_property
    def labels(self) -> pd.Series:
        """(n,) periods in order of time."""
        return self.design.sample.column(self.time).iloc[self.order]

    @property
    def dropped(self) -> tuple[str, ...]:
        """What was left out, and so is no row between its neighbours."""
        return tuple(f"{count:,} rows are left out: {reason}" for reason, count in self.design.sample.dropped.items())

    def label(self, place: int) -> Any:
        """The period at a place in the order of time."""
        return self.labels.iloc[place]

    def width(self, trim: float) -> int:
        """Fewest rows of a segment.

        Raises
        ------
        IdentificationError
            If these are not more than the regressors, or two segments do not fit.
        """
        n, k = self.X.shape
        width = int(np.floor(trim * n + 1e-9))
        if width <= k or 2 * width > n:
            raise IdentificationError(
                f"{n} rows with trim={trim:g} give segments of {width}, and a regression with {k} terms in two "
                "segments does not fit; take another trim or a longer series"
            )
        return width

    def places(self, dates: Sequence[Any]) -> list[int | None]:
        """Place of the row whose period a date falls into; None outside the sample.

        Dates fall into the months, quarters or years of a column of periods, and into those that the column's dates
        begin or end; anything else has to be a period of the column, or lie between two of them, and then counts for
        the later.

        Raises
        ------
        OptionError
            If a date cannot be compared with the column of time.
        """
        labels = pd.Index(self.labels)
        try:
            if isinstance(labels, pd.PeriodIndex):
                dates = [pd.Period(one, freq=labels.freq) if not isinstance(one, pd.Period) else one for one in dates]
            elif isinstance(labels, pd.DatetimeIndex):
                dates = [pd.Timestamp(one) for one in dates]
            return [_place(labels, one) for one in dates]
        except (TypeError, ValueError) as error:
            raise OptionError(
                f"{list(dates)!r} are no values of {self.time!r}, such as {shown(self.label(0))}"
            ) from error

    def before(self, period: Any) -> int:
        """How many rows come before a period.

        Raises
        ------
        OptionError
            If it is no period of the column of time, or no row comes before it or after.
        """
        place = self.places([period])[0]
        if not place:
            raise OptionError(
                f"at {self.time} {shown(period)} there is no break: the rows are from {shown(self.label(0))} to "
                f"{shown(self.label(-1))}"
            )
        return place

    def part(self, first: int, last: int) -> Series:
        """The rows from place `first` to before place `last`."""
        outside = np.ones(self.nobs, dtype=bool)
        outside[self.order[first:last]] = False
        design = self.design.without(outside, "outside the segment")
        periods = design.sample.periods(self.time)
        return Series(design, self.time, np.argsort(periods.codes, kind="stable"))

    def split(self, spec: Estimator, starts: Codes) -> Fit:
        """The regression with coefficients of their own in each segment.

        Parameters
        ----------
        spec
            The estimator that the fit is said to be of.
        starts
            (m,) places of the first rows of the segments after the first.
        """
        segment = np.empty(self.nobs, dtype=np.intp)
        segment[self.order] = np.searchsorted(starts, np.arange(self.nobs), side="right")
        edges = [0, *starts.tolist(), self.nobs]
        spans = [f"{_plain(self.label(a))} to {_plain(self.label(b - 1))}" for a, b in pairwise(edges)]
        names = tuple(f"{name}[{span}]" for span in spans for name in self.design.names)
        columns = [self.design.X * (segment == place)[:, None] for place in range(len(spans))]
        return self._solved(spec, names, np.column_stack(columns))

    def with_shift(self, spec: Estimator, place: int, terms: Codes) -> tuple[Fit, tuple[str, ...]]:
        """The regression in which some coefficients change at a place, and the names of the changes.

        Parameters
        ----------
        spec
            The estimator that the fit is said to be of.
        place
            Of the first row after the change.
        terms
            Places of the coefficients that change.
        """
        after = np.zeros(self.nobs)
        after[self.order[place:]] = 1.0
        names = tuple(f"change of {self.design.names[j]}" for j in terms)
        X = np.column_stack([self.design.X, self.design.X[:, terms] * after[:, None]])
        return self._solved(spec, (*self.design.names, *names), X), names

    def _solved(self, spec: Estimator, names: tuple[str, ...], X: Matrix) -> Fit:
        table = np.asfortranarray(np.column_stack([self.design.y, X]))
        design = replace(self.design, names=names, table=table)
        return linear_fit(spec, design, weighted_least_squares(design, design.y, design.w))


def _place(labels: pd.Index, date: Any) -> int | None:
    """Place of the period that a date falls into."""
    begins = isinstance(labels, pd.DatetimeIndex) and labels.is_month_start.all()
    if not begins:
        return int((labels < date).sum()) if labels[0] <= date <= labels[-1] else None
    step = labels[-1] - labels[-2]
    return int((labels <= date).sum()) - 1 if labels[0] <= date < labels[-1] + step else None


def _plain(label: Any) -> str:
    return str(label.date()) if isinstance(label, pd.Timestamp) else str(label)


def series_of(formula: str, time: str, trim: float, data: Any) -> Series:
    """The rows of a regression in order of time.

    Raises
    ------
    FormulaError, DataError, OptionError
        If there are absorbed effects or instruments, or a period is there twice.
    """
    require_columns("a test for breaks", time)
    require_share("trim", trim)
    parsed = parse(formula)
    if parsed.effects or parsed.instruments:
        raise FormulaError(f"{formula!r}: breaks are those of one series, without absorbed effects or instruments")
    design = build(formula, data, others=(time,))
    periods = design.sample.periods(time)
    if periods.count < design.nobs:
        twice = design.sample.column(time)[design.sample.column(time).duplicated()].iloc[0]
        raise DataError(f"{time} {shown(twice)} is there more than once; breaks are those of one series")
    solved = weighted_least_squares(design, design.y, design.w)  # collinear regressors: an error in the caller's terms
    if solved.residuals @ solved.residuals <= EXACT * (design.y @ design.y):
        raise IdentificationError(f"{formula!r} fits without error over all rows; there is nothing that could break")
    return Series(design, time, np.argsort(periods.codes, kind="stable"))
