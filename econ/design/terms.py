"""A sum of terms to columns; the only importer of formulaic."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from econ.design.columns import INTERCEPT, numeric, text_column
from econ.design.indicators import Indicators, indicators
from econ.errors import DataError, FormulaError, IdentificationError
from econ.formula import plain, split
from econ.groups import Matrix, Vector
from econ.sample import Sample

__all__ = ["evaluate", "evaluate_response", "variables"]

COLOUR_CODES = re.compile(r"\x1b\[[0-9;]*m|[⧛⧚]")
Columns = tuple[tuple[str, ...], list[Vector]]


def evaluate(text: str, sample: Sample, on: pd.DataFrame | None = None) -> Columns:
    """Names and columns of a sum of terms on the rows of a sample, or on another table as the sample has them.

    Raises
    ------
    FormulaError, DataError, IdentificationError
        With the term, column or row that is wrong.
    """
    rest, special = _parts(text)
    names = plain(rest, sample.data.columns)
    if names is None:
        found, X = _formulaic_columns(text, _formulaic(text, "1", rest).rhs, sample, on)
        columns = list(X.T)
    else:
        source = sample.column if on is None else on.__getitem__
        columns = [numeric(source(name)) for name in names]
        size = sample.nobs if on is None else len(on)
        found, columns = (INTERCEPT, *names), [np.ones(size), *columns]
    for one in special:
        more, Z = one.evaluate(sample, on)
        found, columns = (*found, *more), [*columns, *Z.T]
    if len(set(found)) < len(found):
        raise FormulaError(f"{text!r}: a term stands more than once")
    return found, columns


def evaluate_response(text: str, sample: Sample) -> Vector:
    """The one column of a response.

    Raises
    ------
    FormulaError
        If it makes several columns.
    """
    names = plain(text, sample.data.columns)
    if names is not None and len(names) == 1:
        return numeric(sample.column(names[0]))
    found, y = _formulaic_columns(text, _formulaic(text, text, "1").lhs, sample, None)
    if len(found) != 1:
        raise FormulaError(f"{text!r}: the response makes {len(found)} columns; it has to make one")
    return y[:, 0]


def variables(text: str, data: pd.DataFrame) -> list[str]:
    """Columns that a sum of terms reads."""
    rest, special = _parts(text)
    names = plain(rest, data.columns)
    found = list(names) if names is not None else _required(text, _formulaic(text, "1", rest).rhs, data)
    return list(dict.fromkeys([*found, *(name for one in special for name in one.variables)]))


def _parts(text: str) -> tuple[str, list[Indicators]]:
    """The sum without its `i(...)`, and these."""
    parts = [part.strip() for part in split(text, "+")]
    special = [one for one in map(indicators, parts) if one is not None]
    rest = " + ".join(part for part in parts if indicators(part) is None)
    return rest or "1", special


def _formulaic(text: str, response: str, terms: str) -> Any:
    from formulaic import Formula  # noqa: PLC0415 - costs more than a fit
    from formulaic.errors import FormulaicError  # noqa: PLC0415

    try:
        parts = Formula(f"{response} ~ {terms}")
        empty = response != "1" and not parts.lhs.required_variables
    except (AttributeError, FormulaicError, SyntaxError, ValueError) as error:
        raise FormulaError(f"{text!r} does not parse: {_sentence(error)}") from error
    if empty:
        raise FormulaError(f"{text!r}: the response names no column")
    return parts


def _required(text: str, part: Any, data: pd.DataFrame) -> list[str]:
    from formulaic.errors import FormulaicError  # noqa: PLC0415

    try:
        names = sorted(set(part.required_variables))
    except (FormulaicError, SyntaxError, ValueError) as error:
        raise FormulaError(f"{text!r} does not parse: {_sentence(error)}") from error
    for name in names:
        if name not in data.columns and re.search(rf"\b{re.escape(name)}\s*\(", text):
            raise FormulaError(f"{text!r}: there is no function {name!r}; numpy's are np.{name}")
    return names


def response_variables(text: str, data: pd.DataFrame) -> list[str]:
    """Columns that a response reads.

    Raises
    ------
    FormulaError
        If there is none.
    """
    names = plain(text, data.columns)
    if names == ():
        raise FormulaError(f"{text!r}: the response names no column")
    if names is not None and len(names) == 1:
        return list(names)
    return _required(text, _formulaic(text, text, "1").lhs, data)


def _formulaic_columns(text: str, part: Any, sample: Sample, on: pd.DataFrame | None) -> tuple[tuple[str, ...], Matrix]:
    matrix = _model_matrix(text, part, _typed(part, sample.data.iloc[sample.rows]))
    if on is not None:
        matrix = _model_matrix(text, matrix.model_spec, _typed(part, on))
    return tuple(map(str, matrix.columns)), matrix.to_numpy(np.float64)


def _typed(part: Any, data: pd.DataFrame) -> pd.DataFrame:
    """Numbers as floats, so that no integer overflows inside a term; categories without those that do not occur.

    Columns inside `C(...)` keep their type, of which the names of the categories are made.
    """
    factors = {factor for term in part for factor in term.factors}
    categories = {name for factor in factors if _categorical(factor) for name in _columns_of(factor, data)}
    changed = {}
    for factor in factors:
        for name in _columns_of(factor, data):
            column = data[name]
            if factor.eval_method.value == "lookup":
                numeric(column)  # a bare name has to be a number, whatever other terms make of it
            if isinstance(column.dtype, pd.CategoricalDtype):
                changed[name] = column.cat.remove_unused_categories()
            elif name not in categories and not text_column(column):
                changed[name] = pd.Series(numeric(column), index=column.index)
    return data.assign(**changed)


def _categorical(factor: Any) -> bool:
    return str(factor.expr).startswith("C(")


def _columns_of(factor: Any, data: pd.DataFrame) -> list[str]:
    from formulaic import SimpleFormula  # noqa: PLC0415
    from formulaic.parser.types import Term  # noqa: PLC0415

    return [name for name in SimpleFormula([Term([factor])]).required_variables if name in data.columns]


def _model_matrix(text: str, part: Any, data: pd.DataFrame) -> pd.DataFrame:
    from formulaic.errors import FormulaicError  # noqa: PLC0415

    try:
        with np.errstate(all="ignore"):
            matrix: pd.DataFrame = part.get_model_matrix(data, context={"np": np}, na_action="ignore")
    except (FormulaicError, ArithmeticError, AttributeError, TypeError, ValueError) as error:
        raise FormulaError(f"{text!r} cannot be evaluated: {_sentence(error)}") from error
    _require_numbers(text, matrix)
    return matrix


def _require_numbers(text: str, matrix: Any) -> None:
    """Categories are made by C() only, and have at least two levels."""
    for expr, (kind, state) in matrix.model_spec.encoder_state.items():
        levels = list(state.get("categories", ()))
        if kind.value == "categorical" and not str(expr).startswith("C("):
            raise DataError(f"{expr!r} in {text!r} gives categories {levels[:3]}; write C({expr})")
        if kind.value == "categorical" and len(levels) == 1:
            raise IdentificationError(
                f"{expr} has one level, {levels[0]!r}, on the {len(matrix)} rows used; leave it out"
            )


def _sentence(error: Exception) -> str:
    return " ".join(COLOUR_CODES.sub("", str(error)).split())
