"""Least squares on the means of units."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from econ.design import Design, Frequency, build
from econ.errors import DataError
from econ.estimators.ols import OLS
from econ.groups import Groups, Vector
from econ.panels import columns_of, first_rows, means, naming, of_units, only_regressors, require_columns, same_within
from econ.solve import weighted_least_squares
from econ.types import Fit

__all__ = ["Between"]


@dataclass(frozen=True)
class Between:
    r"""Least squares on unit means, :math:`\bar y_i = \bar x_i'\beta + \bar e_i`, one row a unit.

    Parameters
    ----------
    formula
        `y ~ x1 + x2`, as for `OLS`, without absorbed effects; terms are evaluated before means are taken.
    unit
        Column of units; `a^b` stands for combinations.
    weights
        Column of analytic weights of the units, the same in all rows of a unit, or `Frequency(column)`.

    Returns
    -------
    Fit
        From `fit(data)`: n is the number of units. `sample.data` has the columns that are the same in all rows of a
        unit, so that errors can be clustered by a region but not by a year.

    Raises
    ------
    FormulaError, DataError, IdentificationError, OptionError
        From `fit`, with the name of the column, row or regressor.

    Notes
    -----
    A unit counts once, whatever its number of rows, as in R's plm.

    References
    ----------
    Baltagi (2021), Econometric Analysis of Panel Data, 6th edition, section 2.2.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import Between
    >>> data = pd.DataFrame({"firm": list("aabbcc"), "x": [1.0, 3, 2, 4, 5, 7], "y": [1.0, 2, 2, 5, 4, 6]})
    >>> fit = Between("y ~ x", unit="firm").fit(data)
    >>> fit.nobs, fit.params.round(4).tolist()
    (3, [0.4423, 0.7885])
    """

    formula: str
    unit: str = field(kw_only=True)
    weights: str | Frequency | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        require_columns("Between", self.unit)

    def fit(self, data: Any) -> Fit:
        """Estimate on a table; see the class for what is raised."""
        return self.estimate(build(self.formula, data, weights=self.weights, others=columns_of(self.unit)))

    def estimate(self, design: Design) -> Fit:
        """Estimate on arrays."""
        only_regressors(design.formula, type(self).__name__)
        weighted_least_squares(design, design.y, design.w)  # collinear columns: an error in the caller's terms
        units = design.sample.groups(self.unit)
        table = np.asfortranarray(means(units, design.table, None))
        averaged = replace(design, table=table, w=_weights(design, units), sample=of_units(design.sample, units))
        with naming(f"in the table of {self.unit} means"):
            fit = OLS(self.formula).estimate(averaged)
        return replace(fit, spec=self, statistics={**fit.statistics, "rows": float(design.nobs)})


def _weights(design: Design, units: Groups) -> Vector | None:
    """(N,) weights of the units."""
    if not isinstance(design.request.weights, str):
        return None
    column, first = design.sample.column(design.request.weights), first_rows(units)
    if not same_within(units, first, column):
        raise DataError(
            f"weights in column {column.name!r} differ between rows of one {units.name}; Between needs a weight of "
            "each unit, such as their mean"
        )
    return None if design.w is None else design.w[first]
