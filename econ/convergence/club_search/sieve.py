"""What a sieve and a merger are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from econ.convergence.transitions import Transitions
from econ.errors import OptionError
from econ.groups import Codes

__all__ = ["CRITICAL", "Joined", "Merger", "Sieve", "join", "require_number"]

CRITICAL = -1.65


@dataclass(frozen=True, eq=False)
class Joined:
    """A club after the sieve.

    Attributes
    ----------
    members
        Places of its units, the core first.
    critical
        The value that the statistic of a unit with the core had to exceed.
    """

    members: Codes
    critical: float


class Sieve(Protocol):
    """A frozen choice of which units join the core of a club."""

    def of(self, transitions: Transitions, core: Codes, others: Codes) -> Joined:
        """The club made of a core and some of the other units."""
        ...


class Merger(Protocol):
    """A frozen choice of which clubs become one."""

    def of(self, transitions: Transitions, clubs: list[Codes]) -> list[Codes]:
        """The clubs after merging."""
        ...


def join(transitions: Transitions, clubs: list[Codes]) -> float:
    """The t statistic of several clubs together."""
    return float(transitions.group(np.concatenate(clubs)).t[0])


def require_number(name: str, value: object, *, above: float = -np.inf) -> None:
    """Stop at an option that is no number, or too small a one.

    Raises
    ------
    OptionError
        With its name.
    """
    if not isinstance(value, int | float) or isinstance(value, bool) or not above < value < np.inf:
        raise OptionError(f"{name}={value!r}: give a number" + (f" above {above:g}" if above > -np.inf else ""))
