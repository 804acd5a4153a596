"""Generalised sign test of Cowan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.markets.abnormal import Window
from econ.markets.outcome import Outcome, undefined
from econ.markets.statistics.sign import shares

__all__ = ["STATISTIC", "GeneralizedSign"]


@dataclass(frozen=True)
class GeneralizedSign:
    """Number of events with a positive cumulated abnormal return against the share of positive days before.

    References
    ----------
    Cowan (1992), Review of Quantitative Finance and Accounting 2(4).
    """

    name: str = "generalized_sign"

    def of(self, window: Window) -> Outcome:
        """The test."""
        residuals = window.abnormal.expected.residuals[window.known]
        if not residuals.size:
            return undefined()
        known = np.isfinite(residuals)
        positive = (np.where(known, residuals, 0.0) > 0).sum(axis=1) / known.sum(axis=1)
        return shares(window, float(positive.mean()))


STATISTIC = GeneralizedSign()
