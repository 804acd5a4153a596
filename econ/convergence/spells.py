"""Growth over spells of time: a row a unit and spell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.convergence.cube import Cube
from econ.errors import DataError, IdentificationError, OptionError
from econ.groups import Codes, Matrix, Vector
from econ.panels import shown
from econ.sample import Drop, Sample

__all__ = ["Spells", "require_span", "spells_of"]

OFF_GRID = 1e-9  # of a period
MOST = 100_000  # spells of a unit
AT_END, BETWEEN = "the end of a last spell", "neither start nor end of a spell"


@dataclass(frozen=True, eq=False, repr=False)
class Spells:
    """Spells of equal length.

    Attributes
    ----------
    cube
        The panel.
    starts, ends
        (m,) rows of the panel at the start and at the end of each spell.
    number
        (m,) which spell it is, in order of time.
    length
        Of a spell, in periods.
    """

    cube: Cube
    starts: Codes
    ends: Codes
    number: Codes
    length: float

    def sample(self, columns: dict[str, Matrix], repeats: int = 1) -> Sample:
        """The caller's rows at the starts, with further columns; all other rows are put down as left out.

        Parameters
        ----------
        columns
            (m, repeats) values by name.
        repeats
            How often each row of the table is there.

        Raises
        ------
        DataError
            If the caller's table has a column of that name.
        """
        whole = self.cube.sample
        taken = [name for name in columns if name in whole.data.columns]
        if taken:
            raise DataError(f"the table has a column {taken[0]!r}, the name of the regression's own; rename it")
        n = len(whole.data)
        places = np.arange(n * repeats).reshape(n, repeats)
        added = {}
        for name, values in columns.items():
            column = np.full((n, repeats), np.nan)
            column[whole.rows[self.starts]] = np.asarray(values).reshape(-1, repeats)
            added[name] = column.ravel()
        table = whole.data if repeats == 1 else whole.data.iloc[np.repeat(np.arange(n), repeats)].reset_index(drop=True)
        rest = np.setdiff1d(np.arange(whole.nobs), self.starts)
        at_end = np.isin(rest, self.ends)
        reasons = ((AT_END, rest[at_end]), (BETWEEN, rest[~at_end]))
        drops = [Drop(one.reason, places[one.rows].ravel()) for one in whole.drops]
        drops += [Drop(reason, places[whole.rows[rows]].ravel()) for reason, rows in reasons if rows.size]
        rows = places[np.sort(whole.rows[self.starts])].ravel()
        return Sample(table.assign(**added), rows, tuple(drops), whole=False)

    def numbers(self, sample: Sample, repeats: int = 1) -> Codes:
        """Numbers of the spells of the rows of a sample made by `sample`."""
        of_row = np.zeros(len(self.cube.sample.data), dtype=np.intp)
        of_row[self.cube.sample.rows[self.starts]] = self.number
        return of_row[sample.rows // repeats]


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
    IdentificationError, DataError, OptionError
        If there is one period, no unit is there at both ends of a spell, or times cannot be counted.
    """
    clock, times = cube.counted, cube.times.count
    if times < 2:  # noqa: PLR2004
        raise IdentificationError(f"{cube.times.name} has one value; growth needs two periods or more")
    length = float(clock[-1] - clock[0]) if span is None else float(span)
    grid = _grid(cube, clock, length)
    places = np.searchsorted(clock, grid - OFF_GRID)
    on_grid = np.abs(clock[np.minimum(places, times - 1)] - grid) <= OFF_GRID
    cells = np.where(on_grid[:, None], cube.cells[np.minimum(places, times - 1)], -1)
    starts, ends = cells[:-1].T.ravel(), cells[1:].T.ravel()  # units one after the other, each in order of time
    number = np.tile(np.arange(len(grid) - 1), cube.units.count)
    whole = (starts >= 0) & (ends >= 0)
    if not whole.any():
        raise IdentificationError(
            f"no {cube.units.name} has two values of {cube.times.name} that lie {length:g} apart, counted from "
            f"{shown(cube.time_labels[0])}; give another span"
        )
    return Spells(cube, starts[whole], ends[whole], number[whole], length)


def _grid(cube: Cube, clock: Vector, length: float) -> Vector:
    """Times at which spells start or end."""
    count = (clock[-1] - clock[0]) / length + OFF_GRID
    if count > MOST:
        raise OptionError(
            f"spells of {length:g} from {shown(cube.time_labels[0])} on would be {count:.3g}; give a longer span"
        )
    return np.asarray(clock[0] + length * np.arange(int(count) + 1))
