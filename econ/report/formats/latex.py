"""LaTeX, for a document that loads booktabs and threeparttable."""

from __future__ import annotations

from econ.report.tables import Row, Table

SUFFIX = "tex"

__all__ = ["SUFFIX", "render"]

SPECIAL = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "²": r"\textsuperscript{2}",
    "—": "---",
    "−": "$-$",
    "†": r"\textdagger{}",
}


def render(table: Table) -> str:
    """The table as a floating `table` environment."""
    width = len(table.columns)
    lines = [
        "% needs the packages booktabs and threeparttable",
        r"\begin{table}[htbp]\centering",
        r"\begin{threeparttable}",
        rf"\caption{{{_escaped(table.title)}}}\label{{tab:{table.name}}}",
        rf"\begin{{tabular}}{{l*{{{width}}}{{c}}}}",
        r"\toprule",
        _line("", table.columns),
        r"\midrule",
        *(_row(row, width, first=row is table.rows[0]) for row in table.rows),
        r"\bottomrule",
        r"\end{tabular}",
        r"\begin{tablenotes}\footnotesize",
        *(rf"\item {_escaped(note)}" for note in table.notes),
        r"\end{tablenotes}",
        r"\end{threeparttable}",
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"


def _row(row: Row, width: int, *, first: bool) -> str:
    if row.cells:
        return _line(row.label, row.cells)
    rule = "" if first else "\\midrule\n"
    return rule + rf"\multicolumn{{{width + 1}}}{{l}}{{\textit{{{_escaped(row.label)}}}}} \\"


def _line(label: str, cells: tuple[str, ...]) -> str:
    return " & ".join(_escaped(cell) for cell in (label, *cells)) + r" \\"


def _escaped(text: str) -> str:
    return "".join(SPECIAL.get(letter, letter) for letter in text)
