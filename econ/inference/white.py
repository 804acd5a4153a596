"""Heteroskedasticity-robust covariances."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.errors import NotDefinedError, OptionError
from econ.groups import Vector
from econ.types import Fit, Uncertainty

__all__ = ["White"]

EXPONENTS = {"HC2": 1, "HC3": 2}
KINDS = ("HC0", "HC1", *EXPONENTS)
FULL_LEVERAGE = 1e-10


@dataclass(frozen=True)
class White:
    r"""Covariance robust to heteroskedasticity, :math:`\sum_i c_i \psi_i \psi_i'`.

    Parameters
    ----------
    kind
        `HC0`: c = 1. `HC1`: c = n / (n - K). `HC2`: c = 1 / (1 - h). `HC3`: c = 1 / (1 - h)².
        K counts absorbed effects, and the leverage h is that of the regression with all dummies.

    Raises
    ------
    OptionError
        If there is no such kind.
    NotDefinedError
        From `of`, if HC2 or HC3 is asked for and leverages are out of reach or one of them is 1.

    References
    ----------
    White (1980), Econometrica 48(4); MacKinnon and White (1985), Journal of Econometrics 29(3).

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import OLS, White
    >>> data = pd.DataFrame({"y": [1.0, 2.0, 4.0, 3.0], "x": [0.0, 1.0, 2.0, 3.0]})
    >>> OLS("y ~ x").fit(data).inference(White("HC3")).se.round(4).tolist()
    [0.8578, 0.7778]
    """

    kind: str = "HC1"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise OptionError(f"no kind {self.kind!r} of White; there are {', '.join(KINDS)}")

    def of(self, fit: Fit) -> Uncertainty:
        """Uncertainty of a fit."""
        roots = np.sqrt(self._factors(fit))[:, None]
        halves = (influence * roots[rows] for rows, influence in fit.blocks())
        matrix = np.asarray(sum(half.T @ half for half in halves))
        return Uncertainty(matrix, fit.df, f"heteroskedasticity-robust ({self.kind})")

    def _factors(self, fit: Fit) -> Vector:
        if self.kind in EXPONENTS:
            return (1 - _leverage(fit, self.kind)) ** -EXPONENTS[self.kind]
        factor = fit.nobs / fit.df_resid if self.kind == "HC1" else 1.0
        return np.full(fit.nobs, factor)


def _leverage(fit: Fit, kind: str) -> Vector:
    if fit.leverage is None:
        raise NotDefinedError(
            f"{kind} needs the leverage of each row, which {type(fit.spec).__name__} with these absorbed "
            "effects does not have; use White('HC1') or Clustered"
        )
    full = np.flatnonzero(fit.leverage > 1 - FULL_LEVERAGE)
    if full.size:
        label = fit.sample.data.index[fit.sample.rows[full[0]]]
        raise NotDefinedError(
            f"{kind} is not defined: row {label!r} and {full.size - 1} more have leverage 1 (a regressor or "
            "effect fits them exactly); leave them out or use White('HC1')"
        )
    return fit.leverage
