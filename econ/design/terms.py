"""A sum of terms to columns; the only importer of formulaic."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from econ.design.columns import INTERCEPT, numeric, text_column
from econ.design.indicators import Indicators, indicators
from econ.errors import DataError, FormulaError, IdentificationError
from econ.formula import plain, split
from econ.groups import Matrix, Vector
from econ.sample import Sample

__all__ = ["Recipe", "evaluate", "evaluate_response", "recipe", "variables"]

COLOUR_CODES = re.compile(r"\x1b\[[0-9;]*m|[⧛⧚]")
Columns = tuple[tuple[str, ...], list[Vector]]


@dataclass(frozen=True, eq=False, repr=False)
class Recipe:
    """A sum of terms with what a sample taught it: its categories, centres and knots.

    Attributes
    ----------
    text
        The sum.
    sample
        The rows it was evaluated on.
    names, columns
        Terms, and (n,) each on the rows of the sample.
    plain
        Columns of which it is the sum; None where formulaic evaluates it.
    spec
        What formulaic keeps of the sample; None where it is not asked.
    special
        Its `i(...)`.
    """

    text: str
    sample: Sample
    names: tuple[str, ...]
    columns: list[Vector]
    plain: tuple[str, ...] | None
    spec: Any
    special: list[Indicators]

    def on(self, table: pd.DataFrame) -> list[Vector]:
        """(m,) each: the columns on another table; missing in rows with a category that the sample does not have.

        Raises
        ------
        FormulaError, DataError
            With the term, column or row that is wrong.
        """
        if self.plain is None:
            columns = list(_again(self.text, self.spec, table).T)
        else:
            columns = [np.ones(len(table)), *(numeric(table[name]) for name in self.plain)]
        for one in self.special:
            columns += list(one.evaluate(self.sample, table)[1].T)
        return columns

    def reading(self, name: str, table: pd.DataFrame) -> dict[str, Vector]:
        """(m,) each: the columns on another table of those terms that read one of its columns."""
        found = {}
        if self.plain is not None and name in self.plain:
            found[name] = numeric(table[name])
        terms = [] if self.spec is None else [term for term in self.spec.formula if name in _read_by(term)]
        if terms:
            spec = self.spec.subset(terms)
            found |= dict(zip(map(str, spec.column_names), _again(self.text, spec, table).T, strict=True))
        for one in self.special:
            if name in one.variables:
                names, Z = one.evaluate(self.sample, table)
                found |= dict(zip(names, Z.T, strict=True))
        return found

    @property
    def categories(self) -> dict[str, tuple[Any, ...]]:
        """Columns that make categories, with these in order; empty where an expression makes them of the column."""
        found = {one.factor: one.categories(self.sample) for one in self.special}
        for factor in () if self.spec is None else self.spec.factors:
            if _categorical(factor):
                levels = tuple(self.spec.encoder_state[factor.expr][1]["categories"])
                for name in _columns_of(factor, self.sample.data):
                    whole = re.match(rf"C\(\s*`?{re.escape(name)}`?\s*[,)]", str(factor.expr))
                    found[name] = levels if whole and found.get(name, levels) else ()
        return found


def recipe(text: str, sample: Sample) -> Recipe:
    """A sum of terms on the rows of a sample, and for other tables as the sample has it.

    Raises
    ------
    FormulaError, DataError, IdentificationError
        With the term, column or row that is wrong.
    """
    rest, special = _parts(text)
    names, spec = plain(rest, sample.data.columns), None
    if names is None:
        part = _formulaic(text, "1", rest).rhs
        matrix = _model_matrix(text, part, _typed(part, sample.data.iloc[sample.rows]))
        spec, found = matrix.model_spec, tuple(map(str, matrix.columns))
        columns = list(matrix.to_numpy(np.float64).T)
    else:
        found, columns = (INTERCEPT, *names), [np.ones(sample.nobs), *(numeric(sample.column(name)) for name in names)]
    for one in special:
        more, Z = one.evaluate(sample)
        found, columns = (*found, *more), [*columns, *Z.T]
    if len(set(found)) < len(found):
        raise FormulaError(f"{text!r}: a term stands more than once")
    return Recipe(text, sample, found, columns, names, spec, special)


def evaluate(text: str, sample: Sample, on: pd.DataFrame | None = None) -> Columns:
    """Names and columns of a sum of terms on the rows of a sample, or on another table as the sample has them.

    Raises
    ------
    FormulaError, DataError, IdentificationError
        With the term, column or row that is wrong.
    """
    found = recipe(text, sample)
    return found.names, found.columns if on is None else found.on(on)


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
    part = _formulaic(text, text, "1").lhs
    y = _model_matrix(text, part, _typed(part, sample.data.iloc[sample.rows])).to_numpy(np.float64)
    if y.shape[1] != 1:
        raise FormulaError(f"{text!r}: the response makes {y.shape[1]} columns; it has to make one")
    return np.asarray(y[:, 0])


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
        names = sorted({name for term in part for name in _read_by(term)})
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


def _again(text: str, spec: Any, table: pd.DataFrame) -> Matrix:
    """(m, q) columns on another table; rows with a category that the sample does not have are missing."""
    from formulaic.errors import DataMismatchWarning  # noqa: PLC0415

    data = _typed(spec.formula, table)
    materializer = spec.get_materializer(data, context={"np": np})
    with warnings.catch_warnings():  # such rows are marked below
        warnings.simplefilter("ignore", DataMismatchWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        X: Matrix = _matrix(text, lambda: materializer.get_model_matrix(spec)).to_numpy(np.float64, copy=True)
    for expr, (kind, state) in spec.encoder_state.items():
        if kind.value == "categorical" and expr in materializer.factor_cache:
            values = materializer.factor_cache[expr].values
            known = pd.Series(getattr(values, "__wrapped__", values)).isin(state["categories"])
            X[~known.to_numpy()] = np.nan
    return X


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
    return [name for name in sorted(_read(factor)) if name in data.columns]


def _read_by(term: Any) -> set[str]:
    return {name for factor in term.factors for name in _read(factor)}


def _read(factor: Any) -> set[str]:
    """Names that a factor reads; formulaic's own list has none of those inside center(), poly() and the like."""
    from formulaic.transforms import TRANSFORMS  # noqa: PLC0415
    from formulaic.utils.variables import get_required_variables  # noqa: PLC0415

    names = set(map(str, factor.required_variables))
    if factor.eval_method.value == "python":
        names |= {str(name.root) for name in get_required_variables(str(factor.expr))}
    return names - set(TRANSFORMS)


def _model_matrix(text: str, part: Any, data: pd.DataFrame) -> pd.DataFrame:
    matrix = _matrix(text, lambda: part.get_model_matrix(data, context={"np": np}, na_action="ignore"))
    _require_numbers(text, matrix)
    return matrix


def _matrix(text: str, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    from formulaic.errors import FormulaicError  # noqa: PLC0415

    try:
        with np.errstate(all="ignore"):
            return make()
    except (FormulaicError, ArithmeticError, AttributeError, TypeError, ValueError) as error:
        raise FormulaError(f"{text!r} cannot be evaluated: {_sentence(error)}") from error


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
