"""The caller's table as a pandas DataFrame."""

from __future__ import annotations

from collections import Counter
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
    _require_different(list(frame.columns))
    if frame.empty:
        raise EmptySampleError("the table has no rows or no columns")
    return frame


def _converted(data: Any) -> pd.DataFrame:
    import narwhals.stable.v2 as nw  # noqa: PLC0415 - only who brings another kind of table pays for it

    _require_different(list(getattr(data, "column_names", ())))
    try:
        table = nw.from_native(data, eager_only=True)
    except TypeError as error:
        kind = type(data).__name__
        raise DataError(f"fit takes a table of pandas, polars or Arrow, not {kind}; convert or collect it") from error
    return pd.DataFrame({name: _column(table[name]) for name in table.columns})


def _column(series: Any) -> Any:
    """Values of a column; categories stay categories, and in order where they have one."""
    import narwhals.stable.v2 as nw  # noqa: PLC0415

    if series.dtype == nw.Enum:
        return pd.Categorical(series.to_list(), categories=series.cat.get_categories().to_list(), ordered=True)
    if series.dtype == nw.Categorical:
        return pd.Categorical(series.to_list())
    return series.to_numpy()


def _require_different(names: list[Any]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise DataError(f"column {listed(twice)} stands more than once; rename or drop the copies")
