"""The wild cluster bootstrap of linear regressions, without a refit.

With d the influence of a unit of error on the coefficient and u the residuals under the hypothesis, a draw of
multipliers v moves the estimate by s'v, s_h the sum of d u in cluster h. Its residuals are M (v ∘ u), M the residual
maker of regressors and effects, so that the sums of d times them by cluster of the errors are C v,

    C_ch = Σ_{i ∈ c ∩ h} d_i u_i - Σ_{i ∈ c} d_i [P 1_h u]_i.

Restricted residuals are linear in the hypothesised value, u = e + δ z with δ the distance of the estimate from it and
z the regressor less what the others explain of it: numerator and variance of all draws are kept as polynomials in δ,
and any value is tested at the cost of one comparison a draw (Roodman et al. 2019, section 5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from econ.groups import Groups, Matrix, Vector
from econ.inference.multipliers import Draws
from econ.types import Fit, Hat

__all__ = ["LinearBootstrap", "share_beyond"]

TIE = 1e-8  # ties are equal but for rounding, which large means of the regressors make larger
MOST_CELLS = 20_000_000  # of the columns that are residualised at once


def share_beyond(numerator: Vector, variance: Vector, observed: float) -> tuple[int, int]:
    """Draws whose squared t is at least that observed, ties included, and draws whose variance is positive."""
    feasible = variance > 0
    beyond = numerator**2 >= observed * (1 - TIE) ** 2 * variance
    return int((beyond & feasible).sum()), int(feasible.sum())


@dataclass(frozen=True, eq=False)
class LinearBootstrap:
    """Draws of t for one coefficient.

    Attributes
    ----------
    fit, position
        The regression and the coefficient.
    signed
        Combinations of the ways of clustering with their signs.
    groups
        What shares a multiplier.
    draws
        The multipliers.
    impose_null
        Whether residuals are restricted.
    once
        Whether one value only will be tested, which needs no polynomials.
    """

    fit: Fit
    hat: Hat
    position: int
    signed: Sequence[tuple[int, Groups]]
    groups: Groups
    draws: Draws
    impose_null: bool
    once: bool = False

    @property
    def estimate(self) -> float:
        """The estimate."""
        return float(self.fit.params[self.position])

    @cached_property
    def variance(self) -> float:
        """Sum of squares of the influence by cluster, without a factor."""
        influence = self.influence * self.hat.errors
        return float(sum(sign * np.square(np.bincount(c.codes, influence)).sum() for sign, c in self.signed))

    @cached_property
    def half(self) -> Vector | float:
        """(n,) roots of the weights."""
        return 1.0 if self.hat.w is None else np.sqrt(self.hat.w)

    @cached_property
    def _decomposed(self) -> tuple[Matrix, Vector]:
        """(n, k) an orthonormal basis of the scaled regressors, and (n,) what a unit of scaled error does.

        Beside a constant, regressors are centred: differences of large means would lose the digits that decide ties.
        """
        X, c = self.hat.X, np.zeros(len(self.hat.root))
        constant = np.flatnonzero(np.ptp(X, axis=0) == 0)
        centred = not self.fit.derived and constant.size == 1 and self.position != constant[0]
        if centred:
            X = np.where(np.arange(X.shape[1]) == constant[0], X, X - np.average(X, axis=0, weights=self.hat.w))
        X = X if self.hat.w is None else np.sqrt(self.hat.w)[:, None] * X
        norms = np.linalg.norm(X, axis=0)
        Q, R = np.linalg.qr(X / norms)
        if self.fit.derived:
            return np.asarray(Q), np.asarray(X @ self.fit.bread[:, self.position])
        c[self.position] = 1 / norms[self.position]
        return np.asarray(Q), np.asarray(Q @ np.linalg.solve(R.T, c))

    @cached_property
    def influence(self) -> Vector:
        """(n,) d: what a unit of error in a row does to the coefficient."""
        return np.asarray(self.half * self._decomposed[1])

    @cached_property
    def regressor(self) -> Vector:
        """(n,) z: a combination of the regressors less what the others explain of it."""
        direction = self._decomposed[1]
        return np.asarray(direction / self.half / (direction @ direction))

    def squared(self, value: float) -> float:
        """Squared t of the data, without the small-sample factor."""
        return (self.estimate - value) ** 2 / self.variance

    def p_value(self, value: float) -> float:
        """Share of the draws that are at least as far out as the data."""
        delta = self.estimate - value if self.impose_null else 0.0
        if self.once:
            return self.draws.share(self._counts(delta, self.squared(value)))
        powers = np.array([1.0, delta, delta**2])
        counts = [
            share_beyond(powers[:2] @ numerator, powers @ variance, self.squared(value))
            for numerator, variance in self._polynomials
        ]
        return self.draws.share(counts)

    def sums(self, delta: float) -> tuple[Vector, Matrix]:
        """(groups,) what multipliers move the estimate by, and C of the first way, with residuals `e + delta z`."""
        u = self.hat.errors + delta * self.regressor
        totals = self.groups.totals(self.influence * u)
        return totals, self._crossed(self.signed[0][1], u)

    def _counts(self, delta: float, observed: float) -> list[tuple[int, int]]:
        """Draws beyond the data, and draws with a positive variance, block by block."""
        u = self.hat.errors + delta * self.regressor
        totals = np.bincount(self.groups.codes, self.influence * u)
        crossed = [(sign, self._crossed(c, u)) for sign, c in self.signed]

        def one(v: Matrix) -> tuple[int, int]:
            variance = np.zeros(v.shape[1])
            for sign, C in crossed:
                variance += sign * np.square(C @ v).sum(axis=0)
            return share_beyond(totals @ v, variance, observed)

        return self.draws.each(one, symmetric=True)

    @cached_property
    def _polynomials(self) -> list[tuple[Matrix, Matrix]]:
        """Coefficients of numerator (2, draws) and variance (3, draws) as polynomials in δ, block by block."""
        residuals = [self.hat.errors, self.regressor] if self.impose_null else [self.hat.errors]
        totals = np.array([np.bincount(self.groups.codes, self.influence * u) for u in residuals])
        crossed = [(sign, [self._crossed(c, u) for u in residuals]) for sign, c in self.signed]

        def one(v: Matrix) -> tuple[Matrix, Matrix]:
            numerator, variance = np.zeros((2, v.shape[1])), np.zeros((3, v.shape[1]))
            numerator[: len(residuals)] = totals @ v
            for sign, tables in crossed:
                products = [C @ v for C in tables]
                for i, left in enumerate(products):
                    for j, right in enumerate(products):
                        variance[i + j] += sign * np.einsum("cb,cb->b", left, right)
            return numerator, variance

        return self.draws.each(one, symmetric=True)

    def _crossed(self, clusters: Groups, u: Vector) -> Matrix:
        """C (clusters, groups)."""
        shape = clusters.count, self.groups.count
        cells = clusters.codes * shape[1] + self.groups.codes
        overlap = np.bincount(cells, self.influence * u, minlength=shape[0] * shape[1])
        Q, direction = self._decomposed
        loads = clusters.sums(direction[:, None] * Q)
        shares = self.groups.sums((self.half * u)[:, None] * Q)
        C: Matrix = overlap.reshape(shape) - loads @ shares.T
        if all(self.groups.nests(effect.groups) for effect in self.fit.effects):
            return C  # residuals of a cluster are orthogonal to effects within it
        return C - self._through_effects(clusters, u)

    def _through_effects(self, clusters: Groups, u: Vector) -> Matrix:
        """Σ_{i ∈ c} d_i [P 1_h u]_i with P the projection on the absorbed effects."""
        n, count = u.size, self.groups.count
        table = np.empty((clusters.count, count))
        width = max(1, MOST_CELLS // n)
        for start in range(0, count, width):
            chosen = np.arange(start, min(start + width, count))
            V = np.asfortranarray(np.where(self.groups.codes[:, None] == chosen, u[:, None], 0.0))
            table[:, chosen] = clusters.sums(self.influence[:, None] * (V - self.hat.residualize(V)))
        return table
