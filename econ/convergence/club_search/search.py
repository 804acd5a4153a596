"""The search for convergence clubs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.convergence.club_search.sieve import CRITICAL, Sieve
from econ.convergence.transitions import Transitions
from econ.groups import Codes, Vector

__all__ = ["Found", "search"]


@dataclass(frozen=True, eq=False)
class Found:
    """A club as it was found.

    Attributes
    ----------
    members, core
        Places of its units.
    critical
        Of the sieve.
    """

    members: Codes
    core: Codes
    critical: float


def search(
    transitions: Transitions, order: Codes, sieve: Sieve, *, largest: str, most: int | None
) -> tuple[list[Found], Codes, Codes]:
    """Clubs, units that belong to none, and units that were not looked at.

    Parameters
    ----------
    transitions, order
        The paths, and places of the units from the first to be looked at.
    sieve
        Which units join a core.
    largest
        The core is the group whose statistic has the largest `absolute` value, or the largest `value`.
    most
        Largest number of clubs; None for all.
    """
    clubs: list[Found] = []
    left, none = order, order[:0]
    while left.size and (most is None or len(clubs) < most):
        if left.size == 1:
            return clubs, left, none
        if transitions.group(left).t[0] > CRITICAL:
            return [*clubs, Found(left, none, np.nan)], none, none
        core = _core(transitions, left, largest)
        if not core.size:
            return clubs, left, none
        others = left[~np.isin(left, core)]
        joined = sieve.of(transitions, core, others)
        clubs.append(Found(joined.members, core, joined.critical))
        left = left[~np.isin(left, joined.members)]
    return clubs, none, left


def _core(transitions: Transitions, left: Codes, largest: str) -> Codes:
    """The neighbours in the order that a club starts with; none where no two pass."""
    passed = transitions.pairs(left).t > CRITICAL
    if not passed.any():
        return left[:0]
    ahead = left[int(passed.argmax()) :]
    t = transitions.nested(ahead).t
    failed = t <= CRITICAL
    t = t[: int(failed.argmax())] if failed.any() else t
    return ahead[: _best(t, largest) + 2]


def _best(t: Vector, largest: str) -> int:
    if largest == "absolute":
        return int(np.abs(t).argmax())
    return int(t.size - 1 - t[::-1].argmax())
