"""The catalogue: every folder of `data/` that holds a table and its passport."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

import pandas as pd

from econ.datasets.passports import Passport, read_passport
from econ.datasets.schema import read_table
from econ.errors import DataError

__all__ = ["PASSPORT", "TABLE", "catalogue", "data_folder", "load", "passport", "reading_only", "verify"]

TABLE, PASSPORT = "table.csv", "dataset.toml"
DECLARED: ContextVar[tuple[str, ...] | None] = ContextVar("declared", default=None)


@contextmanager
def reading_only(names: tuple[str, ...]) -> Iterator[None]:
    """Within the block `load` gives these tables only, so that a dependency cannot be forgotten."""
    token = DECLARED.set(names)
    try:
        yield
    finally:
        DECLARED.reset(token)


def data_folder() -> Path:
    """Where the tables lie: in the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "data"
    return installed if installed.is_dir() else package.parent / "data"


def catalogue() -> pd.DataFrame:
    """One row a table: name, title, rows, coverage and licence.

    Examples
    --------
    >>> from econ.datasets import catalogue
    >>> "contributions" in set(catalogue()["name"])
    True
    """
    passports = [read_passport(folder / PASSPORT) for folder in _folders().values()]
    fields = ("name", "title", "nrows", "coverage", "licence")
    return pd.DataFrame([{field: getattr(one, field) for field in fields} for one in passports])


def _folders() -> dict[str, Path]:
    """Folder of each table by its name."""
    return {path.name: path for path in sorted(data_folder().iterdir()) if path.is_dir()}


def passport(name: str) -> Passport:
    """The passport of a table.

    Raises
    ------
    DataError
        If there is no such table, or its passport is broken.
    """
    folders = _folders()
    if name not in folders:
        raise DataError(f"no table {name!r}; there are {', '.join(folders)}")
    return read_passport(folders[name] / PASSPORT)


def verify(name: str) -> Passport:
    """Check a table against its passport: checksum, columns, types, keys and ranges.

    Raises
    ------
    DataError
        With what differs.
    """
    _read(name)
    return passport(name)


def load(name: str) -> pd.DataFrame:
    """A table, checked against its passport.

    Raises
    ------
    DataError
        If there is no such table, it differs from its passport, or an analysis did not declare it.

    Examples
    --------
    >>> from econ.datasets import load
    >>> load("dyads").query("creditor_iso3 == 'USA' and debtor_iso3 == 'MEX'")["contiguity"].item()
    1
    """
    declared = DECLARED.get()
    if declared is not None and name not in declared:
        raise DataError(f"the analysis reads table {name!r}, which is not among its INPUTS; add it there")
    return _loaded(name).copy()


@cache
def _loaded(name: str) -> pd.DataFrame:
    return _read(name)


def _read(name: str) -> pd.DataFrame:
    entry = passport(name)
    path = data_folder() / name / TABLE
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"table {name!r} has a passport but no {TABLE}") from error
    checksum = hashlib.sha256(content).hexdigest()
    if checksum != entry.sha256:
        raise DataError(
            f"{name}/{TABLE} has sha256 {checksum}, its passport says {entry.sha256}; "
            f"restore the file, or update the passport together with the table"
        )
    frame = read_table(content, entry)
    if len(frame) != entry.nrows:
        raise DataError(f"{name}/{TABLE} has {len(frame)} rows, its passport says {entry.nrows}")
    return frame
