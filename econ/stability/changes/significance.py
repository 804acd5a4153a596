"""Significance lost, or won."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Significance"]


@dataclass(frozen=True)
class Significance:
    """A significant estimate is not so any more; one that is not becomes significant with its own sign."""

    needs_error = True

    def weights(self, estimate: float, se: float, critical: float) -> tuple[float, float]:
        """What the estimate and its error count in the quantity that has to fall below zero."""
        sign = 1.0 if estimate >= 0 else -1.0
        return (sign, -critical) if abs(estimate) > critical * se else (-sign, critical)

    def holds(self, before: float, p_before: float, after: float, p_after: float, *, size: float) -> bool:
        """Whether an estimate and its p-value overturn those of before."""
        if p_before < size:
            return p_after >= size
        return p_after < size and before * after > 0
