"""Schwarz's criterion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from econ.breaks.choice import Partitions
from econ.groups import Codes

__all__ = ["BIC"]


@dataclass(frozen=True)
class BIC:
    """The number of breaks with the least Schwarz criterion.

    It finds too many breaks where errors are autocorrelated and there is no lagged response.

    References
    ----------
    Yao (1988), Statistics & Probability Letters 6(3).
    """

    label: ClassVar[str] = "least BIC"

    def of(self, partitions: Partitions) -> Codes:
        """Places of the first rows after each break."""
        return partitions.starts[int(partitions.bic.argmin())]
