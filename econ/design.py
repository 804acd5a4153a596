"""Formula and table to arrays; the only importer of formulaic."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from econ.errors import DataError, EmptySampleError, FormulaError, IdentificationError
from econ.formula import Formula, parse
from econ.groups import Codes, Groups, Mask, Matrix, Vector, intersection
from econ.types import Sample, listed

__all__ = ["Design", "build"]

INTERCEPT = "Intercept"
LARGEST = 1e100  # its square is still a number
COLOUR_CODES = re.compile(r"\x1b\[[0-9;]*m|[⧛⧚]")


@dataclass(frozen=True, eq=False)
class Design:
    """The arrays of a regression on the rows that can be used.

    Attributes
    ----------
    formula, weighting
        What was asked for: the formula and the name of the column of weights, if any.
    sample
        Rows used and dropped.
    names, X
        (k,) terms and (n, k) regressors; no intercept where effects are absorbed.
    y, w
        (n,) response and weights (None: all one).
    effects
        Absorbed effects.
    omitted
        Regressors left out because the rows used do not identify them.
    """

    formula: Formula
    weighting: str | None
    sample: Sample
    names: tuple[str, ...]
    X: Matrix
    y: Vector
    w: Vector | None
    effects: tuple[Groups, ...]
    omitted: tuple[str, ...] = ()

    @property
    def nobs(self) -> int:
        """Number of rows used."""
        return self.sample.nobs

    @property
    def intercept(self) -> bool:
        """Whether a constant is estimated or absorbed."""
        return bool(self.effects) or INTERCEPT in self.names

    @property
    def weights(self) -> Vector:
        """(n,) weights, ones where none were named."""
        return np.ones(self.y.size) if self.w is None else self.w

    def without(self, drop: Mask, reason: str) -> Design:
        """The design on fewer rows, made anew so that emptied categories vanish."""
        fewer = _assemble(self.formula, self.weighting, self.sample.without(drop, reason))
        vanished = tuple(name for name in self.names if name not in fewer.names)
        fewer = replace(fewer, omitted=vanished)
        return fewer.omitting(self.omitted) if self.omitted else fewer

    def omitting(self, terms: tuple[str, ...]) -> Design:
        """The design less some regressors, which are put down as omitted."""
        keep = [name not in terms for name in self.names]
        if not any(keep):
            raise IdentificationError(f"{self.formula.text!r}: the rows used identify none of its regressors")
        names = tuple(name for name in self.names if name not in terms)
        return replace(self, names=names, X=self.X[:, keep], omitted=(*self.omitted, *terms))


def build(formula: str, data: pd.DataFrame, *, weights: str | None = None) -> Design:
    """Arrays of a regression from its formula and a table.

    Rows with a missing value in any column used are left out, and so are singletons: rows that
    are alone in their level of an absorbed effect and say nothing about the slopes.

    Raises
    ------
    FormulaError, DataError, IdentificationError
        With the name of the column, row or effect that is wrong.
    """
    parsed = parse(formula)
    if not isinstance(weights, str | None):
        raise FormulaError(f"weights={weights!r}: name one column")
    sample = _complete(parsed, weights, _checked(data))
    design = _assemble(parsed, weights, sample)
    for effect in design.effects:
        if effect.count == 1:
            message = f"the absorbed effect {effect.name!r} has one level on the rows used; leave it out"
            raise IdentificationError(message)
    return design


def _assemble(formula: Formula, weighting: str | None, sample: Sample) -> Design:
    sample, effects = _without_singletons(formula, sample)
    names, X, y = _arrays(formula, sample)
    w = None if weighting is None else _weights(sample, weighting)
    if effects:
        slopes = [name != INTERCEPT for name in names]
        X, names = X[:, slopes], tuple(name for name in names if name != INTERCEPT)
    if not names:
        raise FormulaError(f"{formula.text!r}: no regressor is left to estimate")
    return Design(formula, weighting, sample, names, X, y, w, effects)


def _checked(data: pd.DataFrame) -> pd.DataFrame:
    """A copy-on-write view of the table, which later changes to the caller's do not reach."""
    if not isinstance(data, pd.DataFrame):
        raise DataError(f"fit takes a pandas DataFrame, not {type(data).__name__}; convert it first")
    if isinstance(data.columns, pd.MultiIndex):
        raise DataError("the columns have several levels; give each column one name")
    twice = data.columns[data.columns.duplicated()].unique()
    if len(twice):
        raise DataError(f"column {listed(twice)} stands more than once; rename or drop the copies")
    if data.empty:
        raise EmptySampleError("the table has no rows or no columns")
    return data.copy(deep=False)


