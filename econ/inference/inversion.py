"""Confidence sets from p-values."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["confidence_set"]

FARTHEST = 1e4  # standard errors
EXACT = 1e-9  # of a standard error


def confidence_set(
    p_value: Callable[[float], float], estimate: float, se: float, alpha: float
) -> tuple[tuple[float, float], ...]:
    """The interval around an estimate in which no value is rejected; its ends are found by bisection.

    Parameters
    ----------
    p_value
        Of the hypothesis that the coefficient has a value.
    estimate, se
        Where the search begins, and its unit.
    alpha
        Values with a smaller p-value are rejected.
    """
    if p_value(estimate) < alpha:
        return ()
    return ((_end(p_value, estimate, -se, alpha), _end(p_value, estimate, se, alpha)),)


def _end(p_value: Callable[[float], float], estimate: float, step: float, alpha: float) -> float:
    inside, distance = 0.0, 1.0
    while p_value(estimate + distance * step) >= alpha:
        inside, distance = distance, 1.5 * distance
        if distance > FARTHEST:
            return float("inf") if step > 0 else float("-inf")
    outside = distance
    while outside - inside > EXACT:
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if p_value(estimate + middle * step) >= alpha else (inside, middle)
    return estimate + (inside + outside) / 2 * step
