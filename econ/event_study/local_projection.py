"""Local projections difference in differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from econ.errors import CollinearError, IdentificationError, OptionError
from econ.event_study.cells import Cells, Place, dynamic
from econ.event_study.cells import places as every_place
from econ.event_study.dose import dose_of
from econ.event_study.influence import influence_fit
from econ.event_study.options import Options
from econ.event_study.panel import NEVER, EventPanel, event_panel, refuse, require_comparison
from econ.groups import Codes, Groups, Matrix, Vector, factorize
from econ.panels import first_rows, means
from econ.sample import listed
from econ.scores import Sparse
from econ.solve import judged_inverse, weighted
from econ.types import Fit

__all__ = ["LocalProjection"]

WEIGHTINGS = ("treated", "variance")
COLLINEAR = 1e-10


@dataclass(frozen=True, eq=False)
class Changes:
    """Changes of the outcome over one horizon: of units at their event, and of clean comparison units at any time.

    Attributes
    ----------
    horizon
        Periods from the event to the later of both.
    rows
        (m,) row of the later period.
    time
        Period of the event, or at which a comparison is made.
    cohort
        (m,) place of the cohort of units at their event, -1 for comparisons.
    table
        (m, 1 + q) change of the outcome, and controls in the base period.
    dose, w
        (m,) exposure, and weight.
    """

    horizon: int
    rows: Codes
    time: Groups
    cohort: Codes
    table: Matrix
    dose: Vector
    w: Vector | None


@dataclass(frozen=True, eq=False)
class Projected:
    """Coefficients of one horizon and their influence: (j,), and (m, j) on some rows."""

    estimates: Vector
    rows: Codes
    influence: Matrix


@dataclass(frozen=True, kw_only=True)
class LocalProjection(Options):
    r"""A regression of long differences for each horizon, on units at their event and clean comparison units.

    .. math:: y_{i,t+h} - y_{i,t-1} = \beta_h \Delta D_{it} + x_{i,t-1}'\gamma_h + \delta_{t,h} + u_{it,h}

    Clean comparison units are not treated by t + h (`notyet`), or never. A unit counts at a horizon if it is seen in t,
    in the base period and in t + h; effects of cohorts without a comparison are named in `fit.omitted`. It needs
    parallel trends over each horizon. A treatment that switches off is taken to stay, unless `ends` names its end.

    Parameters
    ----------
    outcome, time, cohort, window, base, anticipation, weights, ends
        As for all estimators of this package; see `Options`.
    unit
        Column of units; they have to be followed.
    controls
        Regressors, taken in the base period.
    comparison
        `notyet` or `never`; before the event, `notyet` are those untreated at the event.
    weighting
        `treated`: periods are weighted so that cohorts count by the number of their treated units, the effect on the
        treated. `variance`: they count by what they tell, too. With an exposure it is always the latter.
    exposure
        Column of how strongly the event concerns a unit; effects are those of one unit of it. Units may all have the
        same event.

    Returns
    -------
    Fit
        From `fit(data)`: terms are event times; `fit.aggregate(kind)` gives other averages. A change is put down to
        the row of its later period; cluster by unit or above. `residuals` are deviations from the means of cohorts in
        periods.

    Raises
    ------
    OptionError, FormulaError, DataError, IdentificationError
        From `fit`, with the column, unit, period or cohort that is wrong.

    References
    ----------
    Dube, Girardi, Jordà and Taylor (2023), NBER working paper 31184, eq. 8 to 12.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ.event_study import LocalProjection
    >>> data = pd.DataFrame({"unit": list("aaabbbcccddd"), "year": [1, 2, 3] * 4,
    ...                      "y": [1.0, 3, 4, 2, 2, 5, 0, 1, 1, 3, 3, 5], "first": [2.0] * 3 + [3.0] * 3 + [None] * 6})
    >>> fit = LocalProjection(outcome="y", unit="unit", time="year", cohort="first").fit(data)
    >>> dict(zip(fit.names, fit.params.round(3).tolist()))
    {'-2': 0.5, '0': 1.833, '1': 1.5}
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
        refuse(panel, "follows units", "name their column, or use CallawaySantAnna on repeated cross-sections")
        if self.exposure is None:
            require_comparison(panel)
        return self.estimate(panel)

    def estimate(self, panel: EventPanel) -> Fit:
        """Estimate on rows by unit, period and cohort."""
        dose, alone = dose_of(panel, self.exposure), self.exposure is not None
        found = [
            one for horizon in self._horizons(panel) if (one := _changes(panel, horizon, dose, alone=alone)) is not None
        ]
        if not found:
            raise IdentificationError("no cohort has a horizon over which it can be compared with clean units")
        pooled = [
            _projected(self._weighed(one), (one.cohort >= 0)[:, None] * one.dose[:, None], self._names(panel))
            for one in found
        ]
        cells = self._cells(panel, found)
        path = _stored(self, panel, pooled, [str(one.horizon) for one in found])
        return dynamic(replace(cells, path=replace(path, omitted=self._omitted(panel, cells))))

    def _weighed(self, changes: Changes) -> Changes:
        """Changes with the weights under which cohorts count by their treated units."""
        if self.weighting == "variance" or self.exposure is not None:
            return changes
        w = np.ones(changes.rows.size) if changes.w is None else changes.w
        share = changes.time.totals(w * (changes.cohort >= 0)) / changes.time.totals(w)
        return replace(changes, w=w / (1 - share[changes.time.codes]))

    def _names(self, panel: EventPanel) -> tuple[str, ...]:
        """What stands on the right-hand side."""
        return (self.exposure or "the event", *panel.controls)

    def _horizons(self, panel: EventPanel) -> list[int]:
        last = panel.clock.count - 1
        base = {panel.base} if self.base == "universal" else set()
        return [h for h in range(-last, last + 1) if self.inside(h) and h not in base]

    def _cells(self, panel: EventPanel, found: list[Changes]) -> Cells:
        """The coefficient of each cohort at each horizon."""
        places, sizes, projected = [], [], []
        for one in found:
            own = np.unique(one.cohort[one.cohort >= 0])
            base = panel.base_of(one.horizon)
            projected.append(_projected(one, (one.cohort[:, None] == own) * one.dose[:, None], self._names(panel)))
            for cohort, place in zip(panel.cohorts[own].tolist(), own, strict=True):
                places.append(Place(cohort, cohort + one.horizon, cohort + base))
                mine = one.cohort == place
                sizes.append(float(mine.sum() if one.w is None else one.w[mine].sum()))
        fit = _stored(self, panel, projected, [one.name(panel) for one in places])
        return Cells(fit, panel, tuple(places), np.array(sizes), panel.cohort_sizes)

    def _omitted(self, panel: EventPanel, found: Cells) -> tuple[str, ...]:
        """Cohorts in periods within the window whose effect could not be estimated."""
        known = set(found.places)
        return tuple(one.name(panel) for one in every_place(panel) if one not in known and self.inside(one.event_time))


