"""The coefficients of the report against its baseline."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module

from econ.datasets import store
from econ.errors import BaselineError, BuildError
from econ.report.build import rebuilt
from econ.report.project import Project
from econ.stability.acceptance import accept
from econ.stability.baseline import parse_baseline, read_baseline
from econ.stability.causes import Causes, explained
from econ.stability.comparison import Comparison, compare
from econ.stability.formats import github, human
from econ.stability.history import History
from econ.stability.records import Record
from econ.stability.tables import changed_rows

__all__ = ["accepted", "compared", "written"]

BASELINE, LOG = "reports/baseline.json", "reports/CHANGES.md"
Say = Callable[[str], None]


def compared(project: Project, *, against: str | None, strict: bool, say: Say) -> Comparison:
    """Build what is out of date and compare it with the baseline, or with that of another git revision.

    Raises
    ------
    BaselineError
        If there is no baseline, or nothing could be built.
    """
    new = _built(project, say)
    name = BASELINE if against is None else f"{against}:{BASELINE}"
    if against is None:
        old = read_baseline(project.root / BASELINE)
    else:
        old = parse_baseline(History(project.root).committed(against, BASELINE), name)
    causes = Causes(project.root, BASELINE, store.data_folder(), against)
    return replace(explained(compare(old, new), old, new, causes), strict=strict)


def accepted(project: Project, specification: str, why: str, *, say: Say) -> tuple[str, ...]:
    """Build what is out of date and store it, or one specification of it, as the baseline."""
    return accept(project.root / BASELINE, _built(project, say), specification, why, log=project.root / LOG)


def written(comparison: Comparison, form: str | None, *, say: Say) -> None:
    """Print a comparison for people, and in another form where one is asked for."""
    say(human.render(comparison).rstrip("\n"))
    if form is not None:
        print(import_module(f"econ.stability.formats.{form}").render(comparison), end="")  # noqa: T201
    if form == "github":
        github.write_summary(comparison)


def _built(project: Project, say: Say) -> dict[str, Record]:
    try:
        bundles = rebuilt(project, say=say)
    except BuildError as error:
        altered = "".join(f"\n{one}" for one in _altered())
        raise BaselineError(f"nothing was compared: {error}{altered}") from error
    return {name: one for bundle in bundles for name, one in bundle.records.items()}


def _altered() -> list[str]:
    """Tables that are not what their passports say, and in which rows."""
    found = []
    for name in store.catalogue()["name"]:
        entry, path = store.passport(name), store.data_folder() / name / store.TABLE
        content = path.read_bytes() if path.is_file() else b""
        if path.is_file() and hashlib.sha256(content).hexdigest() != entry.sha256:
            past = History(path.parent).with_checksum(path.name, entry.sha256)
            rows = changed_rows(past, content, entry.primary_key) if past else "git does not remember what it was"
            found.append(f"table {name} is not what its passport says: {rows}")
    return found
