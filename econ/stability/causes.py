"""Why a coefficient moved: the data, the code, the environment, or none of these."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from econ.sample import listed
from econ.stability.comparison import Comparison
from econ.stability.fingerprints import strange_rows
from econ.stability.history import History
from econ.stability.records import Record
from econ.stability.tables import changed_rows

__all__ = ["UNEXPLAINED", "Causes", "explained"]

UNEXPLAINED = (
    "nothing that is known of: data, code and environment are those of the baseline, so the computation does not "
    "repeat itself (a seed, the order of threads, a state outside of the tables)"
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
    frames
        Tables that results were estimated on, by specification.
    """

    root: Path
    baseline: str
    tables: Path | None = None
    frames: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def _known(self) -> dict[Any, str]:
        """Sentences that were found before: many specifications stand on one table."""
        return {}

    def of(self, specification: str, old: Record, new: Record) -> tuple[str, ...]:
        """Sentences, one for each thing that is not as it was."""
        found = [*self._data(specification, old, new), *self._code(old, new), *_environment(old, new)]
        known = all("environment" in one for one in (old, new))
        nothing = UNEXPLAINED if known else "not known: a record does not say where it was computed"
        return tuple(found) or (nothing,)

    def _data(self, specification: str, old: Record, new: Record) -> list[str]:
        before, after = old.get("data", {}), new.get("data", {})
        names = [name for name in sorted({*before, *after}) if before.get(name) != after.get(name)]
        sentences = [self._once(name, before.get(name), after.get(name)) for name in names]
        if names and "rows" in old and specification in self.frames:
            labels, gone = strange_rows(old["rows"], self.frames[specification])
            sentences.append(f"data: {len(labels)} rows are not as they were: {listed(labels)}; {gone} are gone")
        return sentences

    def _once(self, name: str, before: str | None, after: str | None) -> str:
        if (name, before, after) not in self._known:
            self._known[name, before, after] = self._table(name, before, after)
        return self._known[name, before, after]

    def _table(self, name: str, before: str | None, after: str | None) -> str:
        if before is None or after is None:
            return f"data: {name} {'is read now and was not' if before is None else 'was read and is not now'}"
        path = None if self.tables is None else self.tables / name / "table.csv"
        if path is None or not path.is_file():
            return f"data: {name} changed"
        past = History(path.parent).with_checksum(path.name, before)
        if past is None:
            return f"data: table {name} changed; git does not remember the one before, so the rows are not known"
        passport = tomllib.loads((path.parent / "dataset.toml").read_text(encoding="utf-8"))
        return f"data: table {name} changed: {changed_rows(past, path.read_bytes(), passport['primary_key'])}"

    def _code(self, old: Record, new: Record) -> list[str]:
        before, after = old.get("code", {}), new.get("code", {})
        names = [name for name in sorted({*before, *after}) if before.get(name) != after.get(name)]
        if not names:
            return []
        if "code" not in self._known:
            files = History(self.root).changed_since(self.baseline, CODE)
            self._known["code"] = f" (since the baseline was committed: {listed(files)})" if files else ""
        return [f"code: {', '.join(names)} changed{self._known['code']}"]


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
