"""The treatment permuted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from econ.compute.blocks import run_blocks
from econ.design.terms import variables
from econ.errors import NotDefinedError, OptionError
from econ.formula import absorbed
from econ.groups import Matrix, Vector
from econ.inference.assignments import Assignments, assignments
from econ.sample import Sample
from econ.stability.attempts import REFUSALS
from econ.stability.curves.curve import SpecificationCurve, in_sample, treatment_of
from econ.stability.curves.family import Family
from econ.stability.curves.grid import Specification
from econ.stability.curves.joint import statistics_of
from econ.stability.resampling import CHUNK

__all__ = ["Again", "Shuffle"]

EQUAL = 1e-8


@dataclass(frozen=True)
class Shuffle:
    """The treatment is permuted over rows or whole units, as if it had been assigned by lot.

    Parameters
    ----------
    by
        Column of units within which the treatment is constant, and that are permuted as a whole; None for rows.
    strata
        Column within which treatments are exchanged.
    reps, seed
        Draws and the seed; where there are no more different assignments, all are taken.
    """

    by: str | None = field(default=None, kw_only=True)
    strata: str | None = field(default=None, kw_only=True)
    reps: int = field(default=500, kw_only=True)
    seed: int = field(default=0, kw_only=True)

    @property
    def label(self) -> str:
        """What is done, in words."""
        where = "".join([f" of whole {self.by}" if self.by else "", f" within {self.strata}" if self.strata else ""])
        return f"permutations{where}"

    def draws(self, curve: SpecificationCurve) -> tuple[Matrix, bool]:
        """Statistics of the curve under each permutation."""
        _, sample, treatment = treatment_of(curve.specifications.treatments[0], curve.data)
        by, strata = (None if name is None else sample.groups(name) for name in (self.by, self.strata))
        possible: Assignments = assignments(sample, treatment, by=by, strata=strata, reps=self.reps, seed=self.seed)
        again = Again(curve, sample, treatment)

        def several(D: Matrix) -> Matrix:
            parts = [D[:, start : start + CHUNK] for start in range(0, D.shape[1], CHUNK)]
            return np.concatenate(run_blocks(lambda part: np.array([again.of(column) for column in part.T]), parts))

        return np.concatenate(possible.each(several)), possible.exact


def _require_alone(curve: SpecificationCurve) -> None:
    """Stop where the treatment also stands in another term, which a permutation would have to change too."""
    grid = curve.specifications
    own = set(variables(grid.treatments[0], curve.data))
    read = [name for text in grid.effects if text for effect in absorbed(text) for name in effect.read]
    others = [*grid.outcomes, *grid.controls, *grid.always, *(f"C({one})" for one in read)]
    wrong = [term for term in others if own & set(variables(term, curve.data))]
    if wrong:
        raise OptionError(
            f"{grid.treatments[0]!r} also stands in {wrong[0]!r}, which a permutation would have to change too"
        )


class Again:
    """The statistics of a curve with another treatment."""

    def __init__(self, curve: SpecificationCurve, sample: Sample, treatment: Vector) -> None:
        self.curve, self.sample = curve, sample
        self.df = curve.numbers["df"].to_numpy()
        every = list(curve.specifications)
        by_algebra = {int(place) for family in curve.families for place in family.members}
        there = np.flatnonzero(np.isfinite(self.df))
        self.others: Sequence[tuple[int, Specification]] = [
            (int(k), every[k]) for k in there if int(k) not in by_algebra
        ]
        self.term = curve.specifications.treatments[0]
        if self.others and self.term not in curve.data.columns:
            raise NotDefinedError(f"the treatment {self.term!r} is no column; make it one, so that it can be permuted")
        _require_alone(curve)
        whole = self._whole(treatment)
        for family in curve.families:
            place = family.places[0]
            if not np.allclose(family.table[:, 1 + place], whole[family.rows], rtol=EQUAL):
                raise OptionError(
                    f"{self.term!r} depends on the rows used; make it a column, so that it can be permuted"
                )
            _ = family.columns.M, family.columns.R  # before threads ask for them

    def of(self, treatment: Vector) -> Vector:
        """The statistics with this treatment (n,)."""
        return statistics_of(*self.numbers(treatment), self.df, 1 - self.curve.level)

    def numbers(self, treatment: Vector) -> tuple[Vector, Vector]:
        """(K,) estimates and t with this treatment (n,); missing where there are none."""
        whole = self._whole(treatment)
        estimates, t = np.full((2, len(self.df)), np.nan)
        for family in self.curve.families:
            self._family(family, whole, estimates, t)
        for place, one in self.others:
            self._refit(place, one, whole, estimates, t)
        return estimates, t

    def _family(self, family: Family, whole: Vector, estimates: Vector, t: Vector) -> None:
        column = family.prepared(whole[family.rows][:, None])[:, 0]
        found = family.columns.with_regressor(int(family.places[0]), column).solve_all(family.masks, family.places)
        sound = found.sound & (found.variance > 0) & np.isfinite(self.df[family.members])
        factor = family.factors[0]
        members = family.members[sound]
        estimates[members] = found.beta[sound]
        t[members] = found.beta[sound] / np.sqrt(found.variance[sound] * factor[sound])

    def _refit(self, place: int, one: Specification, whole: Vector, estimates: Vector, t: Vector) -> None:
        table = self.curve.data.assign(**{self.term: whole})[in_sample(self.curve.data, one.sample)]
        try:
            row = one.spec.fit(table).inference(self.curve.specifications.covariance).row(self.term)
        except (*REFUSALS, NotDefinedError):  # a covariance that the draw does not have
            return
        estimates[place], t[place] = row["estimate"], row["statistic"]

    def _whole(self, treatment: Vector) -> Vector:
        """(N,) on the caller's table; missing where it was."""
        whole = np.full(len(self.curve.data), np.nan)
        whole[self.sample.rows] = treatment
        return whole
