"""What a coefficient can be where outcomes are not known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr

from econ.design.columns import numeric
from econ.design.table import as_frame
from econ.errors import DataError, IdentificationError, MissingColumnError, OptionError
from econ.estimates import require_share
from econ.estimators.ols import OLS
from econ.stability.least_squares import require_least_squares
from econ.types import Covariance, Fit, require_covariance

HALF = 0.5

__all__ = ["OutcomeBounds", "outcome_bounds"]


@dataclass(frozen=True, eq=False, repr=False)
class OutcomeBounds:
    """The least and the largest value of a coefficient over all outcomes that the unknown ones can have.

    Attributes
    ----------
    term
        The coefficient.
    least, largest
        Fits with the unknown outcomes at which the coefficient is least and largest.
    missing
        Number of rows whose outcome is not known.
    """

    term: str
    least: Fit
    largest: Fit
    missing: int

    @property
    def bounds(self) -> tuple[float, float]:
        """Least and largest value; sharp."""
        return tuple(float(fit.params[fit.position(self.term)]) for fit in (self.least, self.largest))  # type: ignore[return-value]

    def interval(self, covariance: Covariance, *, level: float = 0.95) -> tuple[float, float]:
        """An interval that contains the coefficient, not the whole of the bounds, with a given probability.

        Parameters
        ----------
        covariance
            How uncertainty is measured at both ends.
        level
            Probability, by the normal distribution.

        References
        ----------
        Imbens and Manski (2004), Econometrica 72(6), eq. 6 and 7.
        """
        require_covariance(covariance)
        require_share("level", level)
        if level <= HALF:
            raise OptionError(f"level={level!r}: an interval for a parameter within bounds needs more than {HALF:g}")
        low, high = self.bounds
        below, above = (fit.inference(covariance).row(self.term)["se"] for fit in (self.least, self.largest))
        width = (high - low) / max(below, above)
        c = brentq(lambda one: ndtr(one + width) - ndtr(-one) - level, 0, 40)
        return float(low - c * below), float(high + c * above)

    def __repr__(self) -> str:
        """The bounds."""
        low, high = self.bounds
        return f"<{self.term} between {low:.4g} and {high:.4g}, {self.missing} outcomes of {self.least.nobs} unknown>"


def outcome_bounds(spec: OLS, data: Any, term: str, *, low: float = 0.0, high: float = 1.0) -> OutcomeBounds:
    r"""Bounds on a coefficient of least squares whose outcome is unknown in some rows.

    :math:`\hat\beta = \sum_i l_i y_i` is linear in the outcomes, so that it is least where unknown outcomes are `low`
    with :math:`l_i > 0` and `high` with :math:`l_i < 0`. Nothing is assumed of why they are missing.

    Parameters
    ----------
    spec
        The regression, whose left side is a column.
    data
        A table with the rows with unknown outcomes included; regressors have to be known, or the row is left out.
    term
        The coefficient.
    low, high
        Least and largest value that an outcome can have.

    Raises
    ------
    OptionError, DataError
        If the bounds are no interval, the left side is no column, or a known outcome lies outside of them.
    IdentificationError
        If no outcome is unknown.

    References
    ----------
    Horowitz and Manski (2000), Journal of the American Statistical Association 95(449).

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import OLS
    >>> from econ.stability import outcome_bounds
    >>> data = pd.DataFrame({"y": [0.0, None, 1.0, 1.0], "x": [0.0, 1.0, 2.0, 3.0]})
    >>> outcome_bounds(OLS("y ~ x"), data, "x")
    <x between 0.3 and 0.4, 1 outcomes of 4 unknown>
    """
    if not all(isinstance(one, int | float) for one in (low, high)) or not low < high:
        raise OptionError(f"low={low!r}, high={high!r}: give two numbers, the lower first")
    data = as_frame(data)
    outcome = spec.formula.partition("~")[0].strip().strip("`")
    if outcome not in data.columns:
        raise MissingColumnError(f"the left side {outcome!r} is no column of the table; make it one")
    given = numeric(data[outcome].convert_dtypes())
    known = ~np.isnan(given)
    if ((given[known] < low) | (given[known] > high)).any():
        raise DataError(f"column {outcome!r} has values outside of {low:g} to {high:g}")
    filled = spec.fit(data.assign(**{outcome: np.where(known, given, low)}))
    hat = require_least_squares(filled, "bounds are those of least squares")
    unknown = ~known[filled.sample.rows]
    if not unknown.any():
        raise IdentificationError(f"no outcome {outcome!r} is unknown in the rows used: there is nothing to bound")
    w = 1.0 if hat.w is None else hat.w
    weight = w * (hat.X @ (hat.root @ hat.root.T)[:, filled.position(term)])
    fits = []
    for sign in (-1, 1):
        values = np.where(known, given, low)
        values[filled.sample.rows[unknown & (sign * weight > 0)]] = high
        fits.append(spec.fit(data.assign(**{outcome: values})))
    return OutcomeBounds(term, fits[0], fits[1], int(unknown.sum()))
