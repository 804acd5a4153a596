"""Effects by cohort and period, and their averages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from econ.errors import IdentificationError, OptionError
from econ.event_study.panel import EventPanel
from econ.groups import Codes, Mask, Matrix, Vector
from econ.sample import listed
from econ.types import Fit

__all__ = ["Cells", "Place", "dynamic", "places", "sizes_of"]

KINDS = ("event_time", "cohort", "calendar", "cohort_time", "overall")
FEW_TREATED = 3  # below which CR1 rejects a true hypothesis at 5 % more than one time in five
ACROSS = ("cells", "cohort", "event_time", "calendar")


@dataclass(frozen=True)
class Place:
    """A cohort in a period, and the period its effect is relative to: numbers on the clock."""

    cohort: int
    period: int
    base: int

    @property
    def event_time(self) -> int:
        """Periods since the event."""
        return self.period - self.cohort

    def name(self, panel: EventPanel) -> str:
        """How tables call it."""
        return f"{panel.label(self.cohort)}:{panel.label(self.period)}"


def places(panel: EventPanel) -> list[Place]:
    """Every cohort in every period in which it has rows, but the one that its effects are relative to."""
    found = []
    for cohort, masses in zip(panel.cohorts.tolist(), panel.masses, strict=False):
        for period in np.flatnonzero(masses).tolist():
            base = cohort + panel.base_of(period - cohort)
            if base >= 0 and base != period:
                found.append(Place(cohort, period, base))
    return found


def sizes_of(panel: EventPanel, found: Sequence[Place]) -> Vector:
    """(c,) rows, or weight, of each cohort in its period."""
    return np.array([panel.masses[np.searchsorted(panel.cohorts, one.cohort), one.period] for one in found])


@dataclass(frozen=True, eq=False)
class Average:
    """Averages of effects, and how they move with the sizes of the cohorts.

    Attributes
    ----------
    names
        (m,) what is averaged.
    weights
        (m, c) weights of the effects.
    slopes
        (m, G) derivatives by the sizes of the cohorts, at the estimates.
    """

    names: tuple[str, ...]
    weights: Matrix
    slopes: Matrix

    def of(self, rows: Matrix, name: str, slopes: Matrix | None = None) -> Average:
        """A combination of the averages with (1, m) weights."""
        own = rows @ self.slopes if slopes is None else rows @ self.slopes + slopes
        return Average((name,), rows @ self.weights, own)


@dataclass(frozen=True, eq=False)
class Cells:
    """Effects by cohort and period.

    Attributes
    ----------
    fit
        Its first c parameters are the effects; after them stand the leads, if any.
    panel
        The rows, with the labels of periods and the options.
    places
        (c,) cohort and period of each effect.
    sizes
        (c,) rows, units or weight behind each effect.
    cohort_sizes
        (G,) units, rows or weight of each cohort.
    leads
        Event times of the parameters that are no effects of a cohort: tests of what came before.
    estimated_sizes
        Whether the last G parameters of the fit are deviations of the sizes of the cohorts, zero at the estimates, so
        that averages know how uncertain their weights are.
    path
        Estimates by event time that are no averages of the effects, such as those of a pooled regression; else None.
    """

    fit: Fit
    panel: EventPanel
    places: tuple[Place, ...]
    sizes: Vector
    cohort_sizes: Vector
    leads: tuple[int, ...] = ()
    estimated_sizes: bool = False
    path: Fit | None = None

    @property
    def effects(self) -> Vector:
        """(c,) estimates."""
        return self.fit.params[: len(self.places)]

    @property
    def event_times(self) -> Codes:
        """(c,) periods since the event."""
        return np.array([place.event_time for place in self.places])

    @property
    def names(self) -> tuple[str, ...]:
        """(c,) `cohort:period`."""
        return tuple(place.name(self.panel) for place in self.places)

    def aggregate(self, kind: str, across: str) -> Fit:
        """Averages of the effects as a fit of its own."""
        for what, value, known in (("kind", kind, KINDS), ("across", across, ACROSS)):
            if value not in known:
                raise OptionError(f"no {what} {value!r} of averages; there are {', '.join(known)}")
        if kind == "event_time":
            return dynamic(self)
        if kind == "cohort_time":
            return self.combined(Average(self.names, np.eye(len(self.places)), self._flat(len(self.places))))
        if self.path is not None and (kind, across) == ("overall", "event_time"):
            after = np.array([[int(name) >= 0 for name in self.path.names]], dtype=np.float64)
            return self.path.combine(after / after.sum(), ["overall"])
        return self.combined(self._overall(across) if kind == "overall" else self._by(kind))

    def _flat(self, count: int) -> Matrix:
        return np.zeros((count, len(self.panel.cohorts)))

    def by_event_time(self) -> Average:
        """Averages by event time, those to be reported."""
        times = sorted({int(time) for time in self.event_times if self.panel.options.inside(int(time))})
        if not times:
            raise IdentificationError(f"no effect within the window {self.panel.options.window} could be estimated")
        return self._averages([str(time) for time in times], [self.event_times == time for time in times])

    def _by(self, kind: str) -> Average:
        """Averages of treated periods by cohort or by period."""
        which = np.array([place.cohort if kind == "cohort" else place.period for place in self.places])
        treated = self._treated()
        found = np.unique(which[treated]).tolist()
        return self._averages([self.panel.label(one) for one in found], [treated & (which == one) for one in found])

    def _overall(self, across: str) -> Average:
        if across == "cells":
            return self._averages(["overall"], [self._treated()])
        if across == "event_time":
            each = self.by_event_time()
            rows = np.array([[int(name) >= 0 for name in each.names]], dtype=np.float64)
            if not rows.any():
                raise IdentificationError("no effect at or after the event could be estimated within the window")
            return each.of(rows / rows.sum(), "overall")
        each = self._by(across)
        if across == "calendar":
            return each.of(np.full((1, len(each.names)), 1 / len(each.names)), "overall")
        present = [self.panel.label(int(one)) in each.names for one in self.panel.cohorts]
        sizes = self.cohort_sizes[present]
        rows = (sizes / sizes.sum())[None, :]
        average = rows @ each.weights @ self.effects
        slopes = self._flat(1)
        slopes[0, present] = (each.weights @ self.effects - average) / sizes.sum()
        return each.of(rows, "overall", slopes)

    def _treated(self) -> Mask:
        treated: Mask = self.event_times >= 0
        if not treated.any():
            raise IdentificationError("no effect of a treated period could be estimated, so that none can be averaged")
        return treated

    def _averages(self, names: list[str], sets: Sequence[Mask]) -> Average:
        """Averages of sets of effects by size."""
        chosen = np.array(sets, dtype=np.float64).reshape(len(names), len(self.places))
        weighed = chosen * self.sizes
        totals = weighed.sum(axis=1, keepdims=True)
        weights = weighed / totals
        gaps = chosen * (self.effects - (weights @ self.effects)[:, None]) / totals
        slopes = self._flat(len(names))
        for column, cohort in enumerate(self.panel.cohorts):
            mine = np.array([place.cohort == cohort for place in self.places])
            slopes[:, column] = gaps[:, mine].sum(axis=1)
        return Average(tuple(names), weights, slopes)

    def combined(self, average: Average, leads: tuple[int, ...] = ()) -> Fit:
        """Averages as a fit of its own, after some leads."""
        c, first = len(self.places), len(leads)
        J = np.zeros((first + len(average.names), len(self.fit.names)))
        J[range(first), [c + self.leads.index(time) for time in leads]] = 1.0
        J[first:, :c] = average.weights
        if self.estimated_sizes:
            J[first:, -len(self.panel.cohorts) :] = average.slopes
        fit = self.fit.combine(J, (*map(str, leads), *average.names))
        return replace(fit, caveats=self.few_treated(average.names, average.weights != 0))

    def few_treated(self, names: Sequence[str], behind: Mask) -> tuple[str, ...]:
        """A remark on averages of effects, (m, c) which, that rest on few treated units."""
        if not self.panel.followed:
            return ()
        few = [
            f"{name} ({count})"
            for name, count in zip(names, self._units(behind).tolist(), strict=True)
            if 0 < count < FEW_TREATED
        ]
        if not few:
            return ()
        return (
            f"effects that rest on few treated units (their number): {listed(few, 8)}; with one, an error is that of "
            "the comparison units alone; with two, only CR2 does not understate it",
        )

    def _units(self, behind: Mask) -> Codes:
        """(m,) treated units behind averages: for each cohort the most in any of its periods."""
        panel, counts = self.panel, np.zeros(len(behind), dtype=np.intp)
        T = panel.clock.count
        once = np.unique(panel.sample.rows, return_index=True)[1]  # a row may stand in several stacks
        cells = panel.place[once] * T + panel.time[once]
        seen = np.bincount(cells, minlength=(len(panel.cohorts) + 1) * T).reshape(-1, T)
        own = np.searchsorted(panel.cohorts, [one.cohort for one in self.places])
        behind_units = behind * seen[own, [one.period for one in self.places]]
        for cohort in np.unique(own):
            counts += behind_units[:, own == cohort].max(axis=1)
        return counts


def dynamic(cells: Cells) -> Fit:
    """Estimates by event time, with the leads before them and the effects behind them."""
    if cells.path is not None:
        behind = np.array([cells.event_times == int(name) for name in cells.path.names])
        return replace(cells.path, cells=cells, caveats=cells.few_treated(cells.path.names, behind))
    leads = tuple(time for time in cells.leads if cells.panel.options.inside(time))
    return replace(cells.combined(cells.by_event_time(), leads), cells=cells)
