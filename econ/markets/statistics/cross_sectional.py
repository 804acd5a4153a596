"""Cross-sectional t test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.markets.abnormal import Window
from econ.markets.outcome import Outcome, student, undefined

__all__ = ["STATISTIC", "CrossSectional"]


@dataclass(frozen=True)
class CrossSectional:
    """Mean of the cumulated abnormal returns over their standard error across events, t with N - 1.

    It allows variances to rise at the event, but takes events as independent: not for events on common dates.

    References
    ----------
    Brown and Warner (1980), Journal of Financial Economics 8(3), and (1985), 14(1).
    """

    name: str = "cross_sectional"

    def of(self, window: Window) -> Outcome:
        """The test."""
        car = window.car[window.known]
        if car.size < 2 or not car.std() > 0:  # noqa: PLR2004
            return undefined()
        return student(car.mean() / (car.std(ddof=1) / np.sqrt(car.size)), car.size - 1)


STATISTIC = CrossSectional()
