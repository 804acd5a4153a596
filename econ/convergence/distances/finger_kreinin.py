"""Similarity index of Finger and Kreinin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from econ.groups import Matrix, Vector

__all__ = ["FingerKreinin"]


@dataclass(frozen=True)
class FingerKreinin:
    r"""The overlap :math:`\sum_j \min(p_j, q_j)`: 1 for equal compositions, 0 for those without a common part.

    A similarity: one less the total variation.

    References
    ----------
    Finger and Kreinin (1979), Economic Journal 89(356).

    Examples
    --------
    >>> from econ.convergence import FingerKreinin, distance
    >>> distance([0.5, 0.5], [0.2, 0.8], kind=FingerKreinin())
    array([0.7])
    """

    identical: ClassVar[float] = 1.0

    def between(self, p: Matrix, q: Matrix) -> Vector:
        """(t,) similarities of the rows of two (t, parts) arrays of shares."""
        total: Vector = np.minimum(p, q).sum(axis=1)
        return total
