"""Whether a coefficient is the same in all periods: changes at unknown dates, windows, and cumulated residuals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from econ.breaks import BaiPerron, Breaks, Cusum, Supremum
from econ.design import Design
from econ.errors import IdentificationError, NotDefinedError
from econ.estimates import require_share, require_whole
from econ.groups import Groups
from econ.inference.leave_out import refit_without
from econ.outcomes import Test
from econ.stability.attempts import REFUSALS
from econ.stability.least_squares import require_least_squares
from econ.types import Covariance, Fit, require_covariance

__all__ = ["StructuralBreaks", "structural_breaks"]

TWO = 2


@dataclass(frozen=True, eq=False, repr=False)
class StructuralBreaks:
    """What becomes of a coefficient over time.

    Attributes
    ----------
    fit, term, covariance, time
        The estimation over all periods, the coefficient, how uncertainty is measured, and the column of periods.
    width, trim
        Periods of a rolling window; share of the rows at either end where no change is looked for.
    """

    fit: Fit
    term: str
    covariance: Covariance
    time: str
    width: int
    trim: float

    @cached_property
    def path(self) -> pd.DataFrame:
        """One row a candidate date: the first period after a change, rows before it, the change, its error, Wald."""
        design = _design(self.fit)
        before = np.cumsum(self._periods.sizes)[:-1]
        n = self.fit.nobs
        inside = np.flatnonzero((before >= self.trim * n) & (n - before >= self.trim * n))
        rows = [self._change(design, int(code) + 1) for code in inside]
        table = pd.DataFrame(rows, columns=["change", "se", "wald", "reason"])
        table.insert(0, self.time, self._labels[inside + 1])
        table.insert(1, "before", before[inside])
        return table

    @property
    def test(self) -> Test:
        """Andrews' test of no change at an unknown date."""
        found = self.path.dropna()
        if found.empty:
            why = f": {self.path['reason'].iloc[0]}" if len(self.path) else "; take a smaller trim or more periods"
            raise IdentificationError(
                f"a change of {self.term} can be estimated at no date of {self.time} with trim={self.trim:g}{why}"
            )
        place = found["wald"].idxmax()
        best, date = found.loc[place], found[self.time][place]
        low, high = found["before"].iloc[0] / self.fit.nobs, found["before"].iloc[-1] / self.fit.nobs
        left = len(self.path) - len(found)
        return Test(
            title=f"{self.term} is the same in all periods of {self.time}",
            statistic=float(best["wald"]),
            df=(1.0,),
            p_value=Supremum().p_value(float(best["wald"]), 1, low, high),
            method=f"sup of Wald statistics at {len(found)} dates, {Supremum.method}, {self.covariance!r}",
            details={"change": float(best["change"]), "rows before it": float(best["before"])},
            remarks=(
                f"the largest statistic is that of a change in {date}",
                *([f"a change cannot be estimated at {left} more dates"] if left else []),
            ),
        )

    @cached_property
    def rolling(self) -> pd.DataFrame:
        """One row a window of `width` successive periods that are there: first and last of them, nobs, estimate, se."""
        return self._windows([(last - self.width, last) for last in range(self.width, self._periods.count + 1)])

    @cached_property
    def recursive(self) -> pd.DataFrame:
        """One row a last period, with all periods up to it, from the first `width` on."""
        return self._windows([(0, last) for last in range(self.width, self._periods.count + 1)])

    @property
    def cusum(self) -> Cusum:
        """Tests by cumulated residuals, where the regression is that of a single series without effects."""
        self._require_series("cumulated residuals")
        return Cusum(self.fit.spec.formula, time=self.time)

    def bai_perron(self) -> Breaks:
        """Dates at which all coefficients change, where the regression is that of a single series without effects."""
        self._require_series("breaks in all coefficients")
        spec = BaiPerron(self.fit.spec.formula, time=self.time, trim=self.trim)
        return spec.find(self.fit.sample.table)

    def __repr__(self) -> str:
        """The test."""
        return repr(self.test)

    @cached_property
    def _periods(self) -> Groups:
        return self.fit.sample.periods(self.time)

    @cached_property
    def _labels(self) -> np.ndarray:
        first = np.unique(self._periods.codes, return_index=True)[1]
        return np.asarray(self.fit.sample.column(self.time).iloc[first])

    def _require_series(self, what: str) -> None:
        require_least_squares(self.fit, f"{what} are for that")
        if self.fit.design is None or self.fit.design.w is not None:
            raise NotDefinedError(f"{what} are not weighted; take the regression without weights")
        if self.fit.effects or self._periods.count < self.fit.nobs:
            raise NotDefinedError(f"{what} are those of one series; this is a panel: look at the path and the windows")

    def _change(self, design: Design, code: int) -> list[Any]:
        """A change of the coefficient from a period on: estimate, error and Wald statistic; missing if refused."""
        late = (self._periods.codes >= code).astype(np.float64)
        column = late * design.X[:, design.names.index(self.term)]
        name = f"change of {self.term}"
        table = np.asfortranarray(np.column_stack([design.table, column]))
        try:
            found = self.fit.spec.estimate(replace(design, names=(*design.names, name), table=table))  # type: ignore[attr-defined]
            row = found.inference(self.covariance).row(name)
        except REFUSALS as error:
            return [np.nan, np.nan, np.nan, str(error)]
        return [float(row["estimate"]), float(row["se"]), float(row["statistic"]) ** 2, ""]

    def _windows(self, spans: list[tuple[int, int]]) -> pd.DataFrame:
        """One row a span of codes of periods, the last not in it; numbers are missing where a window is refused."""
        rows = []
        for first, last in spans:
            inside = (self._periods.codes >= first) & (self._periods.codes < last)
            try:
                found = refit_without(self.fit, ~inside)
                row = found.inference(self.covariance).row(self.term)
                numbers = [float(found.nobs), row["estimate"], row["se"], row["p_value"], ""]
            except REFUSALS as error:
                numbers = [np.nan, np.nan, np.nan, np.nan, str(error)]
            rows.append([self._labels[first], self._labels[last - 1], *numbers])
        return pd.DataFrame(rows, columns=["first", "last", "nobs", "estimate", "se", "p_value", "reason"])


