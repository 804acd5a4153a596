"""Passports: what a table is, where it comes from, and what must hold of every cell."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from econ.errors import DataError

__all__ = ["Column", "Passport", "read_passport"]

REQUIRED = (
    "title",
    "source",
    "licence",
    "coverage",
    "units",
    "caveats",
    "nrows",
    "sha256",
    "primary_key",
    "columns",
)
TYPES = ("string", "date", "integer", "number")


@dataclass(frozen=True)
class Column:
    """One column: type, unit, meaning, and the range of its cells."""

    name: str
    type: str
    unit: str
    description: str
    nullable: bool
    minimum: float | None = None
    maximum: float | None = None
    values: tuple[str | int, ...] | None = None
    pattern: str | None = None


@dataclass(frozen=True)
class Passport:
    """Source, licence, coverage, units, keys, checksum and caveats of a table."""

    name: str
    title: str
    source: str
    licence: str
    coverage: str
    units: str
    caveats: tuple[str, ...]
    nrows: int
    sha256: str
    primary_key: tuple[str, ...]
    columns: tuple[Column, ...]
    citation: str = ""
    description: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns in order."""
        return tuple(column.name for column in self.columns)


def read_passport(path: Path) -> Passport:
    """The passport of the table in the folder of `path`.

    Raises
    ------
    DataError
        If the file is not TOML, or an entry is missing or unknown.
    """
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise DataError(f"the passport {path.name} of {path.parent.name!r} cannot be read: {error}") from error
    missing = [name for name in REQUIRED if name not in entries]
    if missing:
        raise DataError(f"the passport of {path.parent.name!r} lacks {', '.join(missing)}")
    return Passport(
        name=path.parent.name,
        **{name: entries[name] for name in REQUIRED if name not in ("caveats", "primary_key", "columns")},
        caveats=tuple(entries["caveats"]),
        primary_key=tuple(entries["primary_key"]),
        columns=tuple(_column(path.parent.name, name, cell) for name, cell in entries["columns"].items()),
        citation=entries.get("citation", ""),
        description=entries.get("description", ""),
    )


def _column(table: str, name: str, entry: Mapping[str, Any]) -> Column:
    if entry.get("type") not in TYPES:
        raise DataError(f"the passport of {table!r} gives column {name!r} no type among {', '.join(TYPES)}")
    values = entry.get("values")
    known = {
        key: entry[key]
        for key in ("type", "unit", "description", "nullable", "minimum", "maximum", "pattern")
        if key in entry
    }
    try:
        return Column(name=name, values=None if values is None else tuple(values), **known)
    except TypeError as error:
        raise DataError(f"the passport of {table!r}, column {name!r}: {error}") from error
