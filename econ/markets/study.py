"""Abnormal returns around events: tables, tests and average paths."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module

import numpy as np
import pandas as pd

import econ.markets.statistics
from econ.errors import NotDefinedError, OptionError
from econ.estimates import require_share
from econ.groups import Mask, Matrix
from econ.markets.abnormal import Abnormal, Window
from econ.markets.outcome import Statistic
from econ.markets.path import AveragePath
from econ.sample import Sample
from econ.scores import Stacked
from econ.types import Fit

__all__ = ["AbnormalReturns"]

POWER, SIZE = 0.8, 0.05
FEW_EVENTS = 20


@dataclass(frozen=True, eq=False, repr=False)
class AbnormalReturns:
    """Abnormal returns around events.

    Attributes
    ----------
    events
        One row an event: asset, date (as given), day (the trading day it counts for), returns (in the estimation
        window), sd (of the residuals there).
    abnormal
        The arrays behind the tables.
    model
        How returns were expected, in words.
    contamination
        One row a pair of events of one asset of which one lies in the estimation or event window of the other: event,
        other (their labels), where, days.
    """

    events: pd.DataFrame
    abnormal: Abnormal
    model: str
    contamination: pd.DataFrame

    @property
    def days(self) -> list[int]:
        """Days of the event window."""
        return [int(day) for day in self.abnormal.days]

    @property
    def ar(self) -> pd.DataFrame:
        """Abnormal returns: events by days."""
        return self._table(self.abnormal.ar)

    @property
    def sar(self) -> pd.DataFrame:
        """Abnormal returns over the standard deviation of their forecast errors: events by days."""
        return self._table(self.abnormal.sar)

    @property
    def car(self) -> pd.DataFrame:
        """Abnormal returns cumulated from the first day of the window: events by days."""
        return self._table(np.column_stack([window.car for window in self._growing()]))

    @property
    def bhar(self) -> pd.DataFrame:
        """Buy-and-hold abnormal returns from the first day of the window: events by days."""
        return self._table(np.column_stack([window.bhar for window in self._growing()]))

    @property
    def average(self) -> pd.DataFrame:
        """One row a day: day, aar, caar, events (with a return on it)."""
        known = np.isfinite(self.abnormal.ar)
        n = known.sum(axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            aar = np.where(known, self.abnormal.ar, 0.0).sum(axis=0) / n
        return pd.DataFrame({"day": self.days, "aar": aar, "caar": np.nancumsum(aar), "events": n})

    def cumulated(self, first: int, last: int) -> pd.DataFrame:
        """One row an event: car, se (of its forecast error), scar, bhar over the days from first to last.

        Raises
        ------
        OptionError
            If the days do not lie in the event window.
        """
        window = self.abnormal.window(first, last)
        found = {"car": window.car, "se": window.se, "scar": window.scar, "bhar": window.bhar}
        return pd.DataFrame(found, index=self.events.index)

    def test(self, first: int, last: int) -> pd.DataFrame:
        """All tests that the mean abnormal return over some days is zero: test, first, last, statistic, df, p_value.

        Tests that are not defined, as with a single event, have missing numbers.

        Raises
        ------
        OptionError
            If the days do not lie in the event window.
        """
        return _tested([self.abnormal.window(first, last)])

    @property
    def tests(self) -> pd.DataFrame:
        """All tests for the day of the event, each side of the window with it, and the whole window."""
        first, last = self.days[0], self.days[-1]
        spans = dict.fromkeys([(0, 0), (first, 0), (0, last), (first, last)])
        return _tested([self.abnormal.window(*span) for span in spans if first <= span[0] <= span[1] <= last])

    def detectable(self, first: int, last: int, *, power: float = POWER, size: float = SIZE) -> float:
        """The mean abnormal return over some days that a two-sided test finds with some power.

        From the standard deviations of the forecast errors, with independent events: a lower bound where they are not.

        Parameters
        ----------
        first, last
            Days of the window.
        power, size
            Probability of finding it, and of a false alarm.

        Raises
        ------
        OptionError
            If the days do not lie in the event window, or a probability is none.
        """
        from scipy.special import ndtri  # noqa: PLC0415 - keeps the import of the package light

        require_share("power", power)
        require_share("size", size)
        window = self.abnormal.window(first, last)
        se = window.se[window.known]
        error = np.sqrt(np.square(se).sum()) / se.size
        return float((ndtri(1 - size / 2) + ndtri(power)) * error)

    def path(self, kind: str = "car") -> Fit:
        """The average path as a fit: terms are days, rows are events.

        So all covariances work: `Clustered("day")` allows for events on one date; and so do bands and figures.

        Parameters
        ----------
        kind
            `car`: cumulated from the first day of the window; `ar`: day by day.

        Raises
        ------
        OptionError, NotDefinedError
            If there is no such kind, or fewer than two events have returns on all days.
        """
        if kind not in ("car", "ar"):
            raise OptionError(f"no path of {kind!r}; there are 'car' and 'ar'")
        table = (self.car if kind == "car" else self.ar).to_numpy()
        complete: Mask = np.asarray(np.isfinite(self.abnormal.ar).all(axis=1))
        if complete.sum() < 2:  # noqa: PLR2004
            raise NotDefinedError(f"a path needs two events with returns on all days; there are {int(complete.sum())}")
        sample = Sample(self.events.reset_index(drop=True), np.arange(len(self.events)), whole=True)
        sample = sample.without(~complete, "missing returns")
        values = table[complete]
        gaps = values - values.mean(axis=0)
        n, k = values.shape
        return Fit(
            spec=AveragePath(self.model, kind),
            names=tuple(str(day) for day in self.days),
            params=values.mean(axis=0),
            scores=Stacked(gaps),
            bread=np.eye(k) / n,
            rank=1,
            df=n - 1,
            effects=(),
            sample=sample,
            residuals=gaps[:, -1].copy(),
            fitted=values[:, -1] - gaps[:, -1],
            classical=gaps.T @ gaps / (n * (n - 1)),
            hat=None,
            statistics={},
        )

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader must know before believing a test."""
        first, last = self.days[0], self.days[-1]
        n = len(self.events)
        found = []
        if n < FEW_EVENTS:
            seen = self.detectable(first, last)
            found.append(
                f"{n} events: only a mean of {seen:.3g} or more over days {first} to {last} would be found with "
                f"probability {POWER:g}"
            )
        dates = self.events["day"].nunique()
        if dates < n:
            found.append(
                f"{n} events on {dates} dates: events on one date are dependent; see kolari_pynnonen and corrado"
            )
        if overlaps := self._overlaps():
            found.append(
                f"the windows of {overlaps} events overlap with those of events on other dates, which makes them "
                "dependent; of the tests, kolari_pynnonen and patell_adjusted alone count the dates shared"
            )
        if absent := self._absent():
            found.append(f"{absent} events have no abnormal return on day 0: their return or the market is missing")
        if len(self.contamination):
            found.append(
                f"{self.contamination['event'].nunique()} events have another event of their asset in their estimation "
                "or event window (see contamination)"
            )
        return tuple(found)

    def __repr__(self) -> str:
        """The average path at its ends, the tests and the remarks."""
        tests = self.tests.to_string(index=False, float_format=lambda number: f"{number:.4g}")
        return "\n".join([f"{len(self.events)} events, {self.model}", tests, *self.remarks])

    def _table(self, values: Matrix) -> pd.DataFrame:
        return pd.DataFrame(values, index=self.events.index, columns=pd.Index(self.days, name="day"))

    def _overlaps(self) -> int:
        """Events whose window meets that of an event on another date."""
        first, last = self.abnormal.dates[:, 0], self.abnormal.dates[:, -1]
        day = self.events["day"].to_numpy()
        meets = (first[:, None] <= last) & (first <= last[:, None]) & (day[:, None] != day)
        return int(meets.any(axis=1).sum())

    def _absent(self) -> int:
        """Events without an abnormal return on day 0, if that is in the window."""
        return int(np.isnan(self.abnormal.ar[:, self.abnormal.days == 0]).sum())

    def _growing(self) -> Iterator[Window]:
        return (self.abnormal.window(self.days[0], day) for day in self.days)


@cache
def _statistics() -> tuple[Statistic, ...]:
    """Every test of the folder."""
    package = econ.markets.statistics
    return tuple(
        import_module(f"{package.__name__}.{found.name}").STATISTIC for found in pkgutil.iter_modules(package.__path__)
    )


def _tested(windows: list[Window]) -> pd.DataFrame:
    rows = []
    for window in windows:
        for statistic in _statistics():
            found = statistic.of(window)
            rows.append((statistic.name, window.first, window.last, found.statistic, found.df, found.p_value))
    return pd.DataFrame(rows, columns=["test", "first", "last", "statistic", "df", "p_value"])
