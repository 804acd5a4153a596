"""The score bootstrap of likelihoods with one index (Kline and Santos 2012)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.errors import NotDefinedError
from econ.groups import Groups, Vector
from econ.inference.multipliers import Draws
from econ.inference.wild_linear import share_beyond
from econ.solve import weighted_least_squares
from econ.types import Fit

__all__ = ["ScoreBootstrap"]


@dataclass(frozen=True, eq=False)
class ScoreBootstrap:
    """Draws of the score statistic for one coefficient.

    With `q_g` the sum of a cluster's influences at the estimate that obeys the hypothesis, a draw is
    `N = Σ v_g q_g` over the root of `Σ (v_g q_g - n_g / n N)²`: the contributions of the clusters less their
    shares of the sum.

    Attributes
    ----------
    fit, term
        The estimation and the coefficient.
    groups, draws
        What shares a multiplier, and the multipliers.
    impose_null
        Whether the scores are those of the restricted estimate.
    """

    fit: Fit
    term: str
    groups: Groups
    draws: Draws
    impose_null: bool

    @property
    def estimate(self) -> float:
        """The estimate."""
        return float(self.fit.params[self.fit.position(self.term)])

    @property
    def variance(self) -> float:
        """Sum of squares of the influence by cluster."""
        return float(np.square(self.fit.sums(self.groups)[:, self.fit.position(self.term)]).sum())

    def squared(self, value: float) -> float:
        """Squared statistic of the data."""
        if not self.impose_null:
            return (self.estimate - value) ** 2 / self.variance
        numerator, variance = self._statistics(self._restricted(value), np.ones((self.groups.count, 1)))
        return float(numerator[0] ** 2 / variance[0])

    def p_value(self, value: float) -> float:
        """Share of the draws that are at least as far out as the data."""
        q = self._restricted(value) if self.impose_null else self.fit.sums(self.groups)[:, self.fit.position(self.term)]
        observed = self.squared(value)
        counts = self.draws.each(lambda v: share_beyond(*self._statistics(q, v), observed), symmetric=True)
        return self.draws.share(counts)

    def _statistics(self, q: Vector, v: np.ndarray) -> tuple[Vector, Vector]:
        numerator: Vector = q @ v
        shares = self.groups.sizes / self.groups.codes.size
        gaps = q[:, None] * v - shares[:, None] * numerator
        return numerator, np.einsum("gb,gb->b", gaps, gaps)

    def _restricted(self, value: float) -> Vector:
        """(G,) sums of the influence on the coefficient at the estimate with the coefficient held at a value."""
        design, estimate = self.fit.design, getattr(self.fit.spec, "estimate", None)
        if design is None or estimate is None:
            raise NotDefinedError(
                f"the score bootstrap needs a refit that {type(self.fit.spec).__name__} does not offer"
            )
        held = estimate(design.fixing(self.term, value))
        if held.hat is None or held.nobs != self.fit.nobs:
            raise NotDefinedError(
                f"the score bootstrap of {type(self.fit.spec).__name__} needs the same rows under the hypothesis"
            )
        solved = weighted_least_squares(design, held.hat.errors, held.hat.w)
        j = design.names.index(self.term)
        influence = solved.X @ solved.inverse[:, j] * (held.hat.w * held.hat.errors)
        return np.bincount(self.groups.codes, influence, minlength=self.groups.count).astype(np.float64)
