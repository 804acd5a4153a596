"""What a study found, as a table of `data/` that the report reads."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pandas as pd

from econ.errors import DataError

__all__ = ["record", "require_passport"]


def require_passport(folder: Path) -> Path:
    """The passport of a table in a checkout.

    Raises
    ------
    DataError
        If the folder has none.
    """
    passport = folder / "dataset.toml"
    if not passport.exists():
        raise DataError(f"no {passport.name} in {folder}; run the study in a checkout of the package")
    return passport


def record(table: pd.DataFrame, folder: Path) -> None:
    """Write a table and its size and checksum into its passport.

    Raises
    ------
    DataError
        If the folder has no passport.
    """
    passport = require_passport(folder)
    content = table.to_csv(index=False, lineterminator="\n").encode()
    text = passport.read_text(encoding="utf-8")
    for name, value in {"nrows": str(len(table)), "sha256": f'"{hashlib.sha256(content).hexdigest()}"'}.items():
        text = re.sub(rf"^{name} = .*$", f"{name} = {value}", text, count=1, flags=re.MULTILINE)
    (folder / "table.csv").write_bytes(content)
    passport.write_text(text, encoding="utf-8")
