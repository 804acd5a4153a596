"""Why a coefficient moved: the data, the code, the environment, or none of these."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from econ.datasets.store import PASSPORT, TABLE
from econ.sample import listed
from econ.stability.comparison import Comparison
from econ.stability.fingerprints import strange_rows
from econ.stability.history import History
from econ.stability.records import Record
from econ.stability.tables import changed_rows

__all__ = ["UNEXPLAINED", "UNKNOWN", "Causes", "explained"]

UNEXPLAINED = (
    "nothing that is known of: data, code and environment are those of the baseline, so the computation does not "
    "repeat itself (a seed, the order of threads, a state outside of the tables)"
)
UNKNOWN = (
    "not known: what is recorded of the data and of the versions of packages is as it was; look at the code, options, "
    "weights and seeds of the model"
)
CODE = ("econ", "analyses")


@dataclass(frozen=True)
class Causes:
    """What is asked about the past of a project.

    Attributes
    ----------
    root
        Folder of the project.
    baseline
        Path of the baseline in it: files are compared with how they were when it was last committed.
    tables
        Folder of tables with passports; None where there are none.
    revision
        The revision that files are compared with; None for the last in which the baseline was committed.
    frames
        Tables that results were estimated on, by specification.
    """

    root: Path
    baseline: str
    tables: Path | None = None
    revision: str | None = None
    frames: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def _known(self) -> dict[Any, str]:
        """Sentences that were found before: many specifications stand on one table."""
        return {}

    def of(self, specification: str, old: Record, new: Record) -> tuple[str, ...]:
        """Sentences, one for each thing that is not as it was."""
        found = [*self._data(specification, old, new), *_environment(old, new), *self._code(old, new)]
        known = all(side in one for one in (old, new) for side in ("data", "code", "environment"))
        return tuple(found) or (UNEXPLAINED if known else UNKNOWN,)

    def _data(self, specification: str, old: Record, new: Record) -> list[str]:
        before, after = old.get("data", {}), new.get("data", {})
        names = [name for name in sorted({*before, *after}) if before.get(name) != after.get(name)]
        sentences = [self._once(name, before.get(name), after.get(name)) for name in names]
        if names and "rows" in old and specification in self.frames and set(before) == set(after):
            sentences.append(f"data: {_rows(*strange_rows(old['rows'], self.frames[specification]))}")
        return sentences

    def _once(self, name: str, before: str | None, after: str | None) -> str:
        if (name, before, after) not in self._known:
            self._known[name, before, after] = self._table(name, before, after)
        return self._known[name, before, after]

    def _table(self, name: str, before: str | None, after: str | None) -> str:
        if before is None or after is None:
            return f"data: {name} {'is read now and was not' if before is None else 'was read and is not now'}"
        path = None if self.tables is None else self.tables / name / TABLE
        if path is None or not path.is_file():
            return f"data: {name} changed"
        past = History(path.parent).with_checksum(path.name, before)
        if past is None:
            why = " (a shallow checkout: fetch all of it)" if History(path.parent).shallow else ""
            return f"data: table {name} changed; git does not remember the one before{why}, so the rows are not known"
        passport = tomllib.loads((path.parent / PASSPORT).read_text(encoding="utf-8"))
        return f"data: table {name} changed: {changed_rows(past, path.read_bytes(), passport['primary_key'])}"

    def _code(self, old: Record, new: Record) -> list[str]:
        before, after = old.get("code", {}), new.get("code", {})
        names = [name for name in sorted({*before, *after}) if before.get(name) != after.get(name)]
        if not names:
            return []
        if "code" not in self._known:
            files = History(self.root).changed_since(self.baseline, CODE, self.revision)
            since = self.revision or "the baseline was committed"
            self._known["code"] = f" (since {since}: {listed(files)})" if files else ""
        return [f"code: {', '.join(names)} changed{self._known['code']}"]


def _rows(labels: list[Any], gone: int) -> str:
    """Rows in words: one that changed is strange under its label, and one of before is gone."""
    changed, removed = min(len(labels), gone), max(gone - len(labels), 0)
    if not labels:
        return f"{removed} rows were removed" if removed else "the same rows, in another order or number"
    what = "changed" if len(labels) == changed else "changed or new"
    return f"rows {what}: {listed(labels)}" + (f"; {removed} more were removed" if removed else "")


def _environment(old: Record, new: Record) -> list[str]:
    before, after = old.get("environment", {}), new.get("environment", {})
    return [
        f"environment: {name} was {before.get(name, 'unknown')}, is {after.get(name, 'not there')}"
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name) and before and after
    ]


def explained(
    comparison: Comparison, old: Mapping[str, Record], new: Mapping[str, Record], causes: Causes
) -> Comparison:
    """A comparison with the causes of its findings."""
    names = dict.fromkeys(finding.specification for finding in comparison.findings)
    found = {name: causes.of(name, old[name], new[name]) for name in names if name in old and name in new}
    return replace(comparison, causes=found)
