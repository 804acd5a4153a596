"""Krugman's index of specialisation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.groups import Matrix, Vector

__all__ = ["Krugman"]


@dataclass(frozen=True)
class Krugman:
    r"""The sum of absolute differences, :math:`\sum_j |p_j - q_j|`, between 0 and 2: twice the total variation.

    References
    ----------
    Krugman (1991), Geography and Trade, appendix C.

    Examples
    --------
    >>> from econ.convergence import Krugman, distance
    >>> distance([1.0, 0.0], [0.0, 1.0], kind=Krugman())
    array([2.])
    """

    def between(self, p: Matrix, q: Matrix) -> Vector:
        """(t,) indices of the rows of two (t, parts) arrays of shares."""
        total: Vector = np.abs(p - q).sum(axis=1)
        return total
