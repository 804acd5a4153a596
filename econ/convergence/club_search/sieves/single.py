"""Units that pass with the core."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.convergence.club_search.sieve import Joined, require_number
from econ.convergence.transitions import Transitions
from econ.groups import Codes

__all__ = ["SingleSieve"]


@dataclass(frozen=True)
class SingleSieve:
    """Every unit joins whose log t test together with the core exceeds a critical value.

    The club itself is not tested again, and may fail the test.

    Parameters
    ----------
    critical
        The value; zero is conservative, as advised for short panels.

    References
    ----------
    Phillips and Sul (2007), Econometrica 75(6), section 4.2, step 3, without its last sentence.
    """

    critical: float = 0.0

    def __post_init__(self) -> None:
        require_number("critical", self.critical)

    def of(self, transitions: Transitions, core: Codes, others: Codes) -> Joined:
        """The club made of a core and some of the other units."""
        passed = transitions.with_each(core, others).t > self.critical
        return Joined(np.concatenate([core, others[passed]]), self.critical)
