"""What makes one statistic of those at all dates, and its distribution without a break."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from econ.groups import Vector

__all__ = ["Functional", "critical_value"]


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
    def exact(self) -> bool:
        """Whether the p-value is no simulation."""
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


def critical_value(functional: Functional, level: float, k: int, low: float, high: float) -> float:
    """The statistic that is exceeded with probability 1 - level; for functionals whose p-value is no simulation."""
    from scipy.optimize import brentq  # noqa: PLC0415 - keeps the import of the package light

    top = 1.0
    while functional.p_value(top, k, low, high) > 1 - level:
        top *= 2
    excess: Callable[[float], float] = lambda x: functional.p_value(x, k, low, high) - (1 - level)  # noqa: E731
    return float(brentq(excess, top / 4, top, xtol=1e-6)) if excess(top / 4) > 0 else float(brentq(excess, 1e-9, top))
