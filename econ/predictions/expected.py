"""Expected responses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from econ.design.table import as_frame
from econ.errors import NotDefinedError
from econ.estimates import require_share
from econ.groups import Codes, Matrix, Vector
from econ.predictions.absorbed import Absorbed, Cells
from econ.predictions.influence import FEW_LEVELS, function_of
from econ.predictions.model import Model, Rows
from econ.predictions.reading import model_of
from econ.t_distribution import t_quantile
from econ.types import Covariance, Fit, require_covariance

__all__ = ["predict"]

MOST_CELLS = 20_000_000  # numbers of the matrix of a row by function


def predict(
    fit: Fit, data: Any = None, *, covariance: Covariance | None = None, level: float = 0.95
) -> pd.Series | pd.DataFrame:
    r"""Expected responses of the rows of a table, :math:`\hat\mu_i = E[y | x_i; \hat\theta]`, with absorbed effects.

    With a covariance V of the parameters the standard error is that of the delta method,
    :math:`\sqrt{g_i' V g_i}` with :math:`g_i` the derivative of :math:`\hat\mu_i` by the parameters.

    Parameters
    ----------
    fit
        What was estimated.
    data
        The table (pandas, polars or Arrow); None for the whole table that was given to `fit`.
    covariance
        How uncertainty is measured; None for estimates alone.
    level
        Coverage of the intervals, between 0 and 1. They are for the expectation, not for a new response.

    Returns
    -------
    Series or DataFrame
        Estimates, or the columns estimate, se, low, high, with the index of the table. A row is missing where it
        lacks a value, where it has a level of an absorbed effect or a category that no row used has, where a term
        is not finite, and where the rows used leave open what is expected: levels that no row connects, values of
        regressors that were left out because they could not be told from others.

    Raises
    ------
    NotDefinedError
        If the estimator does not say what it expects of a single row, or the covariance needs what the fit lacks.
    MissingColumnError, DataError, OptionError
        With the column, or the option.

    Notes
    -----
    Expectations are those of the response as the formula writes it: of `np.log(y)`, the logarithm. Absorbed effects
    are estimated too, and their errors count as those of dummies do, so that covariances which need leverages are not
    defined with them. A covariance whose degrees of freedom differ by parameter lends the smallest. `attrs["remarks"]`
    of the table says how errors were measured.

    References
    ----------
    Oehlert (1992), American Statistician 46(1), on the delta method.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import OLS, Classical, predict
    >>> data = pd.DataFrame({"y": [1.0, 2, 4, 3, 6, 5], "x": [0.0, 1, 2, 0, 1, 2], "firm": list("aaabbb")})
    >>> fit = OLS("y ~ x | firm").fit(data)
    >>> predict(fit, pd.DataFrame({"x": [3.0, 3.0, 3.0], "firm": list("abc")})).round(4).tolist()
    [4.8333, 7.1667, nan]
    >>> predict(fit, covariance=Classical()).round(2).head(2).to_dict("list")
    {'estimate': [1.08, 2.33], 'se': [0.77, 0.59], 'low': [-1.38, 0.47], 'high': [3.55, 4.2]}
    """
    require_share("level", level)
    model = model_of(fit)
    table = fit.sample.data if data is None else as_frame(data)
    rows, places = model.rows(table)
    columns = {"estimate": model.response.value(model.index(rows))}
    if covariance is not None:
        require_covariance(covariance)
        columns["se"], df, remarks = _errors(model, rows, covariance)
        margin = t_quantile(df, 0.5 + level / 2) * columns["se"]
        columns |= {"low": columns["estimate"] - margin, "high": columns["estimate"] + margin}
    whole = np.full((len(table), len(columns)), np.nan)
    whole[places] = np.column_stack(list(columns.values()))
    found = pd.DataFrame(whole, index=table.index, columns=list(columns))
    if covariance is None:
        return found["estimate"]
    found.attrs["remarks"] = remarks
    return found


def _errors(model: Model, rows: Rows, covariance: Covariance) -> tuple[Vector, Vector, tuple[str, ...]]:
    """(m,) standard errors, their degrees of freedom, and how they were measured."""
    slopes, p, k = model.response.slopes(model.index(rows)), len(rows.X), len(model.fit.names)
    G = np.column_stack([*(X * slopes[:, [place]] for place, X in enumerate(rows.X)), slopes[:, p + 1 :]])
    if model.absorbed.terms:
        G[:, : model.size] -= slopes[:, [p]] * rows.cells.total(model.explained)
    fit, codes, values = _with_levels(model, rows.cells)
    uncertainty = covariance.of(fit)
    V = uncertainty.matrix
    variances = np.einsum("ij,ij->i", G @ V[:k, :k], G)
    effects = [(k + own, slopes[:, p] * value) for own, value in zip(codes, values, strict=True)]
    for place, value in effects:
        variances += 2 * value * np.einsum("ij,ji->i", G, V[:k, place])
        for other, by in effects:
            variances += value * by * V[place, other]
    df = np.asarray(uncertainty.df, dtype=np.float64).min(keepdims=True)
    return np.sqrt(np.maximum(variances, 0.0)), df, (uncertainty.label, *uncertainty.remarks)


def _with_levels(model: Model, cells: Cells) -> tuple[Fit, tuple[Codes, ...], Matrix]:
    """A fit of the parameters and the levels given these, and which levels the rows read, times what: (e, m)."""
    fit, absorbed, k = model.fit, model.absorbed, len(model.fit.names)
    if not absorbed.terms or not len(cells.values):
        return fit, (), cells.values.T[:0]
    by_levels, codes, values = _sums(cells, absorbed, fit.nobs)
    names = [*fit.names, *(f"level {place}" for place in range(len(by_levels)))]
    params = np.append(fit.params, by_levels @ np.concatenate(model.levels))
    by_levels = np.vstack([np.zeros((k, by_levels.shape[1])), by_levels])
    return function_of(model, names, params, np.eye(len(names), k), by_levels), codes, values


def _sums(cells: Cells, absorbed: Absorbed, nobs: int) -> tuple[Matrix, tuple[Codes, ...], Matrix]:
    """The levels, or if they are many the (c, levels) sums of them that occur; and how rows are made of these."""
    codes = tuple(own + start for own, start in zip(cells.codes, absorbed.starts, strict=True))
    m, levels = len(cells.values), sum(absorbed.counts)
    few = levels <= min(FEW_LEVELS, m)
    table = np.column_stack([*codes, cells.values])[: 0 if few else m]
    sums, which = np.unique(table, axis=0, return_inverse=True)
    size = levels if few else len(sums)
    if nobs * size > MOST_CELLS:
        raise NotDefinedError(
            f"errors of {size:,} sums of absorbed effects on {nobs:,} rows are too many at once; give `data` with "
            f"{MOST_CELLS // nobs:,} rows or fewer"
        )
    if few:
        return np.eye(levels), codes, cells.values.T
    by_levels = np.zeros((size, levels))
    for place in range(len(codes)):
        by_levels[np.arange(size), sums[:, place].astype(np.intp)] = sums[:, len(codes) + place]
    return by_levels, (which,), np.ones((1, m))
