"""Jensen-Shannon distance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.errors import OptionError
from econ.groups import Matrix, Vector

__all__ = ["JensenShannon"]


@dataclass(frozen=True)
class JensenShannon:
    r"""The root of the Jensen-Shannon divergence, :math:`\sqrt{\tfrac12 K(p \| m) + \tfrac12 K(q \| m)}`.

    With :math:`m = (p + q) / 2` and the Kullback-Leibler divergence K; between 0 and 1 in logarithms to base 2.

    Parameters
    ----------
    base
        Of the logarithms.

    Raises
    ------
    OptionError
        If the base is not above one.

    References
    ----------
    Lin (1991), IEEE Transactions on Information Theory 37(1); Endres and Schindelin (2003), the same 49(7), that its
    root is a metric.

    Examples
    --------
    >>> from econ.convergence import JensenShannon, distance
    >>> distance([1.0, 0.0], [0.0, 1.0], kind=JensenShannon())
    array([1.])
    """

    base: float = 2.0

    def __post_init__(self) -> None:
        if not isinstance(self.base, int | float) or not 1 < self.base < np.inf:
            raise OptionError(f"base={self.base!r}: give a number above one, such as 2")

    def between(self, p: Matrix, q: Matrix) -> Vector:
        """(t,) distances between the rows of two (t, parts) arrays of shares."""
        divergence = (_information(p) + _information(q)) / 2 - _information((p + q) / 2)
        return np.asarray(np.sqrt(np.maximum(divergence, 0) / np.log(self.base)))


def _information(p: Matrix) -> Vector:
    """(t,) sums of p log p, where that of a zero is zero."""
    return np.asarray(np.einsum("tj,tj->t", p, np.log(p + (p == 0))))
