"""A change of the baseline, which needs a reason."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from econ.errors import BaselineError
from econ.sample import listed
from econ.stability.baseline import Record, read_baseline, write_baseline

__all__ = ["accept"]

ALL = "all"
HEADING = "# Accepted changes of coefficients\n"


def accept(folder: Path, new: Mapping[str, Record], specification: str, why: str) -> tuple[str, ...]:
    """Store new coefficients in `folder`/baseline.json and the reason in `folder`/CHANGES.md.

    Parameters
    ----------
    folder
        The folder of the report.
    new
        Records of the build.
    specification
        Name of one specification, or `all`.
    why
        The reason; it must not be empty.

    Returns
    -------
    tuple of str
        Specifications that were stored or removed.

    Raises
    ------
    BaselineError
        If the reason is empty or there is no such specification.
    """
    if not why.strip():
        raise BaselineError("an accepted change needs a reason: --why 'what changed and why it is right'")
    path = folder / "baseline.json"
    old = _stored(path, replaceable=specification == ALL)
    chosen = sorted({*old, *new}) if specification == ALL else [specification]
    if specification not in {ALL, *old, *new}:
        raise BaselineError(f"no specification {specification!r}; the build makes {listed(sorted(new))}")
    changed = tuple(name for name in chosen if old.get(name) != new.get(name))
    stored = {name: kept for name, kept in {**old, **{name: new.get(name) for name in chosen}}.items() if kept}
    if changed:
        _log(folder / "CHANGES.md", changed, " ".join(why.split()))  # first: no change without its reason
        write_baseline(path, stored)
    return changed


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
    path.write_text(text.rstrip("\n") + "\n" + entry + "\n", encoding="utf-8")
