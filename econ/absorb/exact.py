"""Elimination of effects through the Schur complement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from econ.absorb.algebra import SINGULAR, SPECTRAL_LEVELS, generalised_inverse, over, product, times
from econ.absorb.layout import Layout
from econ.compute.blocks import run_blocks
from econ.errors import IdentificationError
from econ.groups import Codes, Matrix, Vector

__all__ = ["Exact"]

CLEAN = 1e-13  # what is left of the effects in a residual, relative to it, that no second pass removes
FLAT = 1e-20  # share of a variable's square within a level that is rounding: it has no slope there
ROUNDING = 1e-14
LARGEST_MEAN = 1e4  # in standard deviations
PLAIN = 0.99  # share of a column that the effects may explain without costing the residual two digits
CONNECTED = 1e3
PASSES = 3
WORTH_THREADS = 250_000


@dataclass(frozen=True, eq=False)
class Exact:
    """Elimination of the largest effect, then of the others through the Schur complement."""

    layout: Layout
    w: Vector | None  # (n,)
    precision = 1e-12

    @cached_property
    def basis(self) -> list[Vector | None]:
        """The variable of each column of `D`, orthogonal within levels; None stands for ones."""
        found: list[Vector | None] = []
        for effect in self.layout.pivots:
            found.append(effect.slope if effect.slope is None or not found else self._orthogonal(effect.slope, found))
        return found

    def _orthogonal(self, slope: Vector, found: list[Vector | None]) -> Vector:
        """A variable less what others explain of it within each level; zero where that is all."""
        codes, count = self.layout.largest.codes, self.layout.largest.count
        values = slope
        for _ in range(2):  # once more takes out the rounding of the first time
            for before in found:
                share = over(self._sum(codes, count, values, before), self._sum(codes, count, before, before))
                values = values - times(share[codes], before)
        whole, rest = (self._sum(codes, count, one, one) for one in (slope, values))
        return np.where((rest > FLAT * whole)[codes], values, 0.0)

    @cached_property
    def mass(self) -> list[Vector]:
        """`m`: the weighted square of each column of `D`, by level."""
        if self.layout.two_constants:
            return [self._tables[0].sum(axis=1)]
        codes, count = self.layout.largest.codes, self.layout.largest.count
        return [self._sum(codes, count, values, values) for values in self.basis]

    @cached_property
    def _tables(self) -> list[Matrix]:
        """`C`, for each column of `D`."""
        shape = self.layout.largest.count, self.layout.levels
        return [self._crossed(self.layout.cells, shape, values) for values in self.basis]

    @cached_property
    def profiles(self) -> list[Matrix]:
        """`diag(1/m) C`: where each level of the largest effect lies among the others."""
        return [over(table, mass[:, None]) for table, mass in zip(self._tables, self.mass, strict=True)]

    @cached_property
    def inverse(self) -> Matrix:
        """A generalised inverse of the Schur complement."""
        M = self.between
        S = M.copy()
        for profile, table in zip(self.profiles, self._tables, strict=True):
            S -= profile.T @ table
        self._require_told_apart(S, M)
        return generalised_inverse(S, np.sqrt(np.maximum(np.diag(M), np.finfo(float).tiny)))

    def _require_told_apart(self, S: Matrix, M: Matrix) -> None:
        """Stop where slopes are neither clearly identified nor clearly redundant: rounding would decide."""
        sloped = [effect for effect in self.layout.others if effect.slope is not None]
        if not sloped and self.layout.pivots[0].slope is None:
            return
        constants = {id(effect.codes) for effect in self.layout.effects if effect.slope is None}
        for effect in self.layout.effects:
            if effect.slope is not None and id(effect.codes) not in constants:
                _require_spread(effect.name, effect.slope)
        scale = np.sqrt(np.maximum(np.diag(M), np.finfo(float).tiny))
        values = np.linalg.eigvalsh(S / scale / scale[:, None])
        if ((values > ROUNDING) & (values < SINGULAR)).any():
            names = ", ".join(effect.name for effect in sloped)
            raise IdentificationError(
                f"the slopes {names} can hardly be told from the other effects: subtract the mean of the variable, "
                "or absorb the constants of its levels, too"
            )

    def residualize(self, V: Matrix) -> Matrix:
        """(n, m) residuals of the columns on the columns of the effects."""
        return self.split(V)[0]

    def split(self, V: Matrix) -> tuple[Matrix, Matrix]:
        """(n, m) residuals and (levels, m) coefficients, on the orthogonal columns of `D` and on `E`."""
        residual = np.empty(V.shape, order="F")
        coefficients = np.empty((self.layout.size, V.shape[1]), order="F")
        _ = self.mass  # before the threads ask for it
        if self.layout.others:
            _ = self.profiles, self.inverse, self.layout.columns, self.well_connected

        def one(j: int) -> None:
            residual[:, j], coefficients[:, j] = self._split(V[:, j])

        for_each(one, V)
        return residual, coefficients

    def fitted(self, coefficients: Vector) -> Vector:
        """(n,) what (levels,) coefficients add up to in each row."""
        codes, count = self.layout.largest.codes, self.layout.largest.count
        total = np.zeros(codes.size)
        for place, values in enumerate(self.basis):
            total += times(coefficients[place * count : (place + 1) * count][codes], values)
        for effect, position in zip(self.layout.others, self.layout.columns, strict=True):
            total += times(coefficients[len(self.basis) * count :][position], effect.slope)
        return total

    def by_effect(self, coefficients: Vector) -> tuple[Vector, ...]:
        """(count,) coefficients of each effect on its own ones or variable, from (levels,) of `split`."""
        largest, pivots = self.layout.largest, self.layout.pivots
        own = list(coefficients[: len(pivots) * largest.count].reshape(len(pivots), largest.count))
        for place in reversed(range(len(pivots))):
            for before in range(place):  # the column holds its variable less shares of those before it
                values, mass = self.basis[before], self.mass[before]
                share = over(self._sum(largest.codes, largest.count, pivots[place].slope, values), mass)
                own[before] = own[before] - share * own[place]
        ends = np.cumsum([effect.count for effect in self.layout.others])[:-1]
        rest = np.split(coefficients[len(pivots) * largest.count :].copy(), ends)
        for place, effect in enumerate(self.layout.others):  # what multiplies zeros is noise
            moves = self._sum(effect.codes, effect.count, effect.slope, effect.slope) > 0
            rest[place] = np.where(moves, rest[place], 0.0)
        places = {id(effect.codes): place for place, effect in enumerate(self.layout.rest) if effect.slope is None}
        for effect, mean, slopes in zip(self.layout.rest, self.layout.means, rest, strict=False):
            if mean is not None:
                rest[places[id(effect.codes)]] -= mean * slopes
        found = dict(zip(map(id, (*pivots, *self.layout.rest)), (*own, *rest), strict=False))
        return tuple(found[id(effect)] for effect in self.layout.effects)

    def _split(self, column: Vector) -> tuple[Vector, Vector]:
        """Residual of a column, corrected until nothing but rounding is left of the effects in it."""
        total = np.zeros(self.layout.size)
        for _ in range(PASSES):
            own, delta, size = self._coefficients(column)
            square = float(column @ column if self.w is None else (self.w * column) @ column)
            if size <= CLEAN**2 * square:
                break
            column = self._less(column, own, delta)
            total = total + np.concatenate([*own, delta])
            if size <= PLAIN * square and self.well_connected:
                break
        return column, total

    @cached_property
    def well_connected(self) -> bool:
        """Whether the elimination loses no digits, so that one pass leaves nothing but rounding."""
        if not self.layout.others or self.layout.levels > SPECTRAL_LEVELS:
            return not self.layout.others
        scale = np.sqrt(np.diag(self.between))
        return bool(np.linalg.eigvalsh(self.inverse * scale * scale[:, None])[-1] < CONNECTED)

    def cross(self, columns: Sequence[Vector]) -> tuple[Matrix, Matrix]:
        """(m, m) cross products of the residuals of columns and (levels, m) coefficients, without the residuals.

        Differences of sums of squares: good enough for a step of an iteration.
        """
        weighted = [times(column, self.w) for column in columns]
        pairs = [self._sums(one) for one in weighted]
        sums, rest = np.column_stack([pair[0] for pair in pairs]), np.column_stack([pair[1] for pair in pairs])
        own = over(sums, np.concatenate(self.mass)[:, None])
        left = np.array([[one @ other for other in weighted] for one in columns]) - sums.T @ own
        delta = self.inverse @ rest if self.layout.others else rest
        through = np.vstack(self.profiles) @ delta if self.layout.others else 0.0
        coefficients = np.vstack([own - through, delta])
        return np.asarray(left - rest.T @ delta, dtype=float), np.asarray(coefficients, dtype=float)

    def _sums(self, weighted: Vector) -> tuple[Vector, Vector]:
        """Sums of a weighted column on `D`, and on what `D` leaves of `E`."""
        largest = self.layout.largest
        sums = [np.bincount(largest.codes, times(weighted, v), minlength=largest.count) for v in self.basis]
        if not self.layout.others:
            return np.concatenate(sums), np.zeros(0)
        others = [np.bincount(e.codes, times(weighted, e.slope), minlength=e.count) for e in self.layout.others]
        through = np.sum([profile.T @ total for profile, total in zip(self.profiles, sums, strict=True)], axis=0)
        return np.concatenate(sums), np.asarray(np.concatenate(others) - through, dtype=float)

    def _coefficients(self, column: Vector) -> tuple[list[Vector], Vector, float]:
        """Coefficients on `D` and `E`, and the weighted square of what they fit."""
        sums, rest = self._sums(times(column, self.w))
        parts = np.split(sums, len(self.basis))
        own = [over(total, mass) for total, mass in zip(parts, self.mass, strict=True)]
        size = sum(float(total @ mean) for total, mean in zip(parts, own, strict=True))
        if not self.layout.others:
            return own, rest, size
        delta = self.inverse @ rest
        own = [mean - profile @ delta for mean, profile in zip(own, self.profiles, strict=True)]
        return own, delta, size + float(rest @ delta)

    def _less(self, column: Vector, own: list[Vector], delta: Vector) -> Vector:
        residual = column
        for values, level in zip(self.basis, own, strict=True):
            residual = residual - times(level[self.layout.largest.codes], values)
        for effect, position in zip(self.layout.others, self.layout.columns, strict=True):
            residual -= times(delta[position], effect.slope)
        return residual

    def leverage(self) -> Vector:
        """(n,) `w_i d_i' (D'WD)^- d_i` over the columns of all effects."""
        a = self.layout.largest.codes
        total = np.zeros(a.size)
        for values, mass in zip(self.basis, self.mass, strict=True):
            total += times(times(over(1.0, mass)[a], values), values)
        total += self._leverage_of_others(a) if self.layout.others else 0.0
        return total if self.w is None else self.w * total

    def _leverage_of_others(self, a: Codes) -> Vector:
        """`r_i' S^- r_i` with r_i the row of `E` less what `D` explains of it."""
        columns, slopes = self.layout.columns, [effect.slope for effect in self.layout.others]
        total = np.zeros(a.size)
        for profile, values in zip(self.profiles, self.basis, strict=True):
            Q = profile @ self.inverse
            for other, others_values in zip(self.profiles, self.basis, strict=True):
                total += times(times(np.einsum("al,al->a", Q, other)[a], values), others_values)
            for f, slope in zip(columns, slopes, strict=True):
                total -= 2 * times(times(Q[a, f], values), slope)
        for f, slope in zip(columns, slopes, strict=True):
            for g, other_slope in zip(columns, slopes, strict=True):
                total += times(times(self.inverse[f, g], slope), other_slope)
        return total

    def _sum(self, codes: Codes, count: int, one: Vector | None, other: Vector | None) -> Vector:
        return np.bincount(codes, product(self.w, one, other), minlength=count).astype(np.float64)

    @cached_property
    def between(self) -> Matrix:
        """`E'WE`."""
        others, levels = self.layout.others, self.layout.levels
        if self.layout.two_constants:
            return np.diag(self._tables[0].sum(axis=0))
        if len(others) == 1:
            return np.diag(self._sum(others[0].codes, levels, others[0].slope, others[0].slope))
        table = np.zeros((levels, levels))
        for column, effect in zip(self.layout.columns, others, strict=True):
            cells = [column * levels + other for other in self.layout.columns]
            table += self._crossed(cells, (levels, levels), effect.slope)
        return table

    def _crossed(self, cells: list[Codes], shape: tuple[int, int], values: Vector | None) -> Matrix:
        """Weighted cross table of a column of codes, times `values`, with the columns of `E`."""
        table = np.zeros(shape[0] * shape[1])
        for cell, effect in zip(cells, self.layout.others, strict=True):
            table += np.bincount(cell, product(self.w, values, effect.slope), minlength=table.size)
        return table.reshape(shape)


def _require_spread(name: str, variable: Vector) -> None:
    """Stop at a variable that is nearly constant: its slopes without constants could not be told from these."""
    if abs(variable.mean()) > LARGEST_MEAN * variable.std():
        raise IdentificationError(
            f"the variable of the slopes {name} hardly varies around its mean: subtract the mean, or absorb the "
            "constants of its levels, too"
        )


def for_each(work: Callable[[int], None], V: Matrix) -> None:
    """Do some work for each column, in threads where the columns are long."""
    if V.shape[0] >= WORTH_THREADS:
        run_blocks(work, range(V.shape[1]))
    else:
        for j in range(V.shape[1]):
            work(j)
