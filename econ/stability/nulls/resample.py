"""Clusters drawn with replacement, from data without the estimated effect."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from econ.absorb import Layout, absorber
from econ.design import INTERCEPT
from econ.errors import NotDefinedError, OptionError
from econ.estimates import require_whole
from econ.groups import Codes, Groups, Matrix, Vector, factorize
from econ.stability.curves.algebra import Columns
from econ.stability.curves.curve import SpecificationCurve
from econ.stability.curves.family import Family, factors, without_effects
from econ.stability.curves.joint import statistics_of
from econ.stability.resampling import resampled

__all__ = ["Resample", "drawn"]


@dataclass(frozen=True)
class Resample:
    """Whole clusters are drawn with replacement; each specification's outcome is less its own estimated effect.

    Parameters
    ----------
    by
        Column of the clusters that are drawn. Errors have to be clustered by it or by groups within it.
    reps, seed
        Draws and the seed.
    """

    by: str
    reps: int = field(default=500, kw_only=True)
    seed: int = field(default=0, kw_only=True)

    def __post_init__(self) -> None:
        if not isinstance(self.by, str):
            raise OptionError(f"by={self.by!r}: give the column of clusters, a text")
        require_whole("reps", self.reps, least=1)
        require_whole("seed", self.seed)

    @property
    def label(self) -> str:
        """What is done, in words."""
        return f"bootstrap of whole {self.by} without the estimated effects"

    def draws(self, curve: SpecificationCurve) -> tuple[Matrix, bool]:
        """Statistics of the curve on each resampled table."""
        groups = _clusters(curve, self.by)
        size = 1 - curve.level
        return resampled(
            groups, self.reps, self.seed, lambda copies: statistics_of(*drawn(curve, groups, copies), size)
        ), False


def drawn(curve: SpecificationCurve, groups: Groups, copies: Codes) -> tuple[Vector, Vector, Vector]:
    """(K,) estimates, t and df without the effects, where each of the (G,) clusters is there so many times."""
    estimates, t, df = np.full((3, len(curve.numbers)), np.nan)
    actual = curve.numbers["estimate"].to_numpy()
    for family in curve.families:
        found = _family(family, groups.codes[family.rows], copies)
        if found is None:
            continue
        beta, se, freedom = found
        members = family.members
        estimates[members] = beta - actual[members]  # missing where the data did not give one
        t[members], df[members] = estimates[members] / se, freedom
    return estimates, t, df


def _clusters(curve: SpecificationCurve, by: str) -> Groups:
    if by not in curve.data.columns or curve.data[by].isna().any():
        raise OptionError(f"{by!r} is no column of clusters that is there in every row")
    covered = {int(place) for family in curve.families for place in family.members}
    there = np.flatnonzero(np.isfinite(curve.numbers["df"].to_numpy()))
    others = [place for place in there if int(place) not in covered]
    if others:
        raise NotDefinedError(
            f"{len(others)} specifications are no least squares with Classical, White or Clustered CR1 errors; use "
            "Shuffle(), which estimates again, or leave them out"
        )
    groups = factorize(by, curve.data[by])
    for family in curve.families:
        drawn_groups = Groups(by, groups.codes[family.rows], groups.count)
        wrong = [way.name for _, way in family.signed if not drawn_groups.nests(way)]
        if wrong:
            raise NotDefinedError(f"errors by {wrong[0]} do not lie within {by}; draw what they are clustered by")
    return groups


def _family(family: Family, codes: Codes, copies: Codes) -> tuple[Vector, Vector, Vector] | None:
    """Estimates, standard errors and degrees of freedom on the resampled rows; None where too few are left."""
    times = copies[codes].astype(np.float64)
    keep = times > 0
    if not keep.any():
        return None
    effects = tuple(effect.take(keep) for effect in family.design.effects)
    w = times[keep] if family.design.w is None else family.design.w[keep] * times[keep]
    out = absorber(Layout(effects), w) if effects else None
    ways = [(sign, way.take(keep)) for sign, way in family.signed]
    stands_for = tuple(_of_groups(way, times[keep]) for _, way in ways)
    table = without_effects(family.table[keep], w, out, centred=INTERCEPT not in family.regressors)
    found = Columns(table, ways, copies=stands_for).solve_all(family.masks, family.places)
    fewer = sum(one.count - other.count for one, other in zip(family.design.effects, effects, strict=True))
    smallest = min((int(one.sum()) for one in stands_for), default=0)
    n, ranks = int(times.sum()), family.ranks - fewer
    enough = n > ranks
    if not enough.any() or (family.ways and smallest < 2):  # noqa: PLR2004
        return None
    factor, df = factors(
        family.covariance, n, np.minimum(ranks, n - 1), family.nested - fewer * bool(family.nested), smallest
    )
    usable = enough & found.sound & (found.variance > 0)
    se = np.where(usable, np.sqrt(np.maximum(found.variance * factor, 0.0)), np.nan)
    return np.where(usable, found.beta, np.nan), se, df


def _of_groups(groups: Groups, times: Vector) -> Vector:
    """(G,) copies of each group, within which all rows have as many."""
    found = np.empty(groups.count)
    found[groups.codes] = times
    return found
