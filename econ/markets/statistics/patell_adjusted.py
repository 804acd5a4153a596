"""Patell's test for dependent events."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.markets.abnormal import Window
from econ.markets.outcome import Outcome, normal
from econ.markets.statistics.patell import Patell

__all__ = ["STATISTIC", "PatellAdjusted"]


@dataclass(frozen=True)
class PatellAdjusted:
    """Patell's statistic over the root of 1 + (N - 1) r, with r the mean correlation of two events.

    References
    ----------
    Kolari and Pynnönen (2010), Review of Financial Studies 23(11), eq. 5.
    """

    name: str = "patell_adjusted"

    def of(self, window: Window) -> Outcome:
        """The test."""
        factor = 1 + (window.known.size - 1) * window.mean_correlation
        return normal(Patell().of(window).statistic / np.sqrt(factor) if factor > 0 else np.nan)


STATISTIC = PatellAdjusted()
