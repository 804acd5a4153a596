"""Confidence intervals of estimated break dates."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from econ.breaks.argmax_law import ArgmaxLaw
from econ.breaks.series import Series
from econ.errors import IdentificationError
from econ.groups import Codes, Matrix, Vector
from econ.types import Covariance, Fit

__all__ = ["Ends", "Moments", "ends_of", "moments_of"]

NOTHING = 1e-18  # of the other segment: rounding


@dataclass(frozen=True, eq=False)
class Moments:
    """What the uncertainty of a date depends on, for each of m segments.

    Attributes
    ----------
    coefficients
        (m, k) of the regression.
    Q
        (m, k, k) second moments of the regressors.
    variances
        (m,) variances of errors that are alike within a segment; None where `Omega` says it.
    Omega
        (m, k, k) second moments of regressors times errors.
    """

    coefficients: Matrix
    Q: Matrix
    variances: Vector | None
    Omega: Matrix


@dataclass(frozen=True)
class Ends:
    """The last row before a break, counted from one, at either end of an interval, before rounding."""

    low: float
    high: float


def moments_of(
    series: Series, fit: Fit, starts: Codes, covariance: Covariance | None, *, alike: tuple[bool, bool]
) -> Moments:
    """Moments of the segments of a fit; `alike` says whether regressors, and errors, are the same in all of them."""
    n, k = series.X.shape
    edges = [0, *starts.tolist(), n]
    sizes = np.diff(edges)
    Q = np.array([series.X[a:b].T @ series.X[a:b] / (b - a) for a, b in pairwise(edges)])
    e = fit.residuals[series.order]
    squares = np.array([e[a:b] @ e[a:b] for a, b in pairwise(edges)])
    variances = np.full(len(sizes), squares.sum() / n) if alike[1] else squares / sizes
    V = np.zeros((len(sizes) * k,) * 2) if covariance is None else covariance.of(fit).matrix
    blocks = [V[j * k : (j + 1) * k, j * k : (j + 1) * k] for j in range(len(sizes))]
    Omega = np.array([size * q @ v @ q for size, q, v in zip(sizes, Q, blocks, strict=True)])
    shares = sizes / n
    if alike[1]:
        Omega = np.broadcast_to(np.tensordot(shares, Omega, 1), Omega.shape)
    if alike[0]:
        Q = np.broadcast_to(np.tensordot(shares, Q, 1), Q.shape)
    return Moments(fit.params.reshape(len(sizes), k), Q, variances if covariance is None else None, Omega)


def ends_of(moments: Moments, j: int, place: int, level: float) -> Ends:
    """The interval of break j, which comes after `place` rows."""
    shift = moments.coefficients[j + 1] - moments.coefficients[j]
    drifts = [float(shift @ moments.Q[i] @ shift) for i in (j, j + 1)]
    if moments.variances is not None:
        variances = [float(moments.variances[i]) for i in (j, j + 1)]
    else:
        pairs = [(i, drift or np.inf) for i, drift in zip((j, j + 1), drifts, strict=True)]
        variances = [float(shift @ moments.Omega[i] @ shift) / drift for i, drift in pairs]
    if min(drifts) <= NOTHING * max(drifts) or min(variances) <= NOTHING * max(variances):
        raise IdentificationError(
            f"a segment beside break {j + 1} fits without error, or nothing changes in it; its date has no interval"
        )
    xi = drifts[1] / drifts[0]
    law = ArgmaxLaw(xi, xi * variances[1] / variances[0])
    scale = variances[0] / drifts[0]
    return Ends(place - law.quantile((1 + level) / 2) * scale, place - law.quantile((1 - level) / 2) * scale)
