"""Passports: what a table is, where it comes from, and what must hold of every cell."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from econ.errors import DataError

__all__ = ["Column", "Passport", "read_passport"]

TEXTS = ("title", "source", "licence", "coverage", "units", "sha256")
LISTS = ("caveats", "primary_key")
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
        If the file is not TOML, or an entry is missing, of another type, or unknown.
    """
    table = path.parent.name
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataError(f"the passport {path.name} of {table!r} cannot be read: {error}") from error
    _require_entries(table, entries)
    return Passport(
        name=table,
        title=entries["title"],
        source=entries["source"],
        licence=entries["licence"],
        coverage=entries["coverage"],
        units=entries["units"],
        caveats=tuple(entries["caveats"]),
        nrows=entries["nrows"],
        sha256=entries["sha256"],
        primary_key=tuple(entries["primary_key"]),
        columns=tuple(_column(table, name, entry) for name, entry in entries["columns"].items()),
        citation=entries.get("citation", ""),
        description=entries.get("description", ""),
    )


def _require_entries(table: str, entries: Mapping[str, Any]) -> None:
    types = {
        **dict.fromkeys(TEXTS, str),
        **dict.fromkeys(LISTS, list),
        "nrows": int,
        "columns": dict,
    }
    for name, kind in types.items():
        if name not in entries:
            raise DataError(f"the passport of {table!r} lacks {name}")
        if not isinstance(entries[name], kind) or not (entries[name] or name == "nrows"):
            raise DataError(f"the passport of {table!r}: {name} has to be a {kind.__name__} that is not empty")
    strange = sorted(set(entries["primary_key"]) - set(entries["columns"]))
    if strange:
        raise DataError(f"the passport of {table!r} has the key {', '.join(strange)}, which is not one of its columns")


def _column(table: str, name: str, entry: Any) -> Column:
    where = f"the passport of {table!r}, column {name!r}"
    if not isinstance(entry, dict) or entry.get("type") not in TYPES:
        raise DataError(f"{where}: give it a type among {', '.join(TYPES)}")
    required = {"type", "unit", "description", "nullable"}
    known = {field.name for field in fields(Column)} - {"name"}
    if not required <= set(entry) <= known:
        odd = sorted((required - set(entry)) | (set(entry) - known))
        raise DataError(f"{where}: {', '.join(odd)} is missing or unknown; it takes {', '.join(sorted(known))}")
    try:
        re.compile(entry.get("pattern", ""))
    except (re.error, TypeError) as error:
        raise DataError(f"{where}: the pattern {entry['pattern']!r} is not a regular expression") from error
    values = entry.get("values")
    return Column(name=name, **{**entry, "values": None if values is None else tuple(values)})
