"""Kernels: how much a pair of rows counts by the distance between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from econ.groups import Vector

__all__ = ["Bartlett", "Kernel", "Uniform"]


class Kernel(Protocol):
    """A frozen choice of how the weight of a pair falls with its distance."""

    def weights(self, shares: Vector) -> Vector:
        """(m,) weights of pairs from their distances as shares of the cutoff, each below one."""
        ...


@dataclass(frozen=True)
class Uniform:
    """Every pair nearer than the cutoff counts fully.

    Examples
    --------
    >>> import numpy as np
    >>> from econ import Uniform
    >>> Uniform().weights(np.array([0.0, 0.5])).tolist()
    [1.0, 1.0]
    """

    def weights(self, shares: Vector) -> Vector:
        """(m,) ones."""
        return np.ones_like(shares)


@dataclass(frozen=True)
class Bartlett:
    """The weight of a pair falls linearly, from one at no distance to zero at the cutoff.

    Examples
    --------
    >>> import numpy as np
    >>> from econ import Bartlett
    >>> Bartlett().weights(np.array([0.0, 0.25])).tolist()
    [1.0, 0.75]
    """

    def weights(self, shares: Vector) -> Vector:
        """(m,) weights: one less the share."""
        return 1 - shares
