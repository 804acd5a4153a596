"""Stacked difference in differences."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from econ.errors import IdentificationError, OptionError
from econ.event_study.cells import Cells, Place, dynamic
from econ.event_study.dose import dose_of
from econ.event_study.elimination import Elimination
from econ.event_study.options import Options
from econ.event_study.panel import NEVER, EventPanel, event_panel, require_comparison
from econ.event_study.pooled import pooled_fit
from econ.event_study.saturated import Saturated, contrasts_of
from econ.groups import Codes, Effect, Groups, Mask, renumbered
from econ.types import Fit

__all__ = ["Stacked"]

WEIGHTINGS = ("treated", "variance")


@dataclass(frozen=True, eq=False)
class Stacks:
    """A stack for each cohort: its units and clean comparison units, in the periods around its event.

    Attributes
    ----------
    panel
        The rows of all stacks; those of comparison units come back in several.
    cohorts
        (S,) the cohort of each stack.
    which, step
        (n,) stack of each row, and periods since the first of its stack.
    steps
        Periods of a stack.
    units
        Units in each stack.
    omitted
        Cohorts without a stack.
    """

    panel: EventPanel
    cohorts: Codes
    which: Codes
    step: Codes
    steps: int
    units: Groups
    omitted: tuple[str, ...]

    @property
    def treated(self) -> Mask:
        """(n,) rows of the cohort of their stack."""
        return np.asarray(self.panel.cohort == self.cohorts[self.which])

    @property
    def effects(self) -> tuple[Effect, Effect]:
        """Effects of units and periods by stack."""
        codes = self.which * self.steps + self.step
        periods = renumbered(f"{self.panel.options.time}^stack", codes)
        return Effect(self.units.name, self.units), Effect(periods.name, periods)


@dataclass(frozen=True, kw_only=True)
class Stacked(Options):
    r"""A data set for each cohort with clean comparison units, one after the other.

    In each stack, effects are those of the cohort against units that are never treated or, under `notyet`, not treated
    before the stack ends; units are in it if they are seen in all of its periods. It needs parallel trends within
    stacks; a treatment that switches off is taken to stay, unless `ends` names its end.

    Parameters
    ----------
    outcome, unit, time, cohort, controls, base, anticipation, weights, ends
        As for all estimators of this package; see `Options`.
    comparison
        `notyet` (units treated after the end of the stack, too) or `never`.
    window
        First and last event time of a stack. Cohorts for which it does not lie within the data have none and are named
        in `fit.omitted`. None for the widest that all cohorts have.
    weighting
        `treated`: effects of stacks are averaged by the number of treated rows, the effect on the treated, as with the
        weights of Wing, Freedman and Hollingsworth. `variance`: pooled least squares with effects of units and
        periods by stack, as in Cengiz et al., which weighs stacks by what they tell, also.
    exposure
        Column of how strongly the event concerns a unit; effects are those of one unit of it, by pooled least squares.

    Returns
    -------
    Fit
        From `fit(data)`: terms are event times, rows are those of all stacks, so that errors have to be clustered by
        unit or above; `fit.aggregate(kind)` gives other averages.

    Raises
    ------
    OptionError, FormulaError, DataError, IdentificationError
        From `fit`, with the column, unit, period or cohort that is wrong.

    References
    ----------
    Cengiz, Dube, Lindner and Zipperer (2019), Quarterly Journal of Economics 134(3), appendix D; Wing, Freedman and
    Hollingsworth (2024), NBER working paper 32054.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ.event_study import Stacked
    >>> data = pd.DataFrame({"unit": list("aaabbbcccddd"), "year": [1, 2, 3] * 4,
    ...                      "y": [1.0, 3, 4, 2, 2, 5, 0, 1, 1, 3, 3, 5], "first": [2.0] * 3 + [3.0] * 3 + [None] * 6})
    >>> fit = Stacked(outcome="y", unit="unit", time="year", cohort="first", window=(-1, 0)).fit(data)
    >>> dict(zip(fit.names, fit.params.round(3).tolist()))
    {'0': 1.833}
    """

    comparison: str = "notyet"
    weighting: str = "treated"
    exposure: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.weighting not in WEIGHTINGS:
            raise OptionError(f"no weighting {self.weighting!r}; there are {', '.join(WEIGHTINGS)}")

    def fit(self, data: Any) -> Fit:
        """Estimate on a table; see the class for what is raised."""
        panel = event_panel(self, data, others=(self.exposure,) if self.exposure else ())
        if self.exposure is None:
            require_comparison(panel)
        return self.estimate(panel)

    def estimate(self, panel: EventPanel) -> Fit:
        """Estimate on rows by unit, period and cohort."""
        stacks = _stacks(panel, alone=self.exposure is not None)
        if self.exposure is not None:
            fit = pooled_fit(self, stacks.panel, stacks.treated, dose_of(stacks.panel, self.exposure), stacks.effects)
            return replace(fit, omitted=stacks.omitted)
        cells = _saturated(self, stacks)
        if self.weighting == "treated":
            return dynamic(cells)
        fit = pooled_fit(self, stacks.panel, stacks.treated, np.ones(stacks.panel.nobs), stacks.effects)
        return dynamic(replace(cells, path=replace(fit, omitted=stacks.omitted)))


def _stacks(panel: EventPanel, *, alone: bool) -> Stacks:
    """The rows of all stacks; `alone` where a cohort needs no comparison units."""
    low, high = _window(panel)
    parts, cohorts, omitted = [], [], []
    for cohort in panel.cohorts.tolist():
        rows = _rows(panel, cohort, low, high)
        if rows is None or not (alone or (panel.cohort[rows] != cohort).any()):
            omitted.append(f"cohort {panel.label(cohort)}")
            continue
        parts.append(rows)
        cohorts.append(cohort)
    if not parts:
        raise IdentificationError(
            f"no cohort has both the periods {low} to {high} around its event and clean comparison units; use a "
            "narrower window, or comparison='notyet'"
        )
    which = np.repeat(np.arange(len(parts)), [rows.size for rows in parts])
    rows = np.concatenate(parts)
    unused = np.bincount(rows, minlength=panel.nobs) == 0
    stacked = panel.at(rows)
    drops = panel.sample.without(unused, "in no stack").drops
    stacked = replace(stacked, design=replace(stacked.design, sample=replace(stacked.sample, drops=drops)))
    units = renumbered(f"{panel.units.name}^stack", which * stacked.units.count + stacked.units.codes)
    step = stacked.time - np.array(cohorts)[which] - low
    return Stacks(stacked, np.array(cohorts), which, step, high - low + 1, units, tuple(omitted))


def _window(panel: EventPanel) -> tuple[int, int]:
    """First and last event time of a stack, the base among them."""
    if panel.options.window is not None:
        low, high = panel.options.window
    else:
        low, high = -int(panel.cohorts[0]), panel.clock.count - 1 - int(panel.cohorts[-1])
    return min(low, panel.base), high


def _rows(panel: EventPanel, cohort: int, low: int, high: int) -> Codes | None:
    """Rows of a stack, of units seen in all of its periods; None where the window reaches beyond the data."""
    if cohort + low < 0 or cohort + high >= panel.clock.count:
        return None
    within = (panel.time >= cohort + low) & (panel.time <= cohort + high)
    never, later = panel.cohort == NEVER, panel.cohort + panel.lead > cohort + high
    clean = never if panel.options.comparison == "never" else later
    chosen = within & (clean | (panel.cohort == cohort))
    if panel.followed:
        seen = np.bincount(panel.units.codes, chosen, minlength=panel.units.count)
        chosen &= (seen == high - low + 1)[panel.units.codes]
    rows = np.flatnonzero(chosen)
    return rows if (panel.cohort[rows] == cohort).any() else None


def _saturated(spec: Stacked, stacks: Stacks) -> Cells:
    """The effects of every stack in every period."""
    panel, S = stacks.panel, stacks.cohorts.size
    arms = 2 * stacks.which + ~stacks.treated
    elimination = Elimination(stacks.units, arms, stacks.step, (2 * S, stacks.steps), panel.w)
    low = int(panel.time[0] - stacks.cohorts[stacks.which[0]] - stacks.step[0])
    wanted = [(s, place) for s in range(S) for place in _places(panel, int(stacks.cohorts[s]), low, stacks.steps)]
    arms_of = np.array([(2 * s, 2 * s + 1) for s, _ in wanted])
    steps = np.array([(place.period - place.cohort - low, place.base - place.cohort - low) for _, place in wanted])
    contrasts = contrasts_of((2 * S, stacks.steps), arms_of, steps)
    known = elimination.identified(contrasts)
    found = [one for one, good in zip(wanted, known, strict=True) if good]
    if not found:
        raise IdentificationError("no stack has a period that can be compared with its base")
    names = tuple(place.name(panel) for _, place in found)
    fit = Saturated(panel, stacks.effects, elimination).fit(spec, contrasts[:, :, known], arms_of[known, 0], names)
    lost = tuple(place.name(panel) for (_, place), good in zip(wanted, known, strict=True) if not good)
    masses = np.bincount(arms * stacks.steps + stacks.step, panel.w, minlength=2 * S * stacks.steps)
    masses = masses.reshape(S, 2, stacks.steps)[:, 0].astype(np.float64)
    sizes = np.array([masses[s, place.event_time - low] for s, place in found])
    totals = np.zeros(panel.cohorts.size)
    totals[np.searchsorted(panel.cohorts, stacks.cohorts)] = masses.max(axis=1)
    fit = replace(fit, omitted=(*stacks.omitted, *lost))
    return Cells(fit, panel, tuple(place for _, place in found), sizes, totals)


def _places(panel: EventPanel, cohort: int, low: int, steps: int) -> list[Place]:
    """The periods of a stack but the one that its effects are relative to."""
    found = []
    for time in range(low, low + steps):
        base = panel.base_of(time)
        if base != time and base >= low:
            found.append(Place(cohort, cohort + time, cohort + base))
    return found
