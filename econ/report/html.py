"""Sections of the page as HTML."""

from __future__ import annotations

from html import escape

from econ.report.figure import Figure
from econ.report.section import Section
from econ.report.tables import Row, Table

__all__ = ["section_html"]


def section_html(name: str, section: Section) -> str:
    """One analysis as an HTML section with its tables and drawings inside."""
    findings = "".join(f"<li>{escape(finding)}</li>" for finding in section.findings)
    items = "\n".join(_table(item) if isinstance(item, Table) else _figure(item) for item in section.items)
    return (
        f'<section id="{name}">\n<h2>{escape(section.title)}</h2>\n'
        f'<p class="question">{escape(section.question)}</p>\n'
        f'<ul class="findings">{findings}</ul>\n{items}\n</section>\n'
    )


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.columns)
    rows = "\n".join(_row(row, len(table.columns)) for row in table.rows)
    return (
        f'<figure id="{table.name}" class="table">\n<figcaption>{escape(table.title)}</figcaption>\n'
        f'<div class="scroll"><table>\n<thead><tr><td></td>{head}</tr></thead>\n'
        f"<tbody>\n{rows}\n</tbody>\n</table></div>\n"
        f"{_notes(table.notes)}{_files(table.name)}</figure>"
    )


def _row(row: Row, width: int) -> str:
    if not row.cells:
        return f'<tr class="panel"><th scope="rowgroup" colspan="{width + 1}">{escape(row.label)}</th></tr>'
    cells = "".join(f"<td>{escape(cell)}</td>" for cell in row.cells)
    return f'<tr><th scope="row">{escape(row.label)}</th>{cells}</tr>'


def _figure(figure: Figure) -> str:
    drawing = figure.svg[figure.svg.index("<svg") :]
    drawing = drawing.replace("<svg", f'<svg role="img" aria-label="{escape(figure.alt)}"', 1)
    drawing = drawing.replace('id="', f'id="{figure.name}-').replace("url(#", f"url(#{figure.name}-")
    drawing = drawing.replace('xlink:href="#', f'xlink:href="#{figure.name}-')
    return (
        f'<figure id="{figure.name}">\n<figcaption>{escape(figure.title)}</figcaption>\n'
        f'<div class="scroll">{drawing}</div>\n{_notes(figure.notes)}</figure>'
    )


def _notes(notes: tuple[str, ...]) -> str:
    items = "".join(f"<li>{escape(note)}</li>" for note in notes)
    return f'<ul class="notes">{items}</ul>\n' if notes else ""


def _files(name: str) -> str:
    links = ", ".join(f'<a href="tables/{name}.{suffix}">{suffix}</a>' for suffix in ("md", "tex", "csv"))
    return f'<p class="files">The same table as {links}</p>\n'
