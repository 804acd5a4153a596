"""Rank test of Corrado."""

from __future__ import annotations

from dataclasses import dataclass

from econ.markets.abnormal import Window
from econ.markets.outcome import Outcome
from econ.markets.ranks import rank_test

__all__ = ["STATISTIC", "Corrado"]


@dataclass(frozen=True)
class Corrado:
    """Mean rank of the window's abnormal returns among all of the estimation and event window, standard normal.

    It needs no distribution of returns; missing returns are allowed for. It works by days from the event, and so counts
    dependence between events on common dates only: events whose windows overlap on other dates are independent to it.

    References
    ----------
    Corrado (1989), Journal of Financial Economics 23(2), eq. 5; Corrado and Zivney (1992), Journal of Financial and
    Quantitative Analysis 27(3), on missing returns; Cowan (1992), Review of Quantitative Finance and Accounting 2(4),
    on windows.
    """

    name: str = "corrado"

    def of(self, window: Window) -> Outcome:
        """The test."""
        return rank_test(window.abnormal.expected.residuals, window.abnormal.ar, window.columns)


STATISTIC = Corrado()
