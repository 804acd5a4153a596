"""A regression that a table asks for and that the data may refuse."""

from __future__ import annotations

import pandas as pd

from econ.errors import ConvergenceError, EmptySampleError, IdentificationError
from econ.estimates import Estimates, NotEstimable
from econ.types import Covariance, Estimator, Fit

__all__ = ["REFUSALS", "attempt", "estimated"]

REFUSALS = (ConvergenceError, EmptySampleError, IdentificationError)  # what data can do; all else is an error


def estimated(spec: Estimator, data: pd.DataFrame) -> Fit | NotEstimable:
    """A fit, or the reason why these data allow none, as for `attempt`."""
    try:
        return spec.fit(data)
    except REFUSALS as error:
        return NotEstimable(type(spec).__name__, spec.formula, str(error))


def attempt(spec: Estimator, data: pd.DataFrame, covariance: Covariance) -> Estimates | NotEstimable:
    """Estimates, or the reason why these data allow none.

    An empty sample, parameters that are not identified and an iteration that does not converge become a
    `NotEstimable`; every other error is the author's and is raised.
    """
    try:
        return spec.fit(data).inference(covariance)
    except REFUSALS as error:
        return NotEstimable(type(spec).__name__, spec.formula, str(error))
