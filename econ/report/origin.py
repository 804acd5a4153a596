"""Where in the code of an analysis something was made."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Origin", "written_here"]

PACKAGE = str(Path(__file__).resolve().parents[1] / "_")[:-1]  # with the separator: `econometrics` is not ours


@dataclass(frozen=True)
class Origin:
    """A line of a file."""

    path: str
    line: int


def written_here() -> Origin | None:
    """The nearest line, going up the calls, that is not code of this package; None where there is none."""
    frame = sys._getframe(1)  # noqa: SLF001 - what the standard library's warnings do
    while frame is not None and _ours(frame.f_code.co_filename):
        frame = frame.f_back  # type: ignore[assignment]
    return None if frame is None else Origin(frame.f_code.co_filename, frame.f_lineno)


def _ours(filename: str) -> bool:
    return filename.startswith((PACKAGE, "<"))
