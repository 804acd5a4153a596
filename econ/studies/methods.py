"""The ways of testing a coefficient that the study compares: each gives a p-value of zero effect."""

from __future__ import annotations

from collections.abc import Callable

from econ.inference.clustered import Clustered
from econ.inference.dyadic import Dyadic
from econ.inference.multipliers import Multiplier, Rademacher, Webb
from econ.inference.permutation import randomization_test
from econ.inference.white import White
from econ.inference.wild import wild_bootstrap
from econ.types import Covariance, Fit

__all__ = ["methods"]

REPS = 399
Method = Callable[[Fit], float]
ONE_WAY = Clustered("group")


def methods(sample: str) -> dict[str, Method]:
    """Methods by name that make sense for a kind of sample."""
    if sample == "dyads":
        return {
            "HC1": _tested(White("HC1")),
            "clustered by the first member": _tested(ONE_WAY),
            "clustered two ways": _tested(Clustered("group", "other")),
            "dyadic": _tested(Dyadic("group", "other")),
        }
    found = {
        "HC1": _tested(White("HC1")),
        "CR0": _tested(Clustered("group", correction="CR0")),
        "CR1": _tested(ONE_WAY),
        "CR2, Satterthwaite": _tested(Clustered("group", correction="CR2")),
        "CR3 (jackknife)": _tested(Clustered("group", correction="CR3")),
        "wild, restricted": _bootstrapped(Rademacher(), impose_null=True),
        "wild, restricted, Webb": _bootstrapped(Webb(), impose_null=True),
        "wild, unrestricted": _bootstrapped(Rademacher(), impose_null=False),
    }
    if sample == "two treated clusters":
        found["randomization, coefficient"] = _permuted(None)
        found["randomization, t (CR1)"] = _permuted(ONE_WAY)
    return found


def _tested(covariance: Covariance) -> Method:
    return lambda fit: float(fit.inference(covariance).row("x")["p_value"])


def _bootstrapped(multiplier: Multiplier, *, impose_null: bool) -> Method:
    return lambda fit: (
        wild_bootstrap(fit, "x", ONE_WAY, impose_null=impose_null, multiplier=multiplier, reps=REPS, level=None).p_value
    )


def _permuted(covariance: Covariance | None) -> Method:
    return lambda fit: randomization_test(fit, "x", covariance, by="group", reps=REPS).p_value
