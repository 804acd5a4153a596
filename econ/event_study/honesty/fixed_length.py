"""Confidence intervals of fixed length: an affine estimator whose worst bias and variance are traded off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from econ.errors import ConvergenceError
from econ.event_study.honesty.restrictions import curvature
from econ.groups import Matrix, Vector

__all__ = ["FixedLength"]

NEWTON_STEPS = 60
MOVING = 1e-12
AT_PRECISION = 8  # what the search says where rounding hides any further descent


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
        v = problem.combination(_best(problem, bound, level))
        sd = float(np.sqrt(v @ covariance @ v))
        reach = sd * float(folded(np.array(bound * np.abs(problem.bends.T @ v).sum() / sd), level))
        centre = float(v @ estimates)
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
    from scipy.optimize import minimize  # noqa: PLC0415 - keeps the import of the package light

    moving = np.abs(problem.bends.T @ problem.free).max(axis=1) > MOVING  # bends after the event do not
    A, c = (problem.bends.T @ problem.free)[moving], problem.bends.T @ problem.start
    fixed = float(np.abs(c[~moving]).sum())
    over, under = np.hstack([A, -np.eye(len(A))]), np.hstack([-A, -np.eye(len(A))])
    slack = np.vstack([over, under])
    limits = {"type": "ineq", "fun": lambda x: -slack @ x - np.append(c[moving], -c[moving]), "jac": lambda _: -slack}
    best, found = np.inf, None
    for u in (least, _unbiased(problem)):
        start = np.append(u, np.abs(A @ u + c[moving]))
        done = minimize(
            lambda x: _length(problem, x, bound, level, fixed),
            start,
            jac=True,
            method="SLSQP",
            constraints=[limits],
            options={"ftol": 1e-14, "maxiter": 1000},
        )
        value = _true_length(problem, done.x[:f], bound, level)
        if np.isfinite(value) and value < best:
            best, found = value, done.x[:f]
        if done.success or done.status == AT_PRECISION:  # the problem is convex: any minimum is the minimum
            break
    if found is None:
        raise ConvergenceError("the shortest interval of fixed length was not found; use the conditional method")
    return np.asarray(found)


def _unbiased(problem: _Problem) -> Vector:
    """(f,) the combination with small bends, by least squares."""
    return np.asarray(np.linalg.lstsq(problem.bends.T @ problem.free, -problem.bends.T @ problem.start)[0])


def _true_length(problem: _Problem, u: Vector, bound: float, level: float) -> float:
    v = problem.combination(u)
    sd = np.sqrt(v @ problem.covariance @ v)
    return float(sd * folded(np.array(bound * np.abs(problem.bends.T @ v).sum() / sd), level))


def _length(problem: _Problem, x: Vector, bound: float, level: float, fixed: float) -> tuple[float, Vector]:
    """Half the length over the smallest standard deviation, and its gradient, by free weights and bounds of bends."""
    f = problem.free.shape[1]
    v, worst = problem.combination(x[:f]), bound * (x[f:].sum() + fixed)
    sd = float(np.sqrt(v @ problem.covariance @ v))
    ratio = max(worst, 0.0) / sd
    critical = float(folded(np.array(ratio), level))
    slope = float(_folded_slope(ratio, critical))
    by_sd = critical - ratio * slope
    gradient = np.append(by_sd * (problem.free.T @ problem.covariance @ v) / sd, np.full(x.size - f, slope * bound))
    return sd * critical / problem.scale, gradient / problem.scale


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
