"""Units that join one after the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.convergence.club_search.sieve import CRITICAL, Joined, require_number
from econ.convergence.transitions import Transitions
from econ.groups import Codes

__all__ = ["GrownSieve"]


@dataclass(frozen=True)
class GrownSieve:
    """Where the club of all units that pass with the core fails, units join one at a time, the best first.

    Each time the candidate with the largest statistic joins and the others are tested with the larger club, until none
    passes.

    Parameters
    ----------
    critical
        The value that makes a unit a candidate.

    References
    ----------
    Schnurbus, Haupt and Meier (2017), Journal of Applied Econometrics 32(5).
    """

    critical: float = 0.0

    def __post_init__(self) -> None:
        require_number("critical", self.critical)

    def of(self, transitions: Transitions, core: Codes, others: Codes) -> Joined:
        """The club made of a core and some of the other units."""
        waiting = others[transitions.with_each(core, others).t > self.critical]
        members = np.concatenate([core, waiting])
        if transitions.group(members).t[0] > CRITICAL:
            return Joined(members, self.critical)
        members = core
        while waiting.size:
            t = transitions.with_each(members, waiting).t
            best = int(t.argmax())
            if t[best] <= CRITICAL:
                break
            members, waiting = np.append(members, waiting[best]), np.delete(waiting, best)
        return Joined(members, self.critical)
