"""Generalised rank test of Kolari and Pynnönen, normal form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.markets.abnormal import Window
from econ.markets.outcome import Outcome, normal, undefined
from econ.markets.statistics.grank_t import generalised

__all__ = ["STATISTIC", "GrankZ"]


@dataclass(frozen=True)
class GrankZ:
    """Sum of the ranks of the window over the standard deviation of independent uniform ranks, standard normal.

    Like `GrankT`, but it takes events as independent.

    References
    ----------
    Kolari and Pynnönen (2011), Journal of Empirical Finance 18(5), eq. 15.
    """

    name: str = "grank_z"

    def of(self, window: Window) -> Outcome:
        """The test."""
        found = generalised(window)
        if found is None:
            return undefined()
        U, T = found
        return normal(U[:, -1].sum() / np.sqrt(((T - 1) / (12 * (T + 1))).sum()))


STATISTIC = GrankZ()
