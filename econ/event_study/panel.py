"""Rows by unit, period and cohort: what every estimator of dynamic effects starts from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from econ.design import INTERCEPT, Design, build
from econ.errors import DataError, EmptySampleError, IdentificationError, OptionError
from econ.event_study.clock import OFF_GRID, Clock, clock, label
from econ.event_study.options import Options
from econ.formula import parse
from econ.groups import Codes, Groups, Mask, Matrix, Vector, factorize
from econ.panels import columns_of, first_rows, only_regressors, require_once, shown
from econ.sample import Sample, listed
from econ.solve import weighted

__all__ = ["NEVER", "EventPanel", "event_panel", "refuse", "require_comparison"]

NEVER = 1_000_000_000  # the cohort of units that are never treated, after every period


@dataclass(frozen=True, eq=False, repr=False)
class EventPanel:
    """Rows with their unit, period and cohort.

    Attributes
    ----------
    options
        What was asked for.
    design
        Outcome, controls and weights on the rows used.
    clock
        The periods.
    time, cohort
        (n,) number of the period, and of the first treated one; `NEVER` where there is none.
    units
        Units; in repeated cross-sections the cohorts.
    """

    options: Options
    design: Design
    clock: Clock
    time: Codes
    cohort: Codes
    units: Groups

    @property
    def sample(self) -> Sample:
        """Rows used and dropped."""
        return self.design.sample

    @property
    def nobs(self) -> int:
        """Number of rows."""
        return self.time.size

    @property
    def y(self) -> Vector:
        """(n,) outcome."""
        return self.design.y

    @property
    def w(self) -> Vector | None:
        """(n,) weights; None where all are one."""
        return self.design.w

    @cached_property
    def X(self) -> Matrix:
        """(n, q) controls."""
        keep = [name != INTERCEPT for name in self.design.names]
        return self.design.X[:, keep]

    @property
    def controls(self) -> tuple[str, ...]:
        """(q,) names of the controls."""
        return tuple(name for name in self.design.names if name != INTERCEPT)

    @property
    def followed(self) -> bool:
        """Whether units are followed over time."""
        return self.options.unit is not None

    @property
    def lead(self) -> int:
        """Event time of the first period that the event may affect."""
        return -self.options.anticipation

    @property
    def base(self) -> int:
        """Event time of the period that effects are relative to."""
        return self.lead - 1

    def base_of(self, event_time: int) -> int:
        """Event time of the period that the effect at an event time is relative to."""
        return event_time - 1 if self.options.base == "varying" and event_time < self.lead else self.base

    def relative_times(self, times: Sequence[int]) -> list[int]:
        """Event times with an effect, of those with a coefficient: the base has one, and the first none, if it varies.

        Parameters
        ----------
        times
            Event times in order without the base.
        """
        if self.options.base == "universal" or not times:
            return list(times)
        return sorted({*times, self.base} - {min(times[0], self.base)})

    @cached_property
    def cohort_sizes(self) -> Vector:
        """(G,) rows, or weight, of each cohort in the period in which most of it is seen."""
        return np.asarray(self.masses[:-1].max(axis=1))

    @cached_property
    def event_time(self) -> Codes:
        """(n,) periods since the event; far below zero in rows of units that are never treated."""
        return self.time - self.cohort

    @cached_property
    def treated(self) -> Mask:
        """(n,) rows that the event may affect."""
        return self.event_time >= self.lead

    @cached_property
    def ever(self) -> Mask:
        """(n,) rows of units that are treated at some time."""
        return self.cohort < NEVER

    @cached_property
    def cohorts(self) -> Codes:
        """(G,) the cohorts that are treated at some time, in order."""
        found = np.unique(self.cohort[first_rows(self.units)])
        return found[found < NEVER]

    @cached_property
    def place(self) -> Codes:
        """(n,) place of each row's cohort among those that are treated; G for units that never are."""
        return np.searchsorted(self.cohorts, self.cohort)

    @cached_property
    def masses(self) -> Matrix:
        """(G + 1, T) rows, or weight, of each cohort in each period; never-treated units last."""
        G, T = len(self.cohorts) + 1, self.clock.count
        return np.bincount(self.place * T + self.time, self.w, minlength=G * T).reshape(G, T).astype(np.float64)

    @cached_property
    def means(self) -> Vector:
        """(n,) mean outcome of each row's cohort in its period."""
        cells = self.place * self.clock.count + self.time
        totals = np.bincount(cells, weighted(self.w, self.y), minlength=self.masses.size)
        return np.asarray(totals[cells] / self.masses.ravel()[cells])

    @cached_property
    def rows(self) -> Codes:
        """(U, T) row of each unit in each period; -1 where it is not seen."""
        table = np.full((self.units.count, self.clock.count), -1, dtype=np.intp)
        table[self.units.codes, self.time] = np.arange(self.nobs)
        return table

    @cached_property
    def periods(self) -> Groups:
        """The periods as groups of rows."""
        return Groups(self.options.time, self.time, self.clock.count)

    def label(self, period: int) -> str:
        """How a period is shown."""
        return self.clock.labels[period]

    def take(self, keep: Mask, reason: str) -> EventPanel:
        """The panel on fewer rows.

        Raises
        ------
        EmptySampleError
            If none is left.
        """
        if keep.all():
            return self
        if not keep.any():
            raise EmptySampleError(f"no row is left: all {keep.size} are {reason}")
        return self._chosen(np.flatnonzero(keep), self.sample.without(~keep, reason))

    def at(self, rows: Codes) -> EventPanel:
        """The panel of some rows, which may stand in it more than once."""
        sample = replace(self.sample, rows=self.sample.rows[rows], whole=False)
        return self._chosen(rows, sample)

    def _chosen(self, rows: Codes, sample: Sample) -> EventPanel:
        w = None if self.w is None else self.w[rows]
        design = replace(self.design, sample=sample, table=np.asfortranarray(self.design.table[rows]), w=w)
        units = factorize(self.units.name, self.units.codes[rows])
        return replace(self, design=design, time=self.time[rows], cohort=self.cohort[rows], units=units)

    def without_late(self) -> EventPanel:
        """The panel in which the units treated last serve as comparison: rows from when they are treated are gone.

        That is done under the comparison `notyet` only.
        """
        if self.options.comparison == "never":
            return self
        if len(self.cohorts) < 2 and self.ever.all():  # noqa: PLR2004
            raise IdentificationError(_alone(self))
        last = int(self.cohorts[-1])
        if not self.ever.all():
            return self
        late = self.time >= last + self.lead
        panel = self.take(~late, "all units treated")
        cohort = np.where(panel.cohort == last, NEVER, panel.cohort)
        return replace(panel, cohort=cohort)


