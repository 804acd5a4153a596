"""Standard deviation of logarithms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from econ.convergence.dispersion import variance_influence
from econ.groups import Matrix, Vector

__all__ = ["LogDeviation"]


@dataclass(frozen=True)
class LogDeviation:
    """The standard deviation of logarithms, with divisor n - 1: the usual σ of σ-convergence.

    References
    ----------
    Barro and Sala-i-Martin (1992), Journal of Political Economy 100(2), section II.

    Examples
    --------
    >>> import numpy as np
    >>> from econ.convergence import LogDeviation
    >>> round(LogDeviation().of(np.exp([[1.0], [2.0], [3.0]]))[0], 12)
    1.0
    """

    label: ClassVar[str] = "standard deviation of logs"
    compositional: ClassVar[bool] = False

    def problem(self, values: Matrix) -> tuple[int, str] | None:
        """The first value that has no logarithm."""
        wrong = np.flatnonzero(values[:, 0] <= 0)
        return (int(wrong[0]), "a logarithm needs values above zero") if wrong.size else None

    def of(self, values: Matrix) -> tuple[float, Vector]:
        """The deviation of (n, 1) values and (n,) influences."""
        variance, influence = variance_influence(np.log(values))
        deviation = np.sqrt(variance)
        return float(deviation), influence / (2 * deviation) if deviation else np.zeros(len(values))
