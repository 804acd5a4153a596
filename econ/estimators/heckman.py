"""Heckman's selection model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.special import log_ndtr

from econ.design import Design, Frequency, build
from econ.errors import ConvergenceError, IdentificationError
from econ.estimators.probit import Probit, mills
from econ.formula import parse
from econ.groups import Mask, Matrix, Vector
from econ.index_model import require_control
from econ.newton import Expansion, minimise
from econ.scores import Stacked
from econ.solve import parameters, weighted_least_squares
from econ.types import Fit
from econ.unit_interval import require_binary, without_effects

__all__ = ["Heckman"]

LOG_ROOT_2PI = np.log(2 * np.pi) / 2
EXACT = 1e-10  # residuals, relative to the response, that are rounding
LARGEST_RHO = 0.9  # of a start
OTHER_STARTS = (-1.0, 0.0, 1.0)  # atanh(rho): the likelihood can have several maxima


@dataclass(frozen=True)
class Heckman:
    r"""Maximum likelihood of an outcome that is seen only where :math:`z'\gamma + v > 0`.

    The outcome is :math:`y = x'\beta + \sigma u`; u and v are normal with correlation :math:`\rho`. A row where
    it is seen adds :math:`\log \phi(r) - \log \sigma + \log \Phi((z'\gamma + \rho r) / \sqrt{1 - \rho^2})` with
    :math:`r = (y - x'\beta) / \sigma`, another one :math:`\log \Phi(-z'\gamma)`. The influence is the inverse of the
    observed information times the scores.

    Parameters
    ----------
    formula
        Outcome, `y ~ x1 + x2`; y and its regressors may be missing where it is not selected.
    selection
        Selection, `d ~ z1 + z2`, with d one where the outcome is seen and zero elsewhere. Without a regressor
        that is not in the outcome, only the normal distribution identifies the model.
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
        From `fit(data)`: `params` and `names` (terms of the outcome, `selection: z1`, ..., `log(sigma)`, `atanh(rho)`),
        `residuals`, `fitted`, `influence`, `sample` (rows dropped and why), `statistics`; standard errors, tests
        and intervals come from `fit.inference(covariance)`.

    Raises
    ------
    FormulaError, DataError, IdentificationError, ConvergenceError
        From `fit`, with the name of the column, row or regressor.

    Notes
    -----
    Newton's method starts from the two-step estimates and from three values of rho; the likelihood need
    not be concave, and the highest maximum with a rho between -1 and 1 is taken. The classical covariance is
    the inverse of the observed information. All rows count as observations. `fitted` and `mean` are the mean
    of the outcome whether it is seen or not, x'β; `fitted` and `residuals` are missing in rows not selected.

    References
    ----------
    Heckman (1979), Econometrica 47(1); Toomet and Henningsen (2008), Journal of Statistical Software 27(7).

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from econ import Heckman
    >>> rng = np.random.default_rng(1)
    >>> data = pd.DataFrame(rng.normal(size=(20000, 2)), columns=["x", "z"])
    >>> u, v = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], size=20000).T
    >>> data["seen"] = (data["x"] + data["z"] + v > 0).astype(int)
    >>> data["y"] = (1 + data["x"] + u).where(data["seen"] == 1)
    >>> fit = Heckman("y ~ x", selection="seen ~ x + z").fit(data)
    >>> dict(zip(fit.names[:2], fit.params.round(1).tolist())), round(fit.statistics["rho"], 1)
    ({'Intercept': 1.0, 'x': 1.0}, 0.5)
    """

    formula: str
    selection: str = field(kw_only=True)
    weights: str | Frequency | None = field(default=None, kw_only=True)
    tolerance: float = field(default=1e-8, kw_only=True)
    iterations: int = field(default=100, kw_only=True)

    def __post_init__(self) -> None:
        require_control(self.tolerance, self.iterations)

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """The index of the outcome and that of selection."""
        return (("", parse(self.formula).regressors), ("selection: ", parse(self.selection).regressors))

    def mean(self, params: Vector, X: tuple[Matrix, ...], offset: Vector) -> Vector:
        """(n,) expected outcome, seen or not."""
        return X[0] @ params[: X[0].shape[1]] + offset

    def fit(self, data: Any) -> Fit:
        """Estimate on a table; see the class for what is raised."""
        outcome, selection = self._designs(build(self.selection, data, weights=self.weights))
        rank = parameters(outcome) + parameters(selection) + 2
        probit = Probit(self.selection, tolerance=self.tolerance, iterations=self.iterations).estimate(selection)
        likelihood = _standardised(outcome, selection)
        found, there = self._highest(likelihood, probit.params)
        J = likelihood.derivatives
        params = likelihood.centre + J @ found
        bread = np.linalg.inv(there.curvature) @ J.T
        return Fit(
            spec=self,
            names=(*outcome.names, *(f"selection: {name}" for name in selection.names), "log(sigma)", "atanh(rho)"),
            params=params,
            scores=Stacked(likelihood.scores(found)),
            bread=bread,
            rank=rank,
            df=np.inf,
            effects=(),
            sample=selection.sample,
            residuals=_spread(likelihood.seen, outcome.y - outcome.X @ params[: len(outcome.names)]),
            fitted=_spread(likelihood.seen, outcome.X @ params[: len(outcome.names)]),
            classical=J @ bread,
            hat=None,
            statistics=likelihood.statistics(there, params),
        )

    def _designs(self, selection: Design) -> tuple[Design, Design]:
        """The outcome on the rows that are selected and complete, and selection on these and the others."""
        without_effects(selection, "Heckman", "write them as C(...)")
        require_binary(selection, "Heckman")
        seen = np.flatnonzero(selection.y == 1)
        if seen.size in {0, selection.nobs}:
            raise IdentificationError(
                f"{selection.formula.response!r} is {selection.y[0]:g} in every row used; nothing is selected from"
            )
        table = selection.sample.data.iloc[selection.sample.rows]
        outcome = build(self.formula, table.iloc[seen])
        without_effects(outcome, "Heckman", "write them as C(...)")
        left = np.arange(selection.nobs)
        for drop in outcome.sample.drops:
            gone = np.isin(left, seen[drop.rows])
            selection, left = selection.without(gone, drop.reason), left[~gone]
        return outcome, selection

    def _highest(self, likelihood: Likelihood, probit: Vector) -> tuple[Vector, Expansion]:
        found = []
        for start in likelihood.starts(probit):
            with suppress(ConvergenceError):
                found.append(minimise(likelihood.at, start, self, self.tolerance, self.iterations))
        if not found:
            raise ConvergenceError(
                f"{self.formula!r}: no maximum was found in {self.iterations} steps from any start; most often rho "
                "runs to one, where the data hardly identify it: select by a further regressor, or use more rows"
            )
        return min(found, key=lambda one: one[1].loss)


@dataclass(frozen=True, eq=False)
class Likelihood:
    """The likelihood in units that make one a large change of any parameter (b, g, log sigma, atanh rho).

    Regressors are turned into uncorrelated ones of size one, and the outcome is what least squares leaves of it,
    over its size.
    """

    seen: Mask  # (n,)
    w: Vector  # (n,)
    X: Matrix  # (s, k) on the rows that are seen
    e: Vector  # (s,)
    Z: Matrix  # (n, m)
    centre: Vector  # (k + m + 2,) parameters of zero in units of the data
    derivatives: Matrix  # (k + m + 2, k + m + 2) of the parameters in units of the data
    unit: float

    def starts(self, probit: Vector) -> Iterator[Vector]:
        """Points to begin from: the two-step estimates, and least squares with several correlations."""
        k, m = self.X.shape[1], self.Z.shape[1]
        g = np.linalg.solve(self.derivatives[k : k + m, k : k + m], probit)
        ratio, curvature = mills((self.Z @ g)[self.seen])
        half = np.sqrt(self.w[self.seen])
        table = np.column_stack([self.X, ratio])
        b = np.linalg.lstsq(table * half[:, None], self.e * half)[0]
        left = self.e - table @ b
        sigma = np.sqrt(np.average(left**2 + b[-1] ** 2 * curvature, weights=half**2))
        rho = np.clip(b[-1] / sigma, -LARGEST_RHO, LARGEST_RHO)
        yield np.concatenate([b[:-1], g, [np.log(sigma), np.arctanh(rho)]])
        for a in OTHER_STARTS:
            yield np.concatenate([np.zeros(k), g, [0.0, a]])

    def at(self, at: Vector) -> Expansion:
        """Minus the log likelihood to second order."""
        here, w = self._seen(at), self.w[self.seen]
        ratio, curvature = mills(here.A)
        loss = w @ (here.r**2 / 2 + LOG_ROOT_2PI + at[-2] - log_ndtr(here.A))
        slope = here.J_r.T @ (w * here.r) - here.J_A.T @ (w * ratio)
        slope[-2] += w.sum()
        hessian = (here.J_r.T * w) @ here.J_r + (here.J_A.T * (w * curvature)) @ here.J_A
        hessian += self._second(at, here, ratio)
        place, Z, w = slice(self.X.shape[1], -2), self.Z[~self.seen], self.w[~self.seen]
        away = -Z @ at[place]
        ratio, curvature = mills(away)
        loss -= w @ log_ndtr(away)
        slope[place] += Z.T @ (w * ratio)
        hessian[place, place] += (Z.T * (w * curvature)) @ Z
        return Expansion(float(loss), slope, hessian)

    def scores(self, at: Vector) -> Matrix:
        """(n, k + m + 2) derivatives of the log likelihood of the rows."""
        here, scores = self._seen(at), np.zeros((self.seen.size, at.size))
        scores[self.seen] = here.J_A * mills(here.A)[0][:, None] - here.J_r * here.r[:, None]
        scores[self.seen, -2] -= 1
        place, Z = slice(self.X.shape[1], -2), self.Z[~self.seen]
        scores[~self.seen, place] = -Z * mills(-Z @ at[place])[0][:, None]
        return scores * self.w[:, None]

    def statistics(self, there: Expansion, params: Vector) -> dict[str, float]:
        """Goodness of fit in units of the data."""
        likelihood = float(-there.loss - self.w[self.seen].sum() * np.log(self.unit))
        return {
            "log_likelihood": likelihood,
            "aic": 2 * (params.size - likelihood),
            "sigma": float(np.exp(params[-2])),
            "rho": float(np.tanh(params[-1])),
            "selected": float(self.seen.sum()),
        }

    def _seen(self, at: Vector) -> Seen:
        k, sigma, a, Z = self.X.shape[1], np.exp(at[-2]), at[-1], self.Z[self.seen]
        r, index = (self.e - self.X @ at[:k]) / sigma, Z @ at[k:-2]
        dr = np.zeros((r.size, at.size))
        dr[:, :k], dr[:, -2] = -self.X / sigma, -r
        dA = np.sinh(a) * dr
        dA[:, k:-2], dA[:, -1] = np.cosh(a) * Z, np.sinh(a) * index + np.cosh(a) * r
        return Seen(r, np.cosh(a) * index + np.sinh(a) * r, dr, dA)

    def _second(self, at: Vector, here: Seen, ratio: Vector) -> Matrix:
        """What the second derivatives of r and A add: r r'' less the ratio times A''."""
        k, a, w = self.X.shape[1], at[-1], self.w[self.seen]
        pull, push = w * (here.r - ratio * np.sinh(a)), w * ratio
        cross = np.zeros((at.size, at.size))
        cross[:k, -2] = -here.J_r[:, :k].T @ pull
        cross[:-1, -1] = -np.cosh(a) * (here.J_r[:, :-1].T @ push)
        cross[k:-2, -1] = -np.sinh(a) * (self.Z[self.seen].T @ push)
        whole: Matrix = cross + cross.T
        whole[-2, -2], whole[-1, -1] = pull @ here.r, -push @ here.A
        return whole


@dataclass(frozen=True, eq=False)
class Seen:
    """Of the s rows that are seen: residual, index of selection given it, and (s, k + m + 2) their derivatives."""

    r: Vector
    A: Vector
    J_r: Matrix
    J_A: Matrix


def _standardised(outcome: Design, selection: Design) -> Likelihood:
    w, seen = selection.weights, selection.y == 1
    k, m = len(outcome.names), len(selection.names)
    inside = None if selection.w is None else selection.w[seen]
    solved = weighted_least_squares(outcome, outcome.y, inside)
    other = weighted_least_squares(selection, selection.y, selection.w)
    unit = float(np.sqrt(np.average(solved.residuals**2, weights=w[seen])))
    if unit <= EXACT * np.abs(outcome.y).max():
        raise IdentificationError(
            f"{outcome.formula.response!r} is fitted exactly by its regressors; there is no sigma to estimate"
        )
    J = np.eye(k + m + 2)
    J[:k, :k] = unit * solved.root * np.sqrt(w[seen].sum())
    J[k:-2, k:-2] = other.root * np.sqrt(w.sum())
    centre = np.concatenate([solved.params, np.zeros(m), [np.log(unit), 0.0]])
    X, Z = outcome.X @ J[:k, :k] / unit, selection.X @ J[k:-2, k:-2]
    return Likelihood(seen, w, X, solved.residuals / unit, Z, centre, J, unit)


def _spread(seen: Mask, values: Vector) -> Vector:
    """(n,) values of the rows that are seen, missing elsewhere."""
    whole = np.full(seen.size, np.nan)
    whole[seen] = values
    return whole
