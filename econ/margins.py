"""How far a coefficient may move before a check calls it moved."""

from __future__ import annotations

from dataclasses import dataclass

from econ.errors import OptionError

__all__ = ["STANDARD", "Margins"]


@dataclass(frozen=True)
class Margins:
    """Margins of a check, in old standard errors (of a probability: as it is).

    An iterative estimator that cannot give the same digits everywhere declares wider ones as its `margins`, and says
    why; a check of one result can be given its own. Nothing widens the margins of everything.

    Parameters
    ----------
    same
        Up to here a number is the same, also if its stars or its sign change.
    warn
        Up to here it is a warning; beyond, a drift.
    reason
        Why these margins are right.

    Raises
    ------
    OptionError
        If they are not in order, or wider than the standard without a reason.

    Examples
    --------
    >>> Margins(same=1e-4, reason="stops when the likelihood moves by less than 1e-8")
    Margins(same=0.0001, warn=0.01, reason='stops when the likelihood moves by less than 1e-8')
    """

    same: float = 1e-6
    warn: float = 0.01
    reason: str = ""

    def __post_init__(self) -> None:
        numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in (self.same, self.warn))
        if not numbers or not 0 < self.same <= self.warn < float("inf"):
            raise OptionError(f"same={self.same!r}, warn={self.warn!r}: give positive numbers, warn not below same")
        wider = self.same > Margins.same or self.warn > Margins.warn
        if wider and not (isinstance(self.reason, str) and self.reason.strip()):
            raise OptionError(f"{self!r} is wider than the standard; give reason='why these numbers are right'")


STANDARD = Margins()
