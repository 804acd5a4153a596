"""Scores of the rows, stored as what they are made of: a sum by cluster needs no n × q matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from econ.groups import Codes, Groups, Matrix, Vector

__all__ = ["Beside", "Part", "Product", "Scores", "Sparse", "Stacked", "Tabulated"]


class Scores(Protocol):
    """The q estimating equations of n rows."""

    @property
    def matrix(self) -> Matrix:
        """(n, q) scores."""
        ...

    def sums(self, groups: Groups) -> Matrix:
        """(count, q) sums within groups."""
        ...

    def times(self, weights: Matrix, rows: slice) -> Matrix:
        """(m, k): the scores of some rows times (q, k) weights."""
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

    def times(self, weights: Matrix, rows: slice) -> Matrix:
        """(m, k): the scores of some rows times (q, k) weights."""
        return self.matrix[rows] @ weights


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

    def times(self, weights: Matrix, rows: slice) -> Matrix:
        """(m, k): the scores of some rows times (q, k) weights."""
        scores = self.X[rows] * self.signal[rows, None]
        return np.asarray(scores @ weights)


@dataclass(frozen=True, eq=False, repr=False)
class Part:
    """A summand of tabulated scores: row i has `signal[i] * table[codes[i]]`."""

    signal: Vector  # (n,)
    codes: Codes  # (n,)
    table: Matrix  # (m, q)


@dataclass(frozen=True, eq=False, repr=False)
class Tabulated:
    """Scores that are sums of a signal times a row of a table, as where regressors are indicators of cells.

    Ten million rows with a hundred cells take a few vectors and the tables, which have a row a cell or a unit.
    """

    parts: tuple[Part, ...]

    @property
    def matrix(self) -> Matrix:
        """(n, q) scores."""
        return self.times(np.eye(self.parts[0].table.shape[1]), slice(None))

    def sums(self, groups: Groups) -> Matrix:
        """(count, q) sums within groups."""
        return np.asarray(sum(_crossed(groups, part) for part in self.parts))

    def times(self, weights: Matrix, rows: slice) -> Matrix:
        """(m, k): the scores of some rows times (q, k) weights."""
        found = [(part.table @ weights)[part.codes[rows]] * part.signal[rows, None] for part in self.parts]
        return np.asarray(sum(found))


def _crossed(groups: Groups, part: Part) -> Matrix:
    """(count, q) sums of one part: the signal summed by group and row of the table, times the table."""
    from scipy.sparse import coo_array  # noqa: PLC0415 - keeps the import of the package light

    if len(part.table) == 1:
        return np.outer(groups.totals(part.signal), part.table[0])
    cells = coo_array((part.signal, (groups.codes, part.codes)), shape=(groups.count, len(part.table)))
    return np.asarray(cells.tocsr() @ part.table)


@dataclass(frozen=True, eq=False, repr=False)
class Sparse:
    """Scores of which most are zero, as where an equation concerns one cohort and its comparison."""

    rows: Codes  # (m,)
    columns: Codes  # (m,)
    values: Vector  # (m,)
    shape: tuple[int, int]  # n, q

    @cached_property
    def _table(self) -> Any:
        from scipy.sparse import coo_array  # noqa: PLC0415 - keeps the import of the package light

        return coo_array((self.values, (self.rows, self.columns)), shape=self.shape).tocsr()

    @property
    def matrix(self) -> Matrix:
        """(n, q) scores."""
        return np.asarray(self._table.toarray())

    def sums(self, groups: Groups) -> Matrix:
        """(count, q) sums within groups."""
        q = self.shape[1]
        cells = groups.codes[self.rows] * q + self.columns
        return np.bincount(cells, self.values, minlength=groups.count * q).reshape(-1, q).astype(np.float64)

    def times(self, weights: Matrix, rows: slice) -> Matrix:
        """(m, k): the scores of some rows times (q, k) weights."""
        return np.asarray(self._table[rows] @ weights)


@dataclass(frozen=True, eq=False, repr=False)
class Beside:
    """Equations of several kinds side by side: those of each part, on its rows; zero on all other rows."""

    parts: Sequence[Scores]
    widths: tuple[int, ...]
    nobs: int
    rows: tuple[Codes | None, ...] = field(default=())

    @property
    def matrix(self) -> Matrix:
        """(n, q) scores."""
        return self.times(np.eye(sum(self.widths)), slice(None))

    def sums(self, groups: Groups) -> Matrix:
        """(count, q) sums within groups."""
        found = []
        for part, rows in zip(self.parts, self._rows, strict=True):
            inside = groups if rows is None else Groups(groups.name, groups.codes[rows], groups.count)
            found.append(part.sums(inside))
        return np.column_stack(found)

    def times(self, weights: Matrix, rows: slice) -> Matrix:
        """(m, k): the scores of some rows times (q, k) weights."""
        total = np.zeros((len(range(*rows.indices(self.nobs))), weights.shape[1]))
        start = 0
        for part, own, width in zip(self.parts, self._rows, self.widths, strict=True):
            share = weights[start : start + width]
            start += width
            if own is None:
                total += part.times(share, rows)
                continue
            first, last, _ = rows.indices(self.nobs)
            low, high = np.searchsorted(own, (first, last))  # rows of a part are in order
            total[own[low:high] - first] += part.times(share, slice(int(low), int(high)))
        return total

    @property
    def _rows(self) -> tuple[Codes | None, ...]:
        return self.rows or (None,) * len(self.parts)
