"""What a change of a column does to the rows of a model: derivatives, and differences between values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from econ.design import numeric
from econ.errors import DataError, NotDefinedError
from econ.groups import Vector
from econ.predictions.model import Columns, Model, Rows

__all__ = ["Change", "Difference", "Slope", "changes", "require_determined"]

STEPS = np.array([[1e-3], [-1e-3], [2e-3], [-2e-3]])  # of a size; the fourth power is the error when extrapolated
SEEN = 1e-6  # of a value: a step that is not lost in its digits


@dataclass(frozen=True, eq=False)
class Slope:
    """The derivative by a column: (m, ...) of regressors, offset and variables with slopes."""

    name: str
    along: Rows

    @property
    def all(self) -> tuple[Rows, ...]:
        """All rows that are made for it."""
        return (self.along,)


@dataclass(frozen=True, eq=False)
class Difference:
    """Two values of a column in turn, all else as it is."""

    name: str
    high: Rows
    low: Rows

    @property
    def all(self) -> tuple[Rows, ...]:
        """All rows that are made for it."""
        return (self.high, self.low)


Change = Slope | Difference


def changes(model: Model, table: pd.DataFrame, rows: Rows, name: str) -> Iterator[Change]:
    """The changes of a column that effects are reported of, on the (m,) rows of a table.

    From zero to one where the rows used have these values only, from the first category to each other one where it
    makes categories, and a small one elsewhere.

    Raises
    ------
    NotDefinedError
        If an expression makes categories of the column, or it is absorbed.
    DataError
        If the derivative is not finite in some row.
    """
    if any(name in term.columns for term in model.absorbed.terms):
        raise NotDefinedError(f"{name} is absorbed, so that changes of it have no effect that is estimated")

    def at(values: Any) -> Columns:
        moved = table.copy(deep=False)
        moved[name] = values
        return model.reading(name, moved)

    levels = _categories(model, name)
    if levels is None and not _zero_or_one(model, name):
        columns = _derivatives(at, numeric(table[name]), numeric(model.table[name]))
        yield Slope(name, _finite(rows.only(columns), table, name))
        return
    low, *others = (0.0, 1.0) if levels is None else levels
    base = _finite(rows.replaced(at(low)), table, name)
    for high in others:
        label = name if levels is None else f"{name}: {high} - {low}"
        yield Difference(label, _finite(rows.replaced(at(high)), table, name), base)


def require_determined(model: Model, change: Change, table: pd.DataFrame) -> None:
    """Stop at a change whose effect on some row the rows used leave open.

    Raises
    ------
    NotDefinedError
        With the row.
    """
    wrong = np.flatnonzero(~np.logical_and.reduce([model.determined(rows) for rows in change.all]))
    if wrong.size:
        raise NotDefinedError(
            f"the rows used leave open the effect of {change.name} in row {table.index[wrong[0]]!r} ({wrong.size} such "
            "rows): nothing varies within its level of an absorbed effect, or a term was left out that could not be "
            "told from others; average over other rows with `data`"
        )


def _finite(rows: Rows, table: pd.DataFrame, name: str) -> Rows:
    wrong = np.flatnonzero(~rows.finite())
    if wrong.size:
        raise DataError(
            f"a term has no finite value when {name} changes in row {table.index[wrong[0]]!r} ({wrong.size} such "
            "rows); leave these rows out of `data`"
        )
    return rows


def _categories(model: Model, name: str) -> Sequence[Any] | None:
    """The categories of a column in order; None where it makes none."""
    found = [part.recipe.categories[name] for part in model.parts if name in part.recipe.categories]
    if not all(found):
        raise NotDefinedError(
            f"categories are made of {name} by an expression; make them a column and ask for the effect of that"
        )
    return found[0] if found else None


def _zero_or_one(model: Model, name: str) -> bool:
    values = numeric(model.table[name])
    return bool(((values == 0) | (values == 1)).all())


def _derivatives(at: Callable[[Vector], Columns], x: Vector, own: Vector) -> Columns:
    """Central differences of the columns, extrapolated once (Richardson)."""
    up, down, far_up, far_down = (x + step for step in _sizes(x, own) * STEPS)
    near_columns, far_columns = _differences(at, up, down), _differences(at, far_up, far_down)
    return {key: (4 * near - far_columns[key]) / 3 for key, near in near_columns.items()}


def _differences(at: Callable[[Vector], Columns], up: Vector, down: Vector) -> Columns:
    above, below = at(up), at(down)
    return {key: (column - below[key]) / (up - down) for key, column in above.items()}


def _sizes(x: Vector, own: Vector) -> Vector:
    """(m,) sizes of which a step is a part: that of the column, or of the value where all have one sign."""
    scale = float(own.std()) or float(np.abs(own).max()) or 1.0
    size = np.where(x == 0, 1.0, np.abs(x))
    if own.min() < 0 < own.max():
        return np.maximum(scale, SEEN * size)
    sizes: Vector = np.maximum(np.minimum(size, scale), SEEN * size)
    return sizes
