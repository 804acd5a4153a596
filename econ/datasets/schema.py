"""A table held against its passport: columns, types, keys and ranges."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from econ.datasets.passports import Column, Passport
from econ.errors import DataError, MissingColumnError

__all__ = ["conform", "read_table"]

HEADER_LINES = 2  # of a CSV file: counted from one, the first row of data stands in line 2
MONTH = len("YYYY-MM")

Place = Callable[[int], str]  # how a row is called in a message


def read_table(content: bytes, passport: Passport) -> pd.DataFrame:
    """A CSV file as a frame with the types of its passport.

    Raises
    ------
    DataError
        With the column, line and cell that is wrong.
    """
    try:
        text = pd.read_csv(io.BytesIO(content), dtype="str", keep_default_na=False, na_values=[""])
    except (ValueError, UnicodeDecodeError) as error:
        raise DataError(f"{passport.name}/table.csv is not a CSV file in UTF-8: {error}") from error
    unknown = [name for name in text.columns if name not in passport.names]
    if unknown:
        raise DataError(f"{passport.name}/table.csv has columns that its passport lacks: {', '.join(unknown)}")
    return _conform(text, passport, lambda row: f"line {row + HEADER_LINES}")


def conform(frame: pd.DataFrame, passport: Passport) -> pd.DataFrame:
    """The columns of a frame that its passport knows, with its types, checked; rows are numbered anew.

    Raises
    ------
    DataError
        With the column, row (counted from zero) and cell that is wrong.
    """
    if not isinstance(frame, pd.DataFrame):
        raise DataError(f"table {passport.name!r} has to be a pandas DataFrame, not {type(frame).__name__}")
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        raise DataError(f"table {passport.name!r} has the column {twice[0]!r} more than once")
    return _conform(frame.reset_index(drop=True), passport, lambda row: f"row {row}")


def _conform(frame: pd.DataFrame, passport: Passport, place: Place) -> pd.DataFrame:
    import pandera.pandas as pa  # noqa: PLC0415 - half a second, needed for data only

    missing = [name for name in passport.names if name not in frame.columns]
    if missing:
        raise MissingColumnError(
            f"table {passport.name!r} lacks the columns {', '.join(missing)}; it needs {', '.join(passport.names)}"
        )
    typed = pd.DataFrame(
        {one.name: _typed(frame[one.name], one, _place(passport, one, place)) for one in passport.columns}
    )
    schema = pa.DataFrameSchema(
        {one.name: pa.Column(checks=_checks(pa, one), nullable=one.nullable) for one in passport.columns},
        unique=list(passport.primary_key),
    )
    try:
        return schema.validate(typed, lazy=True)
    except pa.errors.SchemaErrors as error:
        raise DataError(_first_failure(error.failure_cases, typed, passport, place)) from error


def _place(passport: Passport, column: Column, place: Place) -> Place:
    return lambda row: f"table {passport.name!r}, column {column.name!r}, {place(row)}"


def _checks(pa: Any, column: Column) -> list[Any]:
    checks = []
    if column.values is not None:
        checks.append(pa.Check.isin(column.values))
    if column.pattern is not None:
        checks.append(pa.Check.str_matches(rf"^(?:{column.pattern})\Z"))
    if column.minimum is not None:
        checks.append(pa.Check.ge(column.minimum))
    if column.maximum is not None:
        checks.append(pa.Check.le(column.maximum))
    return checks


def _typed(cells: pd.Series, column: Column, where: Place) -> pd.Series:
    """The cells with the type of the column; a cell that does not have it is named."""
    if column.type in ("string", "date"):
        text = _text(cells)
        if column.type == "date":
            _refuse(text, text.map(_no_date, na_action="ignore").eq(other=True), "is not a date", where)
        return text
    numbers = pd.to_numeric(cells.astype(object), errors="coerce").astype("float64")
    _refuse(cells, cells.notna() & numbers.isna(), "is not a number", where)
    _refuse(cells, np.isinf(numbers), "is not finite", where)
    if column.type == "number":
        return numbers
    _refuse(cells, numbers.notna() & (numbers % 1 != 0), "is not a whole number", where)
    return numbers.astype("Int64" if column.nullable or numbers.isna().any() else "int64")


def _text(cells: pd.Series) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(cells):
        return cells.dt.strftime("%Y-%m-%d").astype("str")
    return cells.astype(object).astype("str").where(cells.notna().to_numpy())


def _no_date(text: str) -> bool:
    """Whether a text is not YYYY-MM-DD or YYYY-MM of a day that exists."""
    try:
        date.fromisoformat(f"{text}-01" if len(text) == MONTH else text)
    except ValueError:
        return True
    return False


def _refuse(cells: pd.Series, wrong: pd.Series, why: str, where: Place) -> None:
    if wrong.any():
        row = int(wrong.to_numpy().argmax())
        raise DataError(f"{where(row)}: {cells.iloc[row]!r} {why}")


def _first_failure(cases: pd.DataFrame, frame: pd.DataFrame, passport: Passport, place: Place) -> str:
    case, keys = cases.iloc[0], list(passport.primary_key)
    row = int(case["index"])
    key = ", ".join(f"{name}={frame[name].iloc[row]}" for name in keys)
    if case["check"] == "multiple_fields_uniqueness":
        return f"table {passport.name!r}: two rows have the same key ({key}); one is {place(row)}"
    cell = case["failure_case"]
    shown = repr(cell.item() if hasattr(cell, "item") else cell)
    rule = "is missing" if case["check"] == "not_nullable" else f"breaks the rule {case['check']}"
    alike = int(((cases["column"] == case["column"]) & (cases["check"] == case["check"])).sum())
    return (
        f"table {passport.name!r}, column {case['column']!r}, {place(row)} ({key}): {shown} {rule} ({alike} such cells)"
    )
