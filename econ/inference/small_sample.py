"""Small-sample factors, by the conventions of R's fixest.

Packages differ exactly here, so this is the only place where a factor is formed.
"""

from __future__ import annotations

from collections.abc import Sequence

from econ.groups import Effect, Groups
from econ.types import Fit

__all__ = ["clustered_rank", "nested_levels", "residual_factor"]


def clustered_rank(fit: Fit, clusters: Sequence[Groups]) -> int:
    """Number of parameters, effects nested in a cluster not counted."""
    return fit.rank - nested_levels(fit.effects, clusters)


def nested_levels(effects: Sequence[Effect], clusters: Sequence[Groups]) -> int:
    """Levels that are no parameters where errors are clustered.

    An effect whose levels each lie in one cluster costs no degrees of freedom: it counts one, and if all
    effects are nested, they count one together. Slopes by level are counted, nested or not.
    """
    return sum(
        effect.count - 1
        for effect in effects
        if effect.slope is None and any(cluster.nests(effect.groups) for cluster in clusters)
    )


def residual_factor(nobs: int, rank: int) -> float:
    """(n - 1) / (n - K)."""
    return (nobs - 1) / (nobs - rank)
