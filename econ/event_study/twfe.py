"""Dynamic two-way fixed effects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from econ.errors import OptionError
from econ.event_study.dose import dose_of
from econ.event_study.options import Options
from econ.event_study.panel import EventPanel, event_panel, require_comparison
from econ.event_study.pooled import pooled_fit
from econ.groups import Effect
from econ.types import Fit

__all__ = ["TWFE"]

ENDPOINTS = ("separate", "binned")


@dataclass(frozen=True, kw_only=True)
class TWFE(Options):
    r"""Two-way fixed effects with one effect for each event time.

    .. math:: y_{it} = \alpha_i + \lambda_t + \sum_{e \ne -1} \beta_e 1[t - G_i = e] + x_{it}'\beta + u_{it}

    It takes effects at an event time to be the same in all cohorts. Where they differ, its coefficients mix those of
    other event times, with weights that can be negative (`treatment_weights` shows them): use `SunAbraham`,
    `CallawaySantAnna` or `Imputation`. A treatment that switches off is taken to stay, unless `ends` names its end.

    Parameters
    ----------
    outcome, unit, time, cohort, controls, comparison, window, base, anticipation, weights, ends
        As for all estimators of this package; see `Options`. Whatever the comparison, treated units serve each other
        as comparison; under `notyet`, where no unit is never treated, the cohort treated last is never treated within
        the rows used: those from when it is are left out.
    exposure
        Column of how strongly the event concerns a unit, such as the exposure of its banks; effects are then those of
        one unit of it. Units may all have the same event.
    endpoints
        `separate`: event times outside of the window have their own coefficients, which are not reported. `binned`:
        those before and after the window share the coefficients of its ends.

    Returns
    -------
    Fit
        From `fit(data)`: terms are event times; `fit.aggregate(kind)` gives averages. Leverages are there, and, while
        no window leaves coefficients out, the wild bootstrap.

    Raises
    ------
    OptionError, FormulaError, DataError, IdentificationError
        From `fit`, with the column, unit, period or cohort that is wrong.

    References
    ----------
    Goodman-Bacon (2021), Journal of Econometrics 225(2); de Chaisemartin and D'Haultfoeuille (2020), American Economic
    Review 110(9); Schmidheiny and Siegloch (2023), Journal of Applied Econometrics 38(5), on binned endpoints.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ.event_study import TWFE
    >>> data = pd.DataFrame({"unit": list("aaabbbcccddd"), "year": [1, 2, 3] * 4,
    ...                      "y": [1.0, 3, 4, 2, 2, 5, 0, 1, 1, 3, 3, 5], "first": [2.0] * 3 + [3.0] * 3 + [None] * 6})
    >>> fit = TWFE(outcome="y", unit="unit", time="year", cohort="first").fit(data)
    >>> dict(zip(fit.names, fit.params.round(3).tolist()))
    {'-2': 0.321, '0': 1.75, '1': 1.571}
    """

    exposure: str | None = None
    endpoints: str = "separate"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.endpoints not in ENDPOINTS:
            raise OptionError(f"no endpoints {self.endpoints!r}; there are {', '.join(ENDPOINTS)}")
        if self.endpoints == "binned" and self.window is None:
            raise OptionError("endpoints='binned' needs a window, such as window=(-4, 5)")

    def fit(self, data: Any) -> Fit:
        """Estimate on a table; see the class for what is raised."""
        panel = event_panel(self, data, others=(self.exposure,) if self.exposure else ())
        if self.exposure is None:
            require_comparison(panel)
            panel = panel.without_late()
        return self.estimate(panel)

    def estimate(self, panel: EventPanel) -> Fit:
        """Estimate on rows by unit, period and cohort."""
        effects = (Effect(panel.units.name, panel.units), Effect(self.time, panel.periods))
        bins = self.window if self.endpoints == "binned" else None
        return pooled_fit(self, panel, panel.ever, dose_of(panel, self.exposure), effects, bins=bins)