def _changes(panel: EventPanel, horizon: int, dose: Vector, *, alone: bool) -> Changes | None:
    """Changes over a horizon in periods with both kinds, or `alone` with treated units; None if there are none."""
    T, cohort = panel.clock.count, panel.cohort[first_rows(panel.units)]
    base = panel.base_of(horizon)
    times = np.arange(max(0, -base, -horizon), min(T, T - horizon))
    seen = np.logical_and.reduce([panel.rows[:, times + one] >= 0 for one in (horizon, base, 0)])
    event = cohort[:, None] == times
    never = panel.options.comparison == "never"
    clean = cohort[:, None] == NEVER if never else cohort[:, None] + panel.lead > times + max(horizon, 0)
    u, t = np.nonzero(seen & (event | clean))
    treated = event[u, t]
    if not alone:
        keep = ~treated | (np.bincount(t, ~treated, minlength=times.size) > 0)[t]
        u, t, treated = u[keep], t[keep], treated[keep]
    if not treated.any():
        return None
    if not panel.X.shape[1]:  # without controls only the periods of events tell anything
        events = np.bincount(t, treated, minlength=times.size) > 0
        u, t, treated = u[events[t]], t[events[t]], treated[events[t]]
    later, before = panel.rows[u, times[t] + horizon], panel.rows[u, times[t] + base]
    places = np.where(treated, np.searchsorted(panel.cohorts, cohort[u]), -1)
    table = np.column_stack([panel.y[later] - panel.y[before], panel.X[before]])
    w = None if panel.w is None else panel.w[before]
    return Changes(horizon, later, factorize(panel.options.time, t), places, table, dose[later], w)


def _projected(changes: Changes, D: Matrix, names: Sequence[str]) -> Projected:
    """Least squares of changes on D (m, j) and controls, with names for errors, and an effect for each period."""
    V = np.column_stack([changes.table[:, :1], D, changes.table[:, 1:]])
    V = V - means(changes.time, V, changes.w)[changes.time.codes]
    Z, y = V[:, 1:], V[:, 0]
    before = np.column_stack([D, changes.table[:, 1:]])
    weighed = weighted(changes.w, Z)
    inverse = judged_inverse(Z.T @ weighed, COLLINEAR, np.sum(before * weighted(changes.w, before), axis=0))
    if inverse is None:
        raise CollinearError(
            f"event time {changes.horizon}: {listed(names)} cannot be told from each other and from the effects of "
            "periods among the units compared; leave one out, or narrow the window"
        )
    lifted = weighed @ inverse
    estimates = lifted.T @ y
    j = D.shape[1]
    return Projected(estimates[:j], changes.rows, lifted[:, :j] * (y - Z @ estimates)[:, None])


def _stored(spec: LocalProjection, panel: EventPanel, projected: list[Projected], names: list[str]) -> Fit:
    """The coefficients of all horizons as one fit."""
    rows = np.concatenate([np.repeat(one.rows, one.estimates.size) for one in projected])
    starts = np.cumsum([0, *(one.estimates.size for one in projected)])
    columns = [
        np.tile(np.arange(one.estimates.size) + start, one.rows.size)
        for one, start in zip(projected, starts, strict=False)
    ]
    values = np.concatenate([one.influence.ravel() for one in projected])
    kept = values != 0
    k = len(names)
    scores = Sparse(rows[kept], np.concatenate(columns)[kept], values[kept], (panel.nobs, k))
    params = np.concatenate([one.estimates for one in projected])
    return influence_fit(spec, panel, names, params, scores)
