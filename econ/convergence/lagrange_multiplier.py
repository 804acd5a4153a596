"""Score statistics of a unit root with breaks at given dates, for many series at once."""

from __future__ import annotations

import numpy as np

from econ.groups import Codes, Matrix, Vector

__all__ = ["break_terms", "candidate_dates", "score_statistics"]


def break_terms(T: int, breaks: tuple[int, ...], *, trend: bool) -> Matrix:
    """(T, q) a trend, and for each break (the number of rows before it) a step and with `trend` a change of slope."""
    t = np.arange(1.0, T + 1)
    columns = [t]
    for count in breaks:
        columns.append((t > count).astype(np.float64))
        if trend:
            columns.append(np.maximum(t - count, 0.0))
    return np.column_stack(columns)


def candidate_dates(T: int, lags: int, trim: float) -> Codes:
    """Numbers of rows before a break that are tried."""
    counts = np.arange(1, T + 1)
    inside = (counts >= trim * T - 1e-9) & (counts <= (1 - trim) * T + 1e-9)
    return counts[inside & (counts >= lags + 2)]


def score_statistics(Y: Matrix, Z: Matrix, lags: int) -> tuple[Vector, Vector]:
    """(B,) t statistics of the lagged level of (T, B) series less their terms (T, q), and those of the last lag.

    Schmidt and Phillips (1992), Oxford Bulletin of Economics and Statistics 54(3); Lee and Strazicich (2003), Review of
    Economics and Statistics 85(4), eq. 3 and 4.
    """
    dY, dZ = np.diff(Y, axis=0), np.diff(Z, axis=0)
    Q, R = np.linalg.qr(dZ)
    delta = np.linalg.solve(R, Q.T @ dY)
    S = Y - Y[:1] - (Z - Z[:1]) @ delta
    dS = np.diff(S, axis=0)
    return _without_lags(S[:-1], dS, Q) if not lags else _with_lags(S, dS, dY, dZ, lags)


def _without_lags(S: Matrix, dS: Matrix, Q: Matrix) -> tuple[Vector, Vector]:
    """The statistics where the differences are free of their terms already: a few sums for each series."""
    shadow = Q.T @ S
    xx = np.einsum("tb,tb->b", S, S) - np.einsum("qb,qb->b", shadow, shadow)
    b = np.einsum("tb,tb->b", S, dS) / xx
    rss = np.einsum("tb,tb->b", dS, dS) - b**2 * xx
    t = b / np.sqrt(rss / (len(dS) - Q.shape[1] - 1) / xx)
    return t, t


def _with_lags(S: Matrix, dS: Matrix, dY: Matrix, dZ: Matrix, lags: int) -> tuple[Vector, Vector]:
    """The statistics where lagged differences stand beside the lagged level."""
    n = len(dY) - lags
    Q = np.linalg.qr(dZ[lags:])[0]
    columns = [S[lags:-1], *(dS[lags - j : len(dS) - j] for j in range(1, lags + 1)), dY[lags:]]
    within = [one - Q @ (Q.T @ one) for one in columns]
    X, y = np.stack([one.T for one in within[:-1]], axis=2), within[-1].T  # (B, n, 1 + lags), (B, n)
    inverse = np.linalg.inv(X.transpose(0, 2, 1) @ X)
    b = np.einsum("bij,btj,bt->bi", inverse, X, y)
    e = y - np.einsum("btj,bj->bt", X, b)
    variance = np.einsum("bt,bt->b", e, e) / (n - dZ.shape[1] - 1 - lags)
    t = b / np.sqrt(variance[:, None] * np.diagonal(inverse, axis1=1, axis2=2))
    return t[:, 0], t[:, -1]
