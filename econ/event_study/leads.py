"""Coefficients of the event times before the event, from the untreated rows alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from econ.errors import CollinearError
from econ.event_study.panel import EventPanel
from econ.groups import Effect, Matrix, Vector
from econ.scores import Product, Scores, Stacked
from econ.solve import weighted, weighted_least_squares

__all__ = ["Leads", "leads_of", "relative"]


@dataclass(frozen=True, eq=False)
class Leads:
    """Coefficients of event times before the base.

    Attributes
    ----------
    times, params
        (k,) event times and estimates.
    scores, bread
        Scores of the untreated rows on the equations of that regression, and what turns them into influence.
    omitted
        Event times that are not identified.
    """

    times: tuple[int, ...]
    params: Vector
    scores: Scores
    bread: Matrix
    omitted: tuple[str, ...]


def leads_of(panel: EventPanel) -> Leads:
    """Least squares on the untreated rows with an indicator for each event time but the base."""
    before = panel.take(~panel.treated, "treated")
    times = [int(time) for time in np.unique(before.event_time[before.ever]) if time != panel.base]
    omitted = (
        times[:1] if before.ever.all() else []
    )  # with unit and period effects a trend in event time is not identified
    estimated = times[len(omitted) :]
    return _estimated(panel, before, estimated, tuple(map(str, omitted)))


def _estimated(panel: EventPanel, before: EventPanel, estimated: list[int], omitted: tuple[str, ...]) -> Leads:
    """The leads that the untreated rows identify."""
    if not estimated:
        return Leads((), np.zeros(0), Stacked(np.zeros((before.nobs, 0))), np.zeros((0, 0)), omitted)
    indicators = [before.event_time == time for time in estimated]
    table = np.asfortranarray(np.column_stack([before.y, *indicators, before.X]))
    effects = (Effect(before.units.name, before.units), Effect(panel.options.time, before.periods))
    names = (*map(str, estimated), *before.controls)
    design = replace(before.design, names=names, table=table, effects=effects)
    try:
        solved = weighted_least_squares(design, design.y, design.w)
    except CollinearError as error:
        gone = [name for name in error.terms if name not in before.controls]
        if not gone:
            raise
        left = [time for time in estimated if str(time) not in gone]
        return _estimated(panel, before, left, (*omitted, *gone))
    wanted = panel.relative_times(estimated)
    J = np.array([relative(time, panel.base_of(time), names) for time in wanted])
    scores = Product(solved.X, weighted(design.w, solved.residuals))
    return Leads(tuple(wanted), J @ solved.params, scores, solved.inverse @ J.T, omitted)


def relative(time: int, base: int, names: tuple[str, ...]) -> Vector:
    """(k,) weights of the coefficient of an event time less that of another; one that has no term is zero."""
    weights = np.zeros(len(names))
    for place, sign in ((time, 1.0), (base, -1.0)):
        if str(place) in names:
            weights[names.index(str(place))] += sign
    return weights
