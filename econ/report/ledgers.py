"""Tables that several analyses fill together, at the top of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from econ.errors import BuildError
from econ.report.html import Links, table_html
from econ.report.tables import Row, Table

__all__ = ["Part", "ledger_html", "ledgers", "part_of"]


@dataclass(frozen=True)
class Part:
    """What one analysis adds to a ledger; rows are (label, cells, addresses), data columns by name."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]
    notes: tuple[str, ...]
    data: dict[str, list[Any]]

    @staticmethod
    def read(entries: dict[str, Any]) -> Part:
        """From what JSON makes of it."""
        rows = tuple((label, tuple(cells), tuple(addresses)) for label, cells, addresses in entries["rows"])
        return Part(**{**entries, "columns": tuple(entries["columns"]), "rows": rows, "notes": tuple(entries["notes"])})


def part_of(table: Table, links: Links, section: str) -> Part:
    """A table as a part of a ledger: cells link to specifications, rows without cells to the section."""
    rows = []
    for row in table.rows:
        addresses = tuple(links.specification(source) for source in row.sources)
        rows.append((row.label, row.cells, addresses if row.cells else (section,)))
    plain = table.data.astype(object).where(table.data.notna(), None)
    data = {str(name): plain[name].tolist() for name in plain.columns}
    return Part(table.name, table.title, table.columns, tuple(rows), table.notes, data)


def ledgers(parts: Sequence[Part]) -> tuple[Table, ...]:
    """Parts of the same name as one table each, in the order of their first part.

    Raises
    ------
    BuildError
        If parts of a name differ in columns or title.
    """
    tables = []
    for name in dict.fromkeys(part.name for part in parts):
        mine = [part for part in parts if part.name == name]
        first = mine[0]
        if any((part.columns, part.title) != (first.columns, first.title) for part in mine):
            raise BuildError(f"parts of the ledger {name!r} differ in columns or title; make them the same")
        rows = tuple(Row(label, cells, addresses) for part in mine for label, cells, addresses in part.rows)
        notes = tuple(dict.fromkeys(note for part in mine for note in part.notes))
        data = pd.concat([pd.DataFrame(part.data) for part in mine], ignore_index=True)
        tables.append(Table(name, first.title, first.columns, rows, notes, data, origin=None))
    return tuple(tables)


def ledger_html(table: Table) -> str:
    """A ledger as HTML; its cells hold their addresses."""
    return table_html(table, Links("", {}))
