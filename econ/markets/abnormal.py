"""Abnormal returns of events as arrays, and what their tests need of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from econ.errors import OptionError
from econ.groups import Codes, Mask, Matrix, Vector
from econ.markets.models import Expected

__all__ = ["Abnormal", "Window", "whole"]


def whole(value: object) -> bool:
    """Whether it is a whole number, of Python or of numpy."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


@dataclass(frozen=True, eq=False, repr=False)
class Abnormal:
    """Abnormal returns of N events in the W days of the event window.

    Attributes
    ----------
    expected
        The model: residuals of the M estimation days, and expected returns in the event window.
    returns
        (N, W) returns in the event window.
    days
        (W,) trading days from the event.
    dates
        (N, W) number of the calendar day of each; below zero outside of the calendar.
    calendar
        (N, M) the same in the estimation window.
    """

    expected: Expected
    returns: Matrix
    days: Codes
    dates: Codes
    calendar: Codes

    @property
    def count(self) -> int:
        """Number of events."""
        return len(self.returns)

    @cached_property
    def ar(self) -> Matrix:
        """(N, W) abnormal returns; missing where there is no return."""
        return np.asarray(self.returns - self.expected.expected)

    @cached_property
    def sar(self) -> Matrix:
        """(N, W) abnormal returns over the standard deviation of their forecast errors."""
        return np.asarray(self.ar / self.expected.daily())

    @cached_property
    def before(self) -> Matrix:
        """(N, M) residuals of the estimation window over their standard deviation."""
        return np.asarray(self.expected.residuals / self.expected.sd[:, None])

    @cached_property
    def correlations(self) -> Matrix:
        """(N, N) correlations of residuals over the estimation days that two events share; zero below three of them."""
        first = int(min(self.calendar.min(), self.dates.min()))
        table = np.full((self.count, int(self.calendar.max()) - first + 1), np.nan)
        rows = np.repeat(np.arange(self.count)[:, None], self.calendar.shape[1], axis=1)
        table[rows, self.calendar - first] = self.expected.residuals
        known = np.isfinite(table)
        v, k = np.where(known, table, 0.0), known.astype(np.float64)
        n, cross = k @ k.T, v @ v.T
        sums, squares = v @ k.T, v**2 @ k.T
        with np.errstate(divide="ignore", invalid="ignore"):
            covariance = cross - sums * sums.T / n
            variance = squares - sums**2 / n
            found = covariance / np.sqrt(variance * variance.T)
        return np.where((n >= 3) & np.isfinite(found), found, 0.0)  # noqa: PLR2004 - fewer have no correlation

    def window(self, first: int, last: int) -> Window:
        """The days from the first to the last, both included.

        Raises
        ------
        OptionError
            If they do not lie in the event window.
        """
        if not (whole(first) and whole(last)) or not self.days[0] <= first <= last <= self.days[-1]:
            raise OptionError(
                f"window ({first!r}, {last!r}): give whole days between {self.days[0]} and {self.days[-1]}, the first "
                "before the last; a wider event window is an option of abnormal_returns"
            )
        return Window(self, int(first), int(last))


@dataclass(frozen=True, eq=False, repr=False)
class Window:
    """Some days around the events, over which returns are cumulated.

    Events without any return in them are missing; of others, the days present count.
    """

    abnormal: Abnormal
    first: int
    last: int

    @property
    def columns(self) -> slice:
        """Where the days stand in the event window."""
        start = int(self.abnormal.days[0])
        return slice(self.first - start, self.last - start + 1)

    @property
    def length(self) -> int:
        """Number of days."""
        return self.last - self.first + 1

    @cached_property
    def chosen(self) -> Mask:
        """(N, W) days of the window on which an event has a return."""
        inside = np.zeros(self.abnormal.ar.shape, dtype=bool)
        inside[:, self.columns] = np.isfinite(self.abnormal.ar[:, self.columns])
        return inside

    @cached_property
    def car(self) -> Vector:
        """(N,) cumulated abnormal returns."""
        sums = np.where(self.chosen, self.abnormal.ar, 0.0).sum(axis=1)
        return np.where(self.chosen.any(axis=1), sums, np.nan)

    @cached_property
    def se(self) -> Vector:
        """(N,) standard deviation of the cumulated forecast error."""
        return np.where(self.chosen.any(axis=1), self.abnormal.expected.spread(self.chosen), np.nan)

    @cached_property
    def scar(self) -> Vector:
        """(N,) cumulated abnormal returns over that."""
        return np.asarray(self.car / self.se)

    @cached_property
    def bhar(self) -> Vector:
        """(N,) buy-and-hold abnormal returns, of simple returns."""
        held, forgone = (
            np.where(self.chosen, 1 + values, 1.0).prod(axis=1)
            for values in (self.abnormal.returns, self.abnormal.expected.expected)
        )
        return np.where(self.chosen.any(axis=1), held - forgone, np.nan)

    @cached_property
    def known(self) -> Codes:
        """Events with a return in the window."""
        return np.flatnonzero(np.isfinite(self.car))

    @cached_property
    def overlap(self) -> Matrix:
        """(N, N) share of the window on dates that two events have in common, by the distance of their first days."""
        dates = self.abnormal.dates[:, self.columns]
        gaps = np.abs(dates[:, :1] - dates[:, :1].T)
        return np.asarray(np.maximum(self.length - gaps, 0) / self.length)

    @cached_property
    def mean_correlation(self) -> float:
        """Mean correlation of two events over the window: of their residuals, times the share of common days."""
        n = self.known.size
        if n < 2:  # noqa: PLR2004
            return 0.0
        pairs = (self.abnormal.correlations * self.overlap)[np.ix_(self.known, self.known)]
        return float((pairs.sum() - np.trace(pairs)) / (n * (n - 1)))
