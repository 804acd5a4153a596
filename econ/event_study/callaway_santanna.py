"""Group-time effects of Callaway and Sant'Anna."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from econ.errors import CollinearError, EconError, IdentificationError, OptionError
from econ.event_study.adjustment import ADJUSTMENTS, Pair, across, followed
from econ.event_study.cells import Cells, Place, dynamic, places
from econ.event_study.influence import influence_fit
from econ.event_study.options import Options
from econ.event_study.panel import EventPanel, event_panel, require_comparison
from econ.groups import Codes, Mask, Vector
from econ.panels import first_rows
from econ.scores import Sparse
from econ.types import Fit

__all__ = ["CallawaySantAnna"]


@dataclass(frozen=True, eq=False)
class Effect:
    """The effect of a cohort in a period, and its influence on the rows it was estimated from."""

    place: Place
    estimate: float
    rows: Codes
    influence: Vector


@dataclass(frozen=True, kw_only=True)
class CallawaySantAnna(Options):
    r"""Each cohort in each period against a comparison group, by difference in differences.

    .. math:: ATT(g, t) = E[y_t - y_b | G = g] - E[y_t - y_b | C]

    with the base period b = g - 1 (less the anticipation) and C the units never treated, or not treated yet by the
    later of t and b (plus the anticipation). With controls, the change of the comparison group is predicted by
    regression, by weighting, or by both, of which only one has to be right. Averages by event time weigh cohorts by
    size. It needs parallel trends given the controls; a treatment that switches off is taken to stay, unless `ends`
    names its end.

    Parameters
    ----------
    outcome, unit, time, cohort, controls, comparison, window, base, anticipation, weights, ends
        As for all estimators of this package; see `Options`. Controls and weights of a unit are those of the base
        period.
    adjustment
        How controls are used: `doubly_robust`, `regression` (of outcomes) or `weighting` (by the odds of a logit).

    Returns
    -------
    Fit
        From `fit(data)`: terms are event times; `fit.aggregate(kind)` gives other averages, and `cohort_time` all
        effects. The influence of a row is what its outcome does; units sum to the influence of the papers.
        `residuals` are deviations from the means of cohorts in periods.

    Raises
    ------
    OptionError, FormulaError, DataError, IdentificationError
        From `fit`, with the column, unit, period or cohort that is wrong.

    Notes
    -----
    Errors of averages count that sizes of cohorts are estimated, as in R's did; `Clustered(unit, correction="CR0")`
    gives its analytic errors. In an unbalanced panel an effect is estimated from the units seen in both of its
    periods, as in Stata's csdid. Effects without a comparison are left out and named in `fit.omitted`. In repeated
    cross-sections `doubly_robust` is the locally efficient estimator.

    References
    ----------
    Callaway and Sant'Anna (2021), Journal of Econometrics 225(2), theorem 1 and section 3; Sant'Anna and Zhao (2020),
    Journal of Econometrics 219(1).

    Examples
    --------
    >>> import pandas as pd
    >>> from econ.event_study import CallawaySantAnna
    >>> data = pd.DataFrame({"unit": list("aaabbbcccddd"), "year": [1, 2, 3] * 4,
    ...                      "y": [1.0, 3, 4, 2, 2, 5, 0, 1, 1, 3, 3, 5], "first": [2.0] * 3 + [3.0] * 3 + [None] * 6})
    >>> fit = CallawaySantAnna(outcome="y", unit="unit", time="year", cohort="first").fit(data)
    >>> dict(zip(fit.names, fit.params.round(3).tolist()))
    {'-2': 0.5, '0': 1.75, '1': 1.5}
    >>> fit.aggregate("cohort").params.round(3).tolist()
    [1.5, 2.0]
    """

    adjustment: str = "doubly_robust"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.adjustment not in ADJUSTMENTS:
            raise OptionError(f"no adjustment {self.adjustment!r}; there are {', '.join(ADJUSTMENTS)}")

    def fit(self, data: Any) -> Fit:
        """Estimate on a table; see the class for what is raised."""
        panel = event_panel(self, data)
        require_comparison(panel)
        return self.estimate(panel)

    def estimate(self, panel: EventPanel) -> Fit:
        """Estimate on rows by unit, period and cohort."""
        wanted = places(panel)
        source = _Followed(panel) if panel.followed else _Repeated(panel)
        found = list(self._effects(source, wanted))
        if not found:
            raise IdentificationError(
                "no cohort has a period in which it can be compared with others and with its base"
            )
        kept = tuple(one.place for one in found)
        known = set(kept)
        weights, sizes = _sizes(panel)
        names = [*(one.name(panel) for one in kept), *(f"size of {panel.label(one)}" for one in panel.cohorts)]
        estimates = np.append([one.estimate for one in found], np.zeros(sizes.size))
        fit = influence_fit(self, panel, names, estimates, _table(panel, found, weights))
        omitted = tuple(one.name(panel) for one in wanted if one not in known)
        fit = replace(fit, rank=len(found), omitted=omitted)
        of_cells = sizes[[np.searchsorted(panel.cohorts, one.cohort) for one in kept]]
        return dynamic(Cells(fit, panel, kept, of_cells, sizes, estimated_sizes=True))

    def _effects(self, source: _Followed | _Repeated, wanted: list[Place]) -> Iterator[Effect]:
        adjustment = self.adjustment if self.controls else "regression"
        for place in wanted:
            try:
                found = source.effect(place, adjustment)
            except EconError as error:
                kind = CollinearError if isinstance(error, CollinearError) else IdentificationError
                raise kind(f"cohort:period {place.name(source.panel)}: {error}") from error
            if found is not None:
                yield found


def _compared(panel: EventPanel, cohort: Codes, place: Place) -> Mask:
    """Which units, or rows, with some cohorts are the comparison of a place."""
    if panel.options.comparison == "never":
        return np.asarray(cohort >= panel.clock.count)
    by = max(place.period, place.base) - panel.lead
    return np.asarray((cohort > by) & (cohort != place.cohort))


class _Followed:
    """Units that are followed: a row of a table for each, a column for each period."""

    def __init__(self, panel: EventPanel) -> None:
        self.panel = panel
        self.rows = panel.rows
        self.seen = self.rows >= 0
        self.cohort = panel.cohort[first_rows(panel.units)]
        self.X = np.column_stack([np.ones(panel.nobs), panel.X])

    def effect(self, place: Place, adjustment: str) -> Effect | None:
        both = self.seen[:, place.period] & self.seen[:, place.base]
        treated = both & (self.cohort == place.cohort)
        chosen = np.flatnonzero(treated | (both & _compared(self.panel, self.cohort, place)))
        mine = treated[chosen]
        if not mine.any() or mine.all():
            return None
        later, base = self.rows[chosen, place.period], self.rows[chosen, place.base]
        Y = np.column_stack([self.panel.y[later], self.panel.y[base]])
        w = np.ones(chosen.size) if self.panel.w is None else self.panel.w[base]
        effects, psi = followed(Pair(mine, self.X[base], w), Y, adjustment)
        return Effect(place, effects[0] - effects[1], np.append(later, base), np.append(psi[:, 0], -psi[:, 1]))


class _Repeated:
    """Rows that are different members of their cohorts in each period."""

    def __init__(self, panel: EventPanel) -> None:
        self.panel = panel
        self.X = np.column_stack([np.ones(panel.nobs), panel.X])

    def effect(self, place: Place, adjustment: str) -> Effect | None:
        panel = self.panel
        when = (panel.time == place.period) | (panel.time == place.base)
        compared = _compared(panel, panel.cohort, place)
        rows = np.flatnonzero(when & (compared | (panel.cohort == place.cohort)))
        treated, later = panel.cohort[rows] == place.cohort, panel.time[rows] == place.period
        if not all((one & other).any() for one in (treated, ~treated) for other in (later, ~later)):
            return None
        w = np.ones(rows.size) if panel.w is None else panel.w[rows]
        estimate, psi = across(Pair(treated, self.X[rows], w), later, panel.y[rows], adjustment)
        return Effect(place, estimate, rows, psi)


def _sizes(panel: EventPanel) -> tuple[Vector, Vector]:
    """(n,) what each row counts in the size of its cohort, and (G,) the sizes: units, rows, or their weight."""
    weights = np.ones(panel.nobs) if panel.w is None else panel.w
    if panel.followed:
        first = weights[first_rows(panel.units)]
        weights = (first / panel.units.sizes)[panel.units.codes]
    return weights, np.bincount(panel.place, weights, minlength=len(panel.cohorts) + 1)[:-1].astype(np.float64)


def _table(panel: EventPanel, found: list[Effect], weights: Vector) -> Sparse:
    """(n, c + G) influences on effects, and what rows add to the size of their cohort."""
    members = [np.flatnonzero(panel.cohort == cohort) for cohort in panel.cohorts]
    rows = [*(one.rows for one in found), *members]
    values = [*(one.influence for one in found), *(weights[one] for one in members)]
    columns = np.repeat(np.arange(len(rows)), [one.size for one in rows])
    return Sparse(np.concatenate(rows), columns, np.concatenate(values), (panel.nobs, len(rows)))
