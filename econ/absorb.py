"""Fixed effects out of arrays: exact elimination where it is cheap, an iterative solver elsewhere.

With the dummies of the largest effect in `D` and those of all other effects in `E`, the normal
equations of a weighted regression of `V` on `[D, E]` reduce to the Schur complement

    S = E'WE - C' diag(1/w) C,    C = D'WE,    w = D'W1,

a matrix of the size of the smaller effects. Its pivoted Cholesky factor gives a generalised
inverse, and with it both the residuals and the leverage of the effects, without iteration.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Protocol

import numpy as np
from scipy.linalg import lapack

from econ.errors import ConvergenceError
from econ.groups import Codes, Groups, Matrix, Vector

__all__ = ["Absorber", "absorber"]

EXACT_LEVELS = 1_000  # all effects but the largest: S is dense
EXACT_CELLS = 20_000_000  # of C, which is dense too
EXACT_WORK = 4_000_000_000  # multiplications to form S, a third of a second
SPECTRAL_LEVELS = 100  # for few levels numpy's own eigenvalues are faster than waking scipy's threads
ITERATIVE_TOLERANCE = 1e-12
SINGULAR = 1e-10


class Absorber(Protocol):
    """Takes effects out of columns, and knows their leverage."""

    @property
    def precision(self) -> float:
        """Size of a residual, relative to the column, that is zero but for rounding."""
        ...

    def project(self, V: Matrix) -> Matrix:
        """(n, m) fitted values of the columns on the dummies of the effects."""
        ...

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
    exact = _exact(effects, w)
    if exact is None or exact.work > EXACT_WORK:
        return Iterative(effects, w)
    return exact


def _exact(effects: tuple[Groups, ...], w: Vector) -> Exact | None:
    """Elimination of these effects, or None where its tables would not fit into memory."""
    largest, *others = sorted(effects, key=lambda effect: -effect.count)
    exact = Exact(largest, tuple(others), w)
    fits = exact.levels <= EXACT_LEVELS and exact.levels * largest.count <= EXACT_CELLS
    return exact if fits else None


@dataclass(frozen=True)
class Nothing:
    """No effects."""

    nobs: int
    precision = 0.0

    def project(self, V: Matrix) -> Matrix:
        """Zeros."""
        return np.zeros_like(V)

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
    precision = 1e-12

    @property
    def work(self) -> int:
        """Multiplications that forming the Schur complement takes."""
        return self.largest.count * self.levels**2

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

    def project(self, V: Matrix) -> Matrix:
        """(n, m) fitted values of the columns on the dummies of the effects."""
        means = self._means(V)
        fitted = means[self.largest.codes]
        if not self.others:
            return fitted
        delta = self.inverse @ self._sums(V - fitted)
        within = sum(delta[columns] for columns in self.columns)
        return fitted + within - (self.profile @ delta)[self.largest.codes]

    def residualize(self, V: Matrix) -> Matrix:
        """(n, m) residuals of the columns on the dummies of the effects."""
        V = V - self.project(V)
        return V - self.project(V) if self.others else V  # the second pass removes the rounding of the first

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
    precision = 1e-9

    def project(self, V: Matrix) -> Matrix:
        """(n, m) fitted values of the columns on the dummies of the effects.

        Raises
        ------
        ConvergenceError
            If the solver does not reach its tolerance.
        """
        coefficients = self._solve(V)[0]
        fitted, start = np.zeros_like(V), 0
        for effect in self.effects:
            fitted += coefficients[start : start + effect.count][effect.codes]
            start += effect.count
        return fitted

    def residualize(self, V: Matrix) -> Matrix:
        """(n, m) residuals of the columns on the dummies of the effects; raises as `project` does."""
        return self._solve(V)[1]

    def leverage(self) -> Vector | None:
        """(n,) leverage, from the elimination where its tables fit into memory; else None."""
        exact = _exact(self.effects, self.w)
        return None if exact is None else exact.leverage()

    def _solve(self, V: Matrix) -> tuple[Matrix, Matrix]:
        from within import LsmrOptions, solve_batch  # noqa: PLC0415 - few fits need it

        _one_thread()
        codes = np.column_stack([effect.codes for effect in self.effects]).astype(np.uint32)
        options = LsmrOptions(tol=ITERATIVE_TOLERANCE, maxiter=10_000)
        result = solve_batch(np.asfortranarray(codes), np.asfortranarray(V), weights=self.w, options=options)
        if not all(result.converged):
            names = ", ".join(effect.name for effect in self.effects)
            raise ConvergenceError(
                f"the effects {names} could not be absorbed to {ITERATIVE_TOLERANCE}; absorb fewer of them"
            )
        return np.ascontiguousarray(result.x), np.ascontiguousarray(result.demeaned)


@cache
def _one_thread() -> None:
    """Start the solver's pool with one thread: with more, the order of its sums and so the last bits vary."""
    from within import solve  # noqa: PLC0415

    name = "RAYON_NUM_THREADS"
    before = os.environ.get(name)
    os.environ[name] = "1"
    solve(np.asfortranarray([[0, 0], [1, 1], [0, 1]], dtype=np.uint32), np.arange(3.0))
    if before is None:
        del os.environ[name]
    else:
        os.environ[name] = before


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
    if scaled.diagonal().max() <= SINGULAR:  # the factorisation judges every pivot but the first
        return np.zeros_like(S)
    if len(S) <= SPECTRAL_LEVELS:
        return np.linalg.pinv(scaled, rcond=SINGULAR, hermitian=True) / np.outer(scale, scale)
    factor, pivots, rank, _ = lapack.dpstrf(scaled, tol=SINGULAR, lower=0)
    kept = pivots[:rank] - 1
    inverse, _ = lapack.dpotri(factor[:rank, :rank], lower=0)
    inverse = np.triu(inverse) + np.triu(inverse, 1).T
    G = np.zeros_like(S)
    G[np.ix_(kept, kept)] = inverse
    return G / np.outer(scale, scale)
