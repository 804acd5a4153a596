"""The wild restricted efficient bootstrap of two-stage least squares (Davidson and MacKinnon 2010).

Under the hypothesis the structural residuals are those of y less the hypothesised part on the other regressors, and
the reduced forms of the endogenous regressors are estimated with these residuals beside the instruments; both
residuals of a cluster are multiplied by the same number. After exogenous regressors and effects are taken out, all
that a draw needs are the sums of instruments times structural and reduced-form parts by cluster, linear in v.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from econ.absorb import Layout, absorber
from econ.design import Design
from econ.groups import Groups, Matrix, Vector
from econ.inference.multipliers import Draws
from econ.inference.wild_linear import share_beyond
from econ.types import Fit

__all__ = ["InstrumentedBootstrap"]


@dataclass(frozen=True, eq=False)
class InstrumentedBootstrap:
    """Draws of t for one coefficient.

    Attributes
    ----------
    fit, design, term
        The estimation, its arrays and the coefficient.
    signed
        Combinations of the ways of clustering with their signs.
    groups, draws
        What shares a multiplier, and the multipliers.
    """

    fit: Fit
    design: Design
    term: str
    signed: Sequence[tuple[int, Groups]]
    groups: Groups
    draws: Draws

    @property
    def position(self) -> int:
        """Where the coefficient stands."""
        return self.fit.position(self.term)

    @property
    def estimate(self) -> float:
        """The estimate."""
        return float(self.fit.params[self.position])

    @cached_property
    def variance(self) -> float:
        """Sum of squares of the influence by cluster, without a factor."""
        return float(sum(sign * np.square(self.fit.sums(c)[:, self.position]).sum() for sign, c in self.signed))

    def squared(self, value: float) -> float:
        """Squared t of the data, without the small-sample factor."""
        return (self.estimate - value) ** 2 / self.variance

    def p_value(self, value: float) -> float:
        """Share of the draws that are at least as far out as the data."""
        system = self._system(value)
        counts = self.draws.each(lambda v: share_beyond(*system.draw(v), self.squared(value)), symmetric=False)
        return self.draws.share(counts)

    @cached_property
    def _endogenous(self) -> list[int]:
        """Places of the regressors that are projected: a tested exogenous one is its own instrument."""
        k = len(self.design.names) - self.design.endogenous
        tested = [self.position] if self.position < k else []
        return [*tested, *range(k, len(self.design.names))]

    @cached_property
    def _exogenous(self) -> Matrix:
        """(n, .) the other regressors, scaled by the roots of the weights, effects taken out."""
        kept = [place for place in range(len(self.design.names)) if place not in self._endogenous]
        return self._scaled(self.design.X[:, kept])

    @cached_property
    def _arrays(self) -> tuple[Matrix, Matrix, Vector]:
        """(n, l) instruments, (n, m) projected regressors and (n,) response, all else taken out."""
        design = self.design
        own = [place for place in self._endogenous if place < len(design.names) - design.endogenous]
        table = np.column_stack([design.X[:, own], design.Z, design.X[:, self._endogenous], design.y])
        out = self._partialled(self._scaled(table))
        split = len(own) + design.Z.shape[1]
        return out[:, :split], out[:, split:-1], out[:, -1]

    def _scaled(self, V: Matrix) -> Matrix:
        w = self.design.w
        residual = absorber(Layout(self.design.effects), w).residualize(np.asfortranarray(V))
        return residual if w is None else np.sqrt(w)[:, None] * residual

    def _partialled(self, V: Matrix) -> Matrix:
        W = self._exogenous
        return V - W @ np.linalg.lstsq(W, V)[0] if W.shape[1] else V

    def _again(self, V: Matrix) -> Matrix:
        """Scaled columns with effects and exogenous regressors taken out."""
        w = self.design.w
        return self._partialled(self._scaled(V if w is None else V / np.sqrt(w)[:, None]))

    def _system(self, value: float) -> System:
        """What the draws need under a hypothesis."""
        Z, Y, y = self._arrays
        place = self._endogenous.index(self.position)
        others = np.delete(Y, place, axis=1)
        u = y - value * Y[:, place]
        if others.shape[1]:
            fitted = Z @ np.linalg.lstsq(Z, others)[0]
            u = u - others @ np.linalg.lstsq(fitted, u)[0]
        reduced = Z @ np.linalg.lstsq(np.column_stack([Z, u]), Y)[0][:-1]
        parts = [self._sums(Z, column) for column in [u, *(Y - reduced).T]]
        fixed = [[c.sums(Z * column[:, None]) for column in reduced.T] for _, c in self.signed]
        signs = [sign for sign, _ in self.signed]
        moving = [list(tables) for tables in zip(*parts, strict=True)]
        return System(np.asarray(np.linalg.inv(Z.T @ Z), dtype=np.float64), place, signs, fixed, moving)

    def _sums(self, Z: Matrix, column: Vector) -> list[Matrix]:
        """For each combination of ways, (c, l, G): sums by cluster of Z times what v makes of a residual."""
        V = self._again(np.where(self.groups.codes[:, None] == np.arange(self.groups.count), column[:, None], 0.0))
        return [np.stack([c.sums(Z[:, [i]] * V) for i in range(Z.shape[1])], axis=1) for _, c in self.signed]


@dataclass(frozen=True, eq=False)
class System:
    """Sums by cluster from which a draw is computed.

    Attributes
    ----------
    inverse
        (l, l): `(Z'Z)^-1`.
    place
        Of the tested one among the m projected regressors.
    signs
        Of the combinations of ways of clustering.
    fixed
        For each combination and projected regressor, (c, l): Z times its reduced form.
    moving
        For each combination, the structural part and the m reduced-form ones, (c, l, G): linear in the multipliers.
    """

    inverse: Matrix
    place: int
    signs: list[int]
    fixed: list[list[Matrix]]
    moving: list[list[Matrix]]

    def draw(self, v: Matrix) -> tuple[Vector, Vector]:
        """(B,) distance of the estimate from the hypothesis, and its variance."""
        errors, regressors = self._sums(0, v)
        e, Y = errors.sum(axis=0), regressors.sum(axis=1)  # (l, B), (m, l, B)
        pi = np.einsum("lk,mkb->mlb", self.inverse, Y)
        A = np.einsum("mlb,olb->bmo", pi, Y)
        beta = np.linalg.solve(A, np.einsum("mlb,lb->bm", pi, e)[:, :, None])[:, :, 0]
        row = np.linalg.solve(A, np.broadcast_to(np.eye(A.shape[1])[:, [self.place]], (*A.shape[:2], 1)))[:, :, 0]
        weights = np.einsum("bm,mlb->lb", row, pi)
        variance = np.zeros(v.shape[1])
        for which, sign in enumerate(self.signs):
            errors, regressors = self._sums(which, v) if which else (errors, regressors)
            residual = errors - np.einsum("mclb,bm->clb", regressors, beta)
            variance += sign * np.square(np.einsum("clb,lb->cb", residual, weights)).sum(axis=0)
        return beta[:, self.place], variance

    def _sums(self, which: int, v: Matrix) -> tuple[Matrix, Matrix]:
        """(c, l, B) and (m, c, l, B): sums by cluster of Z times structural errors and projected regressors."""
        errors, *regressors = (table @ v for table in self.moving[which])
        return errors, np.stack(
            [moved + fixed[:, :, None] for moved, fixed in zip(regressors, self.fixed[which], strict=True)]
        )
