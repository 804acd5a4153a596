"""Sums of squares of all segments, and the partition that makes their sum least."""

from __future__ import annotations

import numpy as np

from econ.errors import IdentificationError
from econ.groups import Codes, Matrix, Vector

__all__ = ["best_partitions", "sums_of_squares"]

SINGULAR = 1e-10


def sums_of_squares(y: Vector, X: Matrix, width: int) -> Matrix:
    """(n, n): squared residuals of least squares on rows i to j; infinite where these are fewer than `width`.

    Windows of the least width are solved; longer ones follow by recursive residuals, all first rows at once.

    Raises
    ------
    IdentificationError
        If the regressors are combinations of each other in some window; the message names its first row.
    """
    n = y.size
    X = np.linalg.qr(X)[0]  # the same sums of squares, with less rounding
    S = np.full((n, n), np.inf)
    starts = np.arange(n - width + 1)
    rows = starts[:, None] + np.arange(width)
    b, P, rss = _windows(y[rows], X[rows])
    S[starts, starts + width - 1] = rss
    for end in range(width, n):
        starts = starts[: n - end]
        b, P, rss = (array[: n - end] for array in (b, P, rss))
        x = X[starts + end]
        Px = np.einsum("sij,sj->si", P, x)
        error = y[starts + end] - np.einsum("sj,sj->s", x, b)
        factor = 1 + np.einsum("sj,sj->s", x, Px)
        rss = rss + error**2 / factor
        b = b + Px * (error / factor)[:, None]
        P = P - Px[:, :, None] * Px[:, None, :] / factor[:, None, None]
        S[starts, starts + end] = rss
    return S


def _windows(y: Matrix, X: Matrix) -> tuple[Matrix, Matrix, Vector]:
    """Coefficients (s, k), inverse cross-products (s, k, k) and squared residuals (s,) of windows."""
    Q, R = np.linalg.qr(X)
    diagonal = np.abs(np.diagonal(R, axis1=1, axis2=2))
    norms = np.linalg.norm(X, axis=1)
    broken = np.flatnonzero((diagonal <= SINGULAR * norms).any(axis=1))
    if broken.size:
        raise IdentificationError(
            f"the regressors are combinations of each other in the {X.shape[1]} rows from number {broken[0]} on, in "
            "order of time; take a larger trim, or leave out the regressor that does not vary there"
        )
    inverse = np.linalg.inv(R)
    fitted = np.einsum("swk,sw->sk", Q, y)
    b = np.einsum("sij,sj->si", inverse, fitted)
    residuals = y - np.einsum("swk,sk->sw", X, b)
    return b, inverse @ inverse.transpose(0, 2, 1), np.einsum("sw,sw->s", residuals, residuals)


def best_partitions(S: Matrix, most: int) -> list[tuple[float, Codes]]:
    """For 0 to `most` breaks the least sum of squares and the places of the first rows after each break.

    Parameters
    ----------
    S
        (n, n) sums of squares by first and last row.
    most
        Largest number of breaks.

    References
    ----------
    Bai and Perron (2003), Journal of Applied Econometrics 18(1), section 3.
    """
    n = len(S)
    cost, previous = [S[0]], []
    for _ in range(most):
        total = cost[-1][:-1, None] + S[1:, :]  # the last segment starts at row i + 1
        best = total.argmin(axis=0)
        cost.append(total[best, np.arange(n)])
        previous.append(best + 1)
    found = []
    for breaks in range(most + 1):
        starts, end = [], n - 1
        for level in range(breaks - 1, -1, -1):
            starts.append(int(previous[level][end]))
            end = starts[-1] - 1
        found.append((float(cost[breaks][-1]), np.array(starts[::-1], dtype=np.intp)))
    return found
