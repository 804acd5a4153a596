"""Confidence intervals of fixed length: an affine estimator whose worst bias and variance are traded off."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import ndtr

from econ.errors import ConvergenceError
from econ.event_study.honesty.restrictions import curvature
from econ.groups import Mask, Matrix, Vector

__all__ = ["FixedLength"]

NEWTON_STEPS = 60
MOVING = 1e-12


@dataclass(frozen=True)
class FixedLength:
    """The shortest interval of fixed length around an affine estimator, for smooth differences in trends.

    References
    ----------
    Rambachan and Roth (2023), Review of Economic Studies 90(5), section 4.1; Armstrong and Kolesár (2020), Quantitative
    Economics 11(1); Donoho (1994), Annals of Statistics 22(1).
    """

    @property
    def label(self) -> str:
        """How a table calls it."""
        return "fixed length"

    def interval(
        self, estimates: Vector, covariance: Matrix, weights: Vector, bound: float, level: float
    ) -> tuple[float, float]:
        """Ends of the interval.

        Parameters
        ----------
        estimates, covariance
            (p + q,) and (p + q, p + q): before the event, then after it.
        weights
            (q,) of the effects after the event.
        bound
            By how much the slope of the difference in trends may change from one period to the next.
        level
            Coverage.
        """
        problem = _problem(covariance, weights)
        best = _best(problem, bound, level)
        centre, reach = float(problem.combination(best) @ estimates), _true_length(problem, best, bound, level)
        return centre - reach, centre + reach


@dataclass(frozen=True, eq=False)
class _Problem:
    """Combinations of estimates without bias under linear trends.

    Attributes
    ----------
    covariance
        (k, k) of the estimates.
    start, free
        (k,) and (k, f): combinations are `start + free @ u`.
    bends
        (k, r): δ is a linear trend plus `bends @ x` with the changes of its slope x.
    """

    covariance: Matrix
    start: Vector
    free: Matrix
    bends: Matrix

    @property
    def scale(self) -> float:
        """Standard deviation of the shortest combination without bias."""
        return float(np.sqrt(self.start @ self.covariance @ self.start))

    def combination(self, u: Vector) -> Vector:
        """(k,) weights of the estimates."""
        return np.asarray(self.start + self.free @ u)


def _problem(covariance: Matrix, weights: Vector) -> _Problem:
    post = weights.size
    pre = len(covariance) - post
    times: Vector = np.concatenate([np.arange(-pre, 0), np.arange(1, post + 1)]).astype(np.float64)
    D = np.vstack([curvature(pre, post), times / (times @ times)])  # all changes of slope, then the trend
    bends = np.asarray(np.linalg.inv(D)[:, :-1], dtype=np.float64)
    trend = times[:pre]
    best = np.asarray(-float(weights @ times[pre:]) * trend / float(trend @ trend))  # the shortest without bias
    basis = np.linalg.svd(trend[None, :])[2][1:].T
    free = np.vstack([basis, np.zeros((post, pre - 1))])
    if pre > 1:  # in units of the standard deviation, so that the search sees a round problem
        free = free @ np.linalg.inv(np.linalg.cholesky(free.T @ covariance @ free)).T
    return _Problem(covariance, np.append(best, weights), free, bends)


def _best(problem: _Problem, bound: float, level: float) -> Vector:
    """(f,) the combination with the shortest interval.

    Raises
    ------
    ConvergenceError
        If the search does not end.
    """
    f, V = problem.free.shape[1], problem.covariance
    gram = problem.free.T @ V @ problem.free
    least: Vector = np.asarray(-np.linalg.solve(gram, problem.free.T @ V @ problem.start)) if f else np.zeros(0)
    if not f or bound == 0:
        return least
    search = _Search(problem, bound, level)
    tried = [u for start in (least, _least_biased(search)) for u in (start, search.from_(start))]
    lengths = [_true_length(problem, u, bound, level) for u in tried]
    if not np.isfinite(lengths).any():
        raise ConvergenceError("the shortest interval of fixed length was not found; use the conditional method")
    return tried[int(np.nanargmin(lengths))]


@dataclass(frozen=True, eq=False)
class _Search:
    """The search over free weights u and bounds s of the bends: |A u + c| ≤ s."""

    problem: _Problem
    bound: float
    level: float

    @cached_property
    def moving(self) -> Mask:
        """(r,) bends that depend on u: those after the event do not."""
        return np.asarray(np.abs(self.problem.bends.T @ self.problem.free).max(axis=1) > MOVING)

    @property
    def A(self) -> Matrix:
        """(s, f) how bends move with u."""
        return np.asarray((self.problem.bends.T @ self.problem.free)[self.moving])

    @property
    def c(self) -> Vector:
        """(s,) bends at u = 0."""
        return np.asarray((self.problem.bends.T @ self.problem.start)[self.moving])

    @property
    def slack(self) -> tuple[Matrix, Vector]:
        """`G` and `h` of the limits G (u, s) ≤ h."""
        A, one = self.A, np.eye(len(self.c))
        return np.block([[A, -one], [-A, -one]]), np.append(-self.c, self.c)

    def from_(self, u: Vector) -> Vector:
        """(f,) where the search from some weights ends."""
        from scipy.optimize import minimize  # noqa: PLC0415 - keeps the import of the package light

        G, h = self.slack
        fixed = float(np.abs(self.problem.bends.T @ self.problem.start)[~self.moving].sum())
        done = minimize(
            lambda x: _length(self.problem, x, self.bound, self.level, fixed),
            np.append(u, np.abs(self.A @ u + self.c)),
            jac=True,
            method="SLSQP",
            constraints=[{"type": "ineq", "fun": lambda x: h - G @ x, "jac": lambda _: -G}],
            options={"ftol": 1e-14, "maxiter": 1000},
        )
        return np.asarray(done.x[: u.size])


def _least_biased(search: _Search) -> Vector:
    """(f,) the combination with the smallest sum of bends: the shortest interval as the bound grows."""
    from scipy.optimize import linprog  # noqa: PLC0415

    G, h = search.slack
    f = search.problem.free.shape[1]
    cost = np.append(np.zeros(f), np.ones(len(search.c)))
    free = [(None, None)] * cost.size
    return np.asarray(linprog(cost, A_ub=G, b_ub=h, bounds=free).x[:f])


def _true_length(problem: _Problem, u: Vector, bound: float, level: float) -> float:
    v = problem.combination(u)
    sd = np.sqrt(v @ problem.covariance @ v)
    return float(sd * folded(np.array(bound * np.abs(problem.bends.T @ v).sum() / sd), level))


def _length(problem: _Problem, x: Vector, bound: float, level: float, fixed: float) -> tuple[float, Vector]:
    """Half the length in units of its size, and its gradient, by free weights and bounds of bends."""
    f = problem.free.shape[1]
    v, worst = problem.combination(x[:f]), bound * (x[f:].sum() + fixed)
    sd = float(np.sqrt(v @ problem.covariance @ v))
    ratio = max(worst, 0.0) / sd
    critical = float(folded(np.array(ratio), level))
    slope = float(_folded_slope(ratio, critical))
    by_sd = critical - ratio * slope
    gradient = np.append(by_sd * (problem.free.T @ problem.covariance @ v) / sd, np.full(x.size - f, slope * bound))
    unit = problem.scale + bound
    return sd * critical / unit, gradient / unit


def folded(ratio: Vector, level: float) -> Vector:
    """Quantile of |z + ratio| for a standard normal z, by Newton's method from below the root."""
    c = np.maximum(ratio, 0) + 1.0
    for _ in range(NEWTON_STEPS):
        gap = ndtr(c - ratio) - ndtr(-c - ratio) - level
        step = gap / (_phi(c - ratio) + _phi(c + ratio))
        c = np.maximum(c - step, 1e-8)
        if np.abs(step).max() < 1e-14 * np.abs(c).max():
            break
    return np.asarray(c)


def _folded_slope(ratio: float, critical: float) -> float:
    near, far = _phi(critical - ratio), _phi(critical + ratio)
    return float((near - far) / (near + far))


def _phi(x: Vector | float) -> Vector:
    return np.asarray(np.exp(-np.square(x) / 2) / np.sqrt(2 * np.pi))
