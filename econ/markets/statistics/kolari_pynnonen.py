"""Test of Kolari and Pynnönen: standardised, with the variance across events and their correlation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.markets.abnormal import Window
from econ.markets.outcome import Outcome, student
from econ.markets.statistics.boehmer import Boehmer

__all__ = ["STATISTIC", "KolariPynnonen"]


@dataclass(frozen=True)
class KolariPynnonen:
    """The statistic of Boehmer et al. times the root of (1 - r) / (1 + (N - 1) r).

    r is the mean correlation of two events: that of their residuals in the estimation window, as far as their windows
    have the same dates. So events on one date are fully adjusted for, and events on distant dates are independent.

    References
    ----------
    Kolari and Pynnönen (2010), Review of Financial Studies 23(11), eq. 8.
    """

    name: str = "kolari_pynnonen"

    def of(self, window: Window) -> Outcome:
        """The test."""
        r, n = window.mean_correlation, window.known.size
        room = (1 - r) / (1 + (n - 1) * r) if 1 + (n - 1) * r > 0 else np.nan
        return student(Boehmer().of(window).statistic * np.sqrt(room), n - 1)


STATISTIC = KolariPynnonen()
