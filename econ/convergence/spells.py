"""Growth over spells of time: a row a unit and spell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from econ.convergence.cube import Cube
from econ.errors import DataError, IdentificationError, OptionError
from econ.groups import Codes, Matrix

__all__ = ["Spells", "require_span", "spells_of"]

OFF_GRID = 1e-9  # of a period


@dataclass(frozen=True, eq=False, repr=False)
class Spells:
    """Spells of equal length.

    Attributes
    ----------
    cube
        The panel.
    starts, ends
        (m,) rows of the panel at the start and at the end of each spell.
    length
        Of a spell, in periods.
    remarks
        What was left out.
    """

    cube: Cube
    starts: Codes
    ends: Codes
    length: float
    remarks: tuple[str, ...]

    def table(self, columns: dict[str, Matrix]) -> pd.DataFrame:
        """The caller's rows at the starts, with further columns.

        Raises
        ------
        DataError
            If the caller's table has a column of that name.
        """
        frame = self.cube.sample.data.iloc[self.cube.sample.rows[self.starts]]
        taken = [name for name in columns if name in frame.columns]
        if taken:
            raise DataError(
                f"the table has a column {taken[0]!r}, which is what the regression calls its own; rename it"
            )
        return frame.assign(**columns)


def require_span(span: object) -> None:
    """Stop at a length of spells that is none.

    Raises
    ------
    OptionError
        If it is neither None nor a number above zero.
    """
    number = isinstance(span, int | float | np.number) and not isinstance(span, bool)
    if span is not None and not (number and 0 < span < np.inf):  # type: ignore[operator]
        raise OptionError(f"span={span!r}: give the periods of a spell, or None for one from the first to the last")


def spells_of(cube: Cube, span: float | None) -> Spells:
    """Spells that follow each other from the first period on; None for one from the first to the last period.

    Raises
    ------
    IdentificationError, DataError
        If there is one period, or no unit is there at both ends of a spell; periods that are no numbers.
    """
    clock, times = cube.clock, cube.times.count
    if times < 2:  # noqa: PLR2004
        raise IdentificationError(f"{cube.times.name} has one value; growth needs two periods or more")
    length = float(clock[-1] - clock[0]) if span is None else float(span)
    grid = clock[0] + length * np.arange(int((clock[-1] - clock[0]) / length + OFF_GRID) + 1)
    places = np.searchsorted(clock, grid - OFF_GRID)
    on_grid = np.abs(clock[np.minimum(places, times - 1)] - grid) <= OFF_GRID
    cells = np.where(on_grid[:, None], cube.cells[np.minimum(places, times - 1)], -1)
    starts, ends = cells[:-1].T.ravel(), cells[1:].T.ravel()  # units one after the other, each in order of time
    whole = (starts >= 0) & (ends >= 0)
    if not whole.any():
        raise IdentificationError(
            f"no {cube.units.name} has {cube.times.name} {grid[0]:g} and {length:g} later; give another span"
        )
    units = np.unique(cube.units.codes[starts[whole]]).size
    lost = cube.units.count - units
    remarks = (
        [f"{lost} of {cube.units.count} {cube.units.name} are at both ends of no spell and left out"] if lost else []
    )
    remarks += [f"{count:,} rows {reason}" for reason, count in cube.sample.dropped.items()]
    return Spells(cube, starts[whole], ends[whole], length, tuple(remarks))
