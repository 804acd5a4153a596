"""A table as text cells with its notes, and the tidy numbers behind it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pandas as pd

from econ.errors import OptionError
from econ.estimates import Estimates, NotEstimable
from econ.report.origin import Origin, written_here

__all__ = ["Row", "Table", "number", "p_text"]

NAME = re.compile(r"[a-z0-9_]+")
SMALL, LARGE = 1e-3, 1e5
SMALLEST = 1e-3  # of a p-value, none of which is zero


@dataclass(frozen=True)
class Row:
    """A label and its cells; a row without cells is a heading within the table.

    Attributes
    ----------
    label, cells
        What is printed.
    sources
        What each cell links to: a result that is among the estimates of the section, the line of code that computes
        it, or an address; None for nothing. Empty for a row without any; one for the label of a row without cells.
    """

    label: str
    cells: tuple[str, ...] = ()
    sources: tuple[Estimates | NotEstimable | Origin | str | None, ...] = ()


@dataclass(frozen=True, eq=False)
class Table:
    """A table of the report.

    Attributes
    ----------
    name
        File name without ending: lower case letters, digits and underscores.
    title
        What it shows.
    columns
        Headings of the cells.
    rows
        Labelled rows, each with as many cells as there are columns, or none.
    notes
        What the reader must know, a sentence or two each.
    data
        Tidy numbers, unrounded; the CSV file.
    origin
        Where it was made; found by itself.

    Raises
    ------
    OptionError
        If the name cannot be a file name, or a row has another number of cells.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    data: pd.DataFrame
    origin: Origin | None = field(default_factory=written_here)

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise OptionError(f"table name {self.name!r}: use lower case letters, digits and underscores")
        for row in self.rows:
            if row.cells and len(row.cells) != len(self.columns):
                raise OptionError(
                    f"table {self.name!r}, row {row.label!r} has {len(row.cells)} cells for {len(self.columns)} columns"
                )
            if row.sources and len(row.sources) != max(len(row.cells), 1):
                raise OptionError(
                    f"table {self.name!r}, row {row.label!r} has {len(row.sources)} sources for {len(row.cells)} cells"
                )


def number(value: float, digits: int = 3) -> str:
    """A number as a table prints it: fixed digits, or scientific where these would hide it.

    Examples
    --------
    >>> number(0.12345), number(-0.00002), number(1234567.0)
    ('0.123', '-2.00e-05', '1.23e+06')
    """
    if value != value:  # noqa: PLR0124 - the one value that differs from itself
        return ""
    if value == 0 or SMALL <= abs(value) < LARGE:
        return f"{value:.{digits}f}"
    return f"{value:.2e}"


def p_text(value: float) -> str:
    """A p-value as a sentence prints it.

    Examples
    --------
    >>> p_text(0.0421), p_text(2e-9)
    ('p = 0.042', 'p < 0.001')
    """
    return f"p < {SMALLEST:g}" if value < SMALLEST else f"p = {value:.3f}"
