"""Columns of a table as floats, with the row named where that cannot be."""

from __future__ import annotations

from decimal import Decimal
from numbers import Real

import numpy as np
import pandas as pd

from econ.errors import DataError
from econ.groups import Vector

__all__ = ["INTERCEPT", "numeric", "require_finite", "text_column"]

INTERCEPT = "Intercept"
LARGEST = 1e100  # its square is still a number


def numeric(column: pd.Series) -> Vector:
    """A column as floats.

    Raises
    ------
    DataError
        If it holds anything but numbers; the message names the first such row.
    """
    if column.dtype == np.float64:
        floats: Vector = column.to_numpy()
        return floats
    if isinstance(column.dtype, pd.CategoricalDtype) or not (
        pd.api.types.is_numeric_dtype(column) or pd.api.types.is_object_dtype(column)
    ):
        _refuse(column)
    if pd.api.types.is_object_dtype(column):
        numeric_cells = column.map(lambda cell: isinstance(cell, Real | Decimal)).to_numpy(dtype=bool)
        if not numeric_cells.all():
            _refuse(column[~numeric_cells])
    if pd.api.types.is_complex_dtype(column):
        raise DataError(f"column {column.name!r} holds complex numbers; take a part or the modulus")
    try:
        numbers: Vector = column.to_numpy(dtype=np.float64, na_value=np.nan)
    except OverflowError as error:
        raise DataError(f"column {column.name!r} holds an integer too large for a float; rescale it") from error
    return numbers


def _refuse(column: pd.Series) -> None:
    message = (
        f"column {column.name!r}, row {column.index[0]!r}: {column.iloc[0]!r} is not a number; "
        f"write C({column.name}) to use it as categories, or convert the column with pandas.to_numeric"
    )
    raise DataError(message)


def text_column(column: pd.Series) -> bool:
    """Whether a column holds something else than numbers."""
    return not (pd.api.types.is_numeric_dtype(column) or pd.api.types.is_object_dtype(column)) or (
        pd.api.types.is_object_dtype(column) and any(isinstance(cell, str) for cell in column)
    )


def require_finite(what: str, name: str, column: Vector, labels: pd.Index) -> None:
    """Stop at numbers that are missing, infinite or too large to be squared.

    Raises
    ------
    DataError
        With the name of the term and the row.
    """
    if not column.size or (column.min() >= -LARGEST and column.max() <= LARGEST):
        return
    wrong = np.flatnonzero(~(np.abs(column) <= LARGEST))
    kind = "too large to be squared" if np.isfinite(column[wrong[0]]) else "not finite"
    raise DataError(
        f"{name!r} (in {what!r}) is {column[wrong[0]]} in row {labels[wrong[0]]!r} and "
        f"{wrong.size - 1} more rows, which is {kind}; transform, rescale or drop them"
    )
