"""Test of Boehmer, Musumeci and Poulsen: standardised, with the variance across events."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.markets.abnormal import Window
from econ.markets.outcome import Outcome, student, undefined

__all__ = ["STATISTIC", "Boehmer"]


@dataclass(frozen=True)
class Boehmer:
    """Mean of the standardised cumulated abnormal returns over its standard error across events, t with N - 1.

    It allows variances to rise at the event, by the same factor for all, and takes events as independent.

    References
    ----------
    Boehmer, Musumeci and Poulsen (1991), Journal of Financial Economics 30(2).
    """

    name: str = "bmp"

    def of(self, window: Window) -> Outcome:
        """The test."""
        scar = window.scar[window.known]
        if scar.size < 2 or not scar.std() > 0:  # noqa: PLR2004
            return undefined()
        return student(scar.mean() / (scar.std(ddof=1) / np.sqrt(scar.size)), scar.size - 1)


STATISTIC = Boehmer()
