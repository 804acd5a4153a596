"""What a test of abnormal returns finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.special import ndtr

from econ.markets.abnormal import Window
from econ.t_distribution import t_below

__all__ = ["Outcome", "Statistic", "normal", "student", "undefined"]


@dataclass(frozen=True)
class Outcome:
    """A statistic, the degrees of freedom of its t distribution (infinite: normal), and its two-sided p-value."""

    statistic: float
    df: float
    p_value: float


class Statistic(Protocol):
    """A test of the mean abnormal return over a window.

    A module of `econ.markets.statistics` has one frozen value `STATISTIC` of this kind.
    """

    @property
    def name(self) -> str:
        """How a table calls it."""
        ...

    def of(self, window: Window) -> Outcome:
        """The test; missing numbers where it is not defined."""
        ...


def normal(statistic: float) -> Outcome:
    """The outcome of a statistic that is standard normal."""
    return Outcome(float(statistic), np.inf, float(2 * ndtr(-abs(statistic))))


def student(statistic: float, df: float) -> Outcome:
    """The outcome of a t statistic."""
    tail = t_below(np.array([df]), -np.abs(np.array([statistic])))[0] if np.isfinite(statistic) else np.nan
    return Outcome(float(statistic), float(df), float(2 * tail))


def undefined() -> Outcome:
    """The outcome where there are too few events."""
    return Outcome(float("nan"), float("nan"), float("nan"))
