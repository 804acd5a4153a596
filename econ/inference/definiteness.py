"""Covariances that subtract pairs counted twice, or weigh them: they need not be positive semi-definite."""

from __future__ import annotations

import numpy as np

from econ.errors import NotDefinedError
from econ.groups import Matrix
from econ.types import Fit

__all__ = ["semi_definite"]

ROUNDING = 1e-12


def semi_definite(fit: Fit, matrix: Matrix, *, kind: str, repair: bool) -> tuple[Matrix, tuple[str, ...]]:
    """The matrix (k, k) with negative eigenvalues set to zero if `repair` is true, and a remark where there were any.

    Eigenvalues are those of the matrix scaled to unit diagonal, so that the units of a regressor do not matter.

    Raises
    ------
    NotDefinedError
        If a variance is negative and `repair` is false; `kind` is what the message calls the covariance.
    """
    if not repair:
        _require_variances(fit, matrix, kind)
        return matrix, ()
    size = np.sqrt(np.abs(np.diag(matrix)))
    size[size == 0] = 1
    values, vectors = np.linalg.eigh(matrix / np.outer(size, size))
    if values[0] >= -ROUNDING * abs(values[-1]):
        return matrix, ()
    fixed = (vectors * np.maximum(values, 0)) @ vectors.T * np.outer(size, size)
    return fixed, (f"the {kind} covariance was made positive semi-definite",)


def _require_variances(fit: Fit, matrix: Matrix, kind: str) -> None:
    negative = [name for name, variance in zip(fit.names, np.diag(matrix), strict=True) if variance < 0]
    if negative:
        raise NotDefinedError(
            f"the {kind} variance of {', '.join(negative)} is negative; leave semi_definite at True, or cluster one way"
        )
