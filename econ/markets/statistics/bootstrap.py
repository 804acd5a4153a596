"""Bootstrap of the mean standardised abnormal return."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.markets.abnormal import Window
from econ.markets.outcome import Outcome, undefined

__all__ = ["STATISTIC", "Bootstrap"]

REPS, SEED = 9_999, 20_260_101
FEWEST = 5  # events below which resamples repeat each other


@dataclass(frozen=True)
class Bootstrap:
    """The t statistic of the standardised cumulated abnormal returns among those of resamples around their mean.

    The p-value is two-sided and symmetric, from 9,999 resamples of events with one seed. It takes events as independent
    and needs five of them.

    References
    ----------
    Lyon, Barber and Tsai (1999), Journal of Finance 54(1), section II.B; Efron and Tibshirani (1993), An Introduction
    to the Bootstrap, chapter 16.
    """

    name: str = "bootstrap"

    def of(self, window: Window) -> Outcome:
        """The test."""
        scar = window.scar[window.known]
        n = scar.size
        if n < FEWEST or not scar.std() > 0:
            return undefined()
        found = scar.mean() / (scar.std(ddof=1) / np.sqrt(n))
        centred = scar - scar.mean()
        counts = np.random.default_rng(SEED).multinomial(n, np.full(n, 1 / n), size=REPS)
        means = counts @ centred / n
        variances = (counts @ centred**2 / n - means**2) * n / (n - 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            drawn = np.abs(means) / np.sqrt(variances / n)
        beyond = int((~(drawn < abs(found))).sum())  # a resample of one event alone has no t statistic, and counts
        return Outcome(float(found), float("nan"), (beyond + 1) / (REPS + 1))


STATISTIC = Bootstrap()
