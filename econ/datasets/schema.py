"""A table held against its passport: columns, types, keys and ranges."""

from __future__ import annotations

import io
from typing import Any

import pandas as pd

from econ.datasets.passports import Column, Passport
from econ.errors import DataError, MissingColumnError

__all__ = ["conform", "read_table"]

DTYPES = {"string": "str", "date": "str", "number": "float64"}
HEADER_LINES = 2  # of a CSV file: counted from one, the first row of data stands in line 2


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
    _require_columns(text, passport)
    for column in passport.columns:
        if column.type in ("integer", "number"):
            text[column.name] = _numbers(text[column.name], column, passport.name)
    return conform(text, passport)


def conform(frame: pd.DataFrame, passport: Passport) -> pd.DataFrame:
    """The columns of a frame that its passport knows, with its types, checked.

    Raises
    ------
    DataError
        With the column, row and cell that is wrong.
    """
    import pandera.pandas as pa  # noqa: PLC0415 - half a second, needed for data only

    _require_columns(frame, passport)
    _require_whole(frame, passport)
    schema = pa.DataFrameSchema(
        {column.name: pa.Column(**_rules(pa, column)) for column in passport.columns},
        unique=list(passport.primary_key),
        coerce=True,
        strict="filter",
    )
    try:
        return schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        raise DataError(_first_failure(error.failure_cases, frame, passport)) from error


def _rules(pa: Any, column: Column) -> dict[str, Any]:
    checks = []
    if column.values is not None:
        checks.append(pa.Check.isin(column.values))
    if column.pattern is not None:
        checks.append(pa.Check.str_matches(f"^(?:{column.pattern})$"))
    if column.minimum is not None:
        checks.append(pa.Check.ge(column.minimum))
    if column.maximum is not None:
        checks.append(pa.Check.le(column.maximum))
    integer = "Int64" if column.nullable else "int64"
    return {"dtype": DTYPES.get(column.type, integer), "checks": checks, "nullable": column.nullable}


def _require_columns(frame: pd.DataFrame, passport: Passport) -> None:
    missing = [name for name in passport.names if name not in frame.columns]
    if missing:
        raise MissingColumnError(
            f"table {passport.name!r} lacks the columns {', '.join(missing)}; it needs {', '.join(passport.names)}"
        )


def _require_whole(frame: pd.DataFrame, passport: Passport) -> None:
    """Integer columns hold whole numbers; a conversion would cut them off."""
    for column in passport.columns:
        cells = frame[column.name]
        if column.type == "integer" and pd.api.types.is_float_dtype(cells):
            wrong = cells[cells.notna() & (cells % 1 != 0)]
            if len(wrong):
                where = f"table {passport.name!r}, column {column.name!r}, row {wrong.index[0]}"
                raise DataError(f"{where}: {wrong.iloc[0]} is not a whole number")


def _numbers(cells: pd.Series, column: Column, table: str) -> pd.Series:
    numbers = pd.to_numeric(cells, errors="coerce")
    wrong = cells[numbers.isna() & cells.notna()]
    if len(wrong):
        line = int(wrong.index[0]) + HEADER_LINES
        raise DataError(f"table {table!r}, column {column.name!r}, line {line}: {wrong.iloc[0]!r} is not a number")
    return numbers


def _first_failure(cases: pd.DataFrame, frame: pd.DataFrame, passport: Passport) -> str:
    case = cases.iloc[0]
    keys = ", ".join(passport.primary_key)
    if case["check"] == "multiple_fields_uniqueness":
        return f"table {passport.name!r}: two rows have the same key ({keys}); the first is row {case['index']}"
    where = f"table {passport.name!r}, column {case['column']!r}"
    if pd.notna(case["index"]) and case["index"] in frame.index:
        row = frame.loc[case["index"], list(passport.primary_key)].to_dict()
        where += f", row {case['index']} ({', '.join(f'{k}={v}' for k, v in row.items())})"
    rule = "is missing" if case["check"] == "not_nullable" else f"breaks the rule {case['check']}"
    cell = case["failure_case"]
    shown = repr(cell.item() if hasattr(cell, "item") else cell)
    return f"{where}: {shown} {rule} ({len(cases)} such cells)"
