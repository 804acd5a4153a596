"""A regression of growth on its starting level, as what a correction of short panels works on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from econ.errors import OptionError
from econ.groups import Codes, Vector
from econ.types import Fit

__all__ = ["INITIAL", "Correction", "DynamicFit"]

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
