"""Poisson pseudo-maximum likelihood with absorbed effects."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.special import gammaln

from econ.design import Design, build
from econ.errors import CollinearError, ConvergenceError, DataError, IdentificationError, OptionError
from econ.groups import Vector
from econ.separation import all_zero, certificate
from econ.solve import LeastSquares, parameters, weighted_least_squares
from econ.types import Fit

__all__ = ["PPML"]

SMALLEST_SHARE = 1e-12
ROUNDING = 1e-12
LARGEST_PREDICTOR = 600.0  # its exponential is still a number, and so is that of its negative


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
        From `fit`, with the name of the column, row or regressor; a collinear regressor is such an error.

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
    tolerance: float = field(default=1e-8, kw_only=True)
    iterations: int = field(default=100, kw_only=True)

    def __post_init__(self) -> None:
        numbers = isinstance(self.tolerance, float) and isinstance(self.iterations, int)
        if not numbers or not 0 < self.tolerance < 1 or self.iterations < 1:
            given = f"tolerance={self.tolerance!r}, iterations={self.iterations!r}"
            raise OptionError(f"{given}: give a tolerance between 0 and 1 and a whole number of iterations")

    def fit(self, data: pd.DataFrame) -> Fit:
        """Estimate on a table; see the class for what is raised."""
        design = _identified(_non_negative(build(self.formula, data, weights=self.weights)))
        rank = parameters(design)
        solved, beta, eta, steps = _iterate(design, self.tolerance, self.iterations)
        mu = _mean(eta)
        residuals = design.y - mu
        return Fit(
            spec=self,
            names=design.names,
            params=beta,
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
            statistics=_statistics(design, eta) | {"steps": float(steps)},
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


def _iterate(design: Design, tolerance: float, most: int) -> tuple[LeastSquares, Vector, Vector, int]:
    """Newton steps with a line search; returns the last regression, coefficients, predictor and number of steps.

    The likelihood is concave, so that the search always finds a better point; the predictor is a sum of
    fitted parts, since differences with the working response lose digits where y is far above its mean.
    """
    start = np.log((design.y + np.average(design.y, weights=design.weights)) / 2)
    solved, step = _regression(design, start, start)
    beta, eta = solved.params, step
    for count in range(2, most + 1):
        solved, step = _regression(design, eta, np.zeros_like(eta))
        if np.abs(step).max() <= tolerance:
            return solved, beta + solved.params, eta + step, count
        share = _share(design, eta, step)
        beta, eta = beta + share * solved.params, eta + share * step
    raise ConvergenceError(
        f"{design.formula.text!r}: the linear predictor still moved after {most} steps; "
        "raise iterations, or look for a regressor of an extreme scale"
    )


def _regression(design: Design, eta: Vector, offset: Vector) -> tuple[LeastSquares, Vector]:
    """One weighted regression of `offset` plus the relative residuals; returns it and its fitted values."""
    mu = _mean(eta)
    response = offset + (design.y - mu) / mu
    solved = weighted_least_squares(design, response, design.weights * mu)
    slopes = design.X @ solved.params
    return solved, slopes + solved.absorber.project((response - slopes)[:, None])[:, 0]


def _share(design: Design, eta: Vector, step: Vector) -> float:
    """The largest of 1, 1/2, 1/4, ... of a step that does not raise the deviance.

    Raises
    ------
    ConvergenceError
        If there is none down to the smallest.
    """
    share, before = 1.0, _deviance(design, eta)
    while share > SMALLEST_SHARE:
        if _deviance(design, eta + share * step) <= before * (1 + ROUNDING):
            return share
        share /= 2
    raise ConvergenceError(
        f"{design.formula.text!r}: no step improves the fit any more, and it is not yet the best; "
        "rescale the regressors or the response"
    )


def _mean(eta: Vector) -> Vector:
    return np.exp(np.clip(eta, -LARGEST_PREDICTOR, LARGEST_PREDICTOR))


def _deviance(design: Design, eta: Vector) -> float:
    """Twice the distance of the log likelihood from that of a perfect fit."""
    y = design.y
    logs = np.log(np.where(y > 0, y, 1))
    return float(2 * design.weights @ (np.where(y > 0, y * (logs - eta), 0.0) - (y - _mean(eta))))


def _statistics(design: Design, eta: Vector) -> dict[str, float]:
    y, w = design.y, design.weights
    mean = np.average(y, weights=w)
    likelihood = float(w @ (y * eta - _mean(eta) - gammaln(y + 1)))
    null = float(w @ (y * np.log(mean) - mean - gammaln(y + 1)))
    return {
        "deviance": _deviance(design, eta),
        "log_likelihood": likelihood,
        "pseudo_r2": 1 - likelihood / null if null else float("nan"),
    }
