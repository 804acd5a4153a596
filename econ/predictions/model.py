"""A fit as a function of the rows of any table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from econ.design import numeric
from econ.design.columns import LARGEST
from econ.design.terms import Recipe, variables
from econ.errors import MissingColumnError, NotDefinedError
from econ.groups import Codes, Mask, Matrix, Vector
from econ.predictions.absorbed import Absorbed, Cells, Levels
from econ.predictions.response import Response
from econ.sample import listed
from econ.types import Fit

__all__ = ["Columns", "Model", "Part", "Rows"]

UNDETERMINED = 1e-6

Columns = Mapping[tuple[int, int], Vector]  # (m,) each, by block and place in it


@dataclass(frozen=True, eq=False)
class Rows:
    """What m rows of a table are to a model.

    Attributes
    ----------
    blocks
        (m, k_p) regressors of each index, then the offset (m, 1), the values of the absorbed effects (m, e), and
        terms without coefficients (m, o), since the rows used did not identify them.
    codes
        (m,) the levels of each effect.
    """

    blocks: tuple[Matrix, ...]
    codes: tuple[Codes, ...]

    @property
    def X(self) -> tuple[Matrix, ...]:
        """(m, k_p) regressors of each index."""
        return self.blocks[:-3]

    @property
    def offset(self) -> Vector:
        """(m,) the column that is added."""
        return self.blocks[-3][:, 0]

    @property
    def cells(self) -> Cells:
        """Columns of the absorbed effects."""
        return Cells(self.codes, self.blocks[-2])

    @property
    def others(self) -> Matrix:
        """(m, o) terms without coefficients."""
        return self.blocks[-1]

    def take(self, keep: Mask) -> Rows:
        """The rows where `keep` (m,) is true."""
        if keep.all():
            return self
        return Rows(tuple(block[keep] for block in self.blocks), tuple(codes[keep] for codes in self.codes))

    def replaced(self, columns: Columns) -> Rows:
        """The rows with other columns; they stay in their levels."""
        return self._filled(tuple(block.copy(order="F") for block in self.blocks), columns)

    def only(self, columns: Columns) -> Rows:
        """Rows of zeros but for some columns, in the same levels."""
        return self._filled(tuple(np.zeros(block.shape, order="F") for block in self.blocks), columns)

    def _filled(self, blocks: tuple[Matrix, ...], columns: Columns) -> Rows:
        for (block, place), column in columns.items():
            blocks[block][:, place] = column
        return replace(self, blocks=blocks)

    def finite(self) -> Mask:
        """(m,) rows that hold numbers only, small enough to be squared."""
        return np.asarray(np.logical_and.reduce([(np.abs(block) <= LARGEST).all(axis=1) for block in self.blocks]))


@dataclass(frozen=True, eq=False)
class Part:
    """A linear index: its terms, the places of those with coefficients, and of those without."""

    recipe: Recipe
    kept: list[int]
    omitted: list[int]


@dataclass(frozen=True, eq=False)
class Model:
    """A fit, its linear indices and the effects it absorbed."""

    fit: Fit
    parts: tuple[Part, ...]
    absorbed: Absorbed

    @property
    def regressors(self) -> list[str]:
        """Columns that the terms read, as they come in them."""
        texts = [part.recipe.text for part in self.parts]
        names = dict.fromkeys(name for text in texts for name in variables(text, self.fit.sample.data))
        words = re.findall(r"\w+", " ".join(texts))
        return sorted(names, key=lambda name: words.index(name) if name in words else len(words))

    @property
    def offset(self) -> str | None:
        """The column that is added to the index."""
        name: str | None = getattr(self.fit.spec, "offset", None)
        return name

    @cached_property
    def columns(self) -> list[str]:
        """Every column that a prediction reads."""
        effects = [name for term in self.absorbed.terms for name in (*term.columns, term.slope)]
        return list(dict.fromkeys(name for name in (*self.regressors, *effects, self.offset) if name))

    @cached_property
    def table(self) -> pd.DataFrame:
        """The caller's table on the rows used."""
        return self.fit.sample.data.iloc[self.fit.sample.rows]

    @cached_property
    def own(self) -> Rows:
        """The rows used."""
        return self._rows([part.recipe.columns for part in self.parts], self.table, self.absorbed.cells.codes)

    def rows(self, table: pd.DataFrame) -> tuple[Rows, Codes]:
        """The rows of a table for which a prediction is defined, and their places.

        Raises
        ------
        MissingColumnError
            If the table lacks a column.
        """
        missing = [name for name in self.columns if name not in table.columns]
        if missing:
            raise MissingColumnError(f"no column {listed(missing)}; a prediction needs {listed(self.columns)}")
        levels = self.absorbed.places(table)
        known = table[self.columns].notna().all(axis=1).to_numpy()
        places = np.flatnonzero(np.logical_and.reduce([known, *(codes >= 0 for codes in levels)]))
        if not places.size:
            return self.own.take(np.zeros(self.fit.nobs, dtype=bool)), places
        chosen = table if places.size == len(table) else table.iloc[places]
        evaluated = [part.recipe.on(chosen) for part in self.parts]
        rows = self._rows(evaluated, chosen, tuple(codes[places] for codes in levels))
        finite = rows.finite()
        rows, places = rows.take(finite), places[finite]
        determined = self.determined(rows)
        return rows.take(determined), places[determined]

    def reading(self, name: str, table: pd.DataFrame) -> Columns:
        """What of the rows of a table depends on one of its columns."""
        found: dict[tuple[int, int], Vector] = {}
        omitted = 0
        for block, part in enumerate(self.parts):
            columns = part.recipe.reading(name, table)
            names = part.recipe.names
            found |= {(block, p): columns[names[j]] for p, j in enumerate(part.kept) if names[j] in columns}
            found |= {(-1, p): columns[names[j]] for p, j in enumerate(part.omitted, omitted) if names[j] in columns}
            omitted += len(part.omitted)
        if name == self.offset:
            found[-3, 0] = numeric(table[name])
        slopes = [place for place, term in enumerate(self.absorbed.terms) if term.slope == name]
        return found | {(-2, place): numeric(table[name]) for place in slopes}

    def index(self, rows: Rows) -> Matrix:
        """(m, p + 1) linear indices, and what offset and effects add to them."""
        ends = np.cumsum([0, *(len(part.kept) for part in self.parts)])
        indices = [X @ self.fit.params[a:b] for X, a, b in zip(rows.X, ends, ends[1:], strict=False)]
        return np.column_stack([*indices, rows.offset + rows.cells.total(self.levels)])

    @property
    def size(self) -> int:
        """Number of coefficients; further parameters follow them."""
        return sum(len(part.kept) for part in self.parts)

    @cached_property
    def response(self) -> Response:
        """The expected response by its indices."""
        return Response(self.fit.spec, self.index(self.own), self.fit.params[self.size :])

    @cached_property
    def levels(self) -> Levels:
        """(count,) of each effect: one solution for what is added in each level.

        Raises
        ------
        NotDefinedError
            If the estimator does not tell the index from the response.
        """
        if not self.absorbed.terms:
            return ()
        link = getattr(self.fit.spec, "link", None)
        if link is None:
            raise NotDefinedError(f"{type(self.fit.spec).__name__} does not say at which index its effects are")
        index = link(self.fit.fitted) - self.own.offset - np.hstack(self.own.X) @ self.fit.params[: self.size]
        return tuple(own[:, 0] for own in self.absorbed.solve(index[:, None]))

    def following(self, by_params: Matrix, by_levels: Matrix) -> Matrix:
        """(m, k) derivatives by the parameters when the levels follow them, from those that hold the levels."""
        if not by_levels.any():
            return by_params
        J = by_params.copy()
        J[:, : self.size] -= by_levels @ np.vstack(self.explained)
        return J

    @cached_property
    def explained(self) -> Levels:
        """(count, k) of each effect: what the effects explain of the regressors, with the weights of the fit."""
        w = None if self.fit.hat is None else self.fit.hat.w
        return self.absorbed.solve(np.hstack(self.own.X), w)

    def determined(self, rows: Rows) -> Mask:
        """(m,) rows for which every solution of effects and omitted terms predicts the same."""
        agreed = self.absorbed.determined(rows.cells)
        if rows.others.shape[1]:
            B, levels = self._omitted
            X = np.hstack(rows.X)
            gap = rows.others - X @ B - rows.cells.total(levels)
            size = np.abs(rows.others) + np.abs(X) @ np.abs(B)
            agreed = agreed & (np.abs(gap) <= UNDETERMINED * size).all(axis=1)
        return agreed

    @cached_property
    def _omitted(self) -> tuple[Matrix, Levels]:
        """(k, o) and (count, o) of each effect: what the omitted terms are made of on the rows used."""
        X = np.hstack(self.own.X)
        scale = np.linalg.norm(X, axis=0)
        k, V = len(scale), np.hstack([X / scale, self.own.others])
        levels = self.absorbed.solve(V)
        residual = V - self.absorbed.cells.total(levels)
        B = np.linalg.lstsq(residual[:, :k], residual[:, k:])[0]
        return B / scale[:, None], tuple(own[:, k:] - own[:, :k] @ B for own in levels)

    def _rows(self, evaluated: list[list[Vector]], table: pd.DataFrame, codes: tuple[Codes, ...]) -> Rows:
        found = list(zip(self.parts, evaluated, strict=True))
        X = [_side_by_side([columns[j] for j in part.kept], len(table)) for part, columns in found]
        others = [columns[j] for part, columns in found for j in part.omitted]
        offset = [] if self.offset is None else [numeric(table[self.offset])]
        beside = (offset or [np.zeros(len(table))], self.absorbed.values(table), others)
        return Rows((*X, *(_side_by_side(columns, len(table)) for columns in beside)), codes)


def _side_by_side(columns: list[Vector], size: int) -> Matrix:
    block = np.empty((size, len(columns)), order="F")
    for place, column in enumerate(columns):
        block[:, place] = column
    return block
