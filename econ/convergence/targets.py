"""What the units of a panel are compared with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["Average", "Leader", "Pairs", "Target"]


@dataclass(frozen=True)
class Leader:
    """One unit of the panel.

    Parameters
    ----------
    unit
        Its label in the column of units.
    """

    unit: Any


@dataclass(frozen=True)
class Average:
    """The average of all units of the period: of logs for incomes, the centre for compositions."""


@dataclass(frozen=True)
class Pairs:
    """Every unit with every other one."""


Target = Leader | Average | Pairs
