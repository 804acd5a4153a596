"""Patell's test of standardised abnormal returns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.groups import Vector
from econ.markets.abnormal import Window
from econ.markets.outcome import Outcome, normal, undefined

__all__ = ["STATISTIC", "Patell"]


@dataclass(frozen=True)
class Patell:
    """Sum of the standardised cumulated abnormal returns over its standard deviation, standard normal.

    Each has the variance (M - p) / (M - p - 2) of a t variable with the degrees of freedom of its estimation window.
    It takes variances as those before the event, and events as independent.

    References
    ----------
    Patell (1976), Journal of Accounting Research 14(2); Campbell, Lo and MacKinlay (1997), The Econometrics of
    Financial Markets, eq. 4.4.24.
    """

    name: str = "patell"

    def of(self, window: Window) -> Outcome:
        """The test."""
        variance = variances(window)
        if not variance.size or not np.isfinite(variance).all():
            return undefined()
        return normal(window.scar[window.known].sum() / np.sqrt(variance.sum()))


def variances(window: Window) -> Vector:
    """(n,) variances of the standardised cumulated abnormal returns without an event."""
    expected = window.abnormal.expected
    df = expected.count[window.known] - expected.parameters
    return np.where(df > 2, df / np.where(df > 2, df - 2, 1.0), np.nan)  # noqa: PLR2004


STATISTIC = Patell()
