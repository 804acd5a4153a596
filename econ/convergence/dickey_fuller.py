"""The Dickey-Fuller regression of statsmodels, with its messages in the terms of the caller."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.convergence.lag_rules import Lags, rule_of
from econ.convergence.unit_root import LETTERS, require_errors, standardised
from econ.errors import IdentificationError
from econ.groups import Vector

__all__ = ["DickeyFuller", "dickey_fuller", "mackinnon"]


@dataclass(frozen=True)
class DickeyFuller:
    """What the regression gives.

    Attributes
    ----------
    statistic, p_value
        The t statistic of the lagged level, and MacKinnon's p-value.
    lags, nobs
        Lagged differences and observations of the regression.
    """

    statistic: float
    p_value: float
    lags: int
    nobs: int


def dickey_fuller(y: Vector, terms: str, lags: Lags) -> DickeyFuller:
    """The test of a (T,) series.

    Raises
    ------
    IdentificationError
        If the series is too short for the terms and lags.
    """
    import warnings  # noqa: PLC0415

    from statsmodels.tsa.stattools import adfuller  # noqa: PLC0415 - a second, for these tests only

    most, rule = rule_of(lags)
    y = standardised(y) if terms != "none" else y / np.abs(y).max()
    least = (most or 0) + len(LETTERS[terms]) + 3
    if y.size - (most or 0) - 1 < least - (most or 0) or y.size <= 2 * (most or 0) + len(LETTERS[terms]) + 2:
        raise IdentificationError(f"the series has {y.size} values, too few for {terms!r} and {most or 0} lags")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = adfuller(y, maxlag=most, regression=LETTERS[terms], autolag=rule)
        except (ValueError, np.linalg.LinAlgError) as error:
            raise IdentificationError(f"the series of {y.size} values cannot be tested: {error}") from error
    require_errors(float(found[0]))
    return DickeyFuller(float(found[0]), float(found[1]), int(found[2]), int(found[3]))


def mackinnon(statistic: float, terms: str) -> float:
    """The p-value of a t statistic of Dickey and Fuller."""
    from statsmodels.tsa.adfvalues import mackinnonp  # noqa: PLC0415 - a second, for these tests only

    return float(mackinnonp(statistic, regression=LETTERS[terms], N=1))
