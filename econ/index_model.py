"""Models of one linear index, fitted by Newton's method with effects absorbed in each step.

A family gives, for a response y and an index η, the loss (minus the log likelihood up to a constant),
its slope and its curvature. A step is a weighted regression of slope over curvature on the regressors
and effects; the losses are convex in η, so that a line search always finds a better point.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from econ.absorb import Layout
from econ.compute.blocks import for_long_columns
from econ.design import Design
from econ.errors import ConvergenceError, OptionError
from econ.groups import Vector
from econ.scores import Product
from econ.solve import LeastSquares, rough_coefficients, weighted, weighted_least_squares

__all__ = ["Family", "Point", "Solution", "maximise", "require_control"]

SMALLEST_SHARE = 1e-12
ROUNDING = 1e-12
ROUGH_STEP = 1e-3  # while steps are larger than this, rounding inside them does no harm


@dataclass(frozen=True, eq=False)
class Point:
    """A family at an index: (n,) each.

    Attributes
    ----------
    score, curvature
        First derivative of the log likelihood by the index, and minus the second, which is positive.
    loss, size
        Minus the log likelihood up to a constant, and the magnitude of the terms of which it is the sum.
    variance
        Variance of the response under the model; None where it is the curvature, as for canonical links.
    """

    score: Vector
    curvature: Vector
    loss: Vector
    size: Vector
    variance: Vector | None = None


class Family(Protocol):
    """A log likelihood of one index, concave in it."""

    def at(self, y: Vector, eta: Vector) -> Point:
        """Score, curvature and loss of each row."""
        ...

    def start(self, y: Vector, mean: float) -> Vector:
        """An index to begin from, given the mean response."""
        ...


@dataclass(frozen=True, eq=False)
class Solution:
    """Where the iteration ended: coefficients, index, the last regression, the family there, and steps taken."""

    params: Vector
    eta: Vector
    hat: LeastSquares
    point: Point
    steps: int

    @property
    def scores(self) -> Product:
        """Scores of the rows: weight times score times residualised regressors."""
        assert self.hat.w is not None
        return Product(self.hat.X, self.hat.w * self.hat.residuals)


def require_control(tolerance: float, iterations: int) -> None:
    """Check the two options that steer an iteration.

    Raises
    ------
    OptionError
        If they are not a share and a whole number.
    """
    numbers = isinstance(tolerance, float) and isinstance(iterations, int)
    if not numbers or not 0 < tolerance < 1 or iterations < 1:
        given = f"tolerance={tolerance!r}, iterations={iterations!r}"
        raise OptionError(f"{given}: give a tolerance between 0 and 1 and a whole number of iterations")


def maximise(design: Design, family: Family, tolerance: float, iterations: int) -> Solution:
    """Maximum of the likelihood over the coefficients of a design's regressors and effects.

    Raises
    ------
    ConvergenceError
        If the index still moves after the last step, no step improves the fit, or numbers overflow.
    """
    try:
        # a step can go too far; it is not taken then
        with np.errstate(all="ignore"), for_long_columns(design.nobs, len(design.names)):
            return _iterated(design, family, tolerance, iterations)
    except np.linalg.LinAlgError as error:
        raise ConvergenceError(
            f"{design.formula.text!r}: a step is too large to be computed; rescale the regressors, weights or offset"
        ) from error


def _iterated(design: Design, family: Family, tolerance: float, iterations: int) -> Solution:
    layout, y = Layout(design.effects), design.y
    offset = np.zeros(y.size) if design.offset is None else design.offset
    eta = family.start(y, float(np.average(y, weights=design.w)))
    params, step = _direction(design, family.at(y, eta), layout, eta - offset, rough=True)[1:]
    eta = offset + step
    point = family.at(y, eta)
    rough = True
    for count in range(2, iterations + 1):
        solved, change, step = _direction(design, point, layout, None, rough=rough)
        largest = np.abs(step).max()
        if largest <= tolerance and solved is not None:
            eta = eta + step
            point = family.at(y, eta)
            errors = point.score / point.curvature
            w = weighted(design.w, point.curvature)
            variance = point.curvature if point.variance is None else point.variance
            responses = variance if design.w is None else variance / design.w
            hat = replace(solved, residuals=errors, w=w, responses=responses)
            return Solution(params + change, eta, hat, point, count)
        share, point = _search(design, family, eta, step, point)
        params, eta, rough = params + share * change, eta + share * step, bool(largest > ROUGH_STEP)
    raise ConvergenceError(
        f"{design.formula.text!r}: the linear predictor still moved after {iterations} steps; "
        "raise iterations, or look for a regressor of an extreme scale"
    )


def _direction(
    design: Design, point: Point, layout: Layout, eta: Vector | None, *, rough: bool
) -> tuple[LeastSquares | None, Vector, Vector]:
    """Regression of slope over curvature: coefficients and fitted index, or the changes of both.

    The fitted index is a sum of fitted parts: response less residual loses digits where y is far above its mean.
    Rough steps do without the residualised regressors and so without the regression.
    """
    response = point.score / point.curvature
    response = response if eta is None else response + eta
    w = weighted(design.w, point.curvature)
    found = rough_coefficients(design, response, w, layout) if rough and design.effects else None
    if found is not None:
        params, effects = found
        return None, params, design.X @ params + effects
    solved = weighted_least_squares(design, response, w, layout=layout)
    return solved, solved.params, design.X @ solved.params + solved.absorber.fitted(solved.levels)


def _search(design: Design, family: Family, eta: Vector, step: Vector, before: Point) -> tuple[float, Point]:
    """The largest of 1, 1/2, 1/4, ... of a step that does not raise the loss.

    Raises
    ------
    ConvergenceError
        If there is none down to the smallest.
    """
    share = 1.0
    while share > SMALLEST_SHARE:
        after = family.at(design.y, eta + share * step)
        rise = weighted(design.w, after.loss - before.loss).sum()
        if rise <= 0 or rise <= ROUNDING * weighted(design.w, before.size).sum():
            return share, after
        share /= 2
    raise ConvergenceError(
        f"{design.formula.text!r}: no step improves the fit any more, and it is not yet the best; "
        "rescale the regressors or the response"
    )
