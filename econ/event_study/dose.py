"""How strongly an event concerns a unit."""

from __future__ import annotations

import numpy as np

from econ.design import numeric
from econ.errors import DataError
from econ.event_study.panel import EventPanel
from econ.groups import Vector
from econ.panels import first_rows, shown

__all__ = ["dose_of"]


def dose_of(panel: EventPanel, exposure: str | None) -> Vector:
    """(n,) exposure of each row's unit; ones where none is named.

    Raises
    ------
    DataError
        If it is not finite, or differs between rows of one unit.
    """
    if exposure is None:
        return np.ones(panel.nobs)
    column = panel.sample.column(exposure)
    dose = numeric(column)
    odd = ~np.isfinite(dose)
    if panel.followed:
        odd |= dose != dose[first_rows(panel.units)][panel.units.codes]
    if odd.any():
        row = panel.sample.labels[np.flatnonzero(odd)[0]]
        raise DataError(
            f"column {exposure!r}, row {shown(row)}: an exposure has to be a finite number and the same in all rows of "
            f"a {panel.units.name}; take its value before the event"
        )
    return dose
