"""Effects out of all rows but some: tables of the elimination less what these rows put into them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from econ.absorb.algebra import generalised_inverse, over
from econ.absorb.exact import Exact
from econ.groups import Codes, Matrix, Vector

__all__ = ["Leaving"]


@dataclass(frozen=True, eq=False)
class Leaving:
    """Cross products of columns, with constant effects taken out, on a table that lacks some of its rows.

    Attributes
    ----------
    exact
        The elimination on all rows; its effects have no slopes.
    V
        (n, m) columns.
    """

    exact: Exact
    V: Matrix

    def cross(self, rows: Codes) -> Matrix:
        """(m, m) weighted cross products of the columns on the rows that stay when `rows` leave."""
        layout, V = self.exact.layout, self.V[rows]
        w = None if self.exact.w is None else self.exact.w[rows]
        WV = V if w is None else w[:, None] * V
        mass = self.exact.mass[0] - _sums(layout.largest.codes[rows], w, layout.largest.count)
        own = self._by_largest - _columns(layout.largest.codes[rows], WV, layout.largest.count)
        left = self._whole - V.T @ WV - own.T @ over(own, mass[:, None])
        if not layout.others:
            return left
        return left - self._through_others(rows, w, WV, over(1.0, mass), own)

    def _through_others(self, rows: Codes, w: Vector | None, WV: Matrix, inverse_mass: Vector, own: Matrix) -> Matrix:
        layout, levels = self.exact.layout, self.exact.layout.levels
        C, M, rest = self._tables[0].copy(), self._tables[1].copy(), self._by_others.copy()
        for cells, column in zip(layout.cells, layout.columns, strict=True):
            np.subtract.at(C.ravel(), cells[rows], 1.0 if w is None else w)
            rest -= _columns(column[rows], WV, levels)
            for other in layout.columns:
                np.subtract.at(M.ravel(), (column * levels + other)[rows], 1.0 if w is None else w)
        S = M - C.T @ (inverse_mass[:, None] * C)
        rest -= C.T @ (inverse_mass[:, None] * own)
        scale = np.sqrt(np.maximum(np.diag(self._tables[1]), np.finfo(float).tiny))
        through: Matrix = rest.T @ generalised_inverse(S, scale) @ rest
        return through

    @cached_property
    def _weighted(self) -> Matrix:
        return self.V if self.exact.w is None else self.exact.w[:, None] * self.V

    @cached_property
    def _whole(self) -> Matrix:
        return self.V.T @ self._weighted

    @cached_property
    def _by_largest(self) -> Matrix:
        return _columns(self.exact.layout.largest.codes, self._weighted, self.exact.layout.largest.count)

    @cached_property
    def _by_others(self) -> Matrix:
        return sum(
            (_columns(column, self._weighted, self.exact.layout.levels) for column in self.exact.layout.columns),
            start=np.zeros((self.exact.layout.levels, self.V.shape[1])),
        )

    @cached_property
    def _tables(self) -> tuple[Matrix, Matrix]:
        """`C` and `E'WE` on all rows."""
        return self.exact.profiles[0] * self.exact.mass[0][:, None], self.exact.between


def _sums(codes: Codes, w: Vector | None, count: int) -> Vector:
    return np.bincount(codes, w, minlength=count).astype(np.float64)


def _columns(codes: Codes, V: Matrix, count: int) -> Matrix:
    return np.column_stack([np.bincount(codes, column, minlength=count) for column in V.T])
