"""Small-sample factors, by the conventions of R's fixest.

Packages differ exactly here, so this is the only place where a factor is formed.
"""

from __future__ import annotations

from econ.groups import Groups
from econ.types import Fit

__all__ = ["clustered_rank", "residual_factor"]


def clustered_rank(fit: Fit, clusters: tuple[Groups, ...]) -> int:
    """Number of parameters, effects nested in a cluster not counted.

    An effect whose levels each lie in one cluster costs no degrees of freedom: it counts one, and if all
    effects are nested, they count one together. Slopes by level are counted, nested or not.
    """
    nested = [
        effect.count - 1
        for effect in fit.effects
        if effect.slope is None and any(cluster.nests(effect.groups) for cluster in clusters)
    ]
    return fit.rank - sum(nested)


def residual_factor(nobs: int, rank: int) -> float:
    """(n - 1) / (n - K)."""
    return (nobs - 1) / (nobs - rank)
