"""Markdown."""

from __future__ import annotations

from econ.report.tables import Row, Table

SUFFIX = "md"

__all__ = ["SUFFIX", "render"]


def render(table: Table) -> str:
    """The table as a Markdown table with its notes as a list."""
    head = _line("", *map(_escaped, table.columns))
    rule = _line("---", *("---:" for _ in table.columns))
    body = [_row(row, len(table.columns)) for row in table.rows]
    notes = [f"- {_escaped(note)}" for note in table.notes]
    return "\n".join([f"# {_escaped(table.title)}", "", head, rule, *body, "", *notes, ""])


def _row(row: Row, width: int) -> str:
    if row.cells:
        return _line(_escaped(row.label), *map(_escaped, row.cells))
    return _line(f"**{_escaped(row.label)}**", *("" for _ in range(width)))


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    for mark in "\\`*_|<":
        text = text.replace(mark, f"\\{mark}")
    return text
