"""Tests for one more break."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from econ.breaks.choice import Partitions
from econ.breaks.functionals.supremum import Supremum
from econ.breaks.segments import sums_of_squares
from econ.breaks.wald_path import wald_path
from econ.estimates import require_share
from econ.groups import Codes, Matrix, Vector
from econ.types import Covariance, require_covariance

__all__ = ["Sequential", "one_more"]


@dataclass(frozen=True)
class Sequential:
    r"""Breaks are added as long as the largest test in any segment finds one more.

    Given l breaks, the statistic is the largest over the l + 1 segments, each trimmed by the same share. Its p-value is
    :math:`1 - (1 - p)^{l + 1}` with the p-value of `Supremum()`. Without a covariance it is the fall in the sum of
    squares by a further break over the variance of the residuals with l breaks, for errors of one variance without
    autocorrelation; where there is any, it finds too many breaks: give `NeweyWest(time, lags=...)`, and it is a Wald
    statistic.

    Parameters
    ----------
    level
        One less the size of each test.
    covariance
        How uncertainty is measured in each segment; None for errors of one variance.

    References
    ----------
    Bai and Perron (1998), Econometrica 66(1), proposition 7; Bai and Perron (2003), Journal of Applied Econometrics
    18(1), section 5.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from econ import NeweyWest
    >>> from econ.breaks import BaiPerron, Sequential
    >>> rng = np.random.default_rng(0)
    >>> data = pd.DataFrame({"year": range(1950, 2010), "y": rng.normal(size=60)})
    >>> data.loc[data["year"] >= 1980, "y"] += 3
    >>> BaiPerron("y ~ 1", time="year", breaks=Sequential(covariance=NeweyWest("year", lags=2))).find(data).dates
    (1980,)
    """

    level: float = field(default=0.95, kw_only=True)
    covariance: Covariance | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        require_share("level", self.level)
        if self.covariance is not None:
            require_covariance(self.covariance)

    @property
    def label(self) -> str:
        """How a note says it."""
        errors = "" if self.covariance is None else f", {self.covariance!r}"
        return f"sequential tests at {1 - self.level:.2g}{errors}"

    def of(self, partitions: Partitions) -> Codes:
        """Places of the first rows after each break."""
        for count, starts in enumerate(partitions.starts[:-1]):
            if one_more(partitions, count, self.covariance)[1] > 1 - self.level:
                return starts
        return partitions.starts[-1]


def one_more(partitions: Partitions, count: int, covariance: Covariance | None = None) -> tuple[float, float]:
    """The statistic and the p-value of the test for one more break than `count`."""
    series, trim = partitions.series, partitions.trim
    n, k = series.X.shape
    segments = list(pairwise([0, *partitions.starts[count].tolist(), n]))
    if covariance is None:
        variance = partitions.rss[count] / (n - (count + 1) * k)
        found = [_fall(series.y[a:b], series.X[a:b], trim) / variance for a, b in segments]
    else:
        found = [_largest(partitions, a, b, covariance) for a, b in segments]
    p = Supremum().p_value(max(found), k, trim, 1 - trim)
    return float(max(found)), float(-np.expm1((count + 1) * np.log1p(-min(p, 1 - 1e-16))))


def _fall(y: Vector, X: Matrix, trim: float) -> float:
    """Largest fall in the sum of squares of a segment by a break; zero where it is too short for one."""
    width = _width(y.size, X.shape[1], trim)
    if 2 * width > y.size:
        return 0.0
    S = sums_of_squares(y, X, width)
    return float(S[0, -1] - (S[0, :-1] + S[1:, -1]).min())


def _largest(partitions: Partitions, first: int, last: int, covariance: Covariance) -> float:
    """Largest Wald statistic of a change within a segment; zero where it is too short for one."""
    n, k = last - first, partitions.series.X.shape[1]
    width = _width(n, k, partitions.trim)
    if 2 * width > n:
        return 0.0
    part = partitions.series.part(first, last)
    return float(wald_path(part, covariance, width, np.arange(k))[1].max())


def _width(n: int, k: int, trim: float) -> int:
    return max(int(np.floor(trim * n + 1e-9)), k + 1)
