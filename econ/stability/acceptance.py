"""A change of the baseline, which needs a reason."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from econ.errors import BaselineError
from econ.sample import listed
from econ.stability.baseline import read_baseline, write_baseline
from econ.stability.comparison import compare
from econ.stability.records import Record

__all__ = ["accept"]

ALL = "all"
HEADING = "# Accepted changes of coefficients\n"


def accept(path: Path, new: Mapping[str, Record], specification: str, why: str, *, log: Path) -> tuple[str, ...]:
    """Store new coefficients in a baseline, and the reason beside it.

    Parameters
    ----------
    path
        The baseline.
    new
        Records of the build.
    specification
        Name of one specification, or `all`.
    why
        The reason; it must not be empty.
    log
        Markdown file to which the reason is added.

    Returns
    -------
    tuple of str
        Specifications of which something moved, came or went. Where only data, code or environment behind the same
        numbers are others, these are stored too and counted in the log.

    Raises
    ------
    BaselineError
        If the reason is empty or there is no such specification.
    """
    if not why.strip():
        raise BaselineError("an accepted change needs a reason: --why 'what changed and why it is right'")
    with _alone(path):
        return _accepted(path, new, specification, " ".join(why.split()), log)


def _accepted(path: Path, new: Mapping[str, Record], specification: str, why: str, log: Path) -> tuple[str, ...]:
    old = _stored(path, replaceable=specification == ALL)
    chosen = sorted({*old, *new}) if specification == ALL else [specification]
    if specification not in {ALL, *old, *new}:
        raise BaselineError(f"no specification {specification!r}; the build makes {listed(sorted(new))}")
    moved = {finding.specification for finding in compare(old, new).findings}
    changed = tuple(name for name in chosen if name in moved)
    stored = {name: kept for name, kept in {**old, **{name: new.get(name) for name in chosen}}.items() if kept}
    if stored != old:
        same = sum(old.get(name) != stored.get(name) for name in chosen) - len(changed)
        behind = (f"{same} with the same numbers: what lies behind them is other",) if same else ()
        _log(log, (*changed, *behind), why)  # first: no change without its reason
        write_baseline(path, stored)
    return changed


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep other processes from storing at the same time, of which one would be lost."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.with_name(f".{path.name}.lock")
    try:
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL))
    except FileExistsError as error:
        raise BaselineError(
            f"another process stores into {path.name}; try again, or remove {lock.name} if none is left"
        ) from error
    try:
        yield
    finally:
        lock.unlink()


def _stored(path: Path, *, replaceable: bool) -> dict[str, Record]:
    """The stored records; none where there is no file, or where all of a broken one are to be replaced."""
    try:
        return read_baseline(path) if path.is_file() else {}
    except BaselineError:
        if replaceable:
            return {}
        raise


def _log(path: Path, changed: tuple[str, ...], why: str) -> None:
    text = path.read_text(encoding="utf-8") if path.is_file() else HEADING
    entry = "\n".join([f"\n- {why}", *(f"  - {name}" for name in changed)])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.rstrip("\n") + "\n" + entry + "\n", encoding="utf-8")