def event_panel(options: Options, data: Any, *, others: tuple[str, ...] = (), always: bool = False) -> EventPanel:
    """Rows by unit, period and cohort, checked.

    Parameters
    ----------
    options, data
        The options of an estimator, and a table of pandas, polars or Arrow.
    others
        Further columns that have to be complete.
    always
        Whether units that are treated from the first period on may stay.

    Raises
    ------
    FormulaError, DataError, IdentificationError, OptionError
        With the column, unit, period or cohort that is wrong.
    """
    formula = f"{options.outcome} ~ {options.controls or '1'}"
    only_regressors(parse(formula), type(options).__name__)
    names = columns_of(options.unit) if options.unit else ()
    design = build(formula, data, weights=options.weights, others=(*names, options.time, *others))
    times, numbers = clock(design.sample.column(options.time))
    cohort = _cohorts(options, design.sample, times)
    units = design.sample.groups(options.unit) if options.unit else factorize(options.cohort, cohort)
    panel = EventPanel(options, design, times, numbers, cohort, units)
    if options.ends:
        panel = panel.take(~_over(panel, options.ends), "after the treatment ended")
    if panel.followed:
        require_once(panel.sample, panel.units, panel.periods)
        _require_one_cohort(panel)
        panel = panel.take(panel.units.sizes[panel.units.codes] > 1, "singleton")
    _require_inside(panel, always=always)
    if panel.options.anticipation:
        panel = panel.take((panel.cohort <= 0) | (panel.cohort + panel.base >= 0), "no period before the anticipation")
    _require_treated(panel)
    return panel


def _cohorts(options: Options, sample: Sample, times: Clock) -> Codes:
    """(n,) number of the first treated period, possibly outside of the periods."""
    column = sample.column(options.cohort)
    missing = column.isna().to_numpy()
    known = column[~missing]
    if times.positive and times.start > 1 and known.isin([0, 1]).all() and known.isin([1]).any():
        raise DataError(
            f"column {options.cohort!r} holds zero and one: give the first period in which each unit is treated; "
            "first_treated makes that of a column of treatment"
        )
    places = np.maximum(times.places(column), -NEVER)
    never = missing | np.isnan(places) | np.isposinf(places)
    if times.positive:
        zero = (times.start + places * times.step) == 0
        never |= zero
    whole = np.rint(np.where(never, 0.0, places))
    odd = ~never & (np.abs(np.where(never, 0.0, places) - whole) > OFF_GRID)
    if odd.any():
        raise DataError(
            f"cohort {shown(column[odd].iloc[0])} in column {options.cohort!r} is no period of {options.time!r} "
            f"({int(odd.sum())} rows); give the first treated period"
        )
    return np.where(never, NEVER, np.clip(whole, -NEVER, NEVER - 1)).astype(np.intp)


