r"""Many least-squares regressions on the same rows, from their cross products.

With R the correlations of the columns (effects taken out) and :math:`R_S` those of a specification's columns,
:math:`\hat\beta_S = R_S^{-1} r_S`. The scores of cluster g are :math:`M_g q`, with :math:`M_g` the cross products of
all columns within g and :math:`q = (1, -\hat\beta_S)`, so that no regression looks at rows again: a specification costs
the inverse of a small matrix and G products of its size. Where clusters are many the influence is formed by rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np

from econ.groups import Codes, Groups, Mask, Matrix, Vector

__all__ = ["Columns", "Solved"]

BATCH, MOST_SCORES = 512, 2**22  # specifications and numbers at once; not the machine's, so that results are neither
ILL = 1e4  # trace of an inverse correlation below which its smallest eigenvalue exceeds 1e-4
EXACT = 1e-6
NO_REST = 1e-6  # share of the response's square below which a sum of squared residuals has lost its digits
MOST_NUMBERS = 2**24  # of the cross products by cluster
ROUNDING = 1e-12

Tensor = np.ndarray


@dataclass(frozen=True, eq=False)
class Solved:
    """Coefficients of a batch of B specifications.

    Attributes
    ----------
    beta, variance
        (B,) coefficient of the treatment and the sum of squares of its influence by cluster, without a factor.
    sound
        (B,) whether the columns are far enough from collinear.
    """

    beta: Vector
    variance: Vector
    sound: Mask


@dataclass(frozen=True, eq=False)
class Columns:
    """The response and all regressors on the rows of some specifications, effects taken out.

    Attributes
    ----------
    Z
        (n, 1 + p) response and regressors, times the roots of the weights.
    signed
        Ways of clustering with their signs; none where errors are classical.
    repair
        Whether a sum over several ways is made positive semi-definite; if not, negative variances are not sound.
    copies
        For each way (G,) how many clusters each of its clusters stands for; empty where each is one.
    """

    Z: Matrix
    signed: Sequence[tuple[int, Groups]]
    repair: bool = True
    copies: tuple[Vector, ...] = ()

    @cached_property
    def norms(self) -> Vector:
        """(1 + p,) lengths of the columns; one where nothing is left of a column."""
        size = np.sqrt(np.einsum("np,np->p", self.Z, self.Z))
        return np.where(size > 0, size, 1.0)

    @cached_property
    def unit(self) -> Matrix:
        """(n, 1 + p) columns of length one."""
        return self.Z / self.norms

    @cached_property
    def R(self) -> Matrix:
        """(1 + p, 1 + p) correlations."""
        return self.unit.T @ self.unit

    @property
    def _by_rows(self) -> bool:
        """Whether the influence is formed by rows, which one way of many clusters makes cheaper."""
        n, q = self.unit.shape
        return len(self.signed) == 1 and self.signed[0][1].count * q > 2 * n

    @property
    def feasible(self) -> bool:
        """Whether the cross products by cluster can be held."""
        q = self.unit.shape[1]
        return self._by_rows or sum(groups.count for _, groups in self.signed) * q * (q - 1) <= MOST_NUMBERS

    @property
    def batch(self) -> int:
        """Specifications that are solved at once."""
        clusters = max((groups.count for _, groups in self.signed), default=1)
        return max(min(BATCH, MOST_SCORES // int(clusters * self.Z.shape[1])), 1)

    @cached_property
    def M(self) -> tuple[Tensor, ...]:
        """For each way (G, p, 1 + p): cross products of the regressors with all columns within each cluster."""
        return tuple(_crossed(groups, self.unit[:, 1:], self.unit) for _, groups in self.signed)

    def with_regressor(self, place: int, column: Vector) -> Columns:
        """The same with another regressor (n,) at a place; what it does not touch is not computed again."""
        Z = self.Z.copy()
        Z[:, 1 + place] = column
        other = replace(self, Z=Z)
        size = float(np.sqrt(column @ column)) or 1.0
        unit = self.unit.copy()
        unit[:, 1 + place] = column / size
        norms = self.norms.copy()
        norms[1 + place] = size
        R = self.R.copy()
        R[:, 1 + place] = R[1 + place] = unit.T @ unit[:, 1 + place]
        known: dict[str, object] = {"norms": norms, "unit": unit, "R": R}
        if not self._by_rows:
            known["M"] = tuple(
                _exchanged(M, groups, place, unit) for M, (_, groups) in zip(self.M, self.signed, strict=True)
            )
        other.__dict__.update(known)
        return other

    def solve_all(self, masks: Mask, places: Codes) -> Solved:
        """`solve`, batch by batch."""
        parts = [
            self.solve(masks[i : i + self.batch], places[i : i + self.batch]) for i in range(0, len(masks), self.batch)
        ]
        return Solved(*(np.concatenate([getattr(one, field.name) for one in parts]) for field in fields(Solved)))

    def solve(self, masks: Mask, places: Codes) -> Solved:
        """The coefficient of a regressor in regressions on some of the columns.

        Parameters
        ----------
        masks
            (B, p) which regressors are in.
        places
            (B,) which of them is the treatment.
        """
        rows = np.arange(len(places))
        inverse = _inverses(self.R[1:, 1:], masks)
        B = np.einsum("bij,bj->bi", inverse, np.where(masks, self.R[1:, 0], 0.0))
        P = inverse[rows, places]  # the weights of the columns in the treatment's influence
        own = np.where(masks, np.einsum("bii->bi", inverse), 1.0)  # never below one where R is a correlation
        sound = np.isfinite(own).all(axis=1) & (own.min(axis=1) > 1 - EXACT) & (own.sum(axis=1) < ILL)
        scale = self.norms[0] / self.norms[1 + places]
        rss = np.maximum(1 - np.einsum("bi,i->b", B, self.R[1:, 0]), 0.0)
        Q = np.concatenate([np.ones((len(places), 1)), -B], axis=1)
        if not self.signed:
            variance, sound = rss * P[rows, places] * scale**2, sound & (rss > NO_REST)
        elif self._by_rows:
            variance = self._variance_by_rows(P, Q) * scale**2
        else:
            variance, finite = self._variance(inverse, places, Q)
            variance, sound = variance * scale**2, sound & finite
        return Solved(B[rows, places] * scale, variance, sound)

    def _variance(self, inverse: Tensor, places: Codes, Q: Matrix) -> tuple[Vector, Mask]:
        """(B,) sums of squared influence, and whether no variance is negative."""
        rows = np.arange(len(places))
        P = inverse[rows, places]
        if len(self.signed) == 1:
            sums = np.einsum("gbp,bp->gb", _scores(self.M[0], Q), P)
            return self._squares(sums), np.ones(len(places), dtype=bool)
        total = np.zeros_like(inverse)
        for way, ((sign, _), M) in enumerate(zip(self.signed, self.M, strict=True)):
            scores = np.ascontiguousarray(_scores(M, Q).transpose(1, 2, 0))
            if self.copies:
                scores /= np.sqrt(self.copies[way])
            total += sign * (scores @ scores.transpose(0, 2, 1))
        V = inverse @ total @ inverse
        if self.repair:
            V = _semi_definite(V)
        return V[rows, places, places], (np.einsum("bii->bi", V) >= 0).all(axis=1)

    def _variance_by_rows(self, P: Matrix, Q: Matrix) -> Vector:
        _, groups = self.signed[0]
        products = (self.unit[:, 1:] @ P.T) * (self.unit @ Q.T)
        if groups.count < groups.codes.size:
            order, starts = _order(groups)
            products = np.add.reduceat(products[order], starts, axis=0)
        return self._squares(products)

    def _squares(self, sums: Matrix) -> Vector:
        """(B,) sums of squares over the clusters of the only way; a sum is that of all copies of a cluster."""
        if self.copies:
            sums = sums / np.sqrt(self.copies[0])[:, None]
        return np.asarray(np.einsum("gb,gb->b", sums, sums))


def _inverses(R: Matrix, masks: Mask) -> Tensor:
    """(B, p, p) inverses of the correlations of chosen columns; zero elsewhere, not a number where singular."""
    both = masks[:, :, None] & masks[:, None, :]
    A = np.where(both, R, np.eye(len(R)))
    try:
        found = np.linalg.inv(A)
    except np.linalg.LinAlgError:
        found = np.stack([_inverse(one) for one in A])
    return np.where(both, found, 0.0)


def _inverse(A: Matrix) -> Matrix:
    try:
        return np.asarray(np.linalg.inv(A))
    except np.linalg.LinAlgError:
        return np.full_like(A, np.nan)


def _scores(M: Tensor, Q: Matrix) -> Tensor:
    """(G, B, p) sums of the scores by cluster."""
    G, p, q = M.shape
    return (M.reshape(G * p, q) @ Q.T).reshape(G, p, len(Q)).transpose(0, 2, 1)


def _semi_definite(V: Tensor) -> Tensor:
    """Covariances with the negative eigenvalues of their scaled form set to zero, as `econ.inference` has it."""
    size = np.sqrt(np.abs(np.einsum("bii->bi", V)))
    size[size == 0] = 1.0
    scaled = V / size[:, :, None] / size[:, None, :]
    usable = np.isfinite(scaled).all(axis=(1, 2))
    values, vectors = np.linalg.eigh(np.where(usable[:, None, None], scaled, 0.0))
    wrong = usable & (values[:, 0] < -ROUNDING * np.abs(values[:, -1]))
    kept = vectors[wrong] * np.maximum(values[wrong], 0.0)[:, None, :]
    fixed = V.copy()
    fixed[wrong] = kept @ vectors[wrong].transpose(0, 2, 1) * size[wrong][:, :, None] * size[wrong][:, None, :]
    return fixed


def _order(groups: Groups) -> tuple[Codes, Codes]:
    order = np.argsort(groups.codes, kind="stable")
    return order, np.concatenate([[0], np.cumsum(groups.sizes)[:-1]])


def _crossed(groups: Groups, X: Matrix, Z: Matrix) -> Tensor:
    """(G, p, q) sums of the products of two tables' rows within groups."""
    found = np.empty((groups.count, X.shape[1], Z.shape[1]))
    for place, column in enumerate(X.T):
        found[:, place] = groups.sums(column[:, None] * Z)
    return found


def _exchanged(M: Tensor, groups: Groups, place: int, unit: Matrix) -> Tensor:
    """Cross products by cluster after the regressor at a place has been exchanged in `unit`."""
    sums = groups.sums(unit[:, [1 + place]] * unit)
    M = M.copy()
    M[:, place] = sums
    M[:, :, 1 + place] = sums[:, 1:]
    return M
