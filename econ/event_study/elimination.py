"""Unit effects and period effects by arm, out of columns and out of right-hand sides.

With `D` the dummies of units and `E` those of the periods of each arm (arms are disjoint sets of units, such as
cohorts), the normal equations reduce to one Schur complement an arm, `S = E'WE - C' diag(1/m) C` with `C = D'WE` and
`m = diag(D'WD)`: matrices of the number of periods, whatever the number of units.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from econ.absorb.algebra import generalised_inverse, over
from econ.groups import Codes, Groups, Mask, Matrix, Vector
from econ.panels import first_rows
from econ.solve import weighted

__all__ = ["Elimination", "Loads"]

IDENTIFIED = 1e-6  # distance of a combination from those that the data estimate


@dataclass(frozen=True, eq=False)
class Loads:
    """Numbers for every unit, (U, m), and for every period of every arm, (A, T, m)."""

    units: Matrix
    periods: Matrix

    def at(self, units: Codes, arms: Codes, time: Codes) -> Matrix:
        """(n, m): what unit and period add up to in each row."""
        return np.asarray(self.units[units] + self.periods[arms, time])


@dataclass(frozen=True, eq=False)
class Elimination:
    """Effects of units and of the periods of arms on n rows.

    Attributes
    ----------
    units
        U units.
    arms
        (n,) arm of each row, the same in all rows of a unit.
    time
        (n,) period of each row, 0 to T - 1.
    shape
        Number of arms and of periods.
    w
        (n,) weights; None where all are one.
    """

    units: Groups
    arms: Codes
    time: Codes
    shape: tuple[int, int]
    w: Vector | None

    @cached_property
    def arm_of(self) -> Codes:
        """(U,) arm of each unit."""
        return self.arms[first_rows(self.units)]

    @cached_property
    def mass(self) -> Vector:
        """(U,) `m`: rows, or weight, of each unit."""
        return self.units.totals(self.w)

    @cached_property
    def profiles(self) -> Matrix:
        """(U, T) `diag(1/m) C`: where the weight of a unit lies among the periods."""
        T = self.shape[1]
        cells = self.units.codes * T + self.time
        table = np.bincount(cells, self.w, minlength=self.units.count * T).reshape(-1, T)
        return np.asarray(table / self.mass[:, None])

    @cached_property
    def schur(self) -> Matrix:
        """(A, T, T) `S` of every arm."""
        A, T = self.shape
        between = np.bincount(self.arms * T + self.time, self.w, minlength=A * T).reshape(A, T)
        found = np.empty((A, T, T))
        for arm in range(A):
            P, mass = self.profiles[self.members(arm)], self.mass[self.members(arm)]
            found[arm] = np.diag(between[arm]) - P.T @ (P * mass[:, None])
        return found

    @cached_property
    def inverses(self) -> Matrix:
        """(A, T, T) generalised inverses of `S`."""
        found = np.empty_like(self.schur)
        for arm, S in enumerate(self.schur):
            size = np.sqrt(np.diag(S))
            found[arm] = generalised_inverse(S, np.where(size > 0, size, 1.0))
        return found

    def members(self, arm: int) -> Mask:
        """(U,) units of an arm."""
        return np.asarray(self.arm_of == arm)

    def sums(self, V: Matrix) -> Loads:
        """Weighted sums of columns (n, m) by unit, and by period of an arm."""
        A, T = self.shape
        levels = Groups("", self.arms * T + self.time, A * T)
        weighed = weighted(self.w, V)
        return Loads(self.units.sums(weighed), levels.sums(weighed).reshape(A, T, -1))

    def solve(self, loads: Loads) -> Loads:
        """Solution of the normal equations for a right-hand side."""
        rest = loads.periods.copy()
        own = over(loads.units, self.mass[:, None])
        for arm in range(self.shape[0]):
            members = self.members(arm)
            rest[arm] -= self.profiles[members].T @ loads.units[members]
        periods = self.inverses @ rest
        return Loads(own - self.through(periods), periods)

    def through(self, periods: Matrix) -> Matrix:
        """(U, m): the mean over the rows of each unit of numbers for the periods of the arms, (A, T, m)."""
        found = np.empty((self.units.count, periods.shape[2]))
        for arm in range(self.shape[0]):
            found[self.members(arm)] = self.profiles[self.members(arm)] @ periods[arm]
        return found

    def residualize(self, V: Matrix) -> tuple[Matrix, Loads]:
        """(n, m) residuals of columns, and their coefficients on units and periods; twice, against rounding."""
        first = self.solve(self.sums(V))
        left = V - first.at(self.units.codes, self.arms, self.time)
        second = self.solve(self.sums(left))
        left -= second.at(self.units.codes, self.arms, self.time)
        return left, Loads(first.units + second.units, first.periods + second.periods)

    def identified(self, weights: Matrix) -> Mask:
        """(m,) whether combinations of the periods of all arms, (A, T, m) weights, are estimable."""
        gaps = np.abs(self.schur @ (self.inverses @ weights) - weights)
        return np.asarray(gaps.max(axis=(0, 1), initial=0) <= IDENTIFIED)
