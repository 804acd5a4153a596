"""The arrays of a regression from its formula and a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from econ.design.columns import INTERCEPT, numeric, require_finite
from econ.design.table import as_frame
from econ.design.terms import evaluate, evaluate_response, response_variables, variables
from econ.design.weights import Frequency, positive, repeated, weight_column
from econ.errors import DataError, EmptySampleError, FormulaError, IdentificationError
from econ.formula import Effect as Term
from econ.formula import Formula, parse
from econ.groups import Effect, Groups, Mask, Matrix, Vector, intersection
from econ.sample import Sample

__all__ = ["Design", "Request", "build", "build_on", "complete", "require_levels", "without_singletons"]


@dataclass(frozen=True)
class Request:
    """What was asked for: the formula and the columns beside it."""

    formula: Formula
    weights: str | Frequency | None = None
    offset: str | None = None
    others: tuple[str, ...] = ()

    def columns(self, data: pd.DataFrame) -> list[str]:
        """Every column that has to be there and complete."""
        found = response_variables(self.formula.response, data)
        for text in self.formula.sums:
            found += variables(text, data)
        if INTERCEPT in found:
            raise DataError(f"a column named {INTERCEPT!r} cannot be told from the constant; rename it")
        for effect in self.formula.effects:
            found += effect.read
        beside = [weight_column(self.weights), self.offset, *self.others]
        return list(dict.fromkeys([*found, *(name for name in beside if name)]))


@dataclass(frozen=True, eq=False)
class Design:
    """The arrays of a regression on the rows that can be used.

    Attributes
    ----------
    request
        What was asked for.
    sample
        Rows used and dropped.
    names
        (k,) terms: exogenous, then endogenous; no intercept where constants are absorbed.
    table
        (n, 1 + k) response and regressors, a column after the other in memory.
    w, offset
        (n,) analytic weights (None: all one) and what is added to the linear predictor (None: nothing).
    effects
        Absorbed effects.
    endogenous
        Number of terms that are endogenous: the last ones.
    instruments, Z
        (l,) names and (n, l) excluded instruments.
    omitted
        Regressors left out because the rows used do not identify them.
    """

    request: Request
    sample: Sample
    names: tuple[str, ...]
    table: Matrix
    w: Vector | None
    offset: Vector | None
    effects: tuple[Effect, ...]
    endogenous: int
    instruments: tuple[str, ...]
    Z: Matrix
    omitted: tuple[str, ...] = ()

    @property
    def formula(self) -> Formula:
        """The formula by its parts."""
        return self.request.formula

    @cached_property
    def y(self) -> Vector:
        """(n,) response."""
        return self.table[:, 0]

    @property
    def X(self) -> Matrix:
        """(n, k) regressors."""
        return self.table[:, 1:]

    @property
    def nobs(self) -> int:
        """Number of rows used."""
        return self.sample.nobs

    @property
    def intercept(self) -> bool:
        """Whether a constant is estimated or absorbed."""
        return INTERCEPT in self.names or any(effect.slope is None for effect in self.effects)

    @property
    def weights(self) -> Vector:
        """(n,) weights, ones where none were named."""
        return np.ones(self.nobs) if self.w is None else self.w

    def without(self, drop: Mask, reason: str) -> Design:
        """The design on fewer rows, made anew so that emptied categories vanish."""
        fewer = _assemble(self.request, self.sample.without(drop, reason))
        vanished = tuple(name for name in self.names if name not in fewer.names)
        fewer = replace(fewer, omitted=vanished)
        return fewer.omitting(self.omitted) if self.omitted else fewer

    def omitting(self, terms: tuple[str, ...]) -> Design:
        """The design less some regressors, which are put down as omitted."""
        left = self.less(terms)
        if not left.names:
            raise IdentificationError(f"{self.formula.text!r}: the rows used identify none of its regressors")
        return replace(left, omitted=(*self.omitted, *terms))

    def less(self, terms: tuple[str, ...]) -> Design:
        """The design without some regressors."""
        keep = [name not in terms for name in self.names]
        names = tuple(name for name in self.names if name not in terms)
        table = np.asfortranarray(self.table[:, [True, *keep]])
        return replace(self, names=names, table=table, endogenous=sum(keep[len(keep) - self.endogenous :]))

    def fixing(self, term: str, value: float) -> Design:
        """The design with the coefficient of one regressor held at a value."""
        moved = value * self.X[:, self.names.index(term)]
        offset = moved if self.offset is None else self.offset + moved
        return replace(self.less((term,)), offset=offset)


def build(
    formula: str,
    data: Any,
    *,
    weights: str | Frequency | None = None,
    offset: str | None = None,
    others: tuple[str, ...] = (),
) -> Design:
    """Arrays of a regression from its formula and a table.

    Rows with a missing value in any column used are left out, and so are singletons: rows that
    are alone in their level of an absorbed effect and say nothing about the slopes.

    Parameters
    ----------
    formula, data
        The formula, and a table of pandas, polars or Arrow.
    weights, offset
        Column of analytic weights or `Frequency(column)`; column added to the linear predictor.
    others
        Further columns that have to be complete, such as units and periods.

    Raises
    ------
    FormulaError, DataError, IdentificationError
        With the name of the column, row or effect that is wrong.
    """
    request = Request(parse(formula), weights, offset, others)
    weight_column(weights)
    frame = as_frame(data)
    sample = complete(request.columns(frame), frame)
    if isinstance(weights, Frequency):
        sample = repeated(sample, weights.column)
    design = _assemble(request, sample)
    require_levels(design.effects)
    return design


def build_on(formula: str, sample: Sample) -> Design:
    """Arrays of a regression on rows that were chosen before; of these, rows with missing values are left out.

    Raises
    ------
    FormulaError, DataError, IdentificationError
        As from `build`.
    """
    request = Request(parse(formula))
    for name in request.columns(sample.data):
        sample = sample.without(sample.column(name).isna().to_numpy(), f"missing {name}")
    if not sample.nobs:
        raise EmptySampleError(f"no row is left of {len(sample.data)}: {sample.dropped}")
    design = _assemble(request, sample)
    require_levels(design.effects)
    return design


def require_levels(effects: tuple[Effect, ...]) -> None:
    """Stop at an effect that is the same in all rows.

    Raises
    ------
    IdentificationError
        With the name of the effect.
    """
    for effect in effects:
        if effect.count == 1:
            message = f"the absorbed effect {effect.name!r} has one level on the rows used; leave it out"
            raise IdentificationError(message)


def complete(columns: Iterable[str], data: Any) -> Sample:
    """The rows of a table without missing values in some columns; the others are counted by column.

    Raises
    ------
    DataError
        If it is no table, lacks a column, or no row is left.
    """
    frame = as_frame(data)
    sample = Sample(frame, np.arange(len(frame)), whole=True)
    for name in columns:
        sample = sample.without(sample.column(name).isna().to_numpy(), f"missing {name}")
    if not sample.nobs:
        reasons = ", ".join(f"{count} {reason}" for reason, count in sample.dropped.items())
        raise EmptySampleError(f"no row is left of {len(frame)}: {reasons}")
    return sample


def _assemble(request: Request, sample: Sample) -> Design:
    sample, effects = without_singletons(request.formula, sample)
    names, columns, endogenous = _regressors(request.formula, sample)
    if any(effect.slope is None for effect in effects):
        columns = [column for name, column in zip(names, columns, strict=True) if name != INTERCEPT]
        names = tuple(name for name in names if name != INTERCEPT)
    if not names:
        raise FormulaError(f"{request.formula.text!r}: no regressor is left to estimate")
    y = evaluate_response(request.formula.response, sample)
    require_finite(request.formula.response, request.formula.response, y, sample.labels)
    instruments, Z = _instruments(request.formula, sample)
    w = positive(sample, request.weights) if isinstance(request.weights, str) else None
    offset = None if request.offset is None else _offset(request.offset, sample)
    table = _side_by_side([y, *columns])
    return Design(request, sample, names, table, w, offset, effects, endogenous, instruments, Z)


def _regressors(formula: Formula, sample: Sample) -> tuple[tuple[str, ...], list[Vector], int]:
    names, columns = _checked(formula.regressors, sample)
    if not formula.endogenous:
        return names, columns, 0
    more, others = _without_constant(*_checked(formula.endogenous, sample))
    if set(more) & set(names):
        raise FormulaError(f"{formula.text!r}: {', '.join(set(more) & set(names))} is exogenous and endogenous")
    return (*names, *more), [*columns, *others], len(more)


def _instruments(formula: Formula, sample: Sample) -> tuple[tuple[str, ...], Matrix]:
    if not formula.instruments:
        return (), np.empty((sample.nobs, 0))
    names, columns = _without_constant(*_checked(formula.instruments, sample))
    return names, _side_by_side(columns)


def _checked(text: str, sample: Sample) -> tuple[tuple[str, ...], list[Vector]]:
    names, columns = evaluate(text, sample)
    for name, column in zip(names, columns, strict=True):
        require_finite(text, name, column, sample.labels)
    return names, columns


def _without_constant(names: tuple[str, ...], columns: list[Vector]) -> tuple[tuple[str, ...], list[Vector]]:
    kept = [place for place, name in enumerate(names) if name != INTERCEPT]
    return tuple(names[place] for place in kept), [columns[place] for place in kept]


def _side_by_side(columns: list[Vector]) -> Matrix:
    table = np.empty((columns[0].size, len(columns)), order="F")
    for place, column in enumerate(columns):
        table[:, place] = column
    return table


def _offset(name: str, sample: Sample) -> Vector:
    offset = numeric(sample.column(name))
    require_finite("offset", name, offset, sample.labels)
    return offset


def without_singletons(formula: Formula, sample: Sample) -> tuple[Sample, tuple[Effect, ...]]:
    """The sample less the rows that are alone in a level, and the absorbed effects on it.

    Raises
    ------
    IdentificationError
        If no row is left.
    """
    while True:  # singletons leave singletons behind
        effects = _effects(formula, sample)
        alone = _alone(effects, sample.nobs)
        if not alone.any():
            return sample, effects
        sample = sample.without(alone, "singleton")
        if not sample.nobs:
            names = ", ".join(effect.name for effect in effects)
            raise IdentificationError(f"every row is alone in a level of {names}; absorb fewer effects")


def _effects(formula: Formula, sample: Sample) -> tuple[Effect, ...]:
    groups: dict[tuple[str, ...], Groups] = {}
    for term in formula.effects:
        if term.columns not in groups:
            groups[term.columns] = intersection(tuple(sample.groups(name) for name in term.columns))
    return tuple(Effect(term.name, groups[term.columns], _slope(term, sample)) for term in formula.effects)


def _slope(term: Term, sample: Sample) -> Vector | None:
    if term.slope is None:
        return None
    slope = numeric(sample.column(term.slope))
    require_finite(term.name, term.slope, slope, sample.labels)
    return slope


def _alone(effects: Iterable[Effect], nobs: int) -> Mask:
    alone = np.zeros(nobs, dtype=bool)
    for effect in effects:
        if effect.slope is None and (effect.groups.sizes == 1).any():
            alone |= effect.groups.sizes[effect.codes] == 1
    return alone
