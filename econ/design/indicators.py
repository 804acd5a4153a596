"""Indicators `i(factor)` and `i(factor, x, ref=...)`: one column for each level but the reference."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from econ.design.columns import numeric
from econ.errors import DataError, FormulaError, IdentificationError
from econ.formula import split
from econ.groups import Matrix
from econ.sample import Sample, listed

__all__ = ["Indicators", "indicators"]

CALL = re.compile(r"i\((?P<inside>.*)\)", re.DOTALL)
QUOTED = re.compile(r"`[^`]+`")


@dataclass(frozen=True)
class Indicators:
    """What an `i(...)` names: the factor, the variable it multiplies, and the levels left out."""

    text: str
    factor: str
    variable: str | None
    references: tuple[Any, ...]

    @property
    def variables(self) -> list[str]:
        """Columns that it reads."""
        return [self.factor] if self.variable is None else [self.factor, self.variable]

    def evaluate(self, sample: Sample, on: pd.DataFrame | None = None) -> tuple[tuple[str, ...], Matrix]:
        """Names and columns, with the levels of the sample, on its rows or on another table."""
        levels = self._levels(sample)
        table = sample.data.iloc[sample.rows] if on is None else on
        column = table[self.factor]
        X = np.column_stack([column.to_numpy() == level for level in levels]).astype(np.float64)
        suffix = ""
        if self.variable is not None:
            X *= numeric(table[self.variable])[:, None]
            suffix = f":{self.variable}"
        known = column.notna() if on is None else column.isin(self.categories(sample))
        X[~known.to_numpy()] = np.nan
        return tuple(f"{self.factor}::{_shown(level)}{suffix}" for level in levels), X

    def categories(self, sample: Sample) -> tuple[Any, ...]:
        """Levels of the sample, references first."""
        return (*self.references, *self._levels(sample))

    def _levels(self, sample: Sample) -> list[Any]:
        try:
            levels = sorted(sample.column(self.factor).unique().tolist())
        except TypeError as error:
            raise DataError(f"column {self.factor!r} mixes types that cannot be ordered; make them all text") from error
        unknown = [ref for ref in self.references if ref not in levels]
        if unknown:
            raise IdentificationError(
                f"{self.text}: no row used has the reference {listed(unknown)}; the levels are {listed(levels)}"
            )
        kept = [level for level in levels if level not in self.references]
        if not kept:
            raise IdentificationError(f"{self.text} leaves no level to estimate; {self.factor} has {listed(levels)}")
        return kept


def indicators(part: str) -> Indicators | None:
    """An `i(...)` taken apart, or None where a term is none.

    Raises
    ------
    FormulaError
        If its arguments are not a factor, at most one variable and `ref=`.
    """
    found = CALL.fullmatch(part.strip())
    if not found:
        return None
    arguments = [argument.strip() for argument in split(found["inside"], ",")]
    references = [argument for argument in arguments if re.match(r"ref\s*=(?!=)", argument)]
    names = [argument for argument in arguments if argument not in references]
    plain = all(QUOTED.fullmatch(name) or re.fullmatch(r"[^\W\d]\w*", name) for name in names)
    if not 1 <= len(names) <= 2 or len(references) > 1 or not plain:  # noqa: PLR2004
        raise FormulaError(f"{part!r}: write i(factor), i(factor, x) or i(factor, ref=level)")
    factor, *variable = [name.strip("`") for name in names]
    return Indicators(part, factor, variable[0] if variable else None, _references(part, references))


def _references(part: str, arguments: list[str]) -> tuple[Any, ...]:
    if not arguments:
        return ()
    try:
        value = ast.literal_eval(arguments[0].split("=", 1)[1].strip())
    except (ValueError, SyntaxError) as error:
        raise FormulaError(f"{part!r}: ref= takes a number, a text in quotes, or a list of these") from error
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def _shown(level: Any) -> str:
    return str(int(level)) if isinstance(level, float) and level.is_integer() else str(level)
