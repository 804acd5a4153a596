"""Market model with GARCH(1,1) errors, by maximum likelihood."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from econ.compute.blocks import run_blocks
from econ.errors import ConvergenceError
from econ.groups import Matrix, Vector
from econ.markets.models import Expected

__all__ = ["with_garch"]

STARTS = ((0.05, 0.9), (0.1, 0.7), (0.2, 0.3))  # response to news, and persistence
STATIONARY = 0.9999
SMALLEST = 1e-8
ITERATIONS = 500


def with_garch(before: Matrix, X: Matrix, fitted: Expected) -> Expected:
    """Expected returns whose variances follow a GARCH(1,1), given those of least squares.

    Residuals are standardised, so that their spread is one standard deviation of the estimation window; the variance
    of an event day is the forecast from its end.

    Parameters
    ----------
    before
        (N, M) returns in the estimation window.
    X
        (N, M, p) regressors.
    fitted
        Expected returns by least squares.
    """
    found = run_blocks(lambda n: _one(before[n], X[n], fitted.sd[n], n), range(len(before)))
    beta = np.array([one[0] for one in found])
    dynamics = np.array([one[1] for one in found])
    sd = fitted.sd
    expected = np.where(np.isfinite(fitted.expected), np.einsum("nwp,np->nw", fitted.X, beta), np.nan)
    residuals = before - np.einsum("nmp,np->nm", X, beta)
    spread = np.array([_standardised(residuals[n], dynamics[n]) for n in range(len(before))])
    days = fitted.expected.shape[1]
    variances = np.array([_forecast(residuals[n], dynamics[n], days) for n in range(len(before))])
    return replace(
        fitted,
        residuals=spread * sd[:, None],
        expected=expected,
        inverse=np.zeros_like(fitted.inverse),
        variances=variances / sd[:, None] ** 2,
    )


def _one(y: Vector, X: Matrix, sd: float, n: int) -> tuple[Vector, Vector]:
    """Coefficients of the mean, and (omega, response, persistence)."""
    from scipy.optimize import minimize  # noqa: PLC0415 - keeps the import of the package light

    known = np.isfinite(y) & np.isfinite(X).all(axis=1)
    y, X = y[known] / sd, X[known]
    start = np.linalg.lstsq(X, y)[0]
    scale = np.sqrt(np.mean(X**2, axis=0))
    best: Any = None
    for news, memory in STARTS:
        first = np.concatenate([start * scale, [1 - news - memory, news, memory]])
        limits = [(None, None)] * X.shape[1] + [(SMALLEST, None), (0.0, 1.0), (0.0, 1.0)]
        rows = {"type": "ineq", "fun": lambda x: STATIONARY - x[-1] - x[-2]}
        done = minimize(
            _loss,
            first,
            args=(y, X / scale),
            jac=True,
            method="SLSQP",
            bounds=limits,
            constraints=[rows],
            options={"ftol": 1e-12, "maxiter": ITERATIONS},
        )
        if np.isfinite(done.fun) and (best is None or done.fun < best.fun):
            best = done
    if best is None:
        raise ConvergenceError(f"event number {n + 1}: the GARCH likelihood was not maximised; use model='market'")
    dynamics = best.x[-3:].copy()
    dynamics[0] *= sd**2
    return best.x[:-3] / scale * sd, dynamics


def _loss(x: Vector, y: Vector, X: Matrix) -> tuple[float, Vector]:
    """Minus the mean log likelihood and its gradient; the variance before the first return is that of all."""
    from scipy.signal import lfilter  # noqa: PLC0415

    omega, news, memory = x[-3:]
    e = y - X @ x[:-3]
    first = np.mean(e**2)
    lagged = np.append(first, e[:-1] ** 2)
    h = lfilter([1.0], [1.0, -memory], omega + news * lagged, zi=np.array([memory * first]))[0]
    share = (1 - e**2 / h) / h
    d_first = -2 * np.mean(e[:, None] * X, axis=0)
    moved = -2 * news * np.vstack([np.zeros(X.shape[1]), e[:-1, None] * X[:-1]])
    moved[0] += (news + memory) * d_first
    before = np.append(first, h[:-1])
    grows = np.column_stack([moved, np.ones(e.size), lagged, before])
    slopes = lfilter([1.0], [1.0, -memory], grows, axis=0)
    gradient = (share[:, None] * slopes).mean(axis=0) / 2
    gradient[: X.shape[1]] -= (e / h) @ X / e.size
    return float(np.mean(np.log(h) + e**2 / h) / 2), gradient


def _variances(residuals: Vector, dynamics: Vector) -> Vector:
    """(M + 1,) variances of the days, and of the next; a missing day has the variance expected of it."""
    omega, news, memory = dynamics
    h = np.empty(residuals.size + 1)
    h[0] = omega + (news + memory) * float(np.nanmean(residuals**2))
    for day, e in enumerate(residuals):
        h[day + 1] = omega + memory * h[day] + news * (e**2 if np.isfinite(e) else h[day])
    return h


def _standardised(residuals: Vector, dynamics: Vector) -> Vector:
    return np.asarray(residuals / np.sqrt(_variances(residuals, dynamics)[:-1]))


def _forecast(residuals: Vector, dynamics: Vector, days: int) -> Vector:
    """(W,) variances of the days after the estimation window, each expected at its end."""
    omega, news, memory = dynamics
    h = np.empty(days)
    h[0] = _variances(residuals, dynamics)[-1]
    for day in range(1, days):
        h[day] = omega + (news + memory) * h[day - 1]
    return h
