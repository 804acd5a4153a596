"""Tests of moment inequalities with nuisance parameters: conditional, and hybrid with a least favorable first stage.

The differences in trends after the event enter through `|steps @ δ| <= slack + room @ δ`, with as many steps as
periods. The linear programme behind the test then has few vertices, which are known: the two in which the steps add up
to plus or minus the weighted sum that is tested, and, for each step, the one in which its two bounds are added. So the
test needs no solver, and, as its statistic has two dimensions only, no simulation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import chdtrc, log_ndtr, ndtr, ndtri, ndtri_exp

from econ.errors import OptionError
from econ.estimates import require_share
from econ.event_study.honesty.restrictions import Moments
from econ.event_study.normal_box import even_points
from econ.groups import Mask, Matrix, Vector

__all__ = ["Conditional", "LeastFavorable", "Test", "Vertices"]

Test = Callable[[Vector], Mask]  # of hypotheses (m,): which are not rejected

NODES, WEIGHTS = np.polynomial.legendre.leggauss(200)
FLAT = 1e-12
SMALLEST = 1e-9
FARTHEST, TAIL = 40.0, 10.0  # standard deviations


@dataclass(frozen=True, eq=False)
class Vertices:
    """The vertices of the dual programme: `values(theta)` are linear in the hypothesis and in the estimates.

    Attributes
    ----------
    estimates, covariance
        (k,) and (k, k) of the event study.
    weights
        (q,) of the effects after the event whose sum is tested.
    moments
        The set of differences in trends.
    whole
        Whether the moments that concern the time before the event alone are used, too: each is a vertex.
    """

    estimates: Vector
    covariance: Matrix
    weights: Vector
    moments: Moments
    whole: bool

    @cached_property
    def rows(self) -> tuple[Matrix, Vector, Vector]:
        """(q + 2, k) combinations of the estimates, (q + 2,) constants, and (q + 2,) slopes by the hypothesis."""
        q = self.weights.size
        steps, room = self.moments.steps, self.moments.room
        upper, lower = steps - room, -steps - room  # upper @ δ <= slack and lower @ δ <= slack
        sizes = [np.sqrt(np.maximum(np.einsum("mk,kl,ml->m", one, self.covariance, one), 0)) for one in (upper, lower)]
        through = np.linalg.solve(steps[:, -q:].T, self.weights)  # the sum of steps that is the tested sum
        rows, constants, slopes = [], [], []
        for sign in (1.0, -1.0):
            up, down = np.maximum(sign * through, 0), np.maximum(-sign * through, 0)
            total = up @ sizes[0] + down @ sizes[1]
            rows.append((up @ upper + down @ lower) / total)
            constants.append(-self.moments.slack * (up.sum() + down.sum()) / total)
            slopes.append(-sign / total)
        for t in range(q):
            total = sizes[0][t] + sizes[1][t]
            rows.append((upper[t] + lower[t]) / total)
            constants.append(-2 * self.moments.slack / total)
            slopes.append(0.0)
        for row in self.moments.before if self.whole else ():
            size = np.sqrt(row @ self.covariance @ row)
            rows.append(row / size)
            constants.append(-self.moments.limit / size)
            slopes.append(0.0)
        return np.array(rows), np.array(constants), np.array(slopes)

    def values(self, theta: Vector) -> Matrix:
        """(q + 2, m) values at the hypotheses (m,)."""
        rows, constants, slopes = self.rows
        return np.asarray((rows @ self.estimates + constants)[:, None] + slopes[:, None] * theta)

    @cached_property
    def spread(self) -> Matrix:
        """(q + 2, q + 2) their covariance."""
        rows = self.rows[0]
        return np.asarray(rows @ self.covariance @ rows.T)

    def least_favorable(self, size: float) -> float:
        """The value that their maximum exceeds with probability `size` if all have mean zero."""
        if self.whole:
            return self._simulated(size)
        from scipy.optimize import brentq  # noqa: PLC0415 - keeps the import of the package light

        top = np.sqrt(self.spread.diagonal().max())
        return float(brentq(lambda c: self._below(c) - (1 - size), 0.0, FARTHEST * top))

    def _simulated(self, size: float) -> float:
        """The same from evenly spread directions: along each the length that is exceeded is a chi variable."""
        from scipy.optimize import brentq  # noqa: PLC0415

        values, vectors = np.linalg.eigh(self.spread)
        kept = values > FLAT * values[-1]
        root, r = vectors[:, kept] * np.sqrt(values[kept]), int(kept.sum())
        draws = ndtri(even_points(r))
        reach = ((draws / np.linalg.norm(draws, axis=1, keepdims=True)) @ root.T).max(axis=1)
        reach = reach[reach > 0]
        top = FARTHEST * np.sqrt(values[-1])
        return float(brentq(lambda c: chdtrc(r, (c / reach) ** 2).sum() / len(draws) - size, SMALLEST, top))

    def _below(self, c: float) -> float:
        """Probability that all values are below c > 0 if all have mean zero.

        Those that add two bounds are multiples of one variable y, of which the widest binds; given y, the two others
        are opposite, so that both are below c while one more variable lies between two ends.
        """
        S = self.spread
        widest = 2 + int(np.argmax(S.diagonal()[2:]))
        s = np.sqrt(S[widest, widest])
        if s <= FLAT * np.sqrt(S[0, 0]):
            return float(ndtr(c / np.sqrt(S[0, 0])) - ndtr(-c / np.sqrt(S[1, 1])))
        slopes = S[:2, widest] / s
        sd = np.sqrt(np.maximum(S.diagonal()[:2] - slopes**2, FLAT * S.diagonal()[:2]))
        low, high = -TAIL, min(c / s, TAIL)
        closing = float(slopes @ (1 / sd))  # the ends meet where c (1/sd0 + 1/sd1) is this times y
        if closing > 0:
            high = min(high, c * (1 / sd).sum() / closing)
        elif closing < 0:
            low = max(low, c * (1 / sd).sum() / closing)
        y = low + (high - low) * (NODES + 1) / 2
        upper, lower = (c - slopes[0] * y) / sd[0], -(c - slopes[1] * y) / sd[1]
        density = np.exp(-(y**2) / 2) / np.sqrt(2 * np.pi)
        return float((high - low) / 2 * WEIGHTS @ (density * (ndtr(upper) - ndtr(lower))))


MOMENTS = ("post", "all")


def _whole(moments: str | None, post: int) -> bool:
    """Whether all moments are used."""
    return moments == "all" or (moments is None and post == 1)


def _require_moments(moments: str | None) -> None:
    if moments is not None and moments not in MOMENTS:
        raise OptionError(f"no moments {moments!r}; there are {', '.join(MOMENTS)}")


@dataclass(frozen=True)
class Conditional:
    """The test conditional on which vertex is the largest.

    Parameters
    ----------
    moments
        `post`: those that concern the time after the event; `all`: those before it, too, which can reject a set of
        trends altogether. None, as in R's HonestDiD: `post`, but `all` where one period after the event is estimated.

    References
    ----------
    Andrews, Roth and Pakes (2023), Review of Economic Studies 90(6), section 5.
    """

    moments: str | None = None

    def __post_init__(self) -> None:
        _require_moments(self.moments)

    @property
    def label(self) -> str:
        """How a table calls it."""
        return "conditional"

    def whole(self, post: int) -> bool:
        """Whether all moments are used where `post` periods after the event are estimated."""
        return _whole(self.moments, post)

    def test(self, vertices: Vertices, size: float) -> Test:
        """Which of some hypotheses are not rejected."""
        return lambda theta: _conditional(vertices, theta, size, np.inf)


@dataclass(frozen=True)
class LeastFavorable:
    """The hybrid: a first stage with least favorable critical value, and the conditional test where it passes.

    Parameters
    ----------
    share
        Share of the size that the first stage has.
    moments
        As for `Conditional`.

    Raises
    ------
    OptionError
        If an option has no meaning.

    References
    ----------
    Andrews, Roth and Pakes (2023), Review of Economic Studies 90(6), section 6; Rambachan and Roth (2023), Review of
    Economic Studies 90(5), section 4.
    """

    share: float = 0.1
    moments: str | None = None

    def __post_init__(self) -> None:
        _require_moments(self.moments)
        require_share("share", self.share)

    @property
    def label(self) -> str:
        """How a table calls it."""
        return "conditional, least favorable hybrid"

    def whole(self, post: int) -> bool:
        """Whether all moments are used where `post` periods after the event are estimated."""
        return _whole(self.moments, post)

    def test(self, vertices: Vertices, size: float) -> Test:
        """Which of some hypotheses are not rejected."""
        first = self.share * size
        ceiling = vertices.least_favorable(first)

        def accepted(theta: Vector) -> Mask:
            passed: Mask = vertices.values(theta).max(axis=0) <= ceiling
            return passed & _conditional(vertices, theta, (size - first) / (1 - first), ceiling)

        return accepted


def _conditional(vertices: Vertices, theta: Vector, size: float, ceiling: float) -> Mask:
    """(m,) whether the largest value is below its critical one, given which it is and that it is below a ceiling."""
    Z, S = vertices.values(theta), vertices.spread
    accepted = np.ones(theta.size, dtype=bool)
    largest = Z.argmax(axis=0)
    for v in np.unique(largest):
        mine = largest == v
        variance = S[v, v]
        if variance <= FLAT * S.diagonal().max():
            accepted[mine] = Z[v, mine] <= 0
            continue
        share = (S[:, v] / variance)[:, None]
        left = Z[:, mine] - share * Z[v, mine]
        room = 1 - share
        with np.errstate(divide="ignore", invalid="ignore"):
            ends = left / room
        low = np.where(room > FLAT, ends, -np.inf).max(axis=0)
        high = np.minimum(np.where(room < -FLAT, ends, np.inf).min(axis=0), ceiling)
        accepted[mine] = Z[v, mine] <= np.maximum(_quantile(low, high, np.sqrt(variance), size), 0)
    return accepted


def _quantile(low: Vector, high: Vector, sd: float, size: float) -> Vector:
    """Upper quantile of a centred normal between two ends; in logarithms, since these can lie far out."""
    a, b = low / sd, high / sd
    flip = a > 0  # in the upper tail, by symmetry
    inner, outer = np.where(flip, -b, a), np.where(flip, -a, b)  # now both sides lean to the lower tail
    lower, upper = log_ndtr(inner), log_ndtr(outer)
    share = np.where(flip, size, 1 - size)
    with np.errstate(divide="ignore"):
        mixed = np.logaddexp(np.log(share) + upper, np.log1p(-share) + lower)
    found = np.clip(ndtri_exp(np.minimum(mixed, 0.0)), inner, outer)
    return np.asarray(np.where(flip, -found, found) * sd)
