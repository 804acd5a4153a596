"""Formula and table to arrays."""

from econ.design.arrays import Design, build
from econ.design.columns import INTERCEPT, numeric
from econ.design.weights import Frequency

__all__ = ["INTERCEPT", "Design", "Frequency", "build", "numeric"]
