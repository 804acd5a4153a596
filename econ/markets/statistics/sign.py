"""Sign test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.markets.abnormal import Window
from econ.markets.outcome import Outcome, normal, undefined

__all__ = ["STATISTIC", "Sign"]


@dataclass(frozen=True)
class Sign:
    """Number of events with a positive cumulated abnormal return against one half of all, standard normal.

    References
    ----------
    Brown and Warner (1980), Journal of Financial Economics 8(3).
    """

    name: str = "sign"

    def of(self, window: Window) -> Outcome:
        """The test."""
        return shares(window, 0.5)


def shares(window: Window, p: float) -> Outcome:
    """Whether the number of positive cumulated abnormal returns is that of a share p."""
    n, positive = window.known.size, int((window.car[window.known] > 0).sum())
    if not n or not 0 < p < 1:
        return undefined()
    return normal((positive - n * p) / np.sqrt(n * p * (1 - p)))


STATISTIC = Sign()
