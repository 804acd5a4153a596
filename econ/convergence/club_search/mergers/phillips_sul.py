"""Merging of neighbours that pass together."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from econ.convergence.club_search.sieve import CRITICAL, join, require_number
from econ.convergence.transitions import Transitions
from econ.groups import Codes

__all__ = ["PhillipsSul"]


@dataclass(frozen=True)
class PhillipsSul:
    """From the top, a club joins those before it as long as they pass the test together.

    Parameters
    ----------
    threshold
        The value that the statistic has to exceed.
    iterate
        Whether passes are repeated until no club merges, as in Schnurbus, Haupt and Meier (2017).

    References
    ----------
    Phillips and Sul (2009), Journal of Applied Econometrics 24(7), section 4.
    """

    threshold: float = CRITICAL
    iterate: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        require_number("threshold", self.threshold)

    def of(self, transitions: Transitions, clubs: list[Codes]) -> list[Codes]:
        """The clubs after merging."""
        merged = clubs[:1]
        for club in clubs[1:]:
            if join(transitions, [merged[-1], club]) > self.threshold:
                merged[-1] = np.concatenate([merged[-1], club])
            else:
                merged = [*merged, club]
        return self.of(transitions, merged) if self.iterate and len(merged) < len(clubs) else merged
