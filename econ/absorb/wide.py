"""Effects out of very many columns at once, by sparse products instead of a column at a time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from econ.absorb.algebra import over
from econ.absorb.exact import Exact
from econ.groups import Codes, Matrix, Vector

__all__ = ["Wide"]


@dataclass(frozen=True, eq=False)
class Wide:
    """The elimination of `Exact` for (n, m) columns with m large; one pass, which leaves rounding in."""

    exact: Exact

    def explained(self, V: Matrix) -> Vector:
        """(m,) weighted squares of what the effects explain of the columns."""
        sums, own, rest, delta = self._coefficients(V)
        return np.asarray(np.einsum("um,um->m", sums, own) + np.einsum("lm,lm->m", rest, delta))

    def residualize(self, V: Matrix) -> Matrix:
        """(n, m) residuals of the columns."""
        _, own, _, delta = self._coefficients(V)
        own = own - self._profile @ delta
        return np.asarray(V - self._levels.T @ own - self._others.T @ delta)

    @cached_property
    def _levels(self) -> Any:
        """(columns of D, n) the transpose of D."""
        largest = self.exact.layout.largest
        return self._stacked([(largest.codes, largest.count, values) for values in self.exact.basis])

    @cached_property
    def _others(self) -> Any:
        """(columns of E, n) the transpose of E."""
        return self._stacked([(effect.codes, effect.count, effect.slope) for effect in self.exact.layout.others])

    @cached_property
    def _mass(self) -> Vector:
        return np.concatenate(self.exact.mass)

    @cached_property
    def _profile(self) -> Matrix:
        if not self.exact.layout.others:
            return np.zeros((self._mass.size, 0))
        return np.vstack(self.exact.profiles)

    def _stacked(self, parts: list[tuple[Codes, int, Vector | None]]) -> Any:
        import scipy.sparse as sp  # noqa: PLC0415 - few methods need it

        n = self.exact.layout.largest.codes.size
        blocks = [
            sp.csr_array((np.ones(n) if values is None else values, (codes, np.arange(n))), shape=(count, n))
            for codes, count, values in parts
        ]
        return sp.vstack(blocks).tocsr() if blocks else sp.csr_array((0, n))

    def _coefficients(self, V: Matrix) -> tuple[Matrix, Matrix, Matrix, Matrix]:
        """Sums and means on D, and the same on E given D."""
        w = self.exact.w
        weighted = V if w is None else w[:, None] * V
        sums = self._levels @ weighted
        own = over(sums, np.broadcast_to(self._mass[:, None], sums.shape))
        if not self.exact.layout.others:
            empty = np.zeros((0, V.shape[1]))
            return sums, own, empty, empty
        rest = self._others @ weighted - self._profile.T @ sums
        return sums, own, rest, self.exact.inverse @ rest
