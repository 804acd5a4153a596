"""Which effect is eliminated first, and where the rows stand in the tables of the others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from econ.groups import Codes, Effect, Vector

__all__ = ["Layout"]

EXACT_LEVELS = 1_000  # all effects but the largest: S is dense
EXACT_CELLS = 20_000_000  # of C, which is dense too


@dataclass(frozen=True, eq=False)
class Layout:
    """How some effects are eliminated, whatever the weights."""

    effects: tuple[Effect, ...]

    @cached_property
    def pivots(self) -> tuple[Effect, ...]:
        """The effects that share the largest number of levels: constants before slopes."""
        size = max(effect.count for effect in self.effects)
        codes = next(effect.codes for effect in self.effects if effect.count == size)
        shared = [effect for effect in self.effects if effect.codes is codes]
        return tuple(sorted(shared, key=lambda effect: effect.slope is not None))

    @cached_property
    def rest(self) -> tuple[Effect, ...]:
        """All other effects, as they were given."""
        return tuple(effect for effect in self.effects if effect not in self.pivots)

    @cached_property
    def others(self) -> tuple[Effect, ...]:
        """All other effects, slopes beside a constant of the same levels with their means by level taken out.

        They span the same; but squares of a variable with a large mean would hide how it varies.
        """
        return tuple(
            effect if mean is None or effect.slope is None else replace(effect, slope=effect.slope - mean[effect.codes])
            for effect, mean in zip(self.rest, self.means, strict=True)
        )

    @cached_property
    def means(self) -> tuple[Vector | None, ...]:
        """For each of the other effects, (count,) means of its variable by level; None where nothing is taken out."""
        constants = {id(effect.codes) for effect in self.rest if effect.slope is None}
        return tuple(
            effect.groups.totals(effect.slope) / effect.groups.sizes
            if effect.slope is not None and id(effect.codes) in constants
            else None
            for effect in self.rest
        )

    @property
    def largest(self) -> Effect:
        """The effect that is eliminated first."""
        return self.pivots[0]

    @cached_property
    def two_constants(self) -> bool:
        """Whether there are two effects without slopes, so that one cross table holds all sums of weights."""
        return len(self.effects) == 2 and all(effect.slope is None for effect in self.effects)  # noqa: PLR2004

    @property
    def levels(self) -> int:
        """Columns of `E`."""
        return sum(effect.count for effect in self.others)

    @property
    def size(self) -> int:
        """Columns of `D` and `E` together."""
        return len(self.pivots) * self.largest.count + self.levels

    @property
    def work(self) -> int:
        """Multiplications that forming the Schur complement takes."""
        return self.largest.count * self.levels**2

    @property
    def fits(self) -> bool:
        """Whether the tables of the elimination fit into memory."""
        return self.levels <= EXACT_LEVELS and self.levels * self.largest.count <= EXACT_CELLS

    @cached_property
    def columns(self) -> list[Codes]:
        """For each of the other effects, the column of `E` in which each row stands."""
        offsets = np.cumsum([0, *(effect.count for effect in self.others)])
        return [
            effect.codes + offset if offset else effect.codes
            for effect, offset in zip(self.others, offsets, strict=False)
        ]

    @cached_property
    def cells(self) -> list[Codes]:
        """For each of the other effects, the cell of `C` in which each row stands."""
        return [self.largest.codes * self.levels + column for column in self.columns]
