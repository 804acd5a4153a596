"""Which rows of a table changed, by their key."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pandas as pd

from econ.sample import listed

__all__ = ["changed_rows"]

MOST = 5  # rows that are written out


def changed_rows(old: bytes, new: bytes, key: Sequence[str]) -> str:
    r"""In words, the rows of a CSV file that changed, came or went.

    Parameters
    ----------
    old, new
        The files.
    key
        Columns that tell rows apart.

    Examples
    --------
    >>> print(changed_rows(b"id,x\nA,1\nB,2\n", b"id,x\nA,1\nB,3\nC,4\n", ["id"]))
    1 row changed, 1 new; id=B: x 2, now 3; id=C: new
    """
    if not old.strip() or not new.strip():
        return "the file is empty" if old.strip() else "the file was empty"
    before, after = (pd.read_csv(io.BytesIO(one), dtype=str, keep_default_na=False) for one in (old, new))
    missing = [name for name in key if name not in before.columns or name not in after.columns]
    if missing or not key:
        return f"the columns are {listed(after.columns)}, were {listed(before.columns)}"
    before, after = (one.set_index(list(key)) for one in (before, after))
    for one in (before, after):
        one.index = pd.Index([_label(key, label) for label in one.index])
    columns = _columns(before, after)
    gone, fresh = before.index.difference(after.index), after.index.difference(before.index)
    both = before.index.intersection(after.index)
    if before.index.has_duplicates or after.index.has_duplicates:
        return "; ".join(["the key is no longer that of single rows", *columns])
    shared = [name for name in before.columns if name in after.columns]
    left, right = before.loc[both, shared], after.loc[both, shared]
    moved = both[(left != right).to_numpy().any(axis=1)]
    counts = [
        f"{len(moved)} row{'s' * (len(moved) != 1)} changed" if len(moved) else "",
        f"{len(fresh)} new" if len(fresh) else "",
        f"{len(gone)} gone" if len(gone) else "",
    ]
    written = [
        *(f"{label}: {_cells(left.loc[label], right.loc[label])}" for label in moved[:MOST]),
        *(f"{label}: new" for label in fresh[:MOST]),
        *(f"{label}: gone" for label in gone[:MOST]),
    ]
    order = "rows in another order" if list(before.index) != list(after.index) else "no cell of the old columns"
    return "; ".join([", ".join(filter(None, counts)) or order, *written, *columns])


def _label(key: Sequence[str], label: object) -> str:
    values = label if isinstance(label, tuple) else (label,)
    return ", ".join(f"{name}={value}" for name, value in zip(key, values, strict=True))


def _cells(old: pd.Series, new: pd.Series) -> str:
    return ", ".join(
        f"{name} {old[name] or 'missing'}, now {new[name] or 'missing'}" for name in old.index if old[name] != new[name]
    )


def _columns(before: pd.DataFrame, after: pd.DataFrame) -> list[str]:
    fresh, gone = after.columns.difference(before.columns), before.columns.difference(after.columns)
    return [f"columns {what}: {', '.join(names)}" for what, names in (("new", fresh), ("gone", gone)) if len(names)]
