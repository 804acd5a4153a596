"""How programs count the parameters of a regression."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from econ.inference.reconciliation.regression import Rows

__all__ = [
    "BY_COMPONENTS",
    "COLUMNS",
    "LEVELS",
    "NESTED_OUT",
    "NOTHING",
    "RANK",
    "REGRESSORS",
    "WITH_CONSTANT",
    "Count",
    "Counting",
    "Either",
]


class Count(Protocol):
    """A way to count the parameters K of a regression."""

    def number(self, rows: Rows) -> int:
        """K."""
        ...

    def says(self, rows: Rows) -> str:
        """What it counts, in words."""
        ...


@dataclass(frozen=True)
class Counting:
    """A function of the rows."""

    words: str
    function: Callable[[Rows], int]

    def number(self, rows: Rows) -> int:
        """K."""
        return self.function(rows)

    def says(self, rows: Rows) -> str:  # noqa: ARG002
        """What it counts, in words."""
        return self.words


@dataclass(frozen=True)
class Either:
    """One count where something holds of the rows, and another where it does not."""

    holds: Callable[[Rows], bool]
    one: Count
    other: Count

    def number(self, rows: Rows) -> int:
        """K."""
        return self._chosen(rows).number(rows)

    def says(self, rows: Rows) -> str:
        """What it counts, in words."""
        return self._chosen(rows).says(rows)

    def _chosen(self, rows: Rows) -> Count:
        return self.one if self.holds(rows) else self.other


def _columns(rows: Rows) -> int:
    """Coefficients and levels, less one for each effect after the first."""
    return rows.regressors + sum(effect.count - 1 for effect in rows.effects) + bool(rows.effects)


def _rank(rows: Rows) -> int:
    return rows.regressors + rows.rank_of_dummies


def _nested_out(rows: Rows) -> int:
    inside = [effect.count - 1 for effect, nested in zip(rows.effects, rows.nested, strict=True) if any(nested)]
    return _columns(rows) - sum(inside)


def _by_components(rows: Rows) -> int:
    """Of each effect outside the clusters the levels less those redundant with an earlier one; one for the others.

    The first effect has a redundant level only where others are nested, whose constant it shares.
    """
    outside = [place for place, nested in enumerate(rows.nested) if not any(nested)]
    others = len(outside) < len(rows.effects)
    K = rows.regressors + others
    for turn, place in enumerate(outside):
        found = max((rows.components[earlier, place] for earlier in outside[:turn]), default=0)
        K += rows.effects[place].count - max(found, int(others or turn > 0))
    return K


NOTHING = Counting("nothing", lambda _: 0)
COLUMNS = Counting("every level of the effects", _columns)
RANK = Counting("the rank of all dummies", _rank)
NESTED_OUT = Counting("effects that no cluster nests", _nested_out)
BY_COMPONENTS = Counting("effects that no cluster nests, without redundant levels", _by_components)
REGRESSORS = Counting("neither effects nor their constant", lambda rows: rows.regressors)
WITH_CONSTANT = Counting("one constant for all effects", lambda rows: rows.regressors + bool(rows.effects))
LEVELS = Counting("effects, but no regressors", lambda rows: max(_columns(rows) - rows.regressors - 1, 0))
