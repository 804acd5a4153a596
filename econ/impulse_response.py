"""Impulse responses by local projections, in a series or a panel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from econ.design.columns import numeric
from econ.design.table import as_frame
from econ.errors import DataError, MissingColumnError, OptionError
from econ.estimates import require_whole
from econ.estimators.ols import OLS
from econ.formula import quoted
from econ.joint_fits import jointly
from econ.sample import listed, require_order
from econ.types import Fit

__all__ = ["ImpulseResponse"]


@dataclass(frozen=True, kw_only=True)
class ImpulseResponse:
    r"""The response of an outcome to an impulse, one regression a horizon.

    .. math:: y_{i,t+h} = \beta_h s_{it} + \sum_{l=1}^{L} (\phi_{hl} y_{i,t-l} + \psi_{hl} s_{i,t-l})
              + x_{it}'\gamma_h + \alpha_{ih} + u_{it,h}, \quad h = 0, ..., H

    With `cumulative`, the left side is :math:`\sum_{j=0}^{h} y_{i,t+j}`, the response of the level of an outcome in
    differences. With one lag more than an autoregression of the outcome needs, errors of `White` are right (lag
    augmentation); otherwise use `NeweyWest` or `DriscollKraay` with at least H lags.

    Parameters
    ----------
    outcome, impulse
        Columns.
    time
        Column of whole numbers that count periods; a gap in them is a gap in time.
    unit
        Column of units, whose effects are absorbed; None for a single series.
    horizons
        H, the last horizon.
    lags
        L, lags of outcome and impulse among the regressors.
    controls
        Other regressors, columns in period t.
    cumulative
        Whether the outcome is summed up to each horizon.

    Returns
    -------
    Fit
        From `fit(data)`: terms are the horizons `0`, ..., `H`. A regression stands at its period t.

    Raises
    ------
    OptionError, DataError, IdentificationError
        If an option makes no sense, a column is not there, periods are no whole numbers or repeat within a unit, or a
        horizon leaves too few rows.

    References
    ----------
    Jordà (2005), American Economic Review 95(1), eq. 2; Montiel Olea and Plagborg-Møller (2021), Econometrica 89(4).

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from econ import White
    >>> from econ.impulse_response import ImpulseResponse
    >>> rng = np.random.default_rng(0)
    >>> s = rng.normal(size=400)
    >>> y = s + 0.5 * np.r_[0, s[:-1]] + 0.1 * rng.normal(size=400)
    >>> data = pd.DataFrame({"y": y, "s": s, "t": range(400)})
    >>> fit = ImpulseResponse(outcome="y", impulse="s", time="t", horizons=2, lags=1).fit(data)
    >>> fit.inference(White()).table["estimate"].abs().round(1).tolist()
    [1.0, 0.5, 0.0]
    """

    outcome: str
    impulse: str
    time: str
    unit: str | None = None
    horizons: int = 12
    lags: int = 1
    controls: tuple[str, ...] = ()
    cumulative: bool = False

    def __post_init__(self) -> None:
        require_whole("horizons", self.horizons)
        require_whole("lags", self.lags)
        if not isinstance(self.controls, tuple):
            raise OptionError(f"controls={self.controls!r}: give a tuple of columns, such as ('x',)")
        if self.outcome in {self.impulse, *self.controls} or self.impulse in self.controls:
            raise OptionError(
                f"outcome {self.outcome!r} and impulse {self.impulse!r} have to differ, and neither is a control; name "
                "each once"
            )

    @property
    def formula(self) -> str:
        """What is regressed on what."""
        lags = f" + lags 1 to {self.lags}" if self.lags else ""
        others = "".join(f" + {name}" for name in self.controls)
        effects = "" if self.unit is None else f" | {self.unit}"
        summed = "sum of " if self.cumulative else ""
        return f"{summed}{self.outcome} up to {self.horizons} periods later ~ {self.impulse}{lags}{others}{effects}"

    def fit(self, data: Any) -> Fit:
        """Estimate on a table; see the class for what is raised."""
        table = self._shifted(as_frame(data))
        regressors = [self.impulse, *(f"lag {lag} of {name}" for lag in self._lags for name in self._lagged)]
        right = " + ".join(quoted(name) for name in (*regressors, *self.controls))
        effects = "" if self.unit is None else f" | {quoted(self.unit)}"
        term = self.impulse
        fits = {}
        for h in range(self.horizons + 1):
            fit = OLS(f"{quoted(_ahead(h))} ~ {right}{effects}").fit(table)
            fits[str(h)] = (fit, term if term in fit.names else quoted(term))
        return replace(jointly(fits), spec=self)

    @property
    def _lags(self) -> range:
        return range(1, self.lags + 1)

    @property
    def _lagged(self) -> tuple[str, str]:
        return self.outcome, self.impulse

    def _shifted(self, data: pd.DataFrame) -> pd.DataFrame:
        """The table with leads of the outcome and lags of outcome and impulse; missing over gaps in time."""
        keys = [self.time] if self.unit is None else [self.unit, self.time]
        self._require(data, keys)
        data = data.astype({self.time: np.int64})  # others may not hold a period before the first
        index = pd.MultiIndex.from_frame(data[keys]) if self.unit is not None else pd.Index(data[self.time])
        columns = {
            f"lag {lag} of {name}": _moved(data[name], index, -lag) for lag in self._lags for name in self._lagged
        }
        leads = [_moved(data[self.outcome], index, h) for h in range(self.horizons + 1)]
        if self.cumulative:
            leads = list(np.cumsum(leads, axis=0))
        columns |= {_ahead(h): lead for h, lead in enumerate(leads)}
        taken = [name for name in columns if name in data.columns]
        if taken:
            raise DataError(f"the table has columns {listed(taken)}, names of what is added to it; rename them")
        return pd.concat([data, pd.DataFrame(columns, index=data.index)], axis=1)

    def _require(self, data: pd.DataFrame, keys: list[str]) -> None:
        unknown = [name for name in (*keys, *self._lagged, *self.controls) if name not in data.columns]
        if unknown:
            raise MissingColumnError(f"no column {listed(unknown)}; the table has {listed(data.columns)}")
        require_order(data[self.time])
        if data[keys].isna().any(axis=None) or not pd.api.types.is_integer_dtype(data[self.time]):
            raise DataError(
                f"column {self.time!r} has to count periods by whole numbers, none missing, so that gaps are seen; "
                "make it so, such as (year - 2000) * 12 + month"
            )
        twice = data.duplicated(keys)
        if twice.any():
            raise DataError(f"{listed(keys)} repeat in row {data.index[twice][0]!r}; keep one row a period")


def _ahead(h: int) -> str:
    return f"{h} periods ahead"


def _moved(column: pd.Series, index: pd.Index, periods: int) -> np.ndarray:
    """The column `periods` later, at the place of each row."""
    values = pd.Series(numeric(column), index=index)
    if isinstance(index, pd.MultiIndex):
        units, times = (index.get_level_values(level) for level in (0, 1))
        wanted: pd.Index = pd.MultiIndex.from_arrays([units, times + periods])
    else:
        wanted = index + periods
    return np.asarray(values.reindex(wanted).to_numpy())
