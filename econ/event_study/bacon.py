"""What a static two-way fixed effects coefficient compares with what, and with which weight."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from econ.errors import CollinearError, DataError
from econ.event_study.panel import NEVER, EventPanel, event_panel
from econ.event_study.twfe import TWFE
from econ.groups import Vector
from econ.panels import first_rows

__all__ = ["BaconDecomposition", "bacon_decomposition"]

ALWAYS = -1
NEVER_TREATED, ALWAYS_TREATED = "treated vs never", "treated vs always"
EARLIER, LATER = "earlier vs later", "later vs earlier"


@dataclass(frozen=True, eq=False, repr=False)
class BaconDecomposition:
    """Comparisons of two groups in two spans of time that make the static coefficient.

    Attributes
    ----------
    estimate
        The coefficient of treatment with unit and time effects.
    table
        One row a comparison: treated, comparison (cohorts, `never` or `always`), kind, estimate, weight.
    """

    estimate: float
    table: pd.DataFrame

    @property
    def kinds(self) -> pd.DataFrame:
        """One row a kind of comparison: kind, weight, estimate (weighted mean)."""
        rows = self.table.assign(product=self.table["weight"] * self.table["estimate"])
        sums = rows.groupby("kind", sort=False)[["weight", "product"]].sum()
        return pd.DataFrame({"weight": sums["weight"], "estimate": sums["product"] / sums["weight"]}).reset_index()

    def __repr__(self) -> str:
        """The kinds; `.table` has the comparisons."""
        rows = self.kinds.to_string(index=False, float_format=lambda number: f"{number:.4g}")
        return f"static two-way fixed effects: {self.estimate:.4g}, from {len(self.table)} comparisons\n{rows}"


def bacon_decomposition(data: Any, *, outcome: str, unit: str, time: str, cohort: str) -> BaconDecomposition:
    r"""Decompose the coefficient of a treatment with unit and time effects into comparisons of two groups.

    Comparisons `later vs earlier` use units that are treated already; where effects change over time, these bias the
    coefficient.

    Parameters
    ----------
    data
        A balanced panel, as a table of pandas, polars or Arrow.
    outcome, unit, time, cohort
        As for the estimators of this package; units may be treated from the first period on.

    Raises
    ------
    DataError, IdentificationError
        If the panel is not balanced, or a unit, period or cohort is wrong.

    References
    ----------
    Goodman-Bacon (2021), Journal of Econometrics 225(2), theorem 1.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ.event_study import bacon_decomposition
    >>> data = pd.DataFrame({"unit": list("aaabbbcccddd"), "year": [1, 2, 3] * 4,
    ...                      "y": [1.0, 3, 4, 2, 2, 5, 0, 1, 1, 3, 3, 5], "first": [2.0] * 3 + [3.0] * 3 + [None] * 6})
    >>> found = bacon_decomposition(data, outcome="y", unit="unit", time="year", cohort="first")
    >>> round(found.estimate, 3), found.table["weight"].round(3).tolist()
    (1.7, [0.4, 0.4, 0.1, 0.1])
    """
    spec = TWFE(outcome=outcome, unit=unit, time=time, cohort=cohort)
    panel = event_panel(spec, data, always=True)
    if panel.nobs < panel.units.count * panel.clock.count:
        raise DataError(
            f"the decomposition needs a balanced panel: {panel.units.count} units in {panel.clock.count} periods make "
            f"{panel.units.count * panel.clock.count} rows, and {panel.nobs} are complete; leave out units with gaps"
        )
    rows = list(_comparisons(panel))
    if not rows:
        raise CollinearError("treatment does not vary once unit and time effects are taken out: all start at one time")
    table = pd.DataFrame(rows, columns=["treated", "comparison", "kind", "estimate", "weight"])
    table["weight"] /= table["weight"].sum()
    return BaconDecomposition(float(table["weight"] @ table["estimate"]), table)


@dataclass(frozen=True, eq=False)
class Groups:
    """Groups of units with the same first treated period.

    Attributes
    ----------
    means
        (T,) mean outcomes of each.
    shares
        Its share of the units.
    """

    means: dict[int, Vector]
    shares: dict[int, float]

    def change(self, treated: int, other: int, spans: tuple[int, int, int]) -> float:
        """Difference in differences from the span between the first two numbers to that between the last two."""
        first, event, last = spans
        before, after = slice(first, event), slice(event, last)
        mine, theirs = (self.means[one][after].mean() - self.means[one][before].mean() for one in (treated, other))
        return float(mine - theirs)

    def weight(self, treated: int, other: int) -> float:
        """What the sizes of two groups add to the weight of their comparison."""
        return self.shares[treated] * self.shares[other]


def _comparisons(panel: EventPanel) -> Iterator[tuple[str, str, str, float, float]]:
    """Each comparison with its weight, up to a factor."""
    groups, T = _groups(panel), panel.clock.count
    cohorts = sorted(one for one in groups.means if one not in (ALWAYS, NEVER))
    for k in cohorts:
        for group, label, kind in ((NEVER, "never", NEVER_TREATED), (ALWAYS, "always", ALWAYS_TREATED)):
            if group in groups.means:
                spread = (T - k) * k / T**2
                yield panel.label(k), label, kind, groups.change(k, group, (0, k, T)), groups.weight(k, group) * spread
    for place, k in enumerate(cohorts):
        for later in cohorts[place + 1 :]:
            apart, one, other = (later - k) / T, panel.label(k), panel.label(later)
            weight = groups.weight(k, later) * apart
            yield one, other, EARLIER, groups.change(k, later, (0, k, later)), weight * k / T
            yield other, one, LATER, groups.change(later, k, (k, later, T)), weight * (T - later) / T


def _groups(panel: EventPanel) -> Groups:
    cohort = np.where(panel.cohort <= 0, ALWAYS, panel.cohort)
    own = cohort[first_rows(panel.units)]
    means, shares = {}, {}
    for one in np.unique(cohort).tolist():
        rows = cohort == one
        sums = np.bincount(panel.time[rows], panel.y[rows], minlength=panel.clock.count)
        means[one] = sums / (own == one).sum()
        shares[one] = float((own == one).mean())
    return Groups(means, shares)
