"""What an analysis leaves behind in the build folder: its files, its part of the page, its estimates."""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import econ.report.formats
from econ.datasets.store import passport
from econ.errors import BuildError
from econ.report.html import Links, anchor, section_html
from econ.report.ledgers import Part, part_of
from econ.report.section import Brief, Section
from econ.report.source import source_html
from econ.report.tables import Table
from econ.stability.records import record

__all__ = ["Bundle", "bundled", "format_files", "read_bundle", "write_bundle"]


@dataclass(frozen=True)
class Bundle:
    """The finished text of an analysis.

    Attributes
    ----------
    name, title, html
        Module, heading, and the part of the page.
    inputs
        Tables that it read.
    files
        Content by path below `reports/`.
    records
        Estimates by specification, as `econ check` compares them.
    lines
        Line of the analysis that prints each of them.
    ledger, briefs, place
        Its parts of tables that several analyses fill, and of the summary, and their place there.
    depends
        Hashes of all that it was made from.
    """

    name: str
    title: str
    html: str
    inputs: tuple[str, ...]
    files: dict[str, str]
    records: dict[str, dict[str, Any]]
    lines: dict[str, int]
    ledger: tuple[Part, ...]
    briefs: tuple[Brief, ...]
    place: int
    depends: dict[str, str]


def bundled(name: str, path: Path, inputs: tuple[str, ...], depends: dict[str, str], section: Section) -> Bundle:
    """The bundle of a section that the analysis at `path` made from `inputs` and everything in `depends`."""
    links = Links(name, section.estimates, str(path), inputs)
    _require_addresses(name, section)
    text = path.read_text(encoding="utf-8")
    files = {**dict(_files(section)), f"source/{name}.html": source_html(f"analyses/{name}.py", text)}
    behind = {
        "data": {table: passport(table).sha256 for table in inputs},
        "code": {f"analyses/{name}": depends.get("analysis", ""), "econ": depends.get("source", "")},
    }
    records = {f"{name}/{key}": {**record(result), **behind} for key, result in section.estimates.items()}
    return Bundle(
        name=name,
        title=section.title,
        html=section_html(name, section, links),
        inputs=inputs,
        files=files,
        records=records,
        lines=_lines(name, text, section, links),
        ledger=tuple(part_of(table, links, f"#{anchor(name)}") for table in section.ledger),
        briefs=section.briefs,
        place=section.place,
        depends=depends,
    )


def _require_addresses(name: str, section: Section) -> None:
    """Every specification has an address of its own."""
    known: dict[str, str] = {}
    for key in section.estimates:
        same = known.setdefault(anchor(f"{name}/{key}"), key)
        if same != key:
            raise BuildError(f"specifications {same!r} and {key!r} of {name} have one address; rename one")


def _lines(name: str, text: str, section: Section, links: Links) -> dict[str, int]:
    """For each specification the line that prints it first, or that of `analyse`."""
    start = next((n for n, line in enumerate(text.split("\n"), 1) if line.startswith("def analyse(")), 1)
    lines = {f"{name}/{key}": start for key in section.estimates}
    tables = [item for item in (*section.items, *section.ledger) if isinstance(item, Table)]
    for table in reversed(tables):
        printed = {links.keys.get(id(source)) for row in table.rows for source in row.sources}
        if table.origin is not None and links.line(table.origin):
            lines |= {key: table.origin.line for key in printed if key is not None}
    return lines


def write_bundle(bundle: Bundle, path: Path) -> None:
    """Write a bundle as JSON."""
    path.write_text(json.dumps(asdict(bundle), indent=1), encoding="utf-8")


def read_bundle(path: Path) -> Bundle:
    """Read a bundle that `write_bundle` wrote."""
    entries = json.loads(path.read_text(encoding="utf-8"))
    return Bundle(
        **{
            **entries,
            "inputs": tuple(entries["inputs"]),
            "ledger": tuple(Part.read(one) for one in entries["ledger"]),
            "briefs": tuple(Brief(**one) for one in entries["briefs"]),
        }
    )


def format_files(table: Table) -> Iterator[tuple[str, str]]:
    """A table in every format, with its path below `reports/`."""
    for module in pkgutil.iter_modules(econ.report.formats.__path__):
        one = import_module(f"{econ.report.formats.__name__}.{module.name}")
        yield f"tables/{table.name}.{one.SUFFIX}", one.render(table)


def _files(section: Section) -> Iterator[tuple[str, str]]:
    for item in section.items:
        if isinstance(item, Table):
            yield from format_files(item)
        else:
            yield f"figures/{item.name}.svg", item.svg
