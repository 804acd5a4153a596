"""Products in which None stands for ones, and inverses of what may be singular."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from econ.groups import Matrix, Vector

__all__ = ["generalised_inverse", "over", "product", "times"]

SPECTRAL_LEVELS = 100  # for few levels numpy's own eigenvalues are faster than waking scipy's threads
SINGULAR = 1e-10


def times(one: Vector, other: Vector | None) -> Vector:
    """A product in which None stands for ones."""
    return one if other is None else one * other


def product(*factors: Vector | None) -> Vector | None:
    """A product in which None stands for ones, and is one if all are."""
    given = [factor for factor in factors if factor is not None]
    return prod(given[1:], start=given[0]) if given else None


def over(total: Any, mass: Matrix) -> Matrix:
    """A ratio that is zero where there is nothing to divide by."""
    ratio: Matrix = total * np.divide(1.0, mass, out=np.zeros_like(mass), where=mass > 0)
    return ratio


def generalised_inverse(S: Matrix, scale: Vector) -> Matrix:
    """A symmetric generalised inverse of a positive semi-definite matrix.

    Parameters
    ----------
    S
        (l, l) matrix.
    scale
        (l,) what its rows are divided by before the rank is judged.
    """
    scaled = S / np.outer(scale, scale)
    if scaled.diagonal().max() <= SINGULAR:  # the factorisation judges every pivot but the first
        return np.zeros_like(S)
    if len(S) <= SPECTRAL_LEVELS:
        return np.linalg.pinv(scaled, rcond=SINGULAR, hermitian=True) / np.outer(scale, scale)
    from scipy.linalg import lapack  # noqa: PLC0415 - most fits have few levels

    factor, pivots, rank, _ = lapack.dpstrf(scaled, tol=SINGULAR, lower=0)
    kept = pivots[:rank] - 1
    inverse, _ = lapack.dpotri(factor[:rank, :rank], lower=0)
    inverse = np.triu(inverse) + np.triu(inverse, 1).T
    G = np.zeros_like(S)
    G[np.ix_(kept, kept)] = inverse
    return G / np.outer(scale, scale)
