"""Conventions of this package, as rules of the same kind."""

from __future__ import annotations

from dataclasses import replace

from econ.errors import NotDefinedError
from econ.inference.classical import Classical
from econ.inference.clustered import Clustered
from econ.inference.reconciliation.counts import COLUMNS, NESTED_OUT
from econ.inference.reconciliation.rules import (
    CR2,
    CR3,
    EQUAL_VARIANCES,
    FEWEST_CLUSTERS,
    HC,
    HC2,
    HC3,
    N_LESS_ONE,
    N_OVER,
    NO_FACTOR,
    ONCE,
    RESIDUAL,
    SATTERTHWAITE,
    SCALED,
    SMALLEST,
    ClusterSums,
    Rule,
)
from econ.inference.white import White
from econ.types import Covariance

__all__ = ["rule_of"]

_classical = Rule(
    program="econ", call="", meat=EQUAL_VARIANCES, factor=N_OVER, K=COLUMNS, law=RESIDUAL, keeps_singletons=False
)
_white = replace(_classical, meat=HC, factor=NO_FACTOR)
_clustered = replace(_white, meat=ClusterSums(ONCE), law=FEWEST_CLUSTERS, repair=SCALED)

OURS: dict[tuple[type, str], Rule] = {
    (Classical, ""): _classical,
    (White, "HC0"): _white,
    (White, "HC1"): replace(_classical, meat=HC),
    (White, "HC2"): replace(_white, meat=HC2),
    (White, "HC3"): replace(_white, meat=HC3),
    (Clustered, "CR0"): _clustered,
    (Clustered, "CR1"): replace(_clustered, meat=ClusterSums(SMALLEST), factor=N_LESS_ONE, K=NESTED_OUT),
    (Clustered, "CR2"): replace(_clustered, meat=CR2, law=SATTERTHWAITE),
    (Clustered, "CR3"): replace(_clustered, meat=CR3),
}


def rule_of(covariance: Covariance) -> Rule:
    """The convention behind a covariance.

    Raises
    ------
    NotDefinedError
        If it is none of those that other programs offer alike.
    """
    kind = getattr(covariance, "kind", getattr(covariance, "correction", ""))
    if (type(covariance), kind) not in OURS:
        raise NotDefinedError(f"conventions are known for Classical, White and Clustered, not for {covariance!r}")
    return replace(OURS[type(covariance), kind], call=f".inference({covariance!r})")
