"""Comma-separated values: the tidy numbers behind a table."""

from __future__ import annotations

from econ.report.tables import Table

SUFFIX = "csv"
DIGITS = "%.10g"  # fewer than two machines may differ in

__all__ = ["SUFFIX", "render"]


def render(table: Table) -> str:
    """The numbers as UTF-8 text with a header and without an index."""
    text: str = table.data.to_csv(index=False, float_format=DIGITS, lineterminator="\n")
    return text
