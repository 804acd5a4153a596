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

    def holds(self, before: float, p_before: float, after: float, p_after: float, *, size: float) -> bool:  # noqa: ARG002
        """Whether an estimate and its p-value overturn those of before."""
        return before * after < 0
