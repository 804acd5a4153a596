"""What a choice of the number of breaks sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from econ.breaks.series import Series
from econ.groups import Codes, Vector

__all__ = ["Choice", "Partitions"]


@dataclass(frozen=True, eq=False, repr=False)
class Partitions:
    """The best partition for each number of breaks.

    Attributes
    ----------
    series
        The regression.
    trim
        Least share of the rows in a segment.
    rss
        (most + 1,) sums of squares for 0, 1, ... breaks.
    starts
        Places of the first rows after each break.
    """

    series: Series
    trim: float
    rss: Vector
    starts: tuple[Codes, ...]

    @property
    def count(self) -> Vector:
        """(most + 1,) numbers of breaks."""
        return np.arange(len(self.rss), dtype=np.float64)

    @property
    def bic(self) -> Vector:
        """(most + 1,) Schwarz's criterion, each break and the variance a parameter."""
        n, k = self.series.X.shape
        likelihood = n * (np.log(self.rss) + 1 - np.log(n) + np.log(2 * np.pi))
        return np.asarray(likelihood + np.log(n) * (k + 1) * (self.count + 1))

    @property
    def lwz(self) -> Vector:
        """(most + 1,) criterion of Liu, Wu and Zidek (1997), Statistica Sinica 7(2)."""
        n, k = self.series.X.shape
        parameters = (self.count + 1) * k + self.count
        return np.asarray(np.log(self.rss / (n - parameters)) + parameters / n * 0.299 * np.log(n) ** 2.1)


class Choice(Protocol):
    """A frozen choice of how many breaks there are."""

    @property
    def label(self) -> str:
        """How a note says it."""
        ...

    def of(self, partitions: Partitions) -> Codes:
        """Places of the first rows after each break."""
        ...
