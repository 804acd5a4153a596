"""The exponential mean of the statistics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from econ.estimates import require_whole
from econ.groups import Vector

__all__ = ["Exponential"]

STEPS, BLOCK = 400, 2_000


@dataclass(frozen=True)
class Exponential:
    r"""The logarithm of the mean of :math:`\exp(Q(\lambda) / 2)`.

    Its distribution is simulated: Q is the squared norm of a stationary Ornstein-Uhlenbeck process in logarithmic time.

    Parameters
    ----------
    draws
        Simulated paths.
    seed
        Of the draws.

    Raises
    ------
    OptionError
        If there are no draws, or the seed is none.

    References
    ----------
    Andrews and Ploberger (1994), Econometrica 62(6), for alternatives far from the hypothesis.

    Examples
    --------
    >>> from econ.breaks import Exponential
    >>> round(Exponential().p_value(2.06, 1, 0.15, 0.85), 2)  # the published critical value at 5 % is 2.06
    0.05
    """

    draws: int = 20_000
    seed: int = 0

    label: ClassVar[str] = "exp"
    exact: ClassVar[bool] = False

    def __post_init__(self) -> None:
        require_whole("draws", self.draws, least=1)
        require_whole("seed", self.seed)

    @property
    def method(self) -> str:
        """How the p-value is computed."""
        return f"asymptotic p-value from {self.draws:,} simulated paths"

    def of(self, wald: Vector) -> float:
        """The exponential mean of (T,) statistics."""
        top = float(wald.max())
        return float(top / 2 + np.log(np.exp((wald - top) / 2).mean()))

    def p_value(self, statistic: float, k: int, low: float, high: float) -> float:
        """Probability of a larger statistic."""
        shares = np.linspace(low, high, STEPS if high > low else 1)
        odds = np.log(shares / (1 - shares)) / 2
        keep = np.exp(-np.diff(odds))
        generator, larger = np.random.default_rng(self.seed), 0
        for start in range(0, self.draws, BLOCK):
            count = min(BLOCK, self.draws - start)
            shocks = generator.standard_normal((shares.size, count, k))
            larger += int((_exponential_means(shocks, keep) >= statistic).sum())
        return (1 + larger) / (1 + self.draws)


def _exponential_means(shocks: Vector, keep: Vector) -> Vector:
    """(draws,) statistics of stationary paths."""
    Q = np.empty(shocks.shape[:2])
    z = shocks[0]
    Q[0] = (z**2).sum(axis=1)
    for step, rho in enumerate(keep, start=1):
        z = rho * z + np.sqrt(1 - rho**2) * shocks[step]
        Q[step] = (z**2).sum(axis=1)
    top = Q.max(axis=0)
    return np.asarray(top / 2 + np.log(np.exp((Q - top) / 2).mean(axis=0)))
