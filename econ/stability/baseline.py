"""The baseline: one record a specification, sorted, with all digits of every number."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from econ.errors import BaselineError
from econ.stability.records import ANEW, Record, require_record

__all__ = ["parse_baseline", "read_baseline", "write_baseline"]

FORMAT = 2


def read_baseline(path: Path) -> dict[str, Record]:
    """Records by specification.

    Raises
    ------
    BaselineError
        If the file is missing or not a baseline.
    """
    if not path.is_file():
        raise BaselineError(
            f"there is no {path.parent.name}/{path.name}; store the coefficients with "
            "`econ check --accept all --why 'first baseline'`"
        )
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise BaselineError(f"{path.name} cannot be read: {error}") from error
    return parse_baseline(text, path.name)


def parse_baseline(text: str, name: str) -> dict[str, Record]:
    """Records by specification, from the text of a baseline that is called `name` in messages.

    Raises
    ------
    BaselineError
        If it is not a baseline.
    """
    try:
        entries = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        marks = "<<<<<<<" in text
        why = "it holds marks of a merge conflict; take one side" if marks else str(error) or "it is nested too deeply"
        raise BaselineError(f"{name} cannot be read: {why}") from error
    if not isinstance(entries, dict) or entries.get("format") != FORMAT or "specifications" not in entries:
        raise BaselineError(f"{name} is not a baseline of format {FORMAT}; {ANEW}")
    specifications = entries["specifications"]
    if not isinstance(specifications, dict):
        raise BaselineError(f"{name}: specifications is not a table by name; {ANEW}")
    for specification, stored in specifications.items():
        require_record(f"{name}, specification {specification}", stored)
    return specifications


def write_baseline(path: Path, records: Mapping[str, Record]) -> None:
    """Store records, sorted; floats keep every digit that tells them apart."""
    entries = {"format": FORMAT, "specifications": dict(records)}
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(json.dumps(entries, indent=1, sort_keys=True, allow_nan=False) + "\n", encoding="utf-8")
    fresh.replace(path)  # never half a file


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A table of which each name is there once: a clumsy merge may leave two."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{next(name for name in names if names.count(name) > 1)!r} is there twice")
    return found
