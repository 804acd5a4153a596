"""The quadratic spectral kernel with Andrews' bandwidth, for many series of residuals at once."""

from __future__ import annotations

import numpy as np

from econ.groups import Matrix, Vector

__all__ = ["bandwidth", "kernel", "long_run_variances"]

SMALL = 1e-3  # below which the kernel is its series


def kernel(x: Matrix) -> Matrix:
    """The kernel at x."""
    near = np.abs(x) < SMALL
    z = np.where(near, 1.0, 6 * np.pi * x / 5)
    values = 3 / z**2 * (np.sin(z) / z - np.cos(z))
    return np.asarray(np.where(near, 1 - 18 * (np.pi * x) ** 2 / 125, values))


def bandwidth(rho: Vector, n: int) -> Vector:
    """Andrews' (1991) bandwidth for n observations of autoregressions with persistence rho."""
    return np.asarray(1.3221 * (n * 4 * rho**2 / (1 - rho) ** 4) ** 0.2)


def long_run_variances(v: Matrix, width: Vector, last: int, least: float) -> Vector:
    """(B,) sums of squares of series (B, n) plus twice the weighted autocovariances of their first `last` values.

    Parameters
    ----------
    v, width
        The series and (B,) bandwidths.
    last
        How many of the values enter the autocovariances.
    least
        Weights at the end that are not larger than this are zero.
    """
    lags = np.arange(1, last)
    with np.errstate(divide="ignore"):
        weights = kernel(lags / width[:, None])
    if least:
        counts = np.abs(weights) > least
        weights *= np.cumsum(counts[:, ::-1], axis=1)[:, ::-1] > 0
    head = v[:, :last]
    products = np.stack([np.einsum("bt,bt->b", head[:, : last - j], head[:, j:]) for j in lags], axis=1)
    return np.asarray(np.einsum("bt,bt->b", v, v) + 2 * np.einsum("bj,bj->b", weights, products))
