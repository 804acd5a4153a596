"""Fingerprints of a table, by which a later check can tell what changed in it."""

from __future__ import annotations

import base64
import hashlib
import zlib
from typing import Any

import numpy as np
import pandas as pd

from econ.design.table import as_frame

__all__ = ["fingerprints", "of_arrays", "strange_rows"]

MOST_ROWS = 10_000  # with a fingerprint each, five characters a row


def fingerprints(data: Any) -> dict[str, Any]:
    """`data`: sha256 of every column; `rows`: four bytes a row of a table that is not too long.

    Parameters
    ----------
    data
        A table of pandas, polars or Arrow; the labels of its index are what a check calls the rows.
    """
    frame = as_frame(data)
    columns = {f"column {name}": _digest(frame[name]) for name in sorted(frame.columns, key=str)}
    if len(frame) > MOST_ROWS:
        return {"data": columns}
    return {"data": columns, "rows": base64.b64encode(_by_row(frame).tobytes()).decode("ascii")}


def of_arrays(arrays: dict[str, Any]) -> dict[str, str]:
    """sha256 of the arrays that a result of another package carries."""
    return {
        name: hashlib.sha256(np.ascontiguousarray(array, dtype=np.float64).tobytes()).hexdigest()
        for name, array in arrays.items()
        if array is not None
    }


def strange_rows(old: str, data: Any) -> tuple[list[Any], int]:
    """Labels of the rows of a table that were not there before, and how many of those before are gone."""
    before = np.frombuffer(base64.b64decode(old), dtype="<u4")
    frame = as_frame(data)
    now = _by_row(frame)
    fresh = ~np.isin(now, before)
    return frame.index[fresh].tolist(), int((~np.isin(before, now)).sum())


def _digest(column: pd.Series) -> str:
    if pd.api.types.is_float_dtype(column.dtype) and isinstance(column.dtype, np.dtype):
        values = column.to_numpy(dtype="<f8")
        return hashlib.sha256(np.where(np.isnan(values), np.nan, values).tobytes()).hexdigest()
    return hashlib.sha256("\n".join(map(str, column.tolist())).encode()).hexdigest()


def _by_row(frame: pd.DataFrame) -> np.ndarray:
    ordered = frame[sorted(frame.columns, key=str)]
    lines = ("\x1f".join(map(str, row)) for row in ordered.itertuples(index=False, name=None))
    return np.array([zlib.crc32(line.encode()) for line in lines], dtype="<u4")
