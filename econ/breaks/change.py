"""Tests of whether coefficients change, at a date that is known or not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from econ.breaks.functional import Functional, critical_value
from econ.breaks.functionals.supremum import Supremum
from econ.breaks.series import Series, series_of
from econ.breaks.wald_path import wald_path
from econ.errors import FormulaError, OptionError
from econ.estimators.ols import OLS
from econ.groups import Codes
from econ.inference.classical import Classical
from econ.inference.newey_west import NeweyWest
from econ.inference.wald import wald_test
from econ.outcomes import Test
from econ.panels import require_free
from econ.types import Covariance, require_covariance

__all__ = ["BreakTest"]

LEVELS = (0.9, 0.95, 0.99)
SHORT = 10  # rows for each lag and one more, below which the size is seen to grow in simulations


@dataclass(frozen=True)
class BreakTest:
    r"""Whether coefficients of a regression change, at an unknown date or at a known one.

    At each date in the middle of the sample, the regression with changes of the coefficients is estimated and a Wald
    statistic of no change computed under the covariance; `Supremum()`, `Mean()` or `Exponential()` makes them one.

    Parameters
    ----------
    formula
        `y ~ x1 + x2`, as for `OLS`.
    time
        Column of periods, each there once.
    covariance
        How uncertainty is measured at each date: `Classical()`, `White("HC1")`, `NeweyWest(time)`, ... With few rows
        for the lags of the last, the test rejects too often, and a remark says so: take a larger trim or fewer lags.
    trim
        Share of the rows at either end that are no candidates.
    terms
        The coefficients that may change; None for all.

    Raises
    ------
    FormulaError, DataError, OptionError, IdentificationError
        With the column, row or term.

    References
    ----------
    Chow (1960), Econometrica 28(3); Andrews (1993), Econometrica 61(4); Andrews and Ploberger (1994), Econometrica
    62(6).

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from econ.breaks import BreakTest
    >>> rng = np.random.default_rng(0)
    >>> data = pd.DataFrame({"year": range(1950, 2010), "y": rng.normal(size=60)})
    >>> data.loc[data["year"] >= 1980, "y"] += 3
    >>> test = BreakTest("y ~ 1", time="year")
    >>> test.of(data).p_value < 0.01, test.at(1980, data).p_value < 0.01
    (True, True)
    """

    formula: str
    time: str = field(kw_only=True)
    covariance: Covariance = field(default=Classical(), kw_only=True)
    trim: float = field(default=0.15, kw_only=True)
    terms: tuple[str, ...] | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        require_covariance(self.covariance)
        require_free(self.time, ("place", "wald"))
        if self.terms is not None and (not isinstance(self.terms, tuple) or not self.terms):
            raise OptionError(f"terms={self.terms!r}: give a tuple of terms, such as ('x1',), or None for all")

    def of(self, data: Any, functional: Functional = Supremum()) -> Test:  # noqa: B008 - a frozen value
        """Test for a change at an unknown date."""
        if not callable(getattr(functional, "p_value", None)) or isinstance(functional, type):
            raise OptionError(f"{functional!r} is none of Supremum(), Mean(), Exponential()")
        series = self._series(data)
        path = self._path(series)
        n, k = series.nobs, len(self._places(series))
        places = path["place"].to_numpy()
        statistic = functional.of(path["wald"].to_numpy())
        best = int(path["wald"].argmax())
        remarks = (f"the largest statistic is that of a change in {path[self.time].iloc[best]}", *series.dropped)
        return Test(
            title=f"no change of {', '.join(series.design.names[j] for j in self._places(series))} over {self.time}",
            statistic=statistic,
            df=(float(k),),
            p_value=functional.p_value(statistic, k, places[0] / n, places[-1] / n),
            method=f"{functional.label} of Wald statistics at {len(path)} dates, {functional.method}, "
            f"{self.covariance!r}",
            details={"largest statistic": float(path["wald"].iloc[best]), "rows before it": float(places[best])}
            | self._critical(functional, k, places[0] / n, places[-1] / n),
            remarks=(*remarks, *self._short(series)),
        )

    def _short(self, series: Series) -> tuple[str, ...]:
        """A remark where the shortest segments have few rows for the lags of the covariance."""
        if not isinstance(self.covariance, NeweyWest):
            return ()
        lags = self.covariance.lags_of(series.nobs)
        width = series.width(self.trim)
        if width >= SHORT * (lags + 1):
            return ()
        return (f"{width} rows before or after a date are few for {lags} lags, and the test rejects too often",)

    def _critical(self, functional: Functional, k: int, low: float, high: float) -> dict[str, float]:
        """Critical values at the usual levels, where they need no simulation."""
        if not functional.exact:
            return {}
        return {f"critical at {1 - one:.0%}": critical_value(functional, one, k, low, high) for one in LEVELS}

    def path(self, data: Any) -> pd.DataFrame:
        """One row a candidate date: the period (the first after the change), its place, and the Wald statistic."""
        return self._path(self._series(data))

    def at(self, period: Any, data: Any) -> Test:
        """Test for a change at a known date, the first period after it (Chow's test under `Classical()`)."""
        series = self._series(data)
        fit, names = series.with_shift(OLS(self.formula), series.before(period), self._places(series))
        found = wald_test(fit, self.covariance, terms=names)
        return replace(found, title=f"no {', no '.join(names)} in {self.time} {period}")

    def _series(self, data: Any) -> Series:
        return series_of(self.formula, self.time, self.trim, data)

    def _places(self, series: Series) -> Codes:
        names = series.design.names
        unknown = [term for term in self.terms or () if term not in names]
        if unknown:
            raise FormulaError(f"no term {unknown[0]!r} in {self.formula!r}; there are {', '.join(names)}")
        return np.array([j for j, name in enumerate(names) if self.terms is None or name in self.terms], dtype=np.intp)

    def _path(self, series: Series) -> pd.DataFrame:
        width, places = series.width(self.trim), self._places(series)
        candidates, wald = wald_path(series, self.covariance, width, places)
        labels = [series.label(int(place)) for place in candidates]
        return pd.DataFrame({self.time: labels, "place": candidates, "wald": wald})
