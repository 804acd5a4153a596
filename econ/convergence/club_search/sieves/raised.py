"""A critical value that rises until the club passes."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from econ.convergence.club_search.sieve import CRITICAL, Joined, require_number
from econ.convergence.transitions import Transitions
from econ.groups import Codes

__all__ = ["RaisedSieve"]


@dataclass(frozen=True)
class RaisedSieve:
    """The critical value for joining the core rises by steps until the club passes its test.

    Parameters
    ----------
    critical
        Where it starts.
    step
        By which it rises.
    cap
        Once it is above this and the club still fails, the core alone is the club.

    References
    ----------
    Phillips and Sul (2007), Econometrica 75(6), section 4.2, step 3.
    """

    critical: float = 0.0
    step: float = field(default=0.1, kw_only=True)
    cap: float = field(default=3.0, kw_only=True)

    def __post_init__(self) -> None:
        require_number("critical", self.critical)
        require_number("step", self.step, above=0)
        require_number("cap", self.cap)

    def of(self, transitions: Transitions, core: Codes, others: Codes) -> Joined:
        """The club made of a core and some of the other units."""
        t = transitions.with_each(core, others).t
        critical = self.critical
        while True:
            members = np.concatenate([core, others[t > critical]])
            if transitions.group(members).t[0] > CRITICAL:
                return Joined(members, critical)
            if critical > self.cap:
                return Joined(core, critical)
            critical += self.step
