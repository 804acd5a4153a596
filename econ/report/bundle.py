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
from econ.report.html import section_html
from econ.report.section import Section
from econ.report.tables import Table
from econ.stability.records import record

__all__ = ["Bundle", "bundled", "read_bundle", "write_bundle"]


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
    depends
        Hashes of all that it was made from.
    """

    name: str
    title: str
    html: str
    inputs: tuple[str, ...]
    files: dict[str, str]
    records: dict[str, dict[str, Any]]
    depends: dict[str, str]


def bundled(name: str, inputs: tuple[str, ...], depends: dict[str, str], section: Section) -> Bundle:
    """The bundle of a section that was made from `inputs` and everything in `depends`."""
    files = dict(_files(section))
    behind = {
        "data": {table: passport(table).sha256 for table in inputs},
        "code": {f"analyses/{name}": depends.get("analysis", ""), "econ": depends.get("source", "")},
    }
    records = {f"{name}/{key}": {**record(result), **behind} for key, result in section.estimates.items()}
    return Bundle(name, section.title, section_html(name, section), inputs, files, records, depends)


def write_bundle(bundle: Bundle, path: Path) -> None:
    """Write a bundle as JSON."""
    path.write_text(json.dumps(asdict(bundle), indent=1), encoding="utf-8")


def read_bundle(path: Path) -> Bundle:
    """Read a bundle that `write_bundle` wrote."""
    entries = json.loads(path.read_text(encoding="utf-8"))
    return Bundle(**{**entries, "inputs": tuple(entries["inputs"])})


def _files(section: Section) -> Iterator[tuple[str, str]]:
    formats = [
        import_module(f"{econ.report.formats.__name__}.{module.name}")
        for module in pkgutil.iter_modules(econ.report.formats.__path__)
    ]
    for item in section.items:
        if isinstance(item, Table):
            for one in formats:
                yield f"tables/{item.name}.{one.SUFFIX}", one.render(item)
        else:
            yield f"figures/{item.name}.svg", item.svg
