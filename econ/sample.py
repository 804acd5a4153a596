"""Which rows of a table an estimation used, and why the others were left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from econ.errors import DataError, MissingColumnError, NotDefinedError, OptionError
from econ.groups import Codes, Groups, Mask, factorize, intersection

__all__ = ["Drop", "Sample", "Units", "listed"]

YEAR = 4  # digits, which come first in texts that sort as time


@dataclass(frozen=True, eq=False)
class Drop:
    """Rows that an estimation leaves out, and why."""

    reason: str
    rows: Codes  # positions in the caller's table


@dataclass(frozen=True, eq=False, repr=False)
class Units:
    """The rows behind a sample whose rows are whole units."""

    name: str  # column of units
    data: pd.DataFrame  # the caller's table
    rows: Codes  # (n,) positions of the rows used in it
    codes: Codes  # (n,) which unit


@dataclass(frozen=True, eq=False, repr=False)
class Sample:
    """Which rows of the caller's table an estimation used.

    Attributes
    ----------
    data
        The caller's table; later changes to it are not seen (copy on write).
    rows
        (n,) positions of the rows used, in the caller's order.
    drops
        Rows left out, by reason, in the order in which they were left out.
    whole
        Whether `rows` are all rows of the table in their order, so that no column need be copied.
    units
        Where a row stands for a whole unit, the rows behind it: `rows` are then the first row of each unit, and
        `data` has the columns that are the same in all rows of a unit.
    """

    data: pd.DataFrame
    rows: Codes
    drops: tuple[Drop, ...] = ()
    whole: bool = False
    units: Units | None = None

    def __repr__(self) -> str:
        """Rows used and dropped."""
        return f"<sample of {self.nobs} of {len(self.data)} rows; dropped: {self.dropped}>"

    @property
    def nobs(self) -> int:
        """Number of rows used."""
        return int(self.rows.size)

    @property
    def table(self) -> pd.DataFrame:
        """The caller's table with all of its columns."""
        return self.data if self.units is None else self.units.data

    def behind(self, chosen: Mask) -> Codes:
        """Positions in the caller's table of the rows that make the chosen (n,) rows of the sample."""
        return self.rows[chosen] if self.units is None else self.units.rows[chosen[self.units.codes]]

    @property
    def dropped(self) -> dict[str, int]:
        """Number of rows left out, by reason."""
        counts: dict[str, int] = {}
        for drop in self.drops:  # a reason can come back: singletons leave singletons behind
            counts[drop.reason] = counts.get(drop.reason, 0) + int(drop.rows.size)
        return counts

    def column(self, name: str) -> pd.Series:
        """A column of the caller's table on the rows used.

        Raises
        ------
        MissingColumnError
            If the table has no such column.
        NotDefinedError
            If a row stands for a unit within which the column is not constant.
        """
        if name not in self.data.columns:
            if self.units is not None:
                raise NotDefinedError(
                    f"a row of this fit is a whole {self.units.name}, and no column {name!r} is the same in all rows "
                    f"of each; there are {listed(self.data.columns)}"
                )
            hint = (
                "; it is a level of the index, reset_index() makes it a column" if name in self.data.index.names else ""
            )
            raise MissingColumnError(f"no column {name!r}; the table has {listed(self.data.columns)}{hint}")
        return self.data[name] if self.whole else self.data[name].iloc[self.rows]

    @property
    def labels(self) -> pd.Index:
        """(n,) labels of the rows used in the caller's index."""
        return self.data.index if self.whole else self.data.index[self.rows]

    def groups(self, name: str) -> Groups:
        """The groups that a column of labels makes of the rows used; `a^b` combines columns.

        Raises
        ------
        OptionError, DataError
            If the name is no text, or a label is missing or cannot be put in order.
        """
        if not isinstance(name, str):
            raise OptionError(f"{name!r} is no name of a column; give a text")
        if name not in self._known:
            self._known[name] = self._grouped(name)
        return self._known[name]

    @cached_property
    def _known(self) -> dict[str, Groups]:
        """Groups that were asked for before: many covariances of a sample ask for the same."""
        return {}

    def _grouped(self, name: str) -> Groups:
        if name not in self.data.columns and "^" in name:
            return intersection(tuple(self.groups(part) for part in name.split("^")))
        column = self.column(name)
        missing = np.flatnonzero(column.isna().to_numpy())
        if missing.size:
            first = self.data.index[self.rows[missing[0]]]
            message = (
                f"column {name!r} is missing in {missing.size} of the {self.nobs} rows used "
                f"(first: row {first!r}); fill it, or drop these rows before fitting"
            )
            raise DataError(message)
        ordered = isinstance(column.dtype, pd.CategoricalDtype) and column.cat.ordered
        return factorize(name, column.cat.codes.to_numpy() if ordered else column.to_numpy())

    def labels_of(self, name: str) -> pd.Index:
        """(count,) what the groups of `groups(name)` are called; tuples for a combination `a^b`."""
        first = np.unique(self.groups(name).codes, return_index=True)[1]
        names = [name] if name in self.data.columns else name.split("^")
        columns = [self.column(one).iloc[first] for one in names]
        return pd.Index(columns[0], name=name) if len(columns) == 1 else pd.MultiIndex.from_arrays(columns, names=names)

    def periods(self, name: str) -> Groups:
        """The groups of a column of times, in their order.

        Raises
        ------
        DataError
            If they are texts whose order is not that of time.
        """
        if name not in self._ordered:
            require_order(self.column(name))
            self._ordered.add(name)
        return self.groups(name)

    @cached_property
    def _ordered(self) -> set[str]:
        """Columns whose order in time was found to be known."""
        return set()

    def without(self, drop: Mask, reason: str) -> Sample:
        """The sample less the rows where `drop` (n,) is true, which are put down under `reason`."""
        if not drop.any():
            return self
        gone = Drop(reason, self.rows[drop])
        return replace(self, rows=self.rows[~drop], drops=(*self.drops, gone), whole=False)

    @property
    def lost(self) -> pd.DataFrame:
        """Every row left out: its label in the caller's index and the reason."""
        parts = [pd.DataFrame({"row": self.data.index[drop.rows], "reason": drop.reason}) for drop in self.drops]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({"row": [], "reason": []})


def require_order(time: pd.Series) -> None:
    """Stop at texts that sort as text but not as time: names of months, numbers of several lengths, years at the end.

    Raises
    ------
    DataError
        With two of them.
    """
    if isinstance(time.dtype, pd.CategoricalDtype) and time.cat.ordered:
        return
    labels = [label for label in time.dropna().unique() if isinstance(label, str)]
    forms = {"".join("0" if letter.isdigit() else letter for letter in label): label for label in labels}
    late = any(len(groups) > 1 and len(groups[0]) != YEAR for groups in (re.findall("0+", form) for form in forms))
    if len(forms) > 1 or late or any("0" not in form for form in forms):
        shown = " and ".join(repr(label) for label in list(forms.values())[:2])
        raise DataError(
            f"{time.name!r} holds texts such as {shown}, whose order in time is not known; use numbers or dates, or an "
            "ordered categorical"
        )


def listed(names: Sequence[Any] | pd.Index, most: int = 12) -> str:
    """Names in a row for an error message, cut after the first dozen."""
    shown = ", ".join(repr(name) for name in list(names)[:most])
    return shown + (f", ... ({len(names)} in all)" if len(names) > most else "")
