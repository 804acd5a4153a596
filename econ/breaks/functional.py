"""What makes one statistic of those at all dates, and its distribution without a break."""

from __future__ import annotations

from typing import Protocol

from econ.groups import Vector

__all__ = ["Functional"]


class Functional(Protocol):
    r"""A frozen choice of how Wald statistics at all dates are made one.

    Without a break, the statistic at the share :math:`\lambda` of the sample tends to
    :math:`Q(\lambda) = \|B(\lambda)\|^2 / (\lambda (1 - \lambda))` with a k-dimensional Brownian bridge B.
    """

    @property
    def label(self) -> str:
        """What a table calls it."""
        ...

    @property
    def method(self) -> str:
        """How the p-value is computed."""
        ...

    def of(self, wald: Vector) -> float:
        """The statistic from (T,) Wald statistics."""
        ...

    def p_value(self, statistic: float, k: int, low: float, high: float) -> float:
        """Probability of a larger statistic; `low` and `high` are the first and the last share."""
        ...
