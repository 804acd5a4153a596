"""Wald statistics of a change at every date in the middle of a series."""

from __future__ import annotations

import numpy as np

from econ.breaks.series import Series
from econ.estimators.ols import OLS
from econ.groups import Codes, Vector
from econ.inference.wald import quadratic_form
from econ.types import Covariance

__all__ = ["wald_path"]


def wald_path(series: Series, covariance: Covariance, width: int, terms: Codes) -> tuple[Codes, Vector]:
    """Places of the first rows after a change, and the statistics of no change of some terms.

    Parameters
    ----------
    series, covariance
        The regression, and how uncertainty is measured at each date.
    width
        Rows at either end that are no candidates.
    terms
        (q,) places of the coefficients that may change.
    """
    places = np.arange(width, series.nobs - width + 1)
    return places, np.array([_wald(series, covariance, int(place), terms) for place in places])


def _wald(series: Series, covariance: Covariance, place: int, terms: Codes) -> float:
    fit, _ = series.with_shift(OLS(series.design.formula.text), place, terms)
    q = terms.size
    V = covariance.of(fit).matrix
    return quadratic_form(fit.params[-q:], V[-q:, -q:])
