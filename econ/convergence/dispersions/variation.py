"""Coefficient of variation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from econ.convergence.dispersion import variance_influence
from econ.groups import Matrix, Vector

__all__ = ["Variation"]


@dataclass(frozen=True)
class Variation:
    """The standard deviation, with divisor n - 1, relative to the mean.

    Examples
    --------
    >>> import numpy as np
    >>> from econ.convergence import Variation
    >>> Variation().of(np.array([[1.0], [2.0], [3.0]]))[0]
    0.5
    """

    label: ClassVar[str] = "coefficient of variation"
    compositional: ClassVar[bool] = False

    def problem(self, values: Matrix) -> tuple[int, str] | None:
        """The first value below zero: a mean near zero makes any ratio to it meaningless."""
        wrong = np.flatnonzero(values[:, 0] <= 0)
        return (int(wrong[0]), "a coefficient of variation needs values above zero") if wrong.size else None

    def of(self, values: Matrix) -> tuple[float, Vector]:
        """The coefficient of (n, 1) values and (n,) influences."""
        x = values[:, 0]
        mean, (variance, influence) = x.mean(), variance_influence(values)
        deviation = np.sqrt(variance)
        moved = influence / (2 * deviation) if deviation else np.zeros(x.size)
        return float(deviation / mean), moved / mean - deviation * (x - mean) / (x.size * mean**2)
