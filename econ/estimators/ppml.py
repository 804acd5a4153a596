"""Poisson pseudo-maximum likelihood with absorbed effects."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.special import gammaln, xlogy

from econ.design import Design, build
from econ.errors import CollinearError, ConvergenceError, DataError, IdentificationError, OptionError
from econ.groups import Vector
from econ.separation import all_zero, certificate
from econ.solve import LeastSquares, parameters, weighted_least_squares
from econ.types import Fit

__all__ = ["PPML"]

SMALLEST_STEP = 1e-6


@dataclass(frozen=True)
class PPML:
    r"""Poisson pseudo-maximum likelihood, :math:`E[y | x] = \exp(x'\beta + \text{effects})`.

    Consistent for any non-negative response whose conditional mean is exponential; counts are not
    needed. Fitted by iteratively reweighted least squares with the effects absorbed in each step.
    With :math:`\tilde X` the regressors residualised on the effects under weights :math:`w\mu`, the
    influence of row i is :math:`(\tilde X' W \tilde X)^{-1} \tilde x_i w_i (y_i - \mu_i)`.

    Parameters
    ----------
    formula
        `y ~ x1 + x2` or `y ~ x1 + x2 | unit + time`, as for `OLS`.
    weights
        Column of positive weights.
    tolerance
        Relative change of the deviance at which the iteration ends; one more Newton step follows.
    iterations
        Most steps before `ConvergenceError`.

    Raises
    ------
    FormulaError, DataError, IdentificationError, ConvergenceError
        From `fit`, with the name of the column, row or regressor.

    Notes
    -----
    Rows that are separated, by an effect whose responses are all zero or by a combination of
    regressors, are found before the estimation, left out and counted in `fit.sample.dropped`. Regressors
    that only these rows identified, whose coefficients would run to infinity, are named in `fit.omitted`.
    The classical covariance carries R's fixest factor (n - 1) / (n - K).

    References
    ----------
    Gourieroux, Monfort and Trognon (1984), Econometrica 52(3); Santos Silva and Tenreyro (2006),
    Review of Economics and Statistics 88(4); Correia, Guimarães and Zylkin (2020), Stata Journal 20(1).

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import PPML
    >>> data = pd.DataFrame({"y": [1.0, 2.0, 4.0, 8.0], "x": [0.0, 1.0, 2.0, 3.0]})
    >>> float(PPML("y ~ x").fit(data).params[1].round(6))  # log 2
    0.693147
    """

    formula: str
    weights: str | None = field(default=None, kw_only=True)
    tolerance: float = field(default=1e-10, kw_only=True)
    iterations: int = field(default=100, kw_only=True)

    def __post_init__(self) -> None:
        if not 0 < self.tolerance < 1 or self.iterations < 1:
            raise OptionError(f"tolerance={self.tolerance!r}, iterations={self.iterations!r}: give positive ones")

    def fit(self, data: pd.DataFrame) -> Fit:
        """Estimate on a table; see the class for what is raised."""
        design = _identified(_non_negative(build(self.formula, data, weights=self.weights)))
        rank = parameters(design)
        solved, mu, steps = _iterate(design, self.tolerance, self.iterations)
        residuals = design.y - mu
        return Fit(
            spec=self,
            names=design.names,
            params=solved.params,
            scores=(design.weights * residuals)[:, None] * solved.X,
            bread=solved.inverse,
            rank=rank,
            df=np.inf,
            effects=design.effects,
            sample=design.sample,
            residuals=residuals,
            fitted=mu,
            classical=solved.inverse * (mu.size - 1) / (mu.size - rank),
            hat=solved,
            statistics=_statistics(design, mu) | {"steps": float(steps)},
            omitted=design.omitted,
        )


def _non_negative(design: Design) -> Design:
    negative = np.flatnonzero(design.y < 0)
    if negative.size:
        label = design.sample.data.index[design.sample.rows[negative[0]]]
        raise DataError(
            f"{design.formula.response!r} is negative in row {label!r} and {negative.size - 1} more rows; "
            "PPML needs a response of zero or more"
        )
    return design


def _identified(design: Design) -> Design:
    """The design without separated rows and without regressors that only these rows identified."""
    weighted_least_squares(design, design.y, design.weights)  # collinear before anything is dropped: an error
    while True:  # dropping some rows can separate others
        if not design.y.any():
            raise IdentificationError(
                f"{design.formula.response!r} is zero in every row used; nothing can be estimated"
            )
        separated = all_zero(design)
        if not separated.any():
            separated = certificate(design)
        if not separated.any():
            return design
        design = _independent(design.without(separated, "separated"))


def _independent(design: Design) -> Design:
    try:
        weighted_least_squares(design, design.y, design.weights)
    except CollinearError as error:
        return _independent(design.omitting(error.terms))
    return design


def _iterate(design: Design, tolerance: float, most: int) -> tuple[LeastSquares, Vector, int]:
    """Iteratively reweighted least squares; returns the last step, the means and the number of steps."""
    y, w = design.y, design.weights
    eta = np.log((y + (w @ y) / w.sum()) / 2)
    deviance = np.inf
    for step in range(1, most + 1):
        solved, proposal = _newton(design, eta)
        eta, before = _improved(design, eta, proposal, deviance), deviance
        deviance = _deviance(y, np.exp(eta), w)
        if abs(before - deviance) <= tolerance * (abs(deviance) + tolerance * (w @ y)):
            solved, eta = _newton(design, eta)
            return solved, np.exp(eta), step + 1
    raise ConvergenceError(
        f"{design.formula.text!r}: the deviance still moved after {most} steps; "
        "raise iterations, or look for a regressor of an extreme scale"
    )


def _newton(design: Design, eta: Vector) -> tuple[LeastSquares, Vector]:
    """One weighted regression of the working response; returns it and the new linear predictor."""
    mu = np.exp(eta)
    working = eta + (design.y - mu) / mu
    solved = weighted_least_squares(design, working, design.weights * mu)
    return solved, working - solved.residuals


def _improved(design: Design, eta: Vector, proposal: Vector, deviance: float) -> Vector:
    """The proposal, drawn back towards the last predictor until the deviance does not rise."""
    share = 1.0
    while share > SMALLEST_STEP:
        candidate = eta + share * (proposal - eta)
        with np.errstate(over="ignore", invalid="ignore"):
            reached = _deviance(design.y, np.exp(candidate), design.weights)
        if reached <= deviance * (1 + 1e-12) or (np.isfinite(reached) and np.isinf(deviance)):
            return candidate
        share /= 2
    return eta


def _deviance(y: Vector, mu: Vector, w: Vector) -> float:
    with np.errstate(divide="ignore"):
        return float(2 * w @ (xlogy(y, y / mu) - (y - mu)))


def _statistics(design: Design, mu: Vector) -> dict[str, float]:
    y, w = design.y, design.weights
    likelihood = float(w @ (xlogy(y, mu) - mu - gammaln(y + 1)))
    mean = (w @ y) / w.sum()
    null = float(w @ (xlogy(y, mean) - mean - gammaln(y + 1)))
    return {
        "deviance": _deviance(y, mu, w),
        "log_likelihood": likelihood,
        "pseudo_r2": 1 - likelihood / null,
    }
