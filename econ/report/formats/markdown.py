"""Markdown."""

from __future__ import annotations

from econ.report.tables import Row, Table

SUFFIX = "md"

__all__ = ["SUFFIX", "render"]


def render(table: Table) -> str:
    """The table as a Markdown table with its notes as a list."""
    head = _line("", *table.columns)
    rule = _line("---", *("---:" for _ in table.columns))
    body = [_row(row, len(table.columns)) for row in table.rows]
    notes = [f"- {_escaped(note)}" for note in table.notes]
    return "\n".join([f"# {table.title}", "", head, rule, *body, "", *notes, ""])


def _row(row: Row, width: int) -> str:
    label = row.label if row.cells else f"**{row.label}**"
    return _line(label, *(row.cells or [""] * width))


def _line(*cells: str) -> str:
    return (
        "| "
        + " | ".join(_escaped(cell) if set(cell) - set("-:*") else cell.replace("*", r"\*") for cell in cells)
        + " |"
    )


def _escaped(text: str) -> str:
    return text.replace("|", r"\|").replace("*", r"\*").replace("_", r"\_") if not text.startswith("**") else text
