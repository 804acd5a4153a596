"""Critical values of bands by the multiplier bootstrap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from econ.errors import NotDefinedError
from econ.groups import Matrix, Vector
from econ.inference.clustered import Clustered
from econ.inference.multipliers import Draws, Multiplier
from econ.inference.white import White
from econ.types import Covariance, Fit

__all__ = ["Reps", "resampled"]


@dataclass(frozen=True)
class Reps:
    """How weights of clusters are drawn: their distribution, how many times, and the seed."""

    multiplier: Multiplier
    reps: int
    seed: int


def resampled(
    fit: Fit, covariance: Covariance, positions: Sequence[int], level: float, how: Reps
) -> tuple[float, float, str]:
    """The quantile of the largest t statistic in size under random weights, its Monte Carlo error, and the method.

    Raises
    ------
    NotDefinedError
        If the covariance is neither `Clustered` in one way nor `White`.
    """
    psi, what = _sums(fit, covariance)
    psi = psi[:, list(positions)]
    standard = np.ascontiguousarray((psi / np.sqrt(np.square(psi).sum(axis=0))).T)
    draws = Draws(len(psi), how.multiplier, how.reps, how.seed)
    maxima = np.sort(np.concatenate(draws.each(lambda weights: np.abs(standard @ weights).max(axis=0), symmetric=True)))
    return *_quantile(maxima, level), f"multiplier bootstrap by {what}, {draws.label}"


def _sums(fit: Fit, covariance: Covariance) -> tuple[Matrix, str]:
    """(G, k) influence by cluster, and what the clusters are."""
    if isinstance(covariance, Clustered) and len(covariance.columns) == 1:
        return fit.sums(fit.groups(covariance.columns[0])), covariance.columns[0]
    if isinstance(covariance, White):
        return fit.influence, "row"
    raise NotDefinedError(
        f"multipliers weigh clusters that are independent, which {covariance!r} does not have; use Clustered in one "
        "way or White, or leave multiplier out"
    )


def _quantile(maxima: Vector, level: float) -> tuple[float, float]:
    """A quantile of sorted draws, and half the distance of those one standard deviation of its rank away."""
    n = maxima.size
    rank = level * n
    spread = np.sqrt(level * (1 - level) * n)
    low, middle, high = (min(max(int(np.ceil(place)) - 1, 0), n - 1) for place in (rank - spread, rank, rank + spread))
    return float(maxima[middle]), float(maxima[high] - maxima[low]) / 2
