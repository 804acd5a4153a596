"""Total variation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.groups import Matrix, Vector

__all__ = ["TotalVariation"]


@dataclass(frozen=True)
class TotalVariation:
    r"""Half the sum of absolute differences, :math:`\tfrac12 \sum_j |p_j - q_j|`.

    The share of the whole that would have to move for the two to be equal; between 0 and 1.

    Examples
    --------
    >>> from econ.convergence import TotalVariation, distance
    >>> distance([1.0, 0.0], [0.0, 1.0], kind=TotalVariation())
    array([1.])
    """

    def between(self, p: Matrix, q: Matrix) -> Vector:
        """(t,) distances between the rows of two (t, parts) arrays of shares."""
        total: Vector = np.abs(p - q).sum(axis=1)
        return total / 2
