"""The expected response of a model as a function of its linear indices, and its derivatives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from econ.groups import Matrix, Vector

__all__ = ["Response"]

CLOSE = 1e-5  # differences at a step and at all smaller ones; extrapolated, its square is what is wrong
LINEAR = 1e-13
MOST_ROWS = 1_000  # on which steps are chosen
SHRINK = 4.0


@dataclass(frozen=True, eq=False)
class Response:
    """The mean of an estimator, with p indices, an offset beside them, and e parameters that are no coefficients.

    An argument is one of the p indices, the offset, or one of the e parameters.

    Attributes
    ----------
    spec
        The estimator.
    index
        (n, p + 1) indices and offset of the rows that it was fitted on, from which steps are chosen.
    others
        (e,) parameters that are no coefficients.
    """

    spec: Any
    index: Matrix
    others: Vector

    def value(self, index: Matrix) -> Vector:
        """(m,) expected responses at (m, p + 1) indices and offset."""
        return self._mean(index, self.others)

    def slopes(self, index: Matrix) -> Matrix:
        """(m, p + 1 + e) first derivatives of the expected responses by the arguments."""
        if self._weights is not None:
            return np.tile(self._weights, (len(index), 1))
        columns = [_extrapolated(self._along(a, index), step) for a, step in enumerate(self._steps)]
        return np.column_stack(columns)

    def curvature(self, index: Matrix) -> Matrix:
        """(m, p + 1, p + 1 + e) second derivatives, first by an index or the offset."""
        if self._weights is not None:
            return np.zeros((len(index), self.index.shape[1], self._weights.size))

        def along(a: int) -> Callable[[float], Matrix]:
            return lambda step: self.slopes(_moved(index, a, step))

        return np.stack([_extrapolated(along(a), self._steps[a]) for a in range(self.index.shape[1])], axis=1)

    def _mean(self, index: Matrix, others: Vector) -> Vector:
        if not len(index):
            return np.empty(0)
        p = index.shape[1] - 1
        X = tuple(index[:, [place]] for place in range(p))
        mean: Vector = self.spec.mean(np.append(np.ones(p), others), X, index[:, p])
        return mean

    def _along(self, a: int, index: Matrix) -> Callable[[float], Vector]:
        """The mean as a function of a change of one argument."""
        place = a - index.shape[1]
        if place < 0:
            return lambda step: self._mean(_moved(index, a, step), self.others)
        return lambda step: self._mean(index, self.others + step * np.eye(self.others.size)[place])

    @cached_property
    def _weights(self) -> Vector | None:
        """(p + 1 + e,) derivatives where the mean is a sum of indices and offset; None where it is anything else."""
        p = self.index.shape[1]
        origin, units = self.value(np.zeros((1, p))), self.value(np.eye(p))
        found = self.value(self.index)
        gap = np.abs(found - self.index @ units).max()
        linear = origin[0] == 0 and gap <= LINEAR * np.abs(self.index).max()
        return np.append(units, np.zeros(self.others.size)) if linear else None

    @cached_property
    def _steps(self) -> list[float]:
        """A step for each argument, on the scale on which the mean is curved."""
        n, p = self.index.shape
        some = self.index[np.linspace(0, n - 1, min(n, MOST_ROWS)).astype(np.intp)]
        top = [SHRINK * max(1.0, float(np.abs(some).max()))] * p + [1.0] * self.others.size
        with np.errstate(all="ignore"):  # the first steps are far too long
            return [_step(self._along(a, some), step) for a, step in enumerate(top)]


def _moved(index: Matrix, a: int, step: float) -> Matrix:
    moved = index.copy()
    moved[:, a] += step
    return moved


def _difference(function: Callable[[float], Matrix], step: float) -> Matrix:
    slope: Matrix = (function(step) - function(-step)) / (2 * step)
    return slope


def _extrapolated(function: Callable[[float], Matrix], step: float) -> Matrix:
    """The derivative at zero by central differences, extrapolated once (Richardson)."""
    wide, narrow = _difference(function, step), _difference(function, step / 2)
    return (4 * narrow - wide) / 3


def _step(function: Callable[[float], Vector], step: float) -> float:
    """The largest step from which on smaller ones change nothing much, until rounding is seen."""
    rounding = np.finfo(float).eps * float(np.abs(function(0.0)).max())
    found: list[tuple[float, Vector]] = []
    while not found or rounding / found[-1][0] <= CLOSE / 10 * np.abs(found[-1][1]).max():
        found.append((step, _difference(function, step)))
        if not found[-1][1].any():
            break
        step /= SHRINK
    last = found[-1][1]
    best = found[-1][0]
    for step, slope in reversed(found):
        if np.abs(slope - last).max() > CLOSE * np.abs(last).max():
            break
        best = step
    return best
