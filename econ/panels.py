"""Units and periods: means of units, tables with one row a unit, and which row comes before which."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from econ.errors import CollinearError, DataError, FormulaError, IdentificationError, OptionError
from econ.formula import Formula
from econ.groups import Codes, Groups, Mask, Matrix, Vector, factorize
from econ.sample import Sample, Units, require_order
from econ.solve import weighted

__all__ = [
    "columns_of",
    "first_rows",
    "means",
    "naming",
    "of_units",
    "only_regressors",
    "periods",
    "previous",
    "require_columns",
    "require_free",
    "require_level",
    "require_once",
    "same_within",
    "shown",
    "varying",
]

CONSTANT = 1e-10  # deviations from a mean that are rounding, relative to the column


def require_columns(estimator: str, *columns: str | None) -> None:
    """Check options that name a column.

    Raises
    ------
    OptionError
        If one is no text.
    """
    wrong = [column for column in columns if not isinstance(column, str) or not column]
    if wrong:
        raise OptionError(f"{estimator} with {wrong[0]!r} in place of a column: name the columns of units and periods")


def require_level(estimator: str, value: object) -> None:
    """Stop at a term that is a logarithm, where one is taken.

    Raises
    ------
    OptionError
        With what to give.
    """
    if isinstance(value, str) and re.search(r"\blog(10|2|1p)?\(", value):
        raise OptionError(f"{estimator} takes the logarithm itself, and {value!r} is one; give the level")


def require_free(time: str, names: tuple[str, ...]) -> None:
    """Stop at a column of periods that has the name of a column of the result.

    Raises
    ------
    OptionError
        With the name.
    """
    if time in names:
        raise OptionError(f"the column of periods is called {time!r}, as a column of the result is; rename it")


def columns_of(name: str) -> tuple[str, ...]:
    """The columns of a unit: `a^b` stands for the combinations of two."""
    return tuple(name.split("^"))


def only_regressors(formula: Formula, estimator: str) -> None:
    """Stop at a formula with absorbed effects or instruments.

    Raises
    ------
    FormulaError
        With what to do instead.
    """
    if formula.instruments:
        raise FormulaError(f"{formula.text!r}: {estimator} takes no instruments; use IV")
    if formula.effects:
        names = " + ".join(f"C({effect.name})" for effect in formula.effects)
        raise FormulaError(f"{formula.text!r}: {estimator} absorbs no effects; write {names} among the regressors")


@contextmanager
def naming(where: str) -> Iterator[None]:
    """Say in which table regressors are collinear.

    Raises
    ------
    CollinearError, IdentificationError
        As they come, with the table before them.
    """
    try:
        yield
    except CollinearError as error:
        raise CollinearError(f"{where}: {error}", error.terms) from error
    except IdentificationError as error:
        raise IdentificationError(f"{where}: {error}") from error


def means(groups: Groups, table: Matrix, w: Vector | None) -> Matrix:
    """(count, q) weighted means of the columns of (n, q) within groups."""
    return groups.sums(weighted(w, table)) / groups.totals(w)[:, None]


def varying(table: Matrix, deviations: Matrix) -> Mask:
    """Columns whose deviations from their means are more than rounding."""
    moves: Mask = np.linalg.norm(deviations, axis=0) > CONSTANT * np.linalg.norm(table, axis=0)
    return moves


def first_rows(groups: Groups) -> Codes:
    """(count,) first row of each group."""
    first = np.empty(groups.count, dtype=np.intp)
    first[groups.codes[::-1]] = np.arange(groups.codes.size)[::-1]  # the last to be written stays
    return first


def of_units(sample: Sample, units: Groups) -> Sample:
    """The sample with one row a unit: its first, and the columns that are the same in all of its rows."""
    first = first_rows(units)
    kept = [name for name in sample.data.columns if same_within(units, first, sample.column(name))]
    behind = Units(units.name, sample.data, sample.rows, units.codes)
    return replace(sample, data=sample.data[kept], rows=sample.rows[first], whole=False, units=behind)


def same_within(groups: Groups, first: Codes, column: pd.Series) -> bool:
    """Whether a column is the same in all rows of each group, or missing in all of them."""
    values = column.to_numpy() if column.dtype.kind in "iufbM" else _labelled(column)
    if values is None:
        return False
    leading = values[first][groups.codes]
    return bool(((values == leading) | ((values != values) & (leading != leading))).all())  # noqa: PLR0124 - missing


def _labelled(column: pd.Series) -> Codes | None:
    """A number for each distinct value; None where values cannot be told apart."""
    try:
        codes: Codes = pd.factorize(column, use_na_sentinel=False)[0]
    except TypeError:
        return None
    return codes


def periods(sample: Sample, time: str) -> Groups:
    """Distinct values of a column in order, also of rows left out; an ordered categorical keeps its order."""
    column = sample.data[time]
    require_order(column)
    known = np.flatnonzero(column.notna().to_numpy())
    ordered = isinstance(column.dtype, pd.CategoricalDtype) and column.cat.ordered
    values = column.cat.codes.to_numpy() if ordered else column.to_numpy()
    found = factorize(time, values[known])
    codes = np.full(len(column), -1, dtype=np.intp)
    codes[known] = found.codes
    return Groups(time, codes[sample.rows], found.count)


def require_once(sample: Sample, units: Groups, when: Groups) -> None:
    """Stop at a unit that has a period more than once.

    Raises
    ------
    DataError
        With the unit, the period and the rows.
    """
    keys = units.codes * when.count + when.codes
    order = np.argsort(keys, kind="stable")
    again = np.flatnonzero(keys[order][1:] == keys[order][:-1])
    if again.size:
        one, other = order[again[0]], order[again[0] + 1]
        unit = ", ".join(shown(sample.column(name).iloc[one]) for name in columns_of(units.name))
        raise DataError(
            f"{units.name} {unit} has {when.name} {shown(sample.column(when.name).iloc[one])} more than once: in row "
            f"{shown(sample.labels[one])} and row {shown(sample.labels[other])} ({again.size} such rows); "
            "aggregate or drop them"
        )


def shown(value: Any) -> str:
    """A cell in a message, without the name of its type."""
    return repr(value.item() if isinstance(value, np.generic) else value)


def previous(units: Groups, when: Groups) -> Codes:
    """(n,) row of the same unit one period before; -1 where there is none. Each period is there once."""
    keys = units.codes * when.count + when.codes
    order = np.argsort(keys, kind="stable")
    follows = (np.diff(keys[order]) == 1) & (when.codes[order[1:]] > 0)
    before = np.full(keys.size, -1, dtype=np.intp)
    before[order[1:][follows]] = order[:-1][follows]
    return before