def _over(panel: EventPanel, column: str) -> Mask:
    """(n,) rows in which the treatment is over."""
    ends = panel.clock.places(panel.sample.column(column))
    known = np.isfinite(ends)
    odd = known & (np.abs(ends - np.rint(np.where(known, ends, 0.0))) > OFF_GRID)
    for wrong, why in (
        (known & (ends <= panel.cohort), "the treatment ends before it began; correct it"),
        (odd, f"the treatment ends in no period of {panel.options.time!r}; give the first period without it"),
    ):
        if wrong.any():
            row = panel.sample.labels[np.flatnonzero(wrong)[0]]
            raise DataError(f"row {shown(row)}: by column {column!r} {why}")
    return np.asarray(panel.time >= np.where(np.isfinite(ends), ends, np.inf))


def _require_one_cohort(panel: EventPanel) -> None:
    first = panel.cohort[first_rows(panel.units)]
    differs = np.flatnonzero(panel.cohort != first[panel.units.codes])
    if differs.size:
        unit = shown(panel.sample.column(columns_of(panel.units.name)[0]).iloc[differs[0]])
        raise DataError(
            f"{panel.units.name} {unit} has more than one value in column {panel.options.cohort!r}; give each unit the "
            "first period in which it is treated (first_treated makes that of a column of treatment)"
        )


def _require_inside(panel: EventPanel, *, always: bool) -> None:
    """Stop at cohorts that lie outside of the periods."""
    late = panel.ever & (panel.cohort >= panel.clock.count)
    if late.any():
        raise DataError(
            f"{_counted(panel, late)} treated after the last period {panel.label(-1)}: within these data never "
            f"treated; make their {panel.options.cohort!r} missing, or leave them out"
        )
    early = panel.cohort <= 0
    if early.any() and not always:
        raise DataError(
            f"{_counted(panel, early)} treated in the first period {panel.label(0)} or before: nothing is known of "
            "them before the event; leave them out"
        )


def _counted(panel: EventPanel, rows: Mask) -> str:
    """Which cohorts some rows have, and of how many units."""
    column = panel.sample.column(panel.options.cohort)
    labels = listed(sorted({label(one) for one in column[rows].unique().tolist()}), 5).replace("'", "")
    if not panel.followed:
        return f"cohort {labels} ({int(rows.sum())} rows) is"
    return f"cohort {labels} ({np.unique(panel.units.codes[rows]).size} of {panel.units.count} units) is"


def _require_treated(panel: EventPanel) -> None:
    if not panel.ever.any():
        raise IdentificationError(
            f"no unit is treated: column {panel.options.cohort!r} is missing in all {panel.nobs} rows used"
        )
    if panel.clock.count < 2:  # noqa: PLR2004
        raise IdentificationError(f"{panel.options.time!r} has one period; effects need one before and one after")


def require_comparison(panel: EventPanel) -> None:
    """Stop where nobody is left to compare with.

    Raises
    ------
    IdentificationError
        With what to change.
    """
    if not panel.ever.all():
        return
    if panel.options.comparison == "never":
        raise IdentificationError(
            f"all {panel.units.count} units are treated at some time; use comparison='notyet', which compares with "
            "units before their own event"
        )
    if len(panel.cohorts) < 2:  # noqa: PLR2004
        raise IdentificationError(_alone(panel))


def _alone(panel: EventPanel) -> str:
    return (
        f"all units are treated in {panel.label(int(panel.cohorts[0]))}: there is neither a never-treated unit nor a "
        "later cohort to compare with; add units, or use exposure= if they differ in it"
    )


def refuse(panel: EventPanel, what: str, instead: str) -> None:
    """Stop at a repeated cross-section where units have to be followed.

    Raises
    ------
    OptionError
        With what to do instead.
    """
    if not panel.followed:
        raise OptionError(f"{type(panel.options).__name__} {what}; {instead}")
