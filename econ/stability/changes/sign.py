"""Another sign."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Sign"]


@dataclass(frozen=True)
class Sign:
    """The estimate changes its sign."""

    needs_error = False

    def weights(self, estimate: float, se: float, critical: float) -> tuple[float, float]:  # noqa: ARG002 - one shape for all
        """What the estimate and its error count in the quantity that has to fall below zero."""
        return (1.0 if estimate >= 0 else -1.0), 0.0
