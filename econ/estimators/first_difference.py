"""Least squares on changes from one period to the next."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from econ.design import INTERCEPT, Design, Frequency, build, require_levels, without_singletons
from econ.errors import CollinearError, EmptySampleError, FormulaError, OptionError
from econ.estimators.ols import OLS
from econ.formula import Formula, parse
from econ.groups import Matrix
from econ.panels import columns_of, naming, periods, previous, require_columns, require_once
from econ.sample import Sample
from econ.types import Fit

__all__ = ["FirstDifference"]


@dataclass(frozen=True)
class FirstDifference:
    r"""Least squares on first differences, :math:`\Delta y_{it} = \Delta x_{it}'\beta + \Delta e_{it}`.

    Parameters
    ----------
    formula
        `y ~ x1 + x2`, or `y ~ x1 + x2 | time` to absorb effects in the equation of differences; terms such as
        `log(x)` are evaluated before differences are taken. There is no intercept.
    unit
        Column of units; `a^b` stands for combinations.
    time
        Column of periods: whole numbers, dates or labels. Two periods are consecutive where no other value of the
        column, in any row of the table, lies between them.
    weights
        Column of analytic weights; a difference has the weight of its later row.

    Returns
    -------
    Fit
        From `fit(data)`: one row a difference, which stands for the later of its two rows, also in clusters and
        absorbed effects. `residuals` and `fitted` are changes, and `r2` is about zero unless effects are absorbed.

    Raises
    ------
    FormulaError, DataError, IdentificationError, OptionError
        From `fit`, with the name of the column, row or regressor; a unit that has a period twice is such an error.

    Notes
    -----
    Rows without a row of the same unit one period before are counted in `fit.sample.dropped` as `no previous
    period`. Differences overlap, so that errors are dependent within units: cluster by unit. R's plm takes
    differences of neighbouring rows also across a gap, and keeps an intercept unless told otherwise.

    References
    ----------
    Wooldridge (2010), Econometric Analysis of Cross Section and Panel Data, 2nd edition, section 10.6.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import FirstDifference
    >>> data = pd.DataFrame({"firm": list("aaabbb"), "year": [1, 2, 3, 1, 2, 4],
    ...                      "x": [1.0, 2, 4, 3, 5, 6], "y": [2.0, 3, 6, 1, 4, 9]})
    >>> fit = FirstDifference("y ~ x", unit="firm", time="year").fit(data)
    >>> fit.names, fit.params.round(4).tolist(), fit.sample.dropped
    (('x',), [1.4444], {'no previous period': 3})
    """

    formula: str
    unit: str = field(kw_only=True)
    time: str = field(kw_only=True)
    weights: str | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        require_columns("FirstDifference", self.unit, self.time)
        if isinstance(self.weights, Frequency):
            raise OptionError("FirstDifference takes no Frequency: a unit has each period once; name a column")

    def fit(self, data: Any) -> Fit:
        """Estimate on a table; see the class for what is raised."""
        formula = parse(self.formula)
        if formula.instruments:
            raise FormulaError(f"{self.formula!r}: FirstDifference takes no instruments; use IV on differences")
        effects = [name for effect in formula.effects for name in (*effect.columns, effect.slope) if name]
        others = (*columns_of(self.unit), self.time, *effects)
        # effects are absorbed later: a row alone in a level can still be the one before another
        levels = build(f"{formula.response} ~ {formula.regressors}", data, weights=self.weights, others=others)
        with naming("in differences"):
            fit = OLS(self.formula).estimate(self._differenced(levels, formula))
        return replace(fit, spec=self, design=None)

    def _differenced(self, levels: Design, formula: Formula) -> Design:
        sample = levels.sample
        units, when = sample.groups(self.unit), periods(sample, self.time)
        require_once(sample, units, when)
        before = previous(units, when)
        later = sample.without(before < 0, "no previous period")
        if not later.nobs:
            raise EmptySampleError(f"no {self.unit} has rows in two consecutive values of {self.time!r}")
        used, effects = without_singletons(formula, later)
        require_levels(effects)
        now = _positions(sample, used)
        names, table = self._changes(levels, levels.table[now] - levels.table[before[now]])
        w = None if levels.w is None else levels.w[now]
        request = replace(levels.request, formula=formula)
        return replace(levels, request=request, sample=used, names=names, table=table, w=w, effects=effects)

    def _changes(self, levels: Design, table: Matrix) -> tuple[tuple[str, ...], Matrix]:
        """Names and differences of the response and the regressors; the intercept has none."""
        names = tuple(name for name in levels.names if name != INTERCEPT)
        if not names:
            raise FormulaError(f"{self.formula!r}: no regressor is left to estimate")
        table = np.asfortranarray(table[:, [True, *(name != INTERCEPT for name in levels.names)]])
        still = tuple(name for name, column in zip(names, table.T[1:], strict=True) if not column.any())
        if still:
            message = f"{', '.join(still)} never changes from one {self.time} to the next within a {self.unit}"
            raise CollinearError(f"{message}; leave it out of {self.formula!r}", still)
        return names, table


def _positions(sample: Sample, used: Sample) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Where the rows of a smaller sample stand among those of a larger one."""
    return np.searchsorted(sample.rows, used.rows)
