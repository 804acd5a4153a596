"""Least squares with one coefficient for each event time, whatever the cohort."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from econ.design import Design
from econ.errors import CollinearError
from econ.event_study.cells import Cells, dynamic, places, sizes_of
from econ.event_study.leads import relative
from econ.event_study.panel import EventPanel
from econ.groups import Codes, Effect, Mask, Vector
from econ.linear import linear_fit
from econ.sample import listed
from econ.solve import LeastSquares, weighted_least_squares
from econ.types import Estimator, Fit

__all__ = ["pooled_fit"]

Bins = tuple[int, int] | None


def pooled_fit(
    spec: Estimator, panel: EventPanel, treated: Mask, dose: Vector, effects: tuple[Effect, ...], *, bins: Bins = None
) -> Fit:
    """Coefficients of event times under absorbed effects, those that were asked for.

    Parameters
    ----------
    spec
        The estimator.
    panel
        Rows by unit, period and cohort.
    treated
        (n,) rows of units whose event time counts.
    dose
        (n,) what their indicators are multiplied by.
    effects
        Absorbed effects.
    bins
        First and last event time, with which those outside share a coefficient; None for a coefficient each.
    """
    event_time = _binned(panel.event_time, bins)
    times = [int(time) for time in np.unique(event_time[treated]) if time != panel.base]
    indicators = [(treated & (event_time == time)) * dose for time in times]
    table = np.asfortranarray(np.column_stack([panel.y, *indicators, panel.X]))
    design = replace(panel.design, names=(*map(str, times), *panel.controls), table=table, effects=effects)
    fit = linear_fit(spec, design, _solved(design))
    wanted = [time for time in panel.relative_times(times) if panel.options.inside(time)]
    J = np.array([relative(time, panel.base_of(time), fit.names) for time in wanted])
    whole = wanted == times and panel.options.base == "universal" and not panel.controls
    path = fit if whole else fit.combine(J, [str(time) for time in wanted])
    return dynamic(replace(_cells(fit, panel, bins), path=path))


def _solved(design: Design) -> LeastSquares:
    try:
        return weighted_least_squares(design, design.y, design.w)
    except CollinearError as error:
        raise CollinearError(
            f"the coefficients of {listed(design.names)} cannot be told from each other and from the effects of units "
            f"and periods, first that of {listed(error.terms or design.names[:1])}; let the window reach down to the "
            "base period, leave out controls that do not vary, or give units exposures that differ",
            error.terms,
        ) from error


def _binned(event_time: Codes, bins: Bins) -> Codes:
    return event_time if bins is None else np.clip(event_time, *bins)


def _cells(fit: Fit, panel: EventPanel, bins: Bins) -> Cells:
    """The coefficient of an event time as the effect on each cohort in its period."""
    found = places(panel)
    ends = [_binned(np.array([one.event_time, one.base - one.cohort]), bins) for one in found]
    J = np.array([relative(int(time), int(base), fit.names) for time, base in ends])
    combined = fit.combine(J, [one.name(panel) for one in found])
    return Cells(combined, panel, tuple(found), sizes_of(panel, found), panel.cohort_sizes)
