"""How far from parallel trends the treated may be after the event, given what is seen before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from econ.groups import Matrix, Vector

__all__ = ["Moments", "RelativeMagnitudes", "Restriction", "Smoothness", "changes", "curvature"]

Interval = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Moments:
    """Differences in trends δ, before and after the event, that are possible: `|steps @ δ| <= slack + room @ δ`.

    Attributes
    ----------
    steps
        (q, p + q): as many as there are periods after the event, each reaching one period further.
    slack
        The same for all.
    room
        (p + q,) what δ before the event adds to the slack; zero after it.
    before, limit
        (r, p + q) and a number: `before @ δ <= limit` is what the set says of the time before the event alone.
    """

    steps: Matrix
    slack: float
    room: Vector
    before: Matrix
    limit: float


@runtime_checkable
class Restriction(Protocol):
    """A set of possible differences in trends that grows with a bound."""

    @property
    def label(self) -> str:
        """How a table calls it."""
        ...

    @property
    def unit(self) -> str:
        """What a bound counts."""
        ...

    def moments(self, pre: int, post: int, bound: float) -> Iterator[Moments]:
        """Convex sets of which it is the union."""
        ...

    def identified(self, before: Vector, weights: Vector, bound: float) -> Interval:
        """The weighted sums of δ after the event that are possible if those before it are known, (p,)."""
        ...


def changes(pre: int, post: int) -> Matrix:
    """(p + q, p + q) first differences of δ through the base, where it is zero; the step to the base is the p-th."""
    k = pre + post
    levels = np.zeros((k + 1, k))
    levels[:pre, :pre], levels[pre + 1 :, pre:] = np.eye(pre), np.eye(post)
    return np.diff(levels, axis=0)


def curvature(pre: int, post: int) -> Matrix:
    """(p + q - 1, p + q) second differences of δ through the base."""
    return np.diff(changes(pre, post), axis=0)


@dataclass(frozen=True)
class Smoothness:
    """The slope of the difference in trends changes by at most the bound from one period to the next.

    A bound of zero is a linear trend, extrapolated.

    References
    ----------
    Rambachan and Roth (2023), Review of Economic Studies 90(5), section 2.3 (Δ^SD).
    """

    label = "smoothness"
    unit = "change of slope"

    def moments(self, pre: int, post: int, bound: float) -> Iterator[Moments]:
        """The set is convex."""
        bends = curvature(pre, post)
        seen = bends[: pre - 1]
        yield Moments(bends[-post:], bound, np.zeros(pre + post), np.vstack([seen, -seen]), bound)

    def identified(self, before: Vector, weights: Vector, bound: float) -> Interval:
        """Around the last slope before the event; none if the slopes before it change by more than the bound."""
        pre, post = before.size, weights.size
        seen = np.append(before, np.zeros(post))
        bends = np.abs(curvature(pre, post)[: pre - 1] @ seen)
        if bends.size and bends.max() > bound * (1 + 1e-12):
            return np.nan, np.nan
        centre = float(weights @ np.arange(1, post + 1)) * float(-before[-1])
        reach = sum(abs(float(weights[j:] @ np.arange(1, post - j + 1))) for j in range(post))
        return centre - bound * reach, centre + bound * reach


@dataclass(frozen=True)
class RelativeMagnitudes:
    """The difference in trends moves, from one period to the next, at most the bound times the most it did before.

    References
    ----------
    Rambachan and Roth (2023), Review of Economic Studies 90(5), section 2.3 (Δ^RM).
    """

    label = "relative magnitudes"
    unit = "times the most before"

    def moments(self, pre: int, post: int, bound: float) -> Iterator[Moments]:
        """One set for each period before the event, and direction, in which it may have moved most."""
        steps = changes(pre, post)
        for place, most in enumerate(steps[:pre]):
            others = np.delete(steps[:pre], place, axis=0)
            for sign in (1.0, -1.0):
                largest = sign * most
                before = np.vstack([others - largest, -others - largest, -2 * largest])
                yield Moments(steps[pre:], 0.0, bound * largest, before, 0.0)

    def identified(self, before: Vector, weights: Vector, bound: float) -> Interval:
        """Around zero."""
        most = float(np.abs(np.diff(np.append(before, 0.0))).max())
        reach = bound * most * float(np.abs(np.cumsum(weights[::-1])).sum())
        return -reach, reach
