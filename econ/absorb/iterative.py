"""Effects too large to eliminate."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache

import numpy as np

from econ.absorb.algebra import times
from econ.absorb.exact import Exact
from econ.absorb.layout import Layout
from econ.errors import ConvergenceError
from econ.groups import Matrix, Vector

__all__ = ["Iterative"]

ITERATIVE_TOLERANCE = 1e-12


@dataclass(frozen=True, eq=False)
class Iterative:
    """Preconditioned LSMR for effects too large to eliminate."""

    layout: Layout
    w: Vector | None  # (n,)
    precision = 1e-9

    def residualize(self, V: Matrix) -> Matrix:
        """(n, m) residuals of the columns on the columns of the effects; raises as `split` does."""
        return self.split(V)[0]

    def fitted(self, coefficients: Vector) -> Vector:
        """(n,) what (levels,) coefficients add up to in each row."""
        total, start = np.zeros(self.layout.largest.codes.size), 0
        for effect in self.layout.effects:
            total += times(coefficients[start : start + effect.count][effect.codes], effect.slope)
            start += effect.count
        return total

    def by_effect(self, coefficients: Vector) -> tuple[Vector, ...]:
        """(count,) coefficients of each effect on its own ones or variable, from (levels,) of `split`."""
        return tuple(np.split(coefficients, np.cumsum([effect.count for effect in self.layout.effects])[:-1]))

    def split(self, V: Matrix) -> tuple[Matrix, Matrix]:
        """(n, m) residuals and (levels, m) coefficients of the columns on the columns of the effects.

        Raises
        ------
        ConvergenceError
            If the solver does not reach its tolerance.
        """
        from within import Effect as Term  # noqa: PLC0415 - few fits need it
        from within import LsmrOptions, solve_batch  # noqa: PLC0415

        _one_thread()
        terms = [
            Term(e.codes.astype(np.uint32), e.slope is None, None if e.slope is None else [e.slope])
            for e in self.layout.effects
        ]
        options = LsmrOptions(tol=ITERATIVE_TOLERANCE, maxiter=10_000)
        result = solve_batch(terms, np.asfortranarray(V), weights=self.w, options=options)
        if not all(result.converged):
            names = ", ".join(effect.name for effect in self.layout.effects)
            raise ConvergenceError(
                f"the effects {names} could not be absorbed to {ITERATIVE_TOLERANCE}; absorb fewer of them"
            )
        return np.asfortranarray(result.demeaned), np.asfortranarray(result.x)

    def leverage(self) -> Vector | None:
        """(n,) leverage, from the elimination where its tables fit into memory; else None."""
        return Exact(self.layout, self.w).leverage() if self.layout.fits else None


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
