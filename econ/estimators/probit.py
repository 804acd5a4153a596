"""Probit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.special import erfcx, log_ndtr, ndtr, ndtri

from econ.design import Design, Frequency, build
from econ.formula import parse
from econ.groups import Matrix, Vector
from econ.index_model import Point, require_control
from econ.types import Fit
from econ.unit_interval import estimate, require_binary, without_effects

__all__ = ["Normal", "Probit", "mills"]

LARGEST_INDEX = 37.0  # its normal density is still a number
TAIL = -1e4  # below, the curvature is one to rounding
SMALLEST_VARIANCE = 1e-300


@dataclass(frozen=True)
class Probit:
    r"""Probit by maximum likelihood, :math:`P(d = 1 | x) = \Phi(x'\beta)`.

    With :math:`\lambda_i` the derivative of the log likelihood of row i by its index and W holding minus the
    second derivatives, the influence is :math:`(X' W X)^{-1} x_i \lambda_i`.

    Parameters
    ----------
    formula
        `d ~ x1 + x2`, with d zero or one.
    weights
        Column of positive weights, or `Frequency(column)`.
    offset
        Column that is added to the linear predictor.
    tolerance
        Largest change of the linear predictor of any row at which the iteration ends. Newton steps
        converge quadratically: what remains is about its square.
    iterations
        Most steps before `ConvergenceError`.

    Returns
    -------
    Fit
        From `fit(data)`: `params`, `names`, `residuals`, `fitted`, `influence`, `sample` (rows dropped and why),
        `statistics`; standard errors, tests and intervals come from `fit.inference(covariance)`.

    Raises
    ------
    FormulaError, DataError, IdentificationError, ConvergenceError
        From `fit`, with the name of the column, row or regressor. A regressor that predicts the response
        perfectly in some rows has no finite coefficient and is such an error.

    Notes
    -----
    The classical covariance is the inverse of the observed information. (R's `glm` inverts the expected one.)

    References
    ----------
    Bliss (1935), Annals of Applied Biology 22(1); Amemiya (1981), Journal of Economic Literature 19(4).

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import Probit
    >>> data = pd.DataFrame({"d": [0, 0, 0, 1, 0, 1], "x": [0, 0, 0, 0, 1, 1]})
    >>> Probit("d ~ x").fit(data).params.round(6).tolist()  # normal quantiles of 1/4 and 1/2
    [-0.67449, 0.67449]
    """

    formula: str
    weights: str | Frequency | None = field(default=None, kw_only=True)
    offset: str | None = field(default=None, kw_only=True)
    tolerance: float = field(default=1e-8, kw_only=True)
    iterations: int = field(default=100, kw_only=True)

    def __post_init__(self) -> None:
        require_control(self.tolerance, self.iterations)

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """The linear index."""
        return (("", parse(self.formula).regressors),)

    def mean(self, params: Vector, X: tuple[Matrix, ...], offset: Vector) -> Vector:
        """(n,) probability of a one."""
        return Normal().mean(X[0] @ params + offset)

    def fit(self, data: Any) -> Fit:
        """Estimate on a table; see the class for what is raised."""
        return self.estimate(build(self.formula, data, weights=self.weights, offset=self.offset))

    def estimate(self, design: Design) -> Fit:
        """Estimate on arrays."""
        without_effects(design, "Probit", "use Logit, which conditions on them, or write them as C(...)")
        require_binary(design, "Probit")
        return estimate(self, design, Normal())


@dataclass(frozen=True)
class Normal:
    """The likelihood of zeros and ones with the normal distribution function as mean."""

    def at(self, y: Vector, eta: Vector) -> Point:
        """Score, curvature and loss of each row."""
        side = 2 * y - 1
        ratio, curvature = mills(side * eta)
        loss = -log_ndtr(side * eta)
        variance = np.maximum(ndtr(eta) * ndtr(-eta), SMALLEST_VARIANCE)
        return Point(side * ratio, curvature, loss, loss, variance)

    def start(self, y: Vector, mean: float) -> Vector:
        """Halfway to the response."""
        halfway: Vector = ndtri((y + mean) / 2)
        return halfway

    def mean(self, eta: Vector) -> Vector:
        """Expected response."""
        p: Vector = ndtr(eta)
        return p


def mills(x: Vector) -> tuple[Vector, Vector]:
    """First derivative of log Φ, the inverse Mills ratio φ / Φ, and minus the second: both positive."""
    x = np.minimum(x, LARGEST_INDEX)
    ratio = np.sqrt(2 / np.pi) / erfcx(-x / np.sqrt(2))
    curvature: Vector = np.where(x < TAIL, 1.0, ratio * (ratio + x))
    return ratio, curvature
