"""Aitchison distance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.errors import DataError
from econ.groups import Matrix, Vector

__all__ = ["Aitchison"]


@dataclass(frozen=True)
class Aitchison:
    """Euclidean distance of centred log-ratios.

    It depends on ratios of parts only, so that a part that doubles counts the same whether it is large
    or small. It is not defined where a share is zero.

    Raises
    ------
    DataError
        From `between`, if a share is zero; the message names the row.

    References
    ----------
    Aitchison (1986), The Statistical Analysis of Compositional Data, section 8.3.

    Examples
    --------
    >>> from econ.convergence import Aitchison, distance
    >>> distance([0.5, 0.5], [0.2, 0.8], kind=Aitchison()).round(4)
    array([0.9803])
    """

    def between(self, p: Matrix, q: Matrix) -> Vector:
        """(t,) distances between the rows of two (t, parts) arrays of shares."""
        zero = np.flatnonzero((p == 0).any(axis=1) | (q == 0).any(axis=1))
        if zero.size:
            raise DataError(
                f"row {zero[0]} has a share of zero, of which the log-ratio is not defined; "
                "merge parts, or use TotalVariation() or Hellinger()"
            )
        ratio = np.log(p / q)
        squares: Vector = ((ratio - ratio.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
        return np.sqrt(squares)
