"""Tests for one more break."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from econ.breaks.choice import Partitions
from econ.breaks.functionals.supremum import Supremum
from econ.breaks.segments import sums_of_squares
from econ.estimates import require_share
from econ.groups import Codes

__all__ = ["Sequential"]


@dataclass(frozen=True)
class Sequential:
    r"""Breaks are added as long as the largest F test in any segment finds one more.

    Given l breaks, the statistic is the largest over the l + 1 segments of the fall in the sum of squares by a further
    break, over the variance of the residuals with l breaks; each segment is trimmed by the same share. Its p-value is
    :math:`1 - (1 - p)^{l + 1}` with the p-value of `Supremum()`. For errors of one variance, without autocorrelation.

    Parameters
    ----------
    level
        One less the size of each test.

    References
    ----------
    Bai and Perron (1998), Econometrica 66(1), proposition 7.
    """

    level: float = field(default=0.95, kw_only=True)

    def __post_init__(self) -> None:
        require_share("level", self.level)

    @property
    def label(self) -> str:
        """How a note says it."""
        return f"sequential tests at {1 - self.level:.2g}"

    def of(self, partitions: Partitions) -> Codes:
        """Places of the first rows after each break."""
        for l, starts in enumerate(partitions.starts[:-1]):  # noqa: E741 - the paper's letter
            if one_more(partitions, l)[1] > 1 - self.level:
                return starts
        return partitions.starts[-1]


def one_more(partitions: Partitions, l: int) -> tuple[float, float]:  # noqa: E741
    """The statistic and the p-value of the test for one more break than l."""
    series, trim = partitions.series, partitions.trim
    n, k = series.X.shape
    variance = partitions.rss[l] / (n - (l + 1) * k)
    edges = [0, *partitions.starts[l].tolist(), n]
    falls = [_fall(series.y[a:b], series.X[a:b], trim) for a, b in pairwise(edges)]
    largest = max(falls) / variance
    p = Supremum().p_value(largest, k, trim, 1 - trim)
    return float(largest), float(-np.expm1((l + 1) * np.log1p(-min(p, 1 - 1e-16))))


def _fall(y: np.ndarray, X: np.ndarray, trim: float) -> float:
    """Largest fall in the sum of squares of a segment by a break; zero where it is too short for one."""
    n, k = X.shape
    width = max(int(np.floor(trim * n + 1e-9)), k + 1)
    if 2 * width > n:
        return 0.0
    S = sums_of_squares(y, X, width)
    return float(S[0, -1] - (S[0, :-1] + S[1:, -1]).min())
