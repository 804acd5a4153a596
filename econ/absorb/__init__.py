"""Fixed effects out of arrays: exact elimination where it is cheap, an iterative solver elsewhere.

With the columns of the largest effect in `D` (its dummies, and its variables with slopes by level,
made orthogonal within each level) and those of all other effects in `E`, the normal equations of a
weighted regression of `V` on `[D, E]` reduce to the Schur complement

    S = E'WE - C' diag(1/m) C,    C = D'WE,    m = diag(D'WD),

a matrix of the size of the smaller effects. Its pivoted Cholesky factor gives a generalised
inverse, and with it both the residuals and the leverage of the effects, without iteration.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from econ.absorb.exact import Exact
from econ.absorb.iterative import Iterative
from econ.absorb.layout import Layout
from econ.groups import Matrix, Vector

__all__ = ["Absorber", "Layout", "Nothing", "absorber"]

EXACT_WORK = 4_000_000_000  # multiplications to form S, a third of a second


class Absorber(Protocol):
    """Takes effects out of columns, and knows their leverage."""

    @property
    def precision(self) -> float:
        """Size of a residual, relative to the column, that is zero but for rounding."""
        ...

    def residualize(self, V: Matrix) -> Matrix:
        """(n, m) residuals of the columns on the columns of the effects."""
        ...

    def split(self, V: Matrix) -> tuple[Matrix, Matrix]:
        """(n, m) residuals and (levels, m) coefficients of the columns on the columns of the effects."""
        ...

    def fitted(self, coefficients: Vector) -> Vector | float:
        """(n,) what (levels,) coefficients add up to in each row."""
        ...

    def by_effect(self, coefficients: Vector) -> tuple[Vector, ...]:
        """(count,) coefficients of each effect on its own ones or variable, from (levels,) of `split`."""
        ...

    def leverage(self) -> Vector | float | None:
        """(n,) leverage of the effects, or None where it is out of reach."""
        ...


def absorber(layout: Layout, w: Vector | None) -> Absorber:
    """The cheapest exact way to absorb effects under weights `w` (n,), which are one where None."""
    if not layout.effects:
        return Nothing()
    if layout.fits and layout.work <= EXACT_WORK:
        return Exact(layout, w)
    return Iterative(layout, w)


@dataclass(frozen=True)
class Nothing:
    """No effects."""

    precision = 0.0

    def residualize(self, V: Matrix) -> Matrix:
        """The columns as they are."""
        return V

    def split(self, V: Matrix) -> tuple[Matrix, Matrix]:
        """The columns as they are and no coefficients."""
        return V, np.zeros((0, V.shape[1]))

    def fitted(self, coefficients: Vector) -> float:  # noqa: ARG002 - there are none
        """Zero."""
        return 0.0

    def by_effect(self, coefficients: Vector) -> tuple[Vector, ...]:  # noqa: ARG002 - there are none
        """No effects."""
        return ()

    def leverage(self) -> float:
        """Zero."""
        return 0.0
