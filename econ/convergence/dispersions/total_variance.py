"""Total variance of compositions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from econ.convergence.dispersion import variance_influence
from econ.convergence.log_ratios import centred
from econ.convergence.zeros import Multiplicative, require_rule, without_zeros
from econ.groups import Matrix, Vector

__all__ = ["TotalVariance"]


@dataclass(frozen=True)
class TotalVariance:
    """Aitchison's total variance: the mean squared Aitchison distance from the centre, with divisor n - 1.

    Parameters
    ----------
    zeros
        What stands in for a share of zero, such as `Multiplicative(0.001)`; None to stop at one.

    References
    ----------
    Aitchison (1986), The Statistical Analysis of Compositional Data, section 4.6.

    Examples
    --------
    >>> import numpy as np
    >>> from econ.convergence import TotalVariance
    >>> round(TotalVariance().of(np.array([[0.5, 0.5], [0.2, 0.8], [0.8, 0.2]]))[0], 4)
    0.9609
    """

    zeros: Multiplicative | None = field(default=None, kw_only=True)

    label: ClassVar[str] = "Aitchison total variance"
    compositional: ClassVar[bool] = True

    def __post_init__(self) -> None:
        require_rule(self.zeros)

    def problem(self, values: Matrix) -> tuple[int, str] | None:
        """The first row with a zero for which nothing stands in."""
        wrong = np.flatnonzero((values == 0).any(axis=1))
        if self.zeros is not None or not wrong.size:
            return None
        return int(wrong[0]), "a log-ratio needs shares above zero; say what stands in, as zeros=Multiplicative(0.001)"

    def of(self, values: Matrix) -> tuple[float, Vector]:
        """The variance of (n, parts) shares and (n,) influences."""
        return variance_influence(centred(without_zeros(values, self.zeros)))
