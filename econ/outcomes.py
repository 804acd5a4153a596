"""What a test finds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Test"]

Interval = tuple[float, float]


@dataclass(frozen=True, repr=False)
class Test:
    """The outcome of a test of one hypothesis.

    Attributes
    ----------
    title
        The hypothesis, in words.
    statistic
        The test statistic.
    df
        Degrees of freedom: of a t statistic one, of an F statistic two; empty where the distribution was resampled.
    p_value
        Probability of a statistic at least as extreme under the hypothesis.
    method
        How it was computed, in words.
    confidence_set
        Intervals that a test of the same kind does not reject, where it was inverted; open ends are infinite.
    details
        Further numbers by name.
    remarks
        What a reader must know.
    """

    __test__ = False  # pytest is not to collect it

    title: str
    statistic: float
    df: tuple[float, ...]
    p_value: float
    method: str
    confidence_set: tuple[Interval, ...] = ()
    details: Mapping[str, float] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """One fact a line."""
        finite = [f"{one:.4g}" for one in self.df if math.isfinite(one)]
        df = f" with {' and '.join(finite)} degrees of freedom" if finite else ""
        lines = [self.title, f"statistic: {self.statistic:.4g}{df}", f"p-value: {self.p_value:.4g}"]
        if self.confidence_set:
            lines.append("confidence set: " + " and ".join(f"[{a:.4g}, {b:.4g}]" for a, b in self.confidence_set))
        lines += [f"{name}: {value:.4g}" for name, value in self.details.items()]
        return "\n".join([*lines, f"method: {self.method}", *self.remarks])
