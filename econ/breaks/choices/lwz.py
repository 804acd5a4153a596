"""The criterion of Liu, Wu and Zidek."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from econ.breaks.choice import Partitions
from econ.groups import Codes

__all__ = ["LWZ"]


@dataclass(frozen=True)
class LWZ:
    """The number of breaks with the least modified Schwarz criterion, whose penalty is larger.

    References
    ----------
    Liu, Wu and Zidek (1997), Statistica Sinica 7(2); Perron (1997), on its use where errors are autocorrelated.
    """

    label: ClassVar[str] = "least LWZ"

    def of(self, partitions: Partitions) -> Codes:
        """Places of the first rows after each break."""
        return partitions.starts[int(partitions.lwz.argmin())]
