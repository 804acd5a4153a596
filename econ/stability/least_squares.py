"""Whether a fit is that of a least-squares regression, whose algebra is exact."""

from __future__ import annotations

from econ.errors import NotDefinedError
from econ.estimators.ols import OLS
from econ.types import Fit, Hat

__all__ = ["is_least_squares", "require_least_squares"]


def is_least_squares(fit: Fit) -> bool:
    """Whether the parameters are coefficients of `OLS`, or combinations of these."""
    return type(fit.spec) is OLS and fit.hat is not None


def require_least_squares(fit: Fit, why: str) -> Hat:
    """The regression of coefficients of least squares.

    Raises
    ------
    NotDefinedError
        If they are others, or combinations of these.
    """
    if not is_least_squares(fit) or fit.derived or fit.hat is None:
        raise NotDefinedError(f"{type(fit.spec).__name__} here is no least squares with coefficients of its own: {why}")
    return fit.hat
