"""Interaction-weighted event study of Sun and Abraham."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from econ.errors import IdentificationError
from econ.event_study.cells import Cells, dynamic, places, sizes_of
from econ.event_study.elimination import Elimination
from econ.event_study.options import Options
from econ.event_study.panel import EventPanel, event_panel, require_comparison
from econ.event_study.saturated import Saturated, contrasts_of
from econ.groups import Effect
from econ.types import Fit

__all__ = ["SunAbraham"]


@dataclass(frozen=True, kw_only=True)
class SunAbraham(Options):
    r"""Two-way fixed effects with an effect for each cohort and event time, averaged by the sizes of cohorts.

    .. math::
        y_{it} = \alpha_i + \lambda_t
        + \sum_g \sum_{e \ne -1} \delta_{g,e} 1[G_i = g, t - g = e] + x_{it}'\beta + u_{it}

    and :math:`\hat\delta_e = \sum_g s_{g,e} \hat\delta_{g,e}` with the shares of the rows at that event time. Effects
    may differ between cohorts and over time; it needs parallel trends of every cohort and the comparison group, and
    no effect in the base period. A treatment that switches off is taken to stay, unless `ends` names its end.

    Parameters
    ----------
    outcome, unit, time, cohort, controls, comparison, window, base, anticipation, weights, ends
        As for all estimators of this package; see `Options`. Controls enter linearly, also after the event. Under
        `notyet`, where no unit is never treated, the cohort treated last is the comparison, and rows from when it is
        treated are left out.

    Returns
    -------
    Fit
        From `fit(data)`: terms are event times; `fit.aggregate(kind)` gives other averages.

    Raises
    ------
    OptionError, FormulaError, DataError, IdentificationError
        From `fit`, with the column, unit, period or cohort that is wrong.

    Notes
    -----
    The regression separates into one for each cohort with unit and period effects of its own, so that no column of
    indicators is formed: time and memory grow with the rows, and with the square of the number of cohorts times
    periods. Effects of cohorts in periods without a comparison are left out and named in `fit.omitted`. Shares are
    taken as given, as in R's fixest (`sunab`).

    References
    ----------
    Sun and Abraham (2021), Journal of Econometrics 225(2), eq. 26 to 28.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import Clustered
    >>> from econ.event_study import SunAbraham
    >>> data = pd.DataFrame({"unit": list("aaabbbcccddd"), "year": [1, 2, 3] * 4,
    ...                      "y": [1.0, 3, 4, 2, 2, 5, 0, 1, 1, 3, 3, 5], "first": [2.0] * 3 + [3.0] * 3 + [None] * 6})
    >>> fit = SunAbraham(outcome="y", unit="unit", time="year", cohort="first").fit(data)
    >>> dict(zip(fit.names, fit.params.round(3).tolist()))
    {'-2': 0.5, '0': 1.75, '1': 1.5}
    """

    def fit(self, data: Any) -> Fit:
        """Estimate on a table; see the class for what is raised."""
        panel = event_panel(self, data)
        require_comparison(panel)
        return self.estimate(panel.without_late())

    def estimate(self, panel: EventPanel) -> Fit:
        """Estimate on rows by unit, period and cohort."""
        G, T = len(panel.cohorts), panel.clock.count
        elimination = Elimination(panel.units, panel.place, panel.time, (G + 1, T), panel.w)
        wanted = places(panel)
        arms = np.array([(np.searchsorted(panel.cohorts, place.cohort), G) for place in wanted])
        contrasts = contrasts_of((G + 1, T), arms, np.array([(place.period, place.base) for place in wanted]))
        known = elimination.identified(contrasts)
        found = tuple(place for place, good in zip(wanted, known, strict=True) if good)
        if not found:
            raise IdentificationError(
                "no cohort has a period that can be compared with its base and a comparison group"
            )
        effects = (Effect(panel.units.name, panel.units), Effect(self.time, panel.periods))
        names = tuple(place.name(panel) for place in found)
        fit = Saturated(panel, effects, elimination).fit(self, contrasts[:, :, known], arms[known, 0], names)
        left = tuple(place.name(panel) for place, good in zip(wanted, known, strict=True) if not good)
        sizes = sizes_of(panel, found)
        return dynamic(Cells(replace(fit, omitted=left), panel, found, sizes, panel.cohort_sizes))
