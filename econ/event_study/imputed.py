"""Imputed effects of treated rows, and the weights with which untreated rows enter them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from econ.errors import CollinearError, IdentificationError
from econ.event_study.cells import Place
from econ.event_study.elimination import Elimination
from econ.event_study.panel import NEVER, EventPanel
from econ.groups import Codes, Groups, Matrix, Vector, factorize
from econ.panels import first_rows
from econ.sample import listed
from econ.scores import Part, Tabulated
from econ.solve import judged_inverse, weighted

__all__ = ["Imputed", "imputable"]

COLLINEAR = 1e-10
BITS = 62  # periods whose pattern a whole number can hold


def imputable(panel: EventPanel) -> EventPanel:
    """The panel less the treated rows that cannot be imputed: no untreated row of their unit, or in their period."""
    untreated = np.bincount(panel.units.codes, ~panel.treated, minlength=panel.units.count)
    panel = panel.take(untreated[panel.units.codes] > 0, "no untreated row of its unit")
    known = np.bincount(panel.time, ~panel.treated, minlength=panel.clock.count) > 0
    panel = panel.take(~panel.treated | known[panel.time], "no untreated row in its period")
    if not panel.treated.any():
        raise IdentificationError(
            "no treated row can be imputed: none has untreated rows of its unit and in its period"
        )
    return panel


@dataclass(frozen=True, eq=False)
class Imputed:
    """Effects of cohorts in periods, averaged over imputed rows."""

    panel: EventPanel

    @cached_property
    def untreated(self) -> Codes:
        """Rows that impute."""
        return np.flatnonzero(~self.panel.treated)

    @cached_property
    def elimination(self) -> Elimination:
        """Unit and period effects on the untreated rows."""
        panel, rows = self.panel, self.untreated
        units = factorize(panel.units.name, panel.units.codes[rows])
        w = None if panel.w is None else panel.w[rows]
        return Elimination(units, np.zeros(rows.size, dtype=np.intp), panel.time[rows], (1, panel.clock.count), w)

    @cached_property
    def _regression(self) -> tuple[Matrix, Matrix, Matrix, Vector]:
        """(n, 1 + q) outcome and controls less what is imputed; residualised controls and their inverse; slopes."""
        panel = self.panel
        V = np.column_stack([panel.y, panel.X])
        residual, levels = self.elimination.residualize(V[self.untreated])
        X, w = residual[:, 1:], self.elimination.w
        B = _inverse(panel, X, w)
        beta = B @ (X.T @ weighted(w, residual[:, 0]))
        gaps = V - levels.at(panel.units.codes, np.zeros(panel.nobs, dtype=np.intp), panel.time)
        return gaps, X, B, beta

    @cached_property
    def gaps(self) -> Vector:
        """(n,) outcome less what is imputed: residuals of untreated rows, effects of treated ones."""
        gaps, _, _, beta = self._regression
        return np.asarray(gaps[:, 0] - gaps[:, 1:] @ beta)

    @cached_property
    def cells(self) -> tuple[tuple[Place, ...], Codes, Codes]:
        """Cohorts in treated periods, (m,) the treated rows, and (m,) the cell of each."""
        panel = self.panel
        rows = np.flatnonzero(panel.treated)
        T = panel.clock.count
        found, codes = np.unique(panel.place[rows] * T + panel.time[rows], return_inverse=True)
        cohorts = panel.cohorts[found // T]
        places = [Place(int(g), int(t), int(g) + panel.base) for g, t in zip(cohorts, found % T, strict=True)]
        return tuple(places), rows, codes.astype(np.intp)

    @property
    def places(self) -> tuple[Place, ...]:
        """(c,) cohort and period of each effect."""
        return self.cells[0]

    @cached_property
    def sizes(self) -> Vector:
        """(c,) rows, or weight, behind each effect."""
        _, rows, codes = self.cells
        return np.bincount(codes, None if self.panel.w is None else self.panel.w[rows]).astype(np.float64)

    @cached_property
    def shares(self) -> Vector:
        """(m,) weight of each treated row in its effect."""
        _, rows, codes = self.cells
        weight = np.ones(rows.size) if self.panel.w is None else self.panel.w[rows]
        return np.asarray(weight / self.sizes[codes])

    @cached_property
    def effects(self) -> Vector:
        """(c,) estimates."""
        _, rows, codes = self.cells
        return np.bincount(codes, self.shares * self.gaps[rows]).astype(np.float64)

    @cached_property
    def residuals(self) -> Vector:
        """(n,) residuals of untreated rows; of treated ones, distances from the average effect of their cell."""
        _, rows, codes = self.cells
        squares = self.shares**2
        centre = np.bincount(codes, squares * self.gaps[rows]) / np.bincount(codes, squares)
        residuals = self.gaps.copy()
        residuals[rows] -= centre[codes]
        return residuals

    @cached_property
    def scores(self) -> Tabulated:
        """(n, c) influences: rows times the weights with which they enter."""
        panel, (_, rows, codes) = self.panel, self.cells
        units, periods, alike = self._weights
        signal = weighted(panel.w, self.residuals) * ~panel.treated
        own, cell = np.zeros(panel.nobs), np.zeros(panel.nobs, dtype=np.intp)
        own[rows], cell[rows] = self.shares * self.residuals[rows], codes
        parts = [
            Part(own, cell, np.eye(len(self.places))),
            Part(signal, alike[panel.units.codes], -units),
            Part(signal, panel.time, -periods),
        ]
        return Tabulated((*parts, *self._through_controls(signal)))

    def _through_controls(self, signal: Vector) -> list[Part]:
        """What rows do to effects through the slopes of the controls."""
        gaps, X, B, _ = self._regression
        _, rows, codes = self.cells
        c = len(self.places)
        moved = np.zeros((c, X.shape[1]))
        for k, column in enumerate(gaps[rows, 1:].T):
            moved[:, k] = np.bincount(codes, self.shares * column, minlength=c)
        table, zeros = B @ moved.T, np.zeros(self.panel.nobs, dtype=np.intp)
        parts = []
        for column, row in zip(X.T, table, strict=True):
            spread = np.zeros(self.panel.nobs)
            spread[self.untreated] = signal[self.untreated] * column
            parts.append(Part(spread, zeros, -row[None, :]))
        return parts

    @cached_property
    def _weights(self) -> tuple[Matrix, Matrix, Codes]:
        """Weights of untreated rows by kind of unit, (K, c), and by period, (T, c); and (U,) the kind of each unit."""
        panel, (places, rows, codes) = self.panel, self.cells
        alike, first, counts = self._kinds
        T, c = panel.clock.count, len(places)
        own = ~panel.treated * (1.0 if panel.w is None else panel.w)
        table = np.bincount(panel.units.codes * T + panel.time, own, minlength=panel.units.count * T).reshape(-1, T)
        profiles = table[first] / table[first].sum(axis=1, keepdims=True)
        kinds = alike[panel.units.codes[rows]]
        loads = np.bincount(kinds * c + codes, self.shares, minlength=first.size * c).reshape(-1, c) / counts[:, None]
        ends = np.zeros((T, c))
        ends[[one.period for one in places], range(c)] = 1.0
        rest = ends - profiles.T @ (counts[:, None] * loads)
        self._require_connected(rest)
        periods = self.elimination.inverses[0] @ rest
        units = loads / table[first].sum(axis=1, keepdims=True) - profiles @ periods
        return units, periods, alike

    def _require_connected(self, rest: Matrix) -> None:
        known = self.elimination.identified(rest[None])
        if not known.all():
            lost = [place.name(self.panel) for place, good in zip(self.places, known, strict=True) if not good]
            raise IdentificationError(
                f"effects {listed(lost)} (cohort:period) cannot be imputed: no chain of untreated rows connects their "
                "units with their periods; leave these rows out"
            )

    @property
    def _kinds(self) -> tuple[Codes, Codes, Vector]:
        """(U,) kinds of units with the same cohort and the same periods; (K,) one unit of each, and their number."""
        panel = self.panel
        U = panel.units.count
        if panel.w is not None or panel.clock.count > BITS or not panel.followed:
            return np.arange(U), np.arange(U), np.ones(U)
        bits = np.zeros(U, dtype=np.int64)
        np.add.at(bits, panel.units.codes, np.left_shift(np.int64(1), panel.time.astype(np.int64)))
        groups = Groups("", panel.cohort[first_rows(panel.units)], NEVER)
        _, first, alike, counts = np.unique(
            np.column_stack([groups.codes, bits]), axis=0, return_index=True, return_inverse=True, return_counts=True
        )
        return alike.ravel().astype(np.intp), first.astype(np.intp), counts.astype(np.float64)


def _inverse(panel: EventPanel, X: Matrix, w: Vector | None) -> Matrix:
    """(q, q) inverse of the controls' cross products on the untreated rows."""
    gram = X.T @ weighted(w, X)
    whole = np.sum(panel.X * weighted(panel.w, panel.X), axis=0)
    inverse = judged_inverse(gram, COLLINEAR, whole)
    if inverse is None:
        raise CollinearError(
            f"the controls {listed(panel.controls)} are combinations of each other or of unit and period effects on "
            "the untreated rows; leave one out",
            panel.controls,
        )
    return inverse
