"""What a measure of dispersion is."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from econ.groups import Matrix, Vector

__all__ = ["Dispersion", "variance_influence"]


class Dispersion(Protocol):
    """A frozen choice of how the differences between n units in one period are measured.

    `label` names it. One that is `compositional` measures shares of a whole, others one value.
    """

    @property
    def label(self) -> str:
        """What a table calls it."""
        ...

    @property
    def compositional(self) -> bool:
        """Whether it measures compositions."""
        ...

    def problem(self, values: Matrix) -> tuple[int, str] | None:
        """The first row of (n, d) values that cannot be measured, and why; None where all can."""
        ...

    def of(self, values: Matrix) -> tuple[float, Vector]:
        """The dispersion of (n, d) values, and (n,) the influence of each unit on it."""
        ...


def variance_influence(z: Matrix) -> tuple[float, Vector]:
    """Total variance of (n, d) coordinates with divisor n - 1, and (n,) influences that sum to zero."""
    n = len(z)
    squares = ((z - z.mean(axis=0)) ** 2).sum(axis=1)
    variance = float(squares.sum() / (n - 1))
    return variance, np.asarray((squares - squares.mean()) / (n - 1))
