"""Aitchison distance."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from econ.convergence.zeros import Multiplicative, require_rule, without_zeros
from econ.groups import Matrix, Vector

__all__ = ["Aitchison"]


@dataclass(frozen=True)
class Aitchison:
    """Euclidean distance of centred log-ratios.

    It depends on ratios of parts only, so that a part that doubles counts the same whether it is large
    or small. It is not defined where a share is zero: say what stands in for it.

    Parameters
    ----------
    zeros
        What stands in for a zero, such as `Multiplicative(0.001)`; None to stop at one.

    Raises
    ------
    DataError
        From `between`, if a share is zero and nothing stands in for it; the message names the row.

    References
    ----------
    Aitchison (1986), The Statistical Analysis of Compositional Data, section 8.3.

    Examples
    --------
    >>> from econ.convergence import Aitchison, Multiplicative, distance
    >>> distance([0.5, 0.5], [0.2, 0.8], kind=Aitchison()).round(4)
    array([0.9803])
    >>> distance([0.5, 0.5], [0.0, 1.0], kind=Aitchison(zeros=Multiplicative(0.001))).round(4)
    array([4.8838])
    """

    zeros: Multiplicative | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        require_rule(self.zeros)

    def between(self, p: Matrix, q: Matrix) -> Vector:
        """(t,) distances between the rows of two (t, parts) arrays of shares."""
        ratio = np.log(without_zeros(p, self.zeros) / without_zeros(q, self.zeros))
        ratio -= ratio.mean(axis=1, keepdims=True)
        return np.asarray(np.sqrt(np.einsum("tj,tj->t", ratio, ratio)))
