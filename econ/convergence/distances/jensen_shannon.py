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
        with np.errstate(divide="ignore", invalid="ignore"):
            d = np.where(p == q, 0.0, (p - q) / (p + q))
            terms = p * np.log1p(d) * (p > 0), q * np.log1p(-d) * (q > 0)
        divergence = np.nansum(terms[0], axis=1) + np.nansum(terms[1], axis=1)
        return np.asarray(np.sqrt(np.maximum(divergence, 0) / (2 * np.log(self.base))))