def _complete(formula: Formula, weights: str | None, data: pd.DataFrame) -> Sample:
    """Rows without missing values in any column used."""
    sample = Sample(data, np.arange(len(data)))
    for name in _columns_used(formula, weights, data):
        sample = sample.without(sample.column(name).isna().to_numpy(), f"missing {name}")
    if not sample.nobs:
        reasons = ", ".join(f"{count} {reason}" for reason, count in sample.dropped.items())
        raise EmptySampleError(f"no row is left of {len(data)}: {reasons}")
    return sample


def _columns_used(formula: Formula, weights: str | None, data: pd.DataFrame) -> Iterable[str]:
    plain = formula.plain(data.columns)
    regression = _variables(formula, data) if plain is None else plain
    if INTERCEPT in regression:
        raise DataError(f"a column named {INTERCEPT!r} cannot be told from the constant; rename it")
    effects = [name for columns in formula.effects for name in columns]
    return dict.fromkeys([*regression, *effects, *([weights] if weights else [])])


def _without_singletons(formula: Formula, sample: Sample) -> tuple[Sample, tuple[Groups, ...]]:
    while True:  # singletons leave singletons behind
        effects = tuple(_effect(columns, sample) for columns in formula.effects)
        alone = ~_more_than_once(effects, sample.nobs)
        if not alone.any():
            return sample, effects
        sample = sample.without(alone, "singleton")
        if not sample.nobs:
            names = ", ".join(effect.name for effect in effects)
            raise IdentificationError(f"every row is alone in a level of {names}; absorb fewer effects")


def _effect(columns: tuple[str, ...], sample: Sample) -> Groups:
    parts = tuple(sample.groups(name) for name in columns)
    return parts[0] if len(parts) == 1 else intersection(parts)


def _more_than_once(effects: tuple[Groups, ...], nobs: int) -> Mask:
    keep = np.ones(nobs, dtype=bool)
    for effect in effects:
        keep &= effect.totals()[effect.codes] > 1
    return keep


def _arrays(formula: Formula, sample: Sample) -> tuple[tuple[str, ...], Matrix, Vector]:
    plain = formula.plain(sample.data.columns)
    if plain is not None:
        names, X, y = _plain_arrays(plain, sample)
    else:
        names, X, y = _formulaic_arrays(formula, sample)
    labels = sample.data.index[sample.rows]
    _require_finite(formula.response, y[:, None], (formula.response,), labels)
    _require_finite(formula.regressors, X, names, labels)
    return names, X, y


def _plain_arrays(columns: tuple[str, ...], sample: Sample) -> tuple[tuple[str, ...], Matrix, Vector]:
    response, *regressors = columns
    X = np.column_stack([np.ones(sample.nobs), *(numeric(sample.column(name)) for name in regressors)])
    return (INTERCEPT, *regressors), X, numeric(sample.column(response))


def _weights(sample: Sample, name: str) -> Vector:
    weights = numeric(sample.column(name))
    wrong = np.flatnonzero(~(np.isfinite(weights) & (weights > 0)))
    if wrong.size:
        label = sample.data.index[sample.rows[wrong[0]]]
        message = (
            f"weights in column {name!r} have to be positive and finite; row {label!r} has "
            f"{weights[wrong[0]]!r} ({wrong.size} such rows): drop these rows"
        )
        raise DataError(message)
    return weights


def numeric(column: pd.Series) -> Vector:
    """A column as floats.

    Raises
    ------
    DataError
        If it holds anything but numbers; the message names the first such row.
    """
    if isinstance(column.dtype, pd.CategoricalDtype) or not (
        pd.api.types.is_numeric_dtype(column) or pd.api.types.is_object_dtype(column)
    ):
        _refuse(column)
    if pd.api.types.is_object_dtype(column):
        numeric_cells = column.map(lambda cell: isinstance(cell, Real | Decimal)).to_numpy(dtype=bool)
        if not numeric_cells.all():
            _refuse(column[~numeric_cells])
    if pd.api.types.is_complex_dtype(column):
        raise DataError(f"column {column.name!r} holds complex numbers; take a part or the modulus")
    try:
        numbers: Vector = column.to_numpy(dtype=np.float64, na_value=np.nan)
    except OverflowError as error:
        raise DataError(f"column {column.name!r} holds an integer too large for a float; rescale it") from error
    return numbers


def _refuse(column: pd.Series) -> None:
    message = (
        f"column {column.name!r}, row {column.index[0]!r}: {column.iloc[0]!r} is not a number; "
        f"write C({column.name}) to use it as categories, or convert the column with pandas.to_numeric"
    )
    raise DataError(message)


def _require_finite(what: str, values: Matrix, names: Iterable[str], labels: pd.Index) -> None:
    for name, column in zip(names, values.T, strict=True):
        wrong: Codes = np.flatnonzero(~(np.abs(column) <= LARGEST))
        if wrong.size:
            kind = "too large to be squared" if np.isfinite(column[wrong[0]]) else "not finite"
            raise DataError(
                f"{name!r} (in {what!r}) is {column[wrong[0]]} in row {labels[wrong[0]]!r} and "
                f"{wrong.size - 1} more rows, which is {kind}; transform, rescale or drop them"
            )


