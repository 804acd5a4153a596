"""Merging of neighbours that fit each other better than the next."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from econ.convergence.club_search.sieve import CRITICAL, join, require_number
from econ.convergence.transitions import Transitions
from econ.groups import Codes

__all__ = ["VonLynckerThoennessen"]


@dataclass(frozen=True)
class VonLynckerThoennessen:
    """A club joins those before it if they pass together, with a larger statistic than it has with the next club.

    Parameters
    ----------
    threshold
        The value that the statistic has to exceed.
    iterate
        Whether passes are repeated until no club merges.
    restart
        Whether the search starts at the top again after each merger, as the paper says; R's ConvergenceClubs goes on.

    References
    ----------
    von Lyncker and Thoennessen (2017), Empirical Economics 52(2).
    """

    threshold: float = CRITICAL
    iterate: bool = field(default=False, kw_only=True)
    restart: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        require_number("threshold", self.threshold)

    def of(self, transitions: Transitions, clubs: list[Codes]) -> list[Codes]:
        """The clubs after merging."""
        merged = clubs[:1]
        for place, club in enumerate(clubs[1:], start=1):
            t = join(transitions, [merged[-1], club])
            last = place == len(clubs) - 1
            if t > self.threshold and (last or t > join(transitions, [club, clubs[place + 1]])):
                merged[-1] = np.concatenate([merged[-1], club])
                if self.restart:
                    return self.of(transitions, [*merged, *clubs[place + 1 :]])
            else:
                merged = [*merged, club]
        return self.of(transitions, merged) if self.iterate and len(merged) < len(clubs) else merged