def structural_breaks(
    fit: Fit, term: str, covariance: Covariance, *, time: str, width: int | None = None, trim: float = 0.15
) -> StructuralBreaks:
    """Ask whether a coefficient is the same in all periods.

    A change at an unknown date is tested by the largest of the Wald statistics of a change at each date, in a panel as
    in a series; rolling and recursive estimates show where it comes from. For a single series there are cumulated
    residuals and Bai and Perron's dates too.

    Parameters
    ----------
    fit
        Of an estimator with a single regression; windows work for all.
    term
        The coefficient.
    covariance
        How uncertainty is measured at each date and in each window.
    time
        Column of periods.
    width
        Periods in a window; None for a third of them.
    trim
        Share of the rows at either end where no change is looked for.

    Raises
    ------
    NotDefinedError, OptionError, DataError
        If there is no such term, option or order of periods.

    Notes
    -----
    In a panel the p-value is that of many periods; with few of them, or few clusters, the test rejects too often.

    References
    ----------
    Andrews (1993), Econometrica 61(4); Bai and Perron (1998), Econometrica 66(1); Brown, Durbin and Evans (1975),
    Journal of the Royal Statistical Society B 37(2).

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from econ import OLS, White
    >>> from econ.stability import structural_breaks
    >>> rng = np.random.default_rng(0)
    >>> data = pd.DataFrame({"year": range(1950, 2010), "x": rng.normal(size=60)})
    >>> data["y"] = (1 + 2 * (data["year"] >= 1980)) * data["x"] + rng.normal(size=60)
    >>> breaks = structural_breaks(OLS("y ~ x").fit(data), "x", White("HC1"), time="year")
    >>> breaks.test.remarks[0], breaks.test.p_value < 0.01
    ('the largest statistic is that of a change in 1978', True)
    """
    require_covariance(covariance)
    require_share("trim", trim)
    require_whole("width", width, least=TWO, optional=True)
    fit.position(term)
    periods = fit.sample.periods(time)
    if periods.count < TWO:
        raise IdentificationError(f"{time} has one period; there is nothing that could change")
    chosen = max(TWO, -(-periods.count // 3)) if width is None else min(width, periods.count)
    return StructuralBreaks(fit, term, covariance, time, chosen, trim)


def _design(fit: Fit) -> Design:
    single = fit.design is not None and not fit.design.instruments and fit.cells is None and not fit.derived
    if fit.design is None or not single or not callable(getattr(fit.spec, "estimate", None)):
        raise NotDefinedError(
            f"{type(fit.spec).__name__} is no single regression, in which a coefficient could change; look at windows"
        )
    return fit.design
