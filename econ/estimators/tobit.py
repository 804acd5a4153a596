"""Tobit."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from scipy.special import log_ndtr, ndtr

from econ.design import Design, Frequency, build
from econ.errors import ConvergenceError, IdentificationError, OptionError
from econ.estimators.probit import mills
from econ.formula import parse
from econ.groups import Mask, Matrix, Vector
from econ.index_model import require_control
from econ.newton import Expansion, minimise
from econ.perfect_prediction import explaining
from econ.scores import Stacked
from econ.solve import parameters, weighted_least_squares
from econ.types import Fit
from econ.unit_interval import without_effects

__all__ = ["Tobit"]

LOG_ROOT_2PI = np.log(2 * np.pi) / 2
EXACT = 1e-10  # residuals, relative to the response, that are rounding


@dataclass(frozen=True)
class Tobit:
    r"""Censored regression by maximum likelihood: y is :math:`x'\beta + \sigma u`, u normal, cut at the limits.

    Rows at or beyond a limit count as censored there. The likelihood is maximised in
    :math:`(\beta / \sigma, 1 / \sigma)`, in which it is concave, and mapped to the coefficients and log(sigma);
    the influence is the inverse of the observed information times the scores, mapped alike.

    Parameters
    ----------
    formula
        `y ~ x1 + x2`.
    lower, upper
        Limits; None where there is none.
    weights
        Column of positive weights, or `Frequency(column)`.
    tolerance
        Largest change of a coefficient times the size of its regressor, in units of sigma, at which the
        iteration ends. What remains is about its square.
    iterations
        Most steps before `ConvergenceError`.

    Returns
    -------
    Fit
        From `fit(data)`: `params`, `names` (the last is `log(sigma)`), `residuals`, `fitted`, `influence`, `sample`
        (rows dropped and why), `statistics`; standard errors, tests and intervals come from
        `fit.inference(covariance)`.

    Raises
    ------
    OptionError
        If there is no limit, or the lower one is not below the upper one.
    FormulaError, DataError, IdentificationError, ConvergenceError
        From `fit`, with the name of the column, row or regressor. A regressor that differs from zero in
        censored rows only has no finite coefficient and is such an error.

    Notes
    -----
    The classical covariance is the inverse of the observed information. `fitted` and `mean` are the
    expectation of the censored response, E[y | x], not the latent x'β.

    References
    ----------
    Tobin (1958), Econometrica 26(1); Olsen (1978), Econometrica 46(5).

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import Tobit
    >>> data = pd.DataFrame({"y": [0, 0, 1.2, 0.9, 2.1, 3.2], "x": [0, 1, 2, 3, 4, 5]})
    >>> fit = Tobit("y ~ x").fit(data)
    >>> dict(zip(fit.names, fit.params.round(3).tolist()))
    {'Intercept': -1.048, 'x': 0.815, 'log(sigma)': -0.929}
    """

    formula: str
    lower: float | None = field(default=0.0, kw_only=True)
    upper: float | None = field(default=None, kw_only=True)
    weights: str | Frequency | None = field(default=None, kw_only=True)
    tolerance: float = field(default=1e-8, kw_only=True)
    iterations: int = field(default=100, kw_only=True)

    def __post_init__(self) -> None:
        require_control(self.tolerance, self.iterations)
        given = [limit for limit in (self.lower, self.upper) if limit is not None]
        numbers = all(isinstance(limit, int | float) and np.isfinite(limit) for limit in given)
        if not given or not numbers or given != sorted(set(given)):
            limits = f"lower={self.lower!r}, upper={self.upper!r}"
            raise OptionError(f"{limits}: give at least one limit, the lower below the upper; without limits use OLS")

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """The linear index of the latent response."""
        return (("", parse(self.formula).regressors),)

    def mean(self, params: Vector, X: tuple[Matrix, ...], offset: Vector) -> Vector:
        """(n,) expectation of the censored response."""
        return self._expected(X[0] @ params[:-1] + offset, np.exp(params[-1]))

    def fit(self, data: Any) -> Fit:
        """Estimate on a table; see the class for what is raised."""
        return self.estimate(build(self.formula, data, weights=self.weights))

    def estimate(self, design: Design) -> Fit:
        """Estimate on arrays."""
        without_effects(design, "Tobit", "write them as C(...), or use PPML, which absorbs them and takes zeros")
        rank = parameters(design) + 1
        cut = self._cut(design)
        solved = weighted_least_squares(design, cut.net, design.w)
        basis = solved.root * np.sqrt(cut.w.sum())
        likelihood = _standardised(cut, design.X, solved.params, basis, solved.residuals)
        found, there = self._maximum(design, cut, likelihood)
        params, J = likelihood.mapped(found)
        bread = np.linalg.inv(there.curvature) @ J.T
        fitted = self.mean(params, (design.X,), cut.offset)
        return Fit(
            spec=self,
            names=(*design.names, "log(sigma)"),
            params=params,
            scores=Stacked(likelihood.scores(found)),
            bread=bread,
            rank=rank,
            df=np.inf,
            effects=(),
            sample=design.sample,
            residuals=design.y - fitted,
            fitted=fitted,
            classical=J @ bread,
            hat=None,
            statistics=self._statistics(cut, likelihood.log_likelihood(there), params),
        )

    def _cut(self, design: Design) -> Cut:
        y = np.clip(design.y, self.lower, self.upper)
        low = np.zeros(y.size, dtype=bool) if self.lower is None else y <= self.lower
        high = np.zeros(y.size, dtype=bool) if self.upper is None else y >= self.upper
        if (low | high).all():
            raise IdentificationError(
                f"{design.formula.response!r} is censored in every row used; nothing can be estimated"
            )
        return Cut(y, low, high, np.zeros(y.size) if design.offset is None else design.offset, design.weights)

    def _maximum(self, design: Design, cut: Cut, likelihood: Standardised) -> tuple[Vector, Expansion]:
        with explaining(design, cut.high, cut.low):
            try:
                return minimise(likelihood.at, likelihood.start, self, self.tolerance, self.iterations)
            except ConvergenceError as error:
                X, y = design.X[cut.inside], cut.net[cut.inside]
                if np.abs(y - X @ np.linalg.lstsq(X, y)[0]).max() > EXACT * np.abs(y).max():
                    raise
                raise IdentificationError(
                    f"{design.formula.text!r}: the {y.size} rows between the limits are fitted exactly, so that sigma "
                    "runs to zero; use fewer regressors"
                ) from error

    def _expected(self, index: Vector, sigma: float) -> Vector:
        """(n,) mean of a normal response cut at the limits."""
        below = np.full(index.shape, -np.inf) if self.lower is None else (self.lower - index) / sigma
        above = np.full(index.shape, np.inf) if self.upper is None else (self.upper - index) / sigma
        mean: Vector = sigma * (_density(below) - _density(above)) + index * (ndtr(above) - ndtr(below))
        mean += 0 if self.lower is None else self.lower * ndtr(below)
        mean += 0 if self.upper is None else self.upper * ndtr(-above)
        return mean

    def _statistics(self, cut: Cut, likelihood: float, params: Vector) -> dict[str, float]:
        constant = replace(cut, offset=np.zeros(cut.y.size))
        mean = np.average(cut.y, weights=cut.w)
        ones = np.ones((cut.y.size, 1))
        alone = _standardised(constant, ones, np.array([mean]), np.eye(1), cut.y - mean)
        null = alone.log_likelihood(minimise(alone.at, alone.start, self, self.tolerance, self.iterations)[1])
        return {
            "log_likelihood": likelihood,
            "pseudo_r2": 1 - likelihood / null,
            "aic": 2 * (params.size - likelihood),
            "sigma": float(np.exp(params[-1])),
            "censored_below": float(cut.low.sum()),
            "censored_above": float(cut.high.sum()),
        }


@dataclass(frozen=True, eq=False)
class Cut:
    """A response cut at the limits, (n,) each: where it is, what is added to its index, and weights."""

    y: Vector
    low: Mask
    high: Mask
    offset: Vector
    w: Vector

    @property
    def net(self) -> Vector:
        """(n,) response less the offset."""
        return self.y - self.offset

    @property
    def inside(self) -> Mask:
        """(n,) rows between the limits."""
        return ~(self.low | self.high)


@dataclass(frozen=True, eq=False)
class Standardised:
    """The likelihood in units that make one a large change of any parameter.

    Regressors are turned into uncorrelated ones of size one, and the response is what is left of it after least
    squares, over its size. With h the inverse of sigma, minus the log likelihood of a row is that of
    the standard normal at r = h e - x'd, less log h: its density between the limits, a tail at a limit.
    """

    cut: Cut
    X: Matrix  # (n, k)
    e: Vector  # (n,)
    centre: Vector  # (k,) coefficients of least squares
    basis: Matrix  # (k, k)
    unit: float

    @property
    def start(self) -> Vector:
        """Least squares."""
        return np.append(np.zeros(self.X.shape[1]), 1.0)

    def rows(self, at: Vector) -> tuple[Vector, Vector, Vector]:
        """(n,) each: loss, and its first and second derivative by r."""
        r = self.e * at[-1] - self.X @ at[:-1]
        side = self.cut.high * -1.0 + self.cut.low
        ratio, curvature = mills(side * r)
        inside = self.cut.inside
        loss = np.where(inside, r**2 / 2 + LOG_ROOT_2PI - np.log(at[-1]), -log_ndtr(side * r))
        return loss, np.where(inside, r, -side * ratio), np.where(inside, 1.0, curvature)

    def at(self, at: Vector) -> Expansion:
        """Minus the log likelihood to second order."""
        w, M = self.cut.w, np.column_stack([-self.X, self.e])
        loss, slope, curvature = self.rows(at)
        gradient, hessian = M.T @ (w * slope), (M.T * (w * curvature)) @ M
        rows = w @ self.cut.inside
        gradient[-1] -= rows / at[-1]
        hessian[-1, -1] += rows / at[-1] ** 2
        return Expansion(float(w @ loss), gradient, hessian)

    def scores(self, at: Vector) -> Matrix:
        """(n, k + 1) derivatives of the log likelihood of the rows."""
        signal = -self.cut.w * self.rows(at)[1]
        scores = np.column_stack([-self.X, self.e]) * signal[:, None]
        scores[:, -1] += self.cut.w * self.cut.inside / at[-1]
        return scores

    def mapped(self, at: Vector) -> tuple[Vector, Matrix]:
        """Coefficients and log(sigma), and (k + 1, k + 1) their derivatives."""
        sigma = self.unit / at[-1]
        turned = self.basis @ at[:-1]
        J = np.zeros((at.size, at.size))
        J[:-1, :-1], J[:-1, -1], J[-1, -1] = sigma * self.basis, -sigma * turned / at[-1], -1 / at[-1]
        return np.append(self.centre + sigma * turned, np.log(sigma)), J

    def log_likelihood(self, there: Expansion) -> float:
        """The log likelihood in units of the response."""
        return float(-there.loss - self.cut.w @ self.cut.inside * np.log(self.unit))


def _standardised(cut: Cut, X: Matrix, centre: Vector, basis: Matrix, residuals: Vector) -> Standardised:
    unit = float(np.sqrt(np.average(residuals**2, weights=cut.w)))
    if unit <= EXACT * np.abs(cut.net).max():
        raise IdentificationError("the response is fitted exactly by its regressors; there is no sigma to estimate")
    return Standardised(cut, X @ basis, residuals / unit, centre, basis, unit)


def _density(x: Vector) -> Vector:
    """Of the standard normal."""
    density: Vector = np.exp(-(x**2) / 2 - LOG_ROOT_2PI)
    return density
