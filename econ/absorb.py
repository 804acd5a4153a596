"""Fixed effects out of arrays: exact elimination where it is cheap, an iterative solver elsewhere.

With the dummies of the largest effect in `D` and those of all other effects in `E`, the normal
equations of a weighted regression of `V` on `[D, E]` reduce to the Schur complement

    S = E'WE - C' diag(1/w) C,    C = D'WE,    w = D'W1,

a matrix of the size of the smaller effects. Its pivoted Cholesky factor gives a generalised
inverse, and with it both the residuals and the leverage of the effects, without iteration.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from scipy.linalg import lapack

from econ.errors import ConvergenceError
from econ.groups import Codes, Groups, Matrix, Vector

__all__ = ["Absorber", "absorber"]

EXACT_LEVELS = 1_000  # all effects but the largest: S is dense
EXACT_CELLS = 20_000_000  # of C, which is dense too
ITERATIVE_TOLERANCE = 1e-12
SINGULAR = 1e-10


class Absorber(Protocol):
    """Takes effects out of columns, and knows their leverage."""

    def residualize(self, V: Matrix) -> Matrix:
        """(n, m) residuals of the columns on the dummies of the effects."""
        ...

    def leverage(self) -> Vector | None:
        """(n,) leverage of the dummies, or None where it is out of reach."""
        ...


def absorber(effects: tuple[Groups, ...], w: Vector) -> Absorber:
    """The cheapest exact way to absorb these effects under weights `w` (n,)."""
    if not effects:
        return Nothing(w.size)
    largest, *others = sorted(effects, key=lambda effect: -effect.count)
    levels = sum(effect.count for effect in others)
    if levels <= EXACT_LEVELS and levels * largest.count <= EXACT_CELLS:
        return Exact(largest, tuple(others), w)
    return Iterative(effects, w)


@dataclass(frozen=True)
class Nothing:
    """No effects."""

    nobs: int

    def residualize(self, V: Matrix) -> Matrix:
        """The columns as they are."""
        return V

    def leverage(self) -> Vector:
        """Zeros."""
        return np.zeros(self.nobs)


@dataclass(frozen=True, eq=False)
class Exact:
    """Elimination of the largest effect, then of the others through the Schur complement."""

    largest: Groups
    others: tuple[Groups, ...]
    w: Vector  # (n,)

    @cached_property
    def mass(self) -> Vector:
        """Sum of the weights in each level of the largest effect."""
        return self.largest.totals(self.w)

    @cached_property
    def columns(self) -> list[Codes]:
        """For each of the other effects, the column of `E` in which each row has its one."""
        offsets = np.cumsum([0, *(effect.count for effect in self.others)])
        return [effect.codes + offset for effect, offset in zip(self.others, offsets, strict=False)]

    @cached_property
    def levels(self) -> int:
        """Columns of `E`."""
        return sum(effect.count for effect in self.others)

    @cached_property
    def profile(self) -> Matrix:
        """`diag(1/w) C`: where the weight of each level of the largest effect lies among the others."""
        C = self._crossed([self.largest.codes], self.largest.count)
        return C / self.mass[:, None]

    @cached_property
    def inverse(self) -> Matrix:
        """A generalised inverse of the Schur complement."""
        M = self._crossed(self.columns, self.levels)
        S = M - self.profile.T @ (self.mass[:, None] * self.profile)
        return generalised_inverse(S, np.sqrt(np.maximum(np.diag(M), np.finfo(float).tiny)))

    def residualize(self, V: Matrix) -> Matrix:
        """(n, m) residuals of the columns on the dummies of the effects."""
        V = V - self._means(V)[self.largest.codes]
        if not self.others:
            return V
        for _ in range(2):  # the second pass removes the rounding error of the first
            V = self._less_others(V)
        return V

    def leverage(self) -> Vector:
        """(n,) `w_i d_i' (D'WD)^- d_i` over the dummies of all effects."""
        a = self.largest.codes
        between = 1 / self.mass[a]
        if self.others:
            Q = self.profile @ self.inverse
            between += np.einsum("al,al->a", Q, self.profile)[a]
            for f in self.columns:
                between -= 2 * Q[a, f]
                for g in self.columns:
                    between += self.inverse[f, g]
        return self.w * between

    def _less_others(self, V: Matrix) -> Matrix:
        delta = self.inverse @ self._sums(V)
        within = sum(delta[columns] for columns in self.columns)
        V = V - within + (self.profile @ delta)[self.largest.codes]
        return V - self._means(V)[self.largest.codes]

    def _means(self, V: Matrix) -> Matrix:
        return self.largest.sums(self.w[:, None] * V) / self.mass[:, None]

    def _sums(self, V: Matrix) -> Matrix:
        """`E'WV`."""
        return np.vstack([effect.sums(self.w[:, None] * V) for effect in self.others])

    def _crossed(self, rows: list[Codes], count: int) -> Matrix:
        """Weighted cross table (count, levels) of row codes with the columns of `E`."""
        table = np.zeros(count * self.levels)
        for row in rows:
            for column in self.columns:
                table += np.bincount(row * self.levels + column, self.w, minlength=table.size)
        return table.reshape(count, self.levels)


@dataclass(frozen=True, eq=False)
class Iterative:
    """Preconditioned LSMR for effects too large to eliminate."""

    effects: tuple[Groups, ...]
    w: Vector  # (n,)

    def residualize(self, V: Matrix) -> Matrix:
        """(n, m) residuals of the columns on the dummies of the effects.

        Raises
        ------
        ConvergenceError
            If the solver does not reach its tolerance.
        """
        from within import LsmrOptions, solve_batch  # noqa: PLC0415 - few fits need it

        codes = np.asfortranarray(np.column_stack([effect.codes for effect in self.effects]).astype(np.uint32))
        options = LsmrOptions(tol=ITERATIVE_TOLERANCE, maxiter=10_000)
        result = solve_batch(codes, np.asfortranarray(V), weights=self.w, options=options)
        if not all(result.converged):
            names = ", ".join(effect.name for effect in self.effects)
            raise ConvergenceError(f"the effects {names} could not be absorbed to {ITERATIVE_TOLERANCE}; absorb fewer")
        return np.ascontiguousarray(result.demeaned)

    def leverage(self) -> None:
        """Out of reach: it needs an inverse of the size of the effects."""
        return


def generalised_inverse(S: Matrix, scale: Vector) -> Matrix:
    """A symmetric generalised inverse of a positive semi-definite matrix.

    Parameters
    ----------
    S
        (l, l) matrix.
    scale
        (l,) what its rows are divided by before the rank is judged.
    """
    scaled = S / np.outer(scale, scale)
    factor, pivots, rank, _ = lapack.dpstrf(scaled, tol=SINGULAR, lower=0)
    kept = pivots[:rank] - 1
    inverse, _ = lapack.dpotri(factor[:rank, :rank], lower=0)
    inverse = np.triu(inverse) + np.triu(inverse, 1).T
    G = np.zeros_like(S)
    G[np.ix_(kept, kept)] = inverse
    return G / np.outer(scale, scale)
