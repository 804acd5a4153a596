"""Small-sample factors, by the conventions of R's fixest.

Packages differ exactly here, so this is the only place where a factor is formed.
"""

from __future__ import annotations

from econ.groups import Groups
from econ.types import Fit

__all__ = ["clustered_rank", "residual_factor"]


def clustered_rank(fit: Fit, clusters: tuple[Groups, ...]) -> int:
    """Number of parameters, effects nested in a cluster not counted.

    An effect whose levels each lie in one cluster costs no degrees of freedom: each nested effect
    counts one; if all are nested, they count one together.
    """
    if not fit.effects:
        return fit.rank
    nested = [any(cluster.nests(effect.groups) for cluster in clusters) for effect in fit.effects]
    constants = any(effect.slope is None for effect in fit.effects)
    slopes = fit.rank - sum(effect.count - (effect.slope is None) for effect in fit.effects) - constants
    if all(nested):
        return slopes + 1
    uncounted = sum(effect.count - 1 for effect, inside in zip(fit.effects, nested, strict=True) if inside)
    return max(fit.rank - uncounted, slopes + 1)


def residual_factor(nobs: int, rank: int) -> float:
    """(n - 1) / (n - K)."""
    return (nobs - 1) / (nobs - rank)
