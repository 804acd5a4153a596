"""Groups of rows: integer codes, and sums within them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import DataError

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Groups:
    """A partition of n rows into `count` groups, numbered from zero in sorted order of their labels."""

    name: str
    codes: Codes  # (n,)
    count: int

    def sums(self, values: Matrix) -> Matrix:
        """Sums of the columns of `values` (n, q) within each group: (count, q)."""
        columns = [np.bincount(self.codes, column, minlength=self.count) for column in values.T]
        return np.column_stack(columns) if columns else np.zeros((self.count, 0))

    def totals(self, weights: Vector | None = None) -> Vector:
        """Number of rows, or sum of the weights, of each group: (count,)."""
        return np.bincount(self.codes, weights, minlength=self.count).astype(np.float64)

    def nests(self, inner: Groups) -> bool:
        """Whether every group of `inner` lies within one group of this partition."""
        around = np.empty(inner.count, dtype=np.intp)
        around[inner.codes] = self.codes  # some row's group of each inner level; all rows have it, or none nests
        return bool((around[inner.codes] == self.codes).all())

    def take(self, keep: Mask) -> Groups:
        """The partition of the rows where `keep` is true; emptied groups vanish."""
        return renumbered(self.name, self.codes[keep])


def renumbered(name: str, codes: Codes) -> Groups:
    """Groups from integer codes that may have gaps."""
    levels, compact = np.unique(codes, return_inverse=True)
    return Groups(name, compact.astype(np.intp), levels.size)


def factorize(name: str, values: Any) -> Groups:
    """Groups from any column of labels without missing values.

    Raises
    ------
    DataError
        If a label is missing, or if the labels are of types that cannot be put in one order.
    """
    try:
        codes, levels = pd.factorize(pd.Series(values), sort=True)
    except TypeError as error:
        message = f"column {name!r} mixes types that cannot be ordered: {error}; make them all text"
        raise DataError(message) from error
    if (codes < 0).any():
        message = f"column {name!r} has {int((codes < 0).sum())} missing values; drop or fill them"
        raise DataError(message)
    return Groups(name, codes.astype(np.intp), len(levels))


def intersection(groups: tuple[Groups, ...]) -> Groups:
    """The partition whose groups are the combinations that occur: a row per (a, b, ...)."""
    first, *others = groups
    codes = first.codes
    for other in others:
        codes = renumbered("", codes * other.count + other.codes).codes
    return renumbered("^".join(group.name for group in groups), codes)
