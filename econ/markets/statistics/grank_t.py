"""Generalised rank test of Kolari and Pynnönen, t form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.groups import Matrix, Vector
from econ.markets.abnormal import Window
from econ.markets.outcome import Outcome, student, undefined
from econ.markets.ranks import ranks

__all__ = ["STATISTIC", "GrankT"]


@dataclass(frozen=True)
class GrankT:
    """Mean rank of the window as one day among the estimation days, t with their number less one.

    The cumulated abnormal return is standardised by its forecast error and then across events, so that it is one more
    draw like those before; dependence between events is counted on common dates only.

    References
    ----------
    Kolari and Pynnönen (2011), Journal of Empirical Finance 18(5), eq. 13.
    """

    name: str = "grank_t"

    def of(self, window: Window) -> Outcome:
        """The test."""
        found = generalised(window)
        if found is None:
            return undefined()
        U, _ = found
        n = np.isfinite(U).sum(axis=0)
        used = n > 0
        means = np.nansum(U[:, used], axis=0) / n[used]
        T = int(used.sum())
        spread = np.sqrt((n[used] / len(U) * means**2).sum() / T)
        Z = means[-1] / spread
        return student(Z * np.sqrt((T - 2) / (T - 1 - Z**2)), T - 2) if T - 1 > Z**2 else undefined()


def generalised(window: Window) -> tuple[Matrix, Vector] | None:
    """(n, M + 1) ranks less one half, the window as the last day, and (n,) days; None with fewer than two events."""
    scar = window.scar[window.known]
    if scar.size < 2 or not scar.std() > 0:  # noqa: PLR2004
        return None
    table = np.column_stack([window.abnormal.before[window.known], scar / scar.std(ddof=1)])
    K, count = ranks(table)
    return K - 0.5, count


STATISTIC = GrankT()
