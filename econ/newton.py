"""Newton's method for likelihoods of a few parameters, also where they are not concave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from econ.errors import ConvergenceError
from econ.groups import Matrix, Vector

__all__ = ["Expansion", "minimise"]

SMALLEST_SHARE = 1e-12
ROUNDING = 1e-12
FLAT = 1e-12  # smallest curvature, relative to the largest, that a minimum may have


@dataclass(frozen=True, eq=False)
class Expansion:
    """A loss at a point to second order."""

    loss: float
    slope: Vector  # (k,)
    curvature: Matrix  # (k, k)

    @property
    def finite(self) -> bool:
        """Whether all of it are numbers."""
        return bool(np.isfinite(self.loss) and np.isfinite(self.slope).all() and np.isfinite(self.curvature).all())


def minimise(
    loss: Callable[[Vector], Expansion], start: Vector, spec: Any, tolerance: float, iterations: int
) -> tuple[Vector, Expansion]:
    """A minimum of a loss and the expansion there; parameters are to be such that one is a large change.

    Raises
    ------
    ConvergenceError
        If a parameter still moves by more than the tolerance after the last step, or no step lowers the loss.
    """
    with np.errstate(all="ignore"):  # a step can go too far; it is not taken then
        here, point = start, loss(start)
        for _ in range(iterations):
            step, convex = _step(point)
            if convex and np.abs(step).max() <= tolerance:
                return here + step, loss(here + step)
            share, point = _search(loss, here, step, point, spec)
            here = here + share * step
    raise ConvergenceError(
        f"{spec!r}: the estimates still moved after {iterations} steps; raise iterations, "
        "or use fewer regressors: the data may not identify all parameters"
    )


def _step(point: Expansion) -> tuple[Vector, bool]:
    """The step that Newton's method takes, downhill also along directions of negative curvature."""
    units = np.sqrt(np.abs(np.diag(point.curvature)))
    units[units == 0] = 1
    values, vectors = np.linalg.eigh(point.curvature / np.outer(units, units))
    sizes = np.maximum(np.abs(values), FLAT * np.abs(values).max())
    step: Vector = -(vectors @ (vectors.T @ (point.slope / units) / sizes)) / units
    return step, bool(values[0] > FLAT * values[-1])


def _search(
    loss: Callable[[Vector], Expansion], here: Vector, step: Vector, before: Expansion, spec: Any
) -> tuple[float, Expansion]:
    """The largest of 1, 1/2, 1/4, ... of a step that does not raise the loss."""
    share = 1.0
    while share > SMALLEST_SHARE:
        after = loss(here + share * step)
        if after.finite and after.loss - before.loss <= ROUNDING * max(abs(before.loss), 1.0):
            return share, after
        share /= 2
    raise ConvergenceError(f"{spec!r}: no step improves the fit any more, and it is not yet the best")
