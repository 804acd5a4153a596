"""Scores of the rows, stored as what they are made of: a sum by cluster needs no n × q matrix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from econ.groups import Groups, Matrix, Vector

__all__ = ["Product", "Scores", "Stacked"]


class Scores(Protocol):
    """The q estimating equations of n rows."""

    @property
    def matrix(self) -> Matrix:
        """(n, q) scores."""
        ...

    def sums(self, groups: Groups) -> Matrix:
        """(count, q) sums within groups."""
        ...


@dataclass(frozen=True, eq=False, repr=False)
class Stacked:
    """Scores as they are."""

    matrix: Matrix  # (n, q)

    def __post_init__(self) -> None:
        self.matrix.flags.writeable = False

    def sums(self, groups: Groups) -> Matrix:
        """(count, q) sums within groups."""
        return groups.sums(self.matrix)


@dataclass(frozen=True, eq=False, repr=False)
class Product:
    """Scores of an index model: a signal for each row times its regressors."""

    X: Matrix  # (n, q), residualised on the absorbed effects
    signal: Vector  # (n,)

    def __post_init__(self) -> None:
        self.X.flags.writeable = False
        self.signal.flags.writeable = False

    @property
    def matrix(self) -> Matrix:
        """(n, q) scores."""
        return self.X * self.signal[:, None]

    def sums(self, groups: Groups) -> Matrix:
        """(count, q) sums within groups, a column at a time."""
        sums = np.empty((groups.count, self.X.shape[1]))
        for j, column in enumerate(self.X.T):
            sums[:, j] = np.bincount(groups.codes, self.signal * column, minlength=groups.count)
        return sums
