"""Breaks at unknown dates."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from econ.breaks.choice import Choice, Partitions
from econ.breaks.choices.bic import BIC
from econ.breaks.choices.fixed import Fixed
from econ.breaks.choices.sequential import one_more
from econ.breaks.intervals import Moments, ends_of, moments_of
from econ.breaks.segments import best_partitions, sums_of_squares
from econ.breaks.series import EXACT, Series, series_of
from econ.errors import NotDefinedError, OptionError
from econ.estimates import require_share, require_whole
from econ.groups import Codes
from econ.panels import require_columns
from econ.types import Covariance, Fit, require_covariance

__all__ = ["BaiPerron", "Breaks"]


@dataclass(frozen=True)
class BaiPerron:
    """Dates at which all coefficients of a regression change, by least squares over all partitions.

    Parameters
    ----------
    formula
        `y ~ x1 + x2`, as for `OLS`; `y ~ 1` for breaks of the mean.
    time
        Column of periods, each there once.
    trim
        Least share of the rows in a segment.
    breaks
        How many: `BIC()`, `LWZ()`, `Sequential(level=0.95)`, or a number.
    most
        Largest number of breaks that is considered.

    Returns
    -------
    Breaks
        From `find(data)`.

    Raises
    ------
    FormulaError, DataError, OptionError, IdentificationError
        With the column or row; a series too short for the trim, or regressors that do not vary within some segment.

    Notes
    -----
    Sums of squares of all segments come from recursive residuals and the best partition from dynamic programming, in
    time of order n² whatever the number of breaks.

    References
    ----------
    Bai and Perron (1998), Econometrica 66(1); Bai and Perron (2003), Journal of Applied Econometrics 18(1).

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from econ.breaks import BaiPerron
    >>> rng = np.random.default_rng(0)
    >>> data = pd.DataFrame({"year": range(1950, 2010), "y": rng.normal(size=60)})
    >>> data.loc[data["year"] >= 1980, "y"] += 3
    >>> BaiPerron("y ~ 1", time="year").find(data).dates
    (1980,)
    """

    formula: str
    time: str = field(kw_only=True)
    trim: float = field(default=0.15, kw_only=True)
    breaks: Choice | int = field(default=BIC(), kw_only=True)
    most: int = field(default=5, kw_only=True)

    def __post_init__(self) -> None:
        require_columns("BaiPerron", self.time)
        require_share("trim", self.trim)
        require_whole("most", self.most, least=1)
        if not callable(getattr(self._choice, "of", None)) or isinstance(self._choice, type):
            raise OptionError(f"breaks={self.breaks!r}: give BIC(), LWZ(), Sequential() or a number")

    @property
    def _choice(self) -> Choice:
        return Fixed(int(self.breaks)) if isinstance(self.breaks, int | np.integer) else self.breaks

    def fit(self, data: Any) -> Fit:
        """The regression with coefficients of their own in each segment."""
        return self.find(data).fit

    def find(self, data: Any) -> Breaks:
        """Find the dates on a table; see the class for what is raised."""
        series = series_of(self.formula, self.time, self.trim, data)
        width = series.width(self.trim)
        S = sums_of_squares(series.y, series.X, width)
        wanted = max(self.most, int(self.breaks)) if isinstance(self.breaks, int | np.integer) else self.most
        found = best_partitions(S, min(wanted, series.nobs // width - 1))
        rounding = EXACT * float(series.y @ series.y)
        rss = np.array([max(rss, rounding) for rss, _ in found])
        partitions = Partitions(series, self.trim, rss, tuple(starts for _, starts in found))
        return Breaks(self, partitions, self._choice.of(partitions), f"number of breaks: {self._choice.label}")


@dataclass(frozen=True, eq=False, repr=False)
class Breaks:
    """Estimated breaks.

    Attributes
    ----------
    spec
        What was asked for.
    partitions
        The best partition for each number of breaks.
    starts
        (m,) places, in order of time, of the first rows after each break.
    method
        How the number was chosen.
    """

    spec: BaiPerron
    partitions: Partitions
    starts: Codes
    method: str

    @property
    def series(self) -> Series:
        """The regression in order of time."""
        return self.partitions.series

    @property
    def dates(self) -> tuple[Any, ...]:
        """The first period after each break."""
        return tuple(_plain(self.series.label(place)) for place in self.starts)

    @property
    def table(self) -> pd.DataFrame:
        """One row a number of breaks: breaks, rss, bic, lwz, sup_f and p_value of one more break, dates."""
        found = self.partitions
        tests = [one_more(found, count) for count in range(len(found.rss) - 1)]
        return pd.DataFrame(
            {
                "breaks": range(len(found.rss)),
                "rss": found.rss,
                "bic": found.bic,
                "lwz": found.lwz,
                "sup_f": [*(one for one, _ in tests), np.nan],
                "p_value": [*(p for _, p in tests), np.nan],
                "dates": [tuple(_plain(self.series.label(place)) for place in starts) for starts in found.starts],
            }
        )

    @cached_property
    def fit(self) -> Fit:
        """The regression with coefficients of their own in each segment, as a fit: any covariance works."""
        return self.series.split(self.spec, self.starts)

    def intervals(
        self,
        covariance: Covariance | None = None,
        *,
        level: float = 0.95,
        same_regressors: bool = False,
        same_errors: bool = False,
    ) -> pd.DataFrame:
        r"""Confidence intervals of the dates.

        For shrinking shifts, from the distribution of the argmax of a two-sided Brownian motion with drift, whose
        scales come from each segment's second moments of the regressors and of regressors times errors.

        Parameters
        ----------
        covariance
            How the uncertainty of the coefficients is measured, such as `White("HC0")` or `NeweyWest(time)`; None for
            errors that have one variance within a segment.
        level
            Coverage.
        same_regressors, same_errors
            Whether regressors, or errors, have the same distribution in all segments.

        Returns
        -------
        DataFrame
            One row a break: date (first period after it), low, high (the same of the ends), place, low_place,
            high_place (numbers of these rows, from zero; ends are rounded outwards, may lie outside the sample, and
            their periods then are those at its end).

        Raises
        ------
        NotDefinedError
            If there is no break.

        References
        ----------
        Bai (1997), Review of Economics and Statistics 79(4), proposition 3; Bai and Perron (2003), section 4.1.
        """
        require_share("level", level)
        if covariance is not None:
            require_covariance(covariance)
        if not self.starts.size:
            raise NotDefinedError("no break was found, and so there is no date to be uncertain about")
        alike = (same_regressors, same_errors)
        moments = moments_of(self.series, self.fit, self.starts, covariance, alike=alike)
        return pd.DataFrame([self._interval(moments, j, level) for j in range(self.starts.size)])

    def _interval(self, moments: Moments, j: int, level: float) -> dict[str, Any]:
        place = int(self.starts[j])
        ends = ends_of(moments, j, place, level)
        low, high = int(np.floor(ends.low)), int(np.ceil(ends.high))
        inside = np.clip([place, low, high], 0, self.series.nobs - 1)
        labels = [_plain(self.series.label(int(one))) for one in inside]
        places = {"place": place, "low_place": low, "high_place": high}
        return dict(zip(("date", "low", "high"), labels, strict=True)) | places

    def __repr__(self) -> str:
        """The dates and the table."""
        dates = ", ".join(str(date) for date in self.dates) or "none"
        shown = self.table.to_string(index=False, float_format=lambda number: f"{number:.4g}")
        lost = "".join(f"\n{one}" for one in self.series.dropped)
        return f"breaks of {self.spec.formula}: {dates} ({self.method})\n{shown}{lost}"


def _plain(label: Any) -> Any:
    return label.item() if isinstance(label, np.generic) else label
