"""A regression of growth on its starting level, as what a correction of short panels works on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from econ.errors import IdentificationError, OptionError
from econ.groups import Codes, Vector
from econ.types import Fit

__all__ = ["INITIAL", "Correction", "DynamicFit", "require_correction", "require_effects"]

INITIAL = "initial"


@dataclass(frozen=True, eq=False, repr=False)
class DynamicFit:
    r"""A within regression of growth on the starting level.

    With growth per period over spells of length s, the persistence from one spell to the next is
    :math:`\rho = 1 + s \beta`.

    Attributes
    ----------
    fit
        The regression, with the term `initial`.
    length
        Periods of a spell.
    within
        Name of the absorbed effect that makes the panel dynamic: the unit's.
    spell
        (n,) number of the spell of each row, in order of time.
    """

    fit: Fit
    length: float
    within: str
    spell: Codes

    @property
    def place(self) -> int:
        """Where the starting level stands among the terms."""
        return self.fit.position(INITIAL)

    @property
    def rho(self) -> float:
        """Persistence as estimated."""
        return 1 + self.length * float(self.fit.params[self.place])

    @property
    def counts(self) -> Codes:
        """(N,) spells of each unit.

        Raises
        ------
        OptionError
            If the unit's effect is not absorbed.
        """
        for effect in self.fit.effects:
            if effect.name == self.within and effect.slope is None:
                return effect.groups.sizes
        raise OptionError(
            f"a correction is for panels with effects of {self.within}; add it to the effects, or leave it"
        )

    @property
    def consecutive(self) -> Codes:
        """(N,) spells of each unit, which follow each other.

        Raises
        ------
        OptionError, IdentificationError
            If the unit's effect is not absorbed, or a unit lacks a spell between two of its own.
        """
        counts = self.counts
        codes = next(effect.codes for effect in self.fit.effects if effect.name == self.within)
        first = np.full(counts.size, np.iinfo(np.intp).max, dtype=np.intp)
        last = np.full(counts.size, -1, dtype=np.intp)
        np.minimum.at(first, codes, self.spell)
        np.maximum.at(last, codes, self.spell)
        holes = int((last - first + 1 != counts).sum())
        if holes:
            raise IdentificationError(
                f"{holes} of {counts.size} {self.within} lack a spell between two others; this correction needs "
                "spells that follow each other: use HalfPanelJackknife(), or leave these out"
            )
        return counts

    def moved(self, rho: float, slopes: Sequence[float] | Vector, derivative: float) -> Fit:
        """The fit with another persistence.

        Parameters
        ----------
        rho
            The persistence.
        slopes
            (k,) by how much each term moves with the coefficient of the starting level, which moves by one.
        derivative
            Of `rho` with respect to the persistence as estimated.
        """
        k, place = len(self.fit.names), self.place
        moved = (rho - self.rho) / self.length
        J = np.eye(k)
        J[:, place] += (derivative - 1) * np.asarray(slopes)
        fit = self.fit.combine(J, self.fit.names)
        params = self.fit.params + moved * np.asarray(slopes)
        return replace(fit, params=params)


class Correction(Protocol):
    """A frozen choice of how the bias of a short panel with unit effects is removed."""

    def of(self, dynamic: DynamicFit) -> Fit:
        """The regression with its bias removed."""
        ...


def require_effects(effects: object) -> None:
    """Stop at effects that are no tuple of columns.

    Raises
    ------
    OptionError
        With what to give.
    """
    if not isinstance(effects, tuple) or not all(isinstance(name, str) and name for name in effects):
        raise OptionError(f"effects={effects!r}: give a tuple of columns, such as ('unit', 'year')")


def require_correction(correction: object, unit: str, effects: tuple[str, ...]) -> None:
    """Stop at what is no correction, or at one where units have no effects.

    Raises
    ------
    OptionError
        With what to give.
    """
    if correction is None:
        return
    if not callable(getattr(correction, "of", None)) or isinstance(correction, type):
        raise OptionError(f"{correction!r} is no correction; give a value such as Nickell()")
    if unit not in effects:
        raise OptionError(f"a correction is for panels with unit effects; add effects=({unit!r},)")
