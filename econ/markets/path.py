"""What an average path was estimated from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from econ.errors import NotDefinedError
from econ.types import Fit

__all__ = ["AveragePath"]


@dataclass(frozen=True)
class AveragePath:
    """The mean of abnormal returns over events, day by day; it cannot be fitted to a table of events again."""

    model: str
    kind: str

    @property
    def formula(self) -> str:
        """In words."""
        return f"mean {self.kind} ~ day; {self.model}"

    def fit(self, data: Any) -> Fit:
        """Refused.

        Raises
        ------
        NotDefinedError
            Always: returns are needed.
        """
        raise NotDefinedError(f"{type(data).__name__}: an average path is made by abnormal_returns(...).path()")
