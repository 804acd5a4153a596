"""Absorbed effects: which level the rows of a table have, and what is added for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from econ.absorb import Absorber, Layout, absorber
from econ.design import numeric
from econ.errors import DataError
from econ.formula import Effect as Term
from econ.groups import Codes, Effect, Mask, Matrix, Vector
from econ.sample import Sample

__all__ = ["Absorbed", "Cells"]

DRAWS = 4
UNDETERMINED = 1e-6  # a random solution of zero, relative to its terms, that is not zero but for rounding

Levels = tuple[Matrix, ...]  # (count,) or (count, q) of each effect


@dataclass(frozen=True, eq=False)
class Cells:
    """The columns of e effects on m rows: one level of each effect, and the value in its column.

    Attributes
    ----------
    codes
        (m,) of each effect.
    values
        (m, e): ones, or the variable with slopes.
    """

    codes: tuple[Codes, ...]
    values: Matrix

    def total(self, levels: Levels) -> Matrix:
        """(m,) or (m, q): what coefficients of the levels add up to; one zero where there are no effects."""
        found = zip(levels, self.codes, self.values.T, strict=True)
        return np.asarray(sum((own[codes].T * values).T for own, codes, values in found))

    def sums(self, weights: Vector, counts: list[int]) -> Vector:
        """(levels,) of all effects in turn: the sum of the rows' columns times weights (m,)."""
        found = zip(self.codes, self.values.T, counts, strict=True)
        sums = [np.bincount(codes, weights * values, minlength=count) for codes, values, count in found]
        return np.concatenate([np.zeros(0), *sums])


@dataclass(frozen=True, eq=False)
class Absorbed:
    """The effects of a fit on the rows of its sample; there can be none.

    Attributes
    ----------
    terms, effects
        As the formula has them, and as they are on the sample.
    sample
        Rows used.
    """

    terms: tuple[Term, ...]
    effects: tuple[Effect, ...]
    sample: Sample

    @property
    def counts(self) -> list[int]:
        """Number of levels of each."""
        return [effect.count for effect in self.effects]

    @property
    def starts(self) -> list[int]:
        """Where the levels of each begin among those of all."""
        return [sum(self.counts[:place]) for place in range(len(self.counts))]

    @cached_property
    def cells(self) -> Cells:
        """The columns on the rows of the sample."""
        values = np.ones((self.sample.nobs, len(self.effects)), order="F")
        for place, effect in enumerate(self.effects):
            if effect.slope is not None:
                values[:, place] = effect.slope
        return Cells(tuple(effect.codes for effect in self.effects), values)

    def places(self, table: pd.DataFrame) -> tuple[Codes, ...]:
        """(m,) of each effect: the level of each row of a table, -1 where the sample does not have it."""
        found: dict[tuple[str, ...], Codes] = {}
        for term, effect in zip(self.terms, self.effects, strict=True):
            if term.columns not in found:
                found[term.columns] = _places(term.columns, effect, self.sample, table)
        return tuple(found[term.columns] for term in self.terms)

    def values(self, table: pd.DataFrame) -> list[Vector]:
        """(m,) of each effect: ones, or the variable with slopes."""
        ones = np.ones(len(table))
        return [ones if term.slope is None else numeric(table[term.slope]) for term in self.terms]

    def solve(self, V: Matrix, w: Vector | None = None) -> Levels:
        """(count, q) of each effect: coefficients of the columns V (n, q) on those of the effects under weights."""
        out = self._absorber if w is None else absorber(Layout(self.effects), w)
        columns = [out.by_effect(found) for found in out.split(np.asfortranarray(V))[1].T]
        return tuple(np.column_stack(own) for own in zip(*columns, strict=True))

    @cached_property
    def _absorber(self) -> Absorber:
        return absorber(Layout(self.effects), None)

    @cached_property
    def scales(self) -> Vector:
        """(e,) size of the variable of each effect."""
        size = np.abs(self.cells.values).max(axis=0)
        return np.where(size > 0, size, 1.0)

    @cached_property
    def zeros(self) -> Levels | None:
        """(count, q) of each effect: random coefficients that add up to zero in every row; None if none can."""
        if not self.effects or (len(self.effects) == 1 and self.effects[0].slope is None):
            return None
        rng = np.random.default_rng(0)
        sizes = zip(self.counts, self.scales, strict=True)
        drawn = tuple(rng.standard_normal((count, DRAWS)) / scale for count, scale in sizes)
        solved = self.solve(self.cells.total(drawn))
        return tuple(one - other for one, other in zip(drawn, solved, strict=True))

    def determined(self, cells: Cells) -> Mask:
        """(m,) rows for which all solutions agree on what the effects add up to."""
        if self.zeros is None:
            return np.ones(len(cells.values), dtype=bool)
        size = np.abs(cells.values) @ (1 / self.scales)
        return np.asarray((UNDETERMINED * size >= np.abs(cells.total(self.zeros)).T).all(axis=0))

    def labels(self, place: int) -> list[Any]:
        """Labels of the levels of an effect; of a combination of columns, tuples."""
        first = _first(self.effects[place].codes, self.effects[place].count)
        columns = [self.sample.column(name).iloc[first].tolist() for name in self.terms[place].columns]
        return columns[0] if len(columns) == 1 else list(zip(*columns, strict=True))


def _places(columns: tuple[str, ...], effect: Effect, sample: Sample, table: pd.DataFrame) -> Codes:
    """(m,) the level of each row of a table, -1 where the sample does not have it."""
    inside, outside = np.zeros(sample.nobs, dtype=np.intp), np.zeros(len(table), dtype=np.intp)
    for name in columns:
        groups = sample.groups(name)
        labels = pd.Index(sample.column(name).to_numpy()[_first(groups.codes, groups.count)])
        try:
            found = labels.get_indexer(pd.Index(table[name].to_numpy()))
        except TypeError as error:
            raise DataError(f"column {name!r} holds what is no label: {error}; make it text or numbers") from error
        pairs, inside = np.unique(inside * groups.count + groups.codes, return_inverse=True)
        outside = np.where((outside < 0) | (found < 0), -1, pd.Index(pairs).get_indexer(outside * groups.count + found))
    levels = np.empty(effect.count, dtype=np.intp)
    levels[inside] = effect.codes
    return np.where(outside < 0, -1, levels[outside])


def _first(codes: Codes, count: int) -> Codes:
    """(count,) a row of each level."""
    first = np.empty(count, dtype=np.intp)
    first[codes[::-1]] = np.arange(codes.size)[::-1]
    return first
