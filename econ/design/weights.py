"""Weights: how much a row counts, or how many rows it stands for."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from econ.design.columns import LARGEST, numeric
from econ.errors import DataError, OptionError
from econ.groups import Vector
from econ.sample import Sample

__all__ = ["Frequency", "positive", "repeated", "weight_column"]

MOST_ROWS = 100_000_000


@dataclass(frozen=True)
class Frequency:
    """A column that says how many equal rows each row stands for; a value for `weights=`.

    The estimation is that of the table with its rows repeated, so that observations, errors and
    degrees of freedom count them all. A plain column name stands for analytic weights.

    Raises
    ------
    OptionError
        If no column is named.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import OLS, Frequency
    >>> data = pd.DataFrame({"y": [1.0, 2.0, 4.0], "x": [0.0, 1.0, 2.0], "count": [3, 1, 2]})
    >>> OLS("y ~ x", weights=Frequency("count")).fit(data).nobs
    6
    """

    column: str

    def __post_init__(self) -> None:
        if not isinstance(self.column, str):
            raise OptionError(f"Frequency({self.column!r}): name one column")


def weight_column(weights: str | Frequency | None) -> str | None:
    """The column that a choice of weights names."""
    if isinstance(weights, Frequency):
        return weights.column
    if not isinstance(weights, str | None):
        raise OptionError(f"weights={weights!r}: name one column, or give Frequency('column')")
    return weights


def positive(sample: Sample, name: str) -> Vector:
    """(n,) weights of the rows used.

    Raises
    ------
    DataError
        If one is not positive and finite.
    """
    weights = numeric(sample.column(name))
    wrong = np.flatnonzero(~((weights > 0) & (weights <= LARGEST)))
    if wrong.size:
        label = sample.data.index[sample.rows[wrong[0]]]
        message = (
            f"weights in column {name!r} have to be positive and finite; row {label!r} has "
            f"{weights[wrong[0]]!r} ({wrong.size} such rows): drop these rows"
        )
        raise DataError(message)
    return weights


def repeated(sample: Sample, name: str) -> Sample:
    """The sample with each row as often as a column says.

    Raises
    ------
    DataError
        If a number is not whole, or there would be too many rows.
    """
    counts = positive(sample, name)
    broken = np.flatnonzero(counts != np.floor(counts))
    if broken.size:
        label = sample.data.index[sample.rows[broken[0]]]
        raise DataError(f"frequency {counts[broken[0]]!r} in row {label!r} of {name!r} is no whole number")
    if counts.sum() > MOST_ROWS:
        raise DataError(f"{name!r} stands for {counts.sum():.3g} rows; aggregate, or use analytic weights")
    return replace(sample, rows=np.repeat(sample.rows, counts.astype(np.intp)), whole=False)
