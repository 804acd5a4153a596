"""A number of breaks that is given."""

from __future__ import annotations

from dataclasses import dataclass

from econ.breaks.choice import Partitions
from econ.errors import IdentificationError
from econ.estimates import require_whole
from econ.groups import Codes

__all__ = ["Fixed"]


@dataclass(frozen=True)
class Fixed:
    """A number of breaks.

    Parameters
    ----------
    count
        How many.

    Raises
    ------
    OptionError, IdentificationError
        If it is no whole number of one or more; from `of`, if so many segments do not fit.
    """

    count: int

    def __post_init__(self) -> None:
        require_whole("count", self.count, least=1)

    @property
    def label(self) -> str:
        """How a note says it."""
        return f"{self.count} as given"

    def of(self, partitions: Partitions) -> Codes:
        """Places of the first rows after each break."""
        if self.count >= len(partitions.starts):
            raise IdentificationError(
                f"{self.count} breaks do not fit: with this trim and `most`, there can be {len(partitions.starts) - 1}"
            )
        return partitions.starts[self.count]
