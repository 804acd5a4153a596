"""Formula and table to arrays."""

from econ.design.arrays import Design, build, build_on, complete, require_levels, without_singletons
from econ.design.columns import INTERCEPT, numeric
from econ.design.weights import Frequency

__all__ = [
    "INTERCEPT",
    "Design",
    "Frequency",
    "build",
    "build_on",
    "complete",
    "numeric",
    "require_levels",
    "without_singletons",
]
