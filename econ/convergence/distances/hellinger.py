"""Hellinger distance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.groups import Matrix, Vector

__all__ = ["Hellinger"]


@dataclass(frozen=True)
class Hellinger:
    r""":math:`\sqrt{\tfrac12 \sum_j (\sqrt{p_j} - \sqrt{q_j})^2}`, between 0 and 1.

    References
    ----------
    Hellinger (1909), Journal für die reine und angewandte Mathematik 136.

    Examples
    --------
    >>> from econ.convergence import Hellinger, distance
    >>> distance([1.0, 0.0], [0.0, 1.0], kind=Hellinger())
    array([1.])
    """

    def between(self, p: Matrix, q: Matrix) -> Vector:
        """(t,) distances between the rows of two (t, parts) arrays of shares."""
        squares: Vector = ((np.sqrt(p) - np.sqrt(q)) ** 2).sum(axis=1)
        return np.sqrt(squares / 2)
