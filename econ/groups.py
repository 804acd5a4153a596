"""Groups of rows: integer codes, and sums within them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import DataError

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

SPREAD = 4  # whole numbers that spread over at most so many times their number are counted, not hashed


@dataclass(frozen=True, eq=False)
class Groups:
    """A partition of n rows into `count` groups, numbered from zero in sorted order of their labels."""

    name: str
    codes: Codes  # (n,)
    count: int

    def sums(self, values: Matrix) -> Matrix:
        """Sums of the columns of `values` (n, q) within each group: (count, q)."""
        sums = np.empty((self.count, values.shape[1]))
        for j, column in enumerate(values.T):
            sums[:, j] = np.bincount(self.codes, column, minlength=self.count)
        return sums

    def totals(self, weights: Vector | None = None) -> Vector:
        """Number of rows, or sum of the weights, of each group: (count,)."""
        if weights is None:
            return self.sizes.astype(np.float64)
        return np.bincount(self.codes, weights, minlength=self.count).astype(np.float64)

    @cached_property
    def sizes(self) -> Codes:
        """Number of rows of each group: (count,)."""
        return np.bincount(self.codes, minlength=self.count)

    def nests(self, inner: Groups) -> bool:
        """Whether every group of `inner` lies within one group of this partition."""
        if self.codes is inner.codes:
            return True
        around = np.empty(inner.count, dtype=np.intp)
        around[inner.codes] = self.codes  # some row's group of each inner level; all rows have it, or none nests
        return bool((around[inner.codes] == self.codes).all())

    def take(self, keep: Mask) -> Groups:
        """The partition of the rows where `keep` is true; emptied groups vanish."""
        return renumbered(self.name, self.codes[keep])


@dataclass(frozen=True, eq=False)
class Effect:
    """An absorbed effect: a constant, or the slope of a variable, for each group.

    Attributes
    ----------
    name
        `unit`, or `unit[x]` for slopes.
    groups
        The levels.
    slope
        (n,) the variable whose slope differs by group; None for constants.
    """

    name: str
    groups: Groups
    slope: Vector | None = None

    @property
    def codes(self) -> Codes:
        """(n,) level of each row."""
        return self.groups.codes

    @property
    def count(self) -> int:
        """Number of levels."""
        return self.groups.count

    def take(self, keep: Mask) -> Effect:
        """The effect on the rows where `keep` is true; emptied levels vanish."""
        return Effect(self.name, self.groups.take(keep), None if self.slope is None else self.slope[keep])


def renumbered(name: str, codes: Codes) -> Groups:
    """Groups from integer codes of zero and more that may have gaps."""
    if codes.size and codes.max() < SPREAD * codes.size:
        return _counted(name, codes, 0)
    levels, compact = np.unique(codes, return_inverse=True)
    return Groups(name, compact.astype(np.intp), levels.size)


def factorize(name: str, values: Any) -> Groups:
    """Groups from any column of labels without missing values.

    Raises
    ------
    DataError
        If a label is missing, or if the labels are of types that cannot be put in one order.
    """
    labels = np.asarray(values) if getattr(values, "dtype", None) is not None else None
    if labels is not None and labels.dtype.kind in "iu" and labels.size:
        low, high = int(labels.min()), int(labels.max())
        if high - low < SPREAD * labels.size and high < np.iinfo(np.intp).max:
            return _counted(name, labels.astype(np.intp, copy=False), low)
    try:
        codes, levels = pd.factorize(pd.Series(values), sort=True)
    except TypeError as error:
        message = f"column {name!r} mixes types that cannot be ordered: {error}; make them all text"
        raise DataError(message) from error
    if (codes < 0).any():
        message = f"column {name!r} has {int((codes < 0).sum())} missing values; drop or fill them"
        raise DataError(message)
    return Groups(name, codes.astype(np.intp), len(levels))


def _counted(name: str, values: Codes, low: int) -> Groups:
    """Groups from whole numbers of a small range, by counting instead of hashing."""
    codes = values - low if low else values
    present = np.bincount(codes) > 0
    if present.all():
        return Groups(name, codes, present.size)
    places = np.cumsum(present) - 1
    return Groups(name, places[codes], int(places[-1]) + 1)


def intersection(groups: tuple[Groups, ...]) -> Groups:
    """The partition whose groups are the combinations that occur: a row per (a, b, ...)."""
    first, *others = groups
    codes = first.codes
    for other in others:
        codes = renumbered("", codes * other.count + other.codes).codes
    return renumbered("^".join(group.name for group in groups), codes) if others else first
