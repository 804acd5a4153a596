"""Imputation estimator of Borusyak, Jaravel and Spiess."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from econ.errors import IdentificationError
from econ.event_study.cells import Cells, dynamic
from econ.event_study.imputed import Imputed, imputable
from econ.event_study.leads import leads_of
from econ.event_study.options import Options
from econ.event_study.panel import EventPanel, event_panel, require_comparison
from econ.groups import Effect, Matrix
from econ.scores import Beside
from econ.types import Fit

__all__ = ["Imputation"]


@dataclass(frozen=True, kw_only=True)
class Imputation(Options):
    r"""What treated rows would have been, imputed from the untreated ones.

    Least squares of :math:`y_{it} = \alpha_i + \lambda_t + x_{it}'\beta + u_{it}` on the untreated rows gives
    :math:`\hat y_{it}(0)` for the treated ones; an effect is an average of
    :math:`\hat\tau_{it} = y_{it} - \hat y_{it}(0)`, by event time over its rows. Efficient where errors are
    independent and of equal variance; it needs parallel trends in all periods before the event, not only the last. A
    treatment that switches off is taken to stay, unless `ends` names its end.

    Parameters
    ----------
    outcome, unit, time, cohort, controls, comparison, window, base, anticipation, weights, ends
        As for all estimators of this package; see `Options`. All untreated rows impute, also those of units treated
        later; under the comparison `never` there has to be a never-treated unit. `base` concerns the event times
        before the event only: effects are relative to all untreated rows.

    Returns
    -------
    Fit
        From `fit(data)`: terms are event times; `fit.aggregate(kind)` gives other averages. Event times before the
        base are not imputed: they are coefficients of least squares on the untreated rows alone, so that a test of
        them does not depend on effects.

    Raises
    ------
    OptionError, FormulaError, DataError, IdentificationError
        From `fit`, with the column, unit, period or cohort that is wrong.

    Notes
    -----
    Treated rows of units or periods without untreated ones cannot be imputed; they are left out and counted. Errors
    are those of the paper: residuals of treated rows are taken from the average effect of their cohort in their period,
    which makes them conservative where effects differ within it. Weights enter the regression and the averages.
    Where no unit is never treated, the coefficient of the earliest event time is not identified and left out.

    References
    ----------
    Borusyak, Jaravel and Spiess (2024), Review of Economic Studies 91(6), theorems 1 to 3 and section 4.4.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ.event_study import Imputation
    >>> data = pd.DataFrame({"unit": list("aaabbbcccddd"), "year": [1, 2, 3] * 4,
    ...                      "y": [1.0, 3, 4, 2, 2, 5, 0, 1, 1, 3, 3, 5], "first": [2.0] * 3 + [3.0] * 3 + [None] * 6})
    >>> fit = Imputation(outcome="y", unit="unit", time="year", cohort="first").fit(data)
    >>> dict(zip(fit.names, fit.params.round(3).tolist()))
    {'-2': 0.5, '0': 1.708, '1': 1.583}
    """

    def fit(self, data: Any) -> Fit:
        """Estimate on a table; see the class for what is raised."""
        panel = event_panel(self, data)
        require_comparison(panel)
        return self.estimate(imputable(panel))

    def estimate(self, panel: EventPanel) -> Fit:
        """Estimate on rows by unit, period and cohort, all of which can be imputed."""
        imputed = Imputed(panel)
        leads = leads_of(panel)
        c = len(imputed.places)
        rank = panel.units.count + panel.clock.count - 1 + panel.X.shape[1] + c
        if panel.nobs <= rank:
            raise IdentificationError(f"{panel.nobs} rows for {rank} parameters; use more units or fewer cohorts")
        parts = (imputed.scores, leads.scores)
        fit = Fit(
            spec=self,
            names=(*(one.name(panel) for one in imputed.places), *map(str, leads.times)),
            params=np.append(imputed.effects, leads.params),
            scores=Beside(parts, (c, len(leads.bread)), panel.nobs, (None, np.flatnonzero(~panel.treated))),
            bread=_diagonal(np.eye(c), leads.bread),
            rank=rank,
            df=panel.nobs - rank,
            effects=(Effect(panel.units.name, panel.units), Effect(self.time, panel.periods)),
            sample=panel.sample,
            residuals=imputed.residuals,
            fitted=panel.y - imputed.residuals,
            classical=None,
            hat=None,
            statistics={},
            omitted=leads.omitted,
        )
        cells = Cells(fit, panel, imputed.places, imputed.sizes, panel.cohort_sizes, leads.times)
        return dynamic(cells)


def _diagonal(one: Matrix, other: Matrix) -> Matrix:
    bread = np.zeros((len(one) + len(other), one.shape[1] + other.shape[1]))
    bread[: len(one), : one.shape[1]], bread[len(one) :, one.shape[1] :] = one, other
    return bread
