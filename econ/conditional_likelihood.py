r"""The conditional likelihood of a binary response: the effects of units drop out, whatever they are.

Given that k of the m responses of a unit are one, each set of k rows has probability proportional to the
product of its odds. Odds that are tilted to probabilities q with sum k, which does not change this, make the
sum over all sets the probability of k in a sum of independent draws, which is found row after row,

    A'(r) = (1 - q) A(r) + q A(r - 1),

without overflow or cancellation (Chen and Liu 1997, Statistica Sinica 7(4)). The first and second moments
of the sum of x over the rows drawn follow by the same recursion (Gail, Lubin and Rubinstein 1981,
Biometrika 68(3)). Units of nearly the same size are taken together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import expit, logit

from econ.groups import Codes, Groups, Mask, Matrix, Vector
from econ.newton import Expansion

__all__ = ["ConditionalLikelihood"]

CELLS = 200_000  # of the tables of a recursion, which stay in the cache
HALVINGS = 16
STEPS_OF_A_DOUBLING = 4  # sizes are rounded up to a quarter of a power of two


@dataclass(frozen=True, eq=False)
class Block:
    """Units of nearly the same size side by side: rows (m, G), which of them exist, and successes (G,)."""

    rows: Codes
    exist: Mask
    successes: Codes

    @property
    def units(self) -> Codes:
        """(G,) places of the units."""
        return np.arange(self.successes.size)


@dataclass(frozen=True, eq=False)
class ConditionalLikelihood:
    """The likelihood of responses given their sum within each unit.

    Attributes
    ----------
    X, y
        (n, k) regressors and (n,) zeros and ones that vary within every unit.
    offset, w
        (n,) what is added to the index, and weights that are equal within a unit; None for none.
    groups
        The units.
    """

    X: Matrix
    y: Vector
    offset: Vector | None
    w: Vector | None
    groups: Groups

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """All units."""
        pairs = self.X.shape[1] * (self.X.shape[1] + 1) // 2
        successes = self.groups.totals(self.y).astype(np.intp)
        return tuple(_blocks(self.groups, successes, pairs))

    def index(self, b: Vector) -> Vector:
        """(n,) linear index."""
        eta: Vector = self.X @ b
        return eta if self.offset is None else eta + self.offset

    def at(self, b: Vector) -> Expansion:
        """Minus the log likelihood to second order."""
        eta, k = self.index(b), b.size
        loss, slope, curvature = 0.0, np.zeros(k), np.zeros((k, k))
        for block in self.blocks:
            q, log_sets = _tilted(block, eta)
            x = _centred(self.X[block.rows], q)
            y = self.y[block.rows] * block.exist
            w = np.ones(block.units.size) if self.w is None else self.w[block.rows[0]]
            chance, mean, square = _moments(q, x, block.successes)
            loss += w @ (np.log(chance) + log_sets - (y * eta[block.rows]).sum(axis=0))
            slope += (mean - np.einsum("jg,jag->ag", y, x)) @ w
            curvature += _symmetric(square, k, w) - (mean * w) @ mean.T
        return Expansion(float(loss), slope, curvature)

    def probabilities(self, b: Vector) -> Vector:
        """(n,) probability of each row given the sum of its unit."""
        eta, found = self.index(b), np.empty(self.y.size)
        for block in self.blocks:
            p = _inclusion(_tilted(block, eta)[0], block.successes)
            found[block.rows[block.exist]] = p[block.exist]
        return found


def _blocks(groups: Groups, successes: Codes, pairs: int) -> Iterator[Block]:
    order = np.argsort(groups.codes, kind="stable")
    starts = np.cumsum(groups.sizes) - groups.sizes
    quarter = 2.0 ** np.floor(np.log2(groups.sizes)) / STEPS_OF_A_DOUBLING
    widths = (np.ceil(groups.sizes / quarter) * quarter).astype(np.intp)
    for width in np.unique(np.maximum(widths, groups.sizes)):
        units = np.flatnonzero(np.maximum(widths, groups.sizes) == width)
        together = max(1, CELLS // (max(pairs, width) * (int(successes[units].max()) + 1)))
        for part in np.split(units, np.arange(together, units.size, together)):
            exist = np.arange(width)[:, None] < groups.sizes[part]
            places = np.where(exist, starts[part] + np.arange(width)[:, None], starts[part])
            yield Block(order[places], exist, successes[part])


def _tilted(block: Block, eta: Vector) -> tuple[Matrix, Vector]:
    """(m, G) probabilities whose sums are about k, and (G,) the log of what they lack to be odds of sets.

    The tilt is found by halving an interval: it need not be exact, but the k-th probability must not vanish.
    """
    index = np.where(block.exist, eta[block.rows], -np.inf)
    target = logit(block.successes / block.exist.sum(axis=0))
    low = target - index.max(axis=0)
    high = target - np.where(block.exist, index, np.inf).min(axis=0)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        few = expit(index + middle).sum(axis=0) < block.successes
        low, high = np.where(few, middle, low), np.where(few, high, middle)
    tilt = (low + high) / 2
    return expit(index + tilt), np.logaddexp(0, index + tilt).sum(axis=0) - block.successes * tilt


def _centred(x: Matrix, q: Matrix) -> Matrix:
    """(m, k, G) regressors less their means under the probabilities, so that no moment cancels."""
    x = np.ascontiguousarray(x.transpose(0, 2, 1))
    mean: Matrix = np.einsum("jg,jag->ag", q, x) / q.sum(axis=0)
    return x - mean


def _moments(q: Matrix, x: Matrix, successes: Codes) -> tuple[Vector, Matrix, Matrix]:
    """Of a draw with as many successes: its probability (G,), and mean (k, G) and square of the sum of x.

    Of the squares only those of pairs in the lower triangle: (pairs, G).
    """
    (_, k, G), most = x.shape, int(successes.max())
    first, second = np.tril_indices(k)
    A, B, C = (np.zeros((*size, most + 1, G)) for size in ((), (k,), (first.size,)))
    A[0] = 1
    for row, (p, z) in enumerate(zip(q, x, strict=True)):
        top = min(row + 1, most)
        a, b = A[:top], B[:, :top]
        mixed = z[first, None] * b[second] + z[second, None] * b[first] + (z[first] * z[second])[:, None] * a
        _mix(C, C[:, :top] + mixed, p)
        _mix(B, b + z[:, None] * a, p)
        _mix(A, a.copy(), p)
    units = np.arange(G)
    chance = A[successes, units]
    return chance, B[:, successes, units] / chance, C[:, successes, units] / chance


def _mix(table: Matrix, gain: Matrix, p: Vector) -> None:
    """In place, a table (..., successes, G) after one more row: with probability p one success more."""
    table *= 1 - p
    table[..., 1 : gain.shape[-2] + 1, :] += p * gain


def _symmetric(square: Matrix, k: int, w: Vector) -> Matrix:
    whole = np.zeros((k, k))
    first, second = np.tril_indices(k)
    whole[first, second] = whole[second, first] = square @ w
    return whole


def _inclusion(q: Matrix, successes: Codes) -> Matrix:
    """(m, G) probability that a row is among the successes: of the rows before, of it, and of the rows after."""
    (m, G), most = q.shape, int(successes.max())
    before = np.zeros((m + 1, most + 1, G))
    before[0, 0] = 1
    for row, p in enumerate(q):
        before[row + 1] = before[row]
        _mix(before[row + 1], before[row, :-1], p)
    units = np.arange(G)
    after = np.zeros((most + 2, G))  # of the rest making up for r successes so far
    after[successes, units] = 1
    found = np.empty((m, G))
    for row in range(m - 1, -1, -1):
        found[row] = q[row] * (before[row] * after[1:]).sum(axis=0)
        after[:-1] = (1 - q[row]) * after[:-1] + q[row] * after[1:]
    return found / before[m, successes, units]
