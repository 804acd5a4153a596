"""Poisson pseudo-maximum likelihood with absorbed effects."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from scipy.special import gammaln

from econ.design import Design, Frequency, build
from econ.errors import ConvergenceError, DataError, IdentificationError
from econ.formula import parse
from econ.groups import Matrix, Vector
from econ.index_model import Point, maximise, require_control
from econ.separation import all_zero, identified
from econ.solve import parameters, weighted, without_instruments
from econ.types import Fit

__all__ = ["PPML"]

QUICK_STEPS = 25
VANISHED = 1e-7  # share of the mean response; a smaller mean may be on its way to zero
TABLE = 1_000_000
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
        Column of positive weights, or `Frequency(column)`.
    offset
        Column that is added to the linear predictor, such as the log of an exposure.
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
    weights: str | Frequency | None = field(default=None, kw_only=True)
    offset: str | None = field(default=None, kw_only=True)
    tolerance: float = field(default=1e-7, kw_only=True)
    iterations: int = field(default=100, kw_only=True)

    def __post_init__(self) -> None:
        require_control(self.tolerance, self.iterations)

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """The linear index."""
        return (("", parse(self.formula).regressors),)

    def mean(self, params: Vector, X: tuple[Matrix, ...], offset: Vector) -> Vector:
        """(n,) expected response."""
        return Poisson().mean(X[0] @ params + offset)

    def link(self, mean: Vector) -> Vector:
        """(n,) index at which the expected response is `mean`."""
        eta: Vector = np.log(mean)
        return eta

    def fit(self, data: Any) -> Fit:
        """Estimate on a table; see the class for what is raised."""
        design = _non_negative(build(self.formula, data, weights=self.weights, offset=self.offset))
        without_instruments(design, "PPML")
        return self._at_once(design) or self.estimate(identified(design))

    def _at_once(self, design: Design) -> Fit | None:
        """The fit if nothing is separated, which then is seen from it; else None.

        Where rows are separated there is no maximum: in that direction every Newton step is about one, and the
        iteration either does not end or ends with means that have all but vanished.
        """
        if not design.y.any() or all_zero(design).any():
            return None
        try:
            fit = replace(self, iterations=min(self.iterations, QUICK_STEPS)).estimate(design)
        except (ConvergenceError, IdentificationError):
            return None
        return replace(fit, spec=self) if fit.fitted.min() > VANISHED * design.y.mean() else None

    def estimate(self, design: Design) -> Fit:
        """Estimate on arrays without separated rows."""
        rank = parameters(design)
        solved = maximise(design, Poisson(), self.tolerance, self.iterations)
        mu = Poisson().mean(solved.eta)
        return Fit(
            spec=self,
            names=design.names,
            params=solved.params,
            scores=solved.scores,
            bread=solved.hat.inverse,
            rank=rank,
            df=np.inf,
            effects=design.effects,
            sample=design.sample,
            residuals=design.y - mu,
            fitted=mu,
            classical=solved.hat.inverse * (mu.size - 1) / (mu.size - rank),
            hat=solved.hat,
            statistics=_statistics(design, solved.eta, mu) | {"steps": float(solved.steps)},
            omitted=design.omitted,
            design=design,
        )


@dataclass(frozen=True)
class Poisson:
    """The Poisson family with its exponential mean."""

    def at(self, y: Vector, eta: Vector) -> Point:
        """Score, curvature and loss of each row."""
        mu = self.mean(eta)
        fit = y * eta
        return Point(y - mu, mu, mu - fit, mu + np.abs(fit))

    def start(self, y: Vector, mean: float) -> Vector:
        """Halfway to the response."""
        halfway: Vector = np.log((y + mean) / 2)
        return halfway

    def mean(self, eta: Vector) -> Vector:
        """Expected response, held to what a number can be."""
        within = eta.min() >= -LARGEST_PREDICTOR and eta.max() <= LARGEST_PREDICTOR
        mu: Vector = np.exp(eta if within else np.clip(eta, -LARGEST_PREDICTOR, LARGEST_PREDICTOR))
        return mu


def _non_negative(design: Design) -> Design:
    negative = np.flatnonzero(design.y < 0)
    if negative.size:
        label = design.sample.labels[negative[0]]
        raise DataError(
            f"{design.formula.response!r} is negative in row {label!r} and {negative.size - 1} more rows; "
            "PPML needs a response of zero or more"
        )
    return design


def _statistics(design: Design, eta: Vector, mu: Vector) -> dict[str, float]:
    y, w = design.y, design.w
    mean = np.average(y, weights=w)
    logs = np.log(np.where(y > 0, y, 1))
    factorials = _log_factorials(y)
    gap = weighted(w, np.where(y > 0, y * (logs - eta), 0.0) - (y - mu)).sum()
    likelihood = weighted(w, y * logs - y - factorials).sum() - gap
    null = weighted(w, y * np.log(mean) - mean - factorials).sum()
    return {
        "deviance": float(2 * gap),
        "log_likelihood": float(likelihood),
        "pseudo_r2": float(1 - likelihood / null) if null else float("nan"),
    }


def _log_factorials(y: Vector) -> Vector:
    """Log of Γ(y + 1), from a table where the responses are counts."""
    whole = y.astype(np.intp) if y.max() < TABLE else None
    if whole is None or (whole != y).any():
        logs: Vector = gammaln(y + 1)
        return logs
    table: Vector = gammaln(np.arange(whole.max() + 1) + 1.0)
    return table[whole]
