"""Sections of the page as HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape

from econ.estimates import Estimates, NotEstimable
from econ.report.figure import Figure
from econ.report.origin import Origin
from econ.report.section import Section
from econ.report.tables import Row, Table

__all__ = ["Links", "anchor", "section_html", "table_html"]

UNSAFE = re.compile(r"[^A-Za-z0-9]+")


def anchor(key: str) -> str:
    """A name of an analysis or specification as the id of an element."""
    return UNSAFE.sub("-", key).strip("-")


class Links:
    """What the cells and tables of one analysis link to.

    Parameters
    ----------
    name
        Of the analysis.
    estimates
        Its results by specification.
    path
        Of its file; lines of others are not linked to.
    inputs
        Tables that it reads.
    """

    def __init__(
        self,
        name: str,
        estimates: Mapping[str, Estimates | NotEstimable],
        path: str = "",
        inputs: Sequence[str] = (),
    ) -> None:
        self.name, self.path, self.inputs = name, path, inputs
        self.keys = {id(one): f"{name}/{key}" for key, one in estimates.items()}

    def specification(self, source: object) -> str:
        """Address of the specification of a result, or of a line; empty where it has none. A text is one already."""
        if isinstance(source, str):
            return source
        if isinstance(source, Origin):
            return self.line(source)
        key = self.keys.get(id(source)) if source is not None else None
        return "" if key is None else f"specifications.html#{anchor(key)}"

    def line(self, origin: Origin | None) -> str:
        """Address of a line of the analysis; empty where it is somewhere else."""
        if origin is None or origin.path != self.path:
            return ""
        return f"source/{self.name}.html#L{origin.line}"


def section_html(name: str, section: Section, links: Links | None = None) -> str:
    """One analysis as an HTML section with its tables and drawings inside."""
    links = Links(name, section.estimates) if links is None else links
    findings = "".join(f"<li>{escape(finding)}</li>" for finding in section.findings)
    items = "\n".join(
        table_html(item, links) if isinstance(item, Table) else _figure(item, links) for item in section.items
    )
    return (
        f'<section id="{anchor(name)}">\n<h2>{escape(section.title)}</h2>\n'
        f'<p class="question">{escape(section.question)}</p>\n{_read(links)}'
        f'<ul class="findings">{findings}</ul>\n{items}\n</section>\n'
    )


def _read(links: Links) -> str:
    """The tables that an analysis reads and its code."""
    tables = ", ".join(f'<a href="#data-{name}">{name}</a>' for name in links.inputs)
    code = f'Code: <a href="source/{links.name}.html">analyses/{links.name}.py</a>' if links.path else ""
    said = " · ".join(filter(None, [f"Data: {tables}" if tables else "", code]))
    return f'<p class="files">{said}</p>\n' if said else ""


def table_html(table: Table, links: Links) -> str:
    """A table whose cells link to their specifications, with its notes and files."""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.columns)
    rows = "\n".join(_row(row, len(table.columns), links) for row in table.rows)
    kind = "table prose" if table.columns == ("",) else "table"
    return (
        f'<figure id="{table.name}" class="{kind}">\n<figcaption>{escape(table.title)}</figcaption>\n'
        f'<div class="scroll"><table>\n<thead><tr><td></td>{head}</tr></thead>\n'
        f"<tbody>\n{rows}\n</tbody>\n</table></div>\n"
        f"{_notes(table.notes)}{_files(table, links)}</figure>"
    )


def _row(row: Row, width: int, links: Links) -> str:
    if not row.cells:
        label = _linked(escape(row.label), links.specification(row.sources[0]) if row.sources else "")
        return f'<tr class="panel"><th scope="rowgroup" colspan="{width + 1}">{label}</th></tr>'
    sources = row.sources or (None,) * len(row.cells)
    cells = "".join(
        f"<td>{_linked(escape(cell), links.specification(source))}</td>"
        for cell, source in zip(row.cells, sources, strict=True)
    )
    return f'<tr><th scope="row">{escape(row.label)}</th>{cells}</tr>'


def _linked(text: str, address: str) -> str:
    return f'<a href="{escape(address)}">{text}</a>' if address and text else text


def _figure(figure: Figure, links: Links) -> str:
    drawing = figure.svg[figure.svg.index("<svg") :]
    drawing = drawing.replace("<svg", f'<svg role="img" aria-label="{escape(figure.alt)}"', 1)
    drawing = drawing.replace('id="', f'id="{figure.name}-').replace("url(#", f"url(#{figure.name}-")
    drawing = drawing.replace('xlink:href="#', f'xlink:href="#{figure.name}-')
    made = _made(links.line(figure.origin))
    files = f'<p class="files">{made}</p>' if made else ""
    return (
        f'<figure id="{figure.name}">\n<figcaption>{escape(figure.title)}</figcaption>\n'
        f'<div class="scroll">{drawing}</div>\n{_notes(figure.notes)}{files}</figure>'
    )


def _notes(notes: tuple[str, ...]) -> str:
    items = "".join(f"<li>{escape(note)}</li>" for note in notes)
    return f'<ul class="notes">{items}</ul>\n' if notes else ""


def _files(table: Table, links: Links) -> str:
    files = ", ".join(f'<a href="tables/{table.name}.{suffix}">{suffix}</a>' for suffix in ("md", "tex", "csv"))
    said = [f"The same table as {files}", _made(links.line(table.origin))]
    return f'<p class="files">{" · ".join(filter(None, said))}</p>\n'


def _made(address: str) -> str:
    """Where it is computed."""
    shown = address.partition("/")[2].replace(".html#L", ".py, line ")
    return f'computed by <a href="{address}">{shown}</a>' if address else ""
