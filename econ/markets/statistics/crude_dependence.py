"""Test with the variance of the mean over time, which counts dependence between events on common dates only."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from econ.markets.abnormal import Window
from econ.markets.outcome import Outcome, student, undefined

__all__ = ["STATISTIC", "CrudeDependence"]


@dataclass(frozen=True)
class CrudeDependence:
    """Sum of the mean abnormal returns over the standard deviation of these means in the estimation window.

    With D estimation days, t with D - 1; over L days the standard deviation grows with the root of L, the days on which
    some event has a return. Means are over days from the event, so it counts dependence between events on common dates
    only: events whose windows overlap on other dates are independent to it.

    References
    ----------
    Brown and Warner (1985), Journal of Financial Economics 14(1), appendix A.3.
    """

    name: str = "crude_dependence"

    def of(self, window: Window) -> Outcome:
        """The test."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # days without a return of any event
            before = np.nanmean(window.abnormal.expected.residuals, axis=0)
            inside = np.nanmean(window.abnormal.ar[:, window.columns], axis=0)
        before = before[np.isfinite(before)]
        inside = inside[np.isfinite(inside)]
        if not inside.size or before.size < 3 or not before.std() > 0:  # noqa: PLR2004
            return undefined()
        scale = before.std(ddof=1) * np.sqrt(inside.size)
        return student(inside.sum() / scale, before.size - 1)


STATISTIC = CrudeDependence()
