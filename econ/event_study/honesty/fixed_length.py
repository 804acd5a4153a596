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

    scale = float(np.sqrt(problem.combination(least) @ V @ problem.combination(least)))
    A = np.hstack([problem.bends.T @ problem.free, -np.eye(problem.bends.shape[1])])
    B = np.hstack([-problem.bends.T @ problem.free, -np.eye(problem.bends.shape[1])])
    c = problem.bends.T @ problem.start

    def length(x: Vector) -> tuple[float, Vector]:
        return _length(problem, x, bound, level, scale)

    best, found = np.inf, None
    for u in (least, _unbiased(problem)):
        start = np.append(u, np.abs(problem.bends.T @ problem.combination(u)))
        limits = {
            "type": "ineq",
            "fun": lambda x: -np.append(A @ x + c, B @ x - c),
            "jac": lambda _: -np.vstack([A, B]),
        }
        done = minimize(
            length, start, jac=True, method="SLSQP", constraints=[limits], options={"ftol": 1e-15, "maxiter": 1000}
        )
        value = _true_length(problem, done.x[:f], bound, level)
        if np.isfinite(value) and value < best:
            best, found = value, done.x[:f]
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


def _length(problem: _Problem, x: Vector, bound: float, level: float, scale: float) -> tuple[float, Vector]:
    """Half the length over its scale, and its gradient, by the free weights and by bounds of the bends."""
    f = problem.free.shape[1]
    v, worst = problem.combination(x[:f]), bound * x[f:].sum()
    sd = float(np.sqrt(v @ problem.covariance @ v))
    ratio = max(worst, 0.0) / sd
    critical = float(folded(np.array(ratio), level))
    slope = float(_folded_slope(ratio, critical))
    by_sd = critical - ratio * slope
    gradient = np.append(by_sd * (problem.free.T @ problem.covariance @ v) / sd, np.full(x.size - f, slope * bound))
    return sd * critical / scale, gradient / scale


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
