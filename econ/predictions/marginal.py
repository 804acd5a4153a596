"""Average marginal effects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from econ.design.table import as_frame
from econ.errors import EmptySampleError, MissingColumnError, NotDefinedError, OptionError
from econ.groups import Matrix, Vector
from econ.predictions.changes import Change, Difference, changes, require_determined
from econ.predictions.influence import function_of
from econ.predictions.model import Model, Rows
from econ.predictions.reading import model_of
from econ.sample import listed
from econ.types import Fit

__all__ = ["marginal_effects"]


@dataclass(frozen=True, eq=False)
class Average:
    """An average marginal effect and its derivatives by parameters (k,) and by the levels of all effects (levels,)."""

    name: str
    value: float
    by_params: Vector
    by_levels: Vector


def marginal_effects(fit: Fit, variables: Sequence[str] | None = None, *, data: Any = None) -> Fit:
    r"""Average marginal effects of columns of the table, as a fit of its own.

    For a column x of numbers :math:`\frac1m \sum_i \partial \hat\mu_i / \partial x_i`, through all terms in which x
    occurs; for a column of zeros and ones the average of :math:`\hat\mu_i(1) - \hat\mu_i(0)`, and for the categories
    of `C(x)` or `i(x)` that of :math:`\hat\mu_i(b) - \hat\mu_i(a)` for the first, a, and each other one, b.

    Parameters
    ----------
    fit
        What was estimated.
    variables
        Columns of the table, not terms; None for all columns of the regressors that move the expected response.
    data
        A table over whose rows effects are averaged, such as a part of the one that was used; None for the rows used.
        Rows for which `predict` is not defined are left out; `statistics["rows_averaged"]` counts the others.

    Returns
    -------
    Fit
        With the names `x`, or `region: b - a`. Errors are those of the delta method under any covariance:
        `marginal_effects(fit).inference(covariance)`.

    Raises
    ------
    NotDefinedError
        If the estimator does not say what it expects of a single row, categories are made of a column by an
        expression, or an effect that is absorbed leaves the average open.
    MissingColumnError, EmptySampleError, DataError
        With the column that no term reads, or the row without a derivative.

    Notes
    -----
    Averages give every row the same weight and take the rows as given. Absorbed effects count as parameters that are
    estimated, as if they were dummies; where an average depends on them, as in PPML, covariances that need leverages
    are not defined. Derivatives by columns are central differences, exact where terms are linear.

    References
    ----------
    Bartus (2005), Stata Journal 5(3); Williams (2012), Stata Journal 12(2).

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import OLS, White, marginal_effects
    >>> data = pd.DataFrame({"y": [1.0, 2, 5, 11, 18, 24], "x": [0.0, 1, 2, 3, 4, 5], "d": [0, 1, 0, 1, 1, 0]})
    >>> fit = OLS("y ~ x + I(x ** 2) + d").fit(data)
    >>> effects = marginal_effects(fit)
    >>> dict(zip(effects.names, effects.params.round(3).tolist()))
    {'x': 4.801, 'd': 0.959}
    """
    if isinstance(variables, str) or (variables is not None and not len(variables)):
        raise OptionError(f"variables={variables!r}: give a list of columns, or None for all")
    model = model_of(fit)
    table = model.table if data is None else as_frame(data)
    rows, places = model.rows(table)
    if not places.size:
        raise EmptySampleError(f"no prediction is defined for any of the {len(table)} rows of the table")
    table = table if places.size == len(table) else table.iloc[places]
    point = _Point(model, rows)
    found = []
    for change in (one for name in _chosen(model, variables) for one in changes(model, table, rows, name)):
        average = point.average(change)
        if variables is not None or average.value or average.by_params.any():
            require_determined(model, change, table)
            found.append(average)
    if not found:
        raise NotDefinedError(f"no column moves what {fit.spec!r} expects")
    by_params, by_levels = np.array([one.by_params for one in found]), np.array([one.by_levels for one in found])
    names, values = [one.name for one in found], np.array([one.value for one in found])
    averaged = function_of(model, names, values, model.following(by_params, by_levels), by_levels)
    return replace(averaged, statistics={**fit.statistics, "rows_averaged": float(places.size)})


def _chosen(model: Model, variables: Sequence[str] | None) -> list[str]:
    if variables is None:
        return model.regressors
    slopes = [term.slope for term in model.absorbed.terms]
    known = dict.fromkeys(name for name in (*model.regressors, *slopes, model.offset) if name)
    unknown = [name for name in variables if name not in known]
    if unknown:
        raise MissingColumnError(f"no term reads {listed(unknown)}; name some of {listed(list(known))}")
    return list(dict.fromkeys(variables))


@dataclass(frozen=True, eq=False)
class _Point:
    """Some rows of a model, and the derivatives of their expected responses."""

    model: Model
    rows: Rows

    def average(self, change: Change) -> Average:
        """The average effect of a change of the rows."""
        if isinstance(change, Difference):
            high, low = (self.model.index(rows) for rows in (change.high, change.low))
            up, down = self.model.response.slopes(high), self.model.response.slopes(low)
            gaps = self.model.response.value(high) - self.model.response.value(low)
            return self._averaged(change.name, gaps, [(up, change.high), (-down, change.low)], up - down)
        along = self.model.index(change.along)
        turned = np.einsum("ia,iab->ib", along, self.curvature)
        gaps = np.einsum("ia,ia->i", along, self.slopes[:, : along.shape[1]])
        return self._averaged(change.name, gaps, [(turned, self.rows), (self.slopes, change.along)], turned)

    @cached_property
    def slopes(self) -> Matrix:
        """(m, p + 1 + e)."""
        return self.model.response.slopes(self.model.index(self.rows))

    @cached_property
    def curvature(self) -> Matrix:
        """(m, p + 1, p + 1 + e)."""
        return self.model.response.curvature(self.model.index(self.rows))

    def _averaged(self, name: str, gaps: Vector, pieces: list[tuple[Matrix, Rows]], others: Matrix) -> Average:
        """The mean of the rows' effects; its derivative is that of indices with (m, p + 1) weights in each piece."""
        m, p = gaps.size, len(self.rows.X)
        blocks = [sum(rows.X[place].T @ weights[:, place] for weights, rows in pieces) / m for place in range(p)]
        by_params = np.concatenate([*blocks, others[:, p + 1 :].mean(axis=0)])
        counts = self.model.absorbed.counts
        by_levels = np.sum([rows.cells.sums(weights[:, p] / m, counts) for weights, rows in pieces], axis=0)
        return Average(name, float(gaps.mean()), by_params, by_levels)