def _formulaic(formula: Formula) -> Any:
    from formulaic import Formula as Formulaic  # noqa: PLC0415 - costs more than a fit
    from formulaic.errors import FormulaicError  # noqa: PLC0415

    try:
        parts = Formulaic(f"{formula.response} ~ {formula.regressors}")
        response = parts.lhs.required_variables
    except (AttributeError, FormulaicError, SyntaxError, ValueError) as error:
        raise FormulaError(f"{formula.text!r} does not parse: {_sentence(error)}") from error
    if not response:
        raise FormulaError(f"{formula.text!r}: the response names no column")
    return parts


def _variables(formula: Formula, data: pd.DataFrame) -> list[str]:
    from formulaic.errors import FormulaicError  # noqa: PLC0415

    parts = _formulaic(formula)
    try:
        names = sorted(set(parts.lhs.required_variables) | set(parts.rhs.required_variables))
    except (FormulaicError, SyntaxError, ValueError) as error:
        raise FormulaError(f"{formula.text!r} does not parse: {_sentence(error)}") from error
    for name in names:
        if name not in data.columns and re.search(rf"\b{re.escape(name)}\s*\(", formula.text):
            raise FormulaError(f"{formula.text!r}: there is no function {name!r}; numpy's are np.{name}")
    return names


def _formulaic_arrays(formula: Formula, sample: Sample) -> tuple[tuple[str, ...], Matrix, Vector]:
    parts = _formulaic(formula)
    data = _typed(parts, sample.data.iloc[sample.rows])
    X = _model_matrix(formula, parts.rhs, data)
    y = _model_matrix(formula, parts.lhs, data)
    if y.shape[1] != 1:
        raise FormulaError(f"{formula.text!r}: the response makes {y.shape[1]} columns; it has to make one")
    return tuple(map(str, X.columns)), X.to_numpy(np.float64), y.iloc[:, 0].to_numpy(np.float64)


def _typed(parts: Any, data: pd.DataFrame) -> pd.DataFrame:
    """Numbers as floats, so that no integer overflows inside a term; categories without those that do not occur.

    Columns inside `C(...)` keep their type, of which the names of the categories are made.
    """
    factors = {factor for part in (parts.lhs, parts.rhs) for term in part for factor in term.factors}
    categories = {name for factor in factors if _categorical(factor) for name in _columns_of(factor, data)}
    changed = {}
    for factor in factors:
        for name in _columns_of(factor, data):
            column = data[name]
            if factor.eval_method.value == "lookup":
                numeric(column)  # a bare name has to be a number, whatever other terms make of it
            if isinstance(column.dtype, pd.CategoricalDtype):
                changed[name] = column.cat.remove_unused_categories()
            elif name not in categories and not _text(column):
                changed[name] = pd.Series(numeric(column), index=column.index)
    return data.assign(**changed)


def _categorical(factor: Any) -> bool:
    return str(factor.expr).startswith("C(")


def _columns_of(factor: Any, data: pd.DataFrame) -> list[str]:
    from formulaic import SimpleFormula  # noqa: PLC0415
    from formulaic.parser.types import Term  # noqa: PLC0415

    return [name for name in SimpleFormula([Term([factor])]).required_variables if name in data.columns]


def _text(column: pd.Series) -> bool:
    return not (pd.api.types.is_numeric_dtype(column) or pd.api.types.is_object_dtype(column)) or (
        pd.api.types.is_object_dtype(column) and any(isinstance(cell, str) for cell in column)
    )


def _model_matrix(formula: Formula, part: Any, data: pd.DataFrame) -> pd.DataFrame:
    from formulaic.errors import FormulaicError  # noqa: PLC0415

    try:
        with np.errstate(all="ignore"):
            matrix: pd.DataFrame = part.get_model_matrix(data, context={"np": np}, na_action="ignore")
    except (FormulaicError, ArithmeticError, AttributeError, TypeError, ValueError) as error:
        raise FormulaError(f"{formula.text!r} cannot be evaluated: {_sentence(error)}") from error
    _require_numbers(formula, matrix)
    return matrix


def _require_numbers(formula: Formula, matrix: Any) -> None:
    """Categories are made by C() only, and have at least two levels."""
    for expr, (kind, state) in matrix.model_spec.encoder_state.items():
        levels = list(state.get("categories", ()))
        if kind.value == "categorical" and not str(expr).startswith("C("):
            raise DataError(f"{expr!r} in {formula.text!r} gives categories {levels[:3]}; write C({expr})")
        if kind.value == "categorical" and len(levels) == 1:
            raise IdentificationError(
                f"{expr} has one level, {levels[0]!r}, on the {len(matrix)} rows used; leave it out"
            )


def _sentence(error: Exception) -> str:
    return " ".join(COLOUR_CODES.sub("", str(error)).split())
