"""Rank test of Corrado and Zivney, for variances that rise at the event."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from econ.markets.abnormal import Window
from econ.markets.outcome import Outcome, undefined
from econ.markets.ranks import rank_test

__all__ = ["STATISTIC", "CorradoZivney"]


@dataclass(frozen=True)
class CorradoZivney:
    """The rank test on standardised returns; those of an event day are standardised across events once more.

    Like `Corrado`, it counts dependence between events on common dates only.

    References
    ----------
    Corrado and Zivney (1992), Journal of Financial and Quantitative Analysis 27(3).
    """

    name: str = "corrado_zivney"

    def of(self, window: Window) -> Outcome:
        """The test."""
        if window.known.size < 2:  # noqa: PLR2004
            return undefined()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # days with a single return
            spread = np.nanstd(window.abnormal.sar, axis=0, ddof=1)
        inside = window.abnormal.sar / np.where(spread > 0, spread, np.nan)
        return rank_test(window.abnormal.before, inside, window.columns)


STATISTIC = CorradoZivney()
