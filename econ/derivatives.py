"""Derivatives of functions that come without."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from econ.groups import Matrix, Vector

__all__ = ["jacobian"]

STEP = 1e-3  # its fourth power is the error of an extrapolated difference


def jacobian(function: Callable[[Vector], Vector], at: Vector) -> Matrix:
    """(m, k) derivatives of a function by central differences, extrapolated once (Richardson)."""
    columns = []
    for j, value in enumerate(at):
        step = STEP * max(abs(value), 1.0)
        wide, narrow = (_difference(function, at, j, size) for size in (step, step / 2))
        columns.append((4 * narrow - wide) / 3)
    return np.column_stack(columns)


def _difference(function: Callable[[Vector], Vector], at: Vector, j: int, step: float) -> Vector:
    up, down = at.copy(), at.copy()
    up[j] += step
    down[j] -= step
    slope: Vector = (np.atleast_1d(function(up)) - np.atleast_1d(function(down))) / (up[j] - down[j])
    return slope
