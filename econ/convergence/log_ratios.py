"""Log-ratio coordinates of compositions, and the way back."""

from __future__ import annotations

import numpy as np

from econ.groups import Matrix, Vector

__all__ = ["centred", "closed", "composition_of", "contrasts", "coordinates"]


def centred(shares: Matrix) -> Matrix:
    """(n, D) centred log-ratios of (n, D) shares above zero."""
    logs = np.log(shares)
    return np.asarray(logs - logs.mean(axis=-1, keepdims=True))


def contrasts(parts: int) -> Matrix:
    """(D - 1, D) orthonormal contrasts: part j + 1 against the geometric mean of the parts before it.

    Egozcue, Pawlowsky-Glahn, Mateu-Figueras and Barceló-Vidal (2003), Mathematical Geology 35(3).
    """
    V = np.tril(np.ones((parts - 1, parts)))
    rows = np.arange(1, parts, dtype=np.float64)
    V /= rows[:, None]
    V[np.arange(parts - 1), np.arange(1, parts)] = -1
    return np.asarray(V * np.sqrt(rows / (rows + 1))[:, None])


def coordinates(shares: Matrix) -> Matrix:
    """(n, D - 1) isometric log-ratio coordinates."""
    return np.asarray(np.log(shares) @ contrasts(shares.shape[-1]).T)


def composition_of(z: Vector) -> Vector:
    """(..., D) shares with the isometric log-ratio coordinates z (..., D - 1)."""
    logs = z @ contrasts(z.shape[-1] + 1)
    return closed(np.exp(logs - logs.max(axis=-1, keepdims=True)))


def closed(amounts: Matrix) -> Matrix:
    """(..., D) shares of amounts in their sum."""
    return np.asarray(amounts / amounts.sum(axis=-1, keepdims=True))
