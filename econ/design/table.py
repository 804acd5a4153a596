"""The caller's table as a pandas DataFrame."""

from __future__ import annotations

from typing import Any

import pandas as pd

from econ.errors import DataError, EmptySampleError
from econ.sample import listed

__all__ = ["as_frame"]


def as_frame(data: Any) -> pd.DataFrame:
    """A copy-on-write view of a pandas table, or the columns of a polars or Arrow table.

    Raises
    ------
    DataError
        If it is no table, is empty, or a column's name is not its own.
    """
    frame = data.copy(deep=False) if isinstance(data, pd.DataFrame) else _converted(data)
    if isinstance(frame.columns, pd.MultiIndex):
        raise DataError("the columns have several levels; give each column one name")
    twice = frame.columns[frame.columns.duplicated()].unique()
    if len(twice):
        raise DataError(f"column {listed(twice)} stands more than once; rename or drop the copies")
    if frame.empty:
        raise EmptySampleError("the table has no rows or no columns")
    return frame


def _converted(data: Any) -> pd.DataFrame:
    import narwhals.stable.v2 as nw  # noqa: PLC0415 - only who brings another kind of table pays for it

    try:
        table = nw.from_native(data, eager_only=True)
    except TypeError as error:
        kind = type(data).__name__
        raise DataError(f"fit takes a table of pandas, polars or Arrow, not {kind}; convert or collect it") from error
    names = getattr(data, "column_names", None) or table.columns
    twice = [name for name in names if list(names).count(name) > 1]
    if twice:
        raise DataError(f"column {listed(list(dict.fromkeys(twice)))} stands more than once; rename or drop the copies")
    return pd.DataFrame({name: table[name].to_numpy() for name in table.columns})
