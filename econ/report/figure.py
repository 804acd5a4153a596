"""A figure as an SVG drawing that is the same bytes whenever it is drawn."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from econ.errors import OptionError
from econ.report.origin import Origin, written_here
from econ.report.tables import NAME

__all__ = ["Figure", "drawing"]

STYLE = {
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.dpi": 100,
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "svg.fonttype": "path",
}
LONG_NUMBER = re.compile(r"-?\d+\.\d{4,}")
DIGITS = 6  # of a coordinate: finer than any screen, and the same on every processor


@dataclass(frozen=True)
class Figure:
    """A figure of the report.

    Attributes
    ----------
    name
        File name without ending.
    title
        What it shows.
    alt
        The same in words, for readers who do not see it.
    svg
        The drawing.
    notes
        What the reader must know.
    origin
        Where it was made; found by itself.
    """

    name: str
    title: str
    alt: str
    svg: str
    notes: tuple[str, ...] = ()
    origin: Origin | None = field(default_factory=written_here)

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise OptionError(f"figure name {self.name!r}: use lower case letters, digits and underscores")


class Canvas:
    """Axes to draw on; the SVG text is there when the `with` block has ended."""

    def __init__(self, axes: Any) -> None:
        self.axes = axes
        self.svg = ""


@contextmanager
def drawing(name: str, *, columns: int = 1, width: float = 7.5, height: float = 3.6) -> Iterator[Canvas]:
    """Axes in the style of the report, written as SVG without clock, random ids or fonts of the reader.

    Parameters
    ----------
    name
        Seeds the ids inside the drawing.
    columns
        Number of axes side by side; `canvas.axes` is an array of them.
    width, height
        Inches.
    """
    import matplotlib as mpl  # noqa: PLC0415 - the report's only, and slow
    import matplotlib.style  # noqa: PLC0415
    import seaborn as sns  # noqa: PLC0415
    from matplotlib.figure import Figure as Drawing  # noqa: PLC0415

    ours = {**sns.axes_style("whitegrid"), **STYLE, "svg.hashsalt": name}
    with mpl.style.context(["default", ours]):  # whatever the reader's own settings are
        figure = Drawing(figsize=(width, height), layout="constrained")
        canvas = Canvas(figure.subplots(1, columns, squeeze=False)[0])
        yield canvas
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    canvas.svg = LONG_NUMBER.sub(_shortened, buffer.getvalue())


def _shortened(match: re.Match[str]) -> str:
    return f"{float(match.group()):.{DIGITS}g}"
