"""Tests for one more break."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from econ.breaks.choice import Partitions
from econ.breaks.functionals.supremum import Supremum
from econ.breaks.segments import sums_of_squares
from econ.breaks.wald_path import wald_path
from econ.errors import OptionError
from econ.estimates import require_share
from econ.groups import Codes, Matrix, Vector
from econ.types import Covariance, require_covariance

__all__ = ["Sequential", "one_more"]


@dataclass(frozen=True)
class Sequential:
    r"""Breaks are added as long as the largest test in any segment finds one more.

    Given l breaks, the statistic is the largest over those of the l + 1 segments that have room for two of the least
    width. Its p-value is that of the largest of independent `Supremum()` statistics, each over the shares of its own
    segment that can be dates. Without a covariance it is the fall in the sum of squares by a further break over the
    variance of the residuals with l breaks, for errors of one variance without autocorrelation; where there is any, it
    finds too many breaks. With a covariance it is a Wald statistic; with `NeweyWest` and segments of few rows for its
    lags that rejects too often as well: take a larger trim.

    Parameters
    ----------
    level
        One less the size of each test, above a half.
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
        if self.level <= 1 / 2:
            raise OptionError(f"level={self.level!r} would be tests of size {1 - self.level:g}; give 0.95 for 5 %")
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
    """The statistic and the p-value of the test for one more break than `count`; zero and one where none has room."""
    series, width = partitions.series, partitions.series.width(partitions.trim)
    n, k = series.X.shape
    edges = pairwise([0, *partitions.starts[count].tolist(), n])
    segments = [(a, b) for a, b in edges if b - a >= 2 * width]
    if not segments:
        return 0.0, 1.0
    if covariance is None:
        variance = partitions.rss[count] / (n - (count + 1) * k)
        largest = max(_fall(series.y[a:b], series.X[a:b], width) / variance for a, b in segments)
    else:
        parts = [series.part(a, b) for a, b in segments]
        largest = float(max(wald_path(part, covariance, width, np.arange(k))[1].max() for part in parts))
    shares = [width / (b - a) for a, b in segments]
    each = np.array([Supremum().p_value(largest, k, share, 1 - share) for share in shares])
    return largest, float(-np.expm1(np.log1p(-np.minimum(each, 1 - 1e-16)).sum()))


def _fall(y: Vector, X: Matrix, width: int) -> float:
    """Largest fall in the sum of squares of a segment by a break."""
    S = sums_of_squares(y, X, width)
    return float(S[0, -1] - (S[0, :-1] + S[1:, -1]).min())
