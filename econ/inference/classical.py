"""The model-based covariance."""

from __future__ import annotations

from dataclasses import dataclass

from econ.errors import NotDefinedError
from econ.types import Fit, Uncertainty

__all__ = ["Classical"]


@dataclass(frozen=True)
class Classical:
    """The covariance under independent, homoskedastic errors, or the inverse information of a likelihood.

    Raises
    ------
    NotDefinedError
        From `of`, if the estimator has no model of the errors.

    Notes
    -----
    Least squares: residual sum of squares over n - K, t with n - K degrees of freedom. Likelihoods:
    inverse information times (n - 1) / (n - K), normal. K counts absorbed effects.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import OLS, Classical
    >>> data = pd.DataFrame({"y": [1.0, 2.0, 4.0, 3.0], "x": [0.0, 1.0, 2.0, 3.0]})
    >>> OLS("y ~ x").fit(data).inference(Classical()).se.round(4).tolist()
    [0.7937, 0.4243]
    """

    def of(self, fit: Fit) -> Uncertainty:
        """Uncertainty of a fit."""
        if fit.classical is None:
            raise NotDefinedError(
                f"{type(fit.spec).__name__} has no classical covariance; use White('HC1') or Clustered"
            )
        return Uncertainty(fit.classical, fit.df, "classical")
