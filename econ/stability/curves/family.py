"""Specifications of least squares that use the same rows, response and effects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from econ.absorb import Absorber, Layout, absorber
from econ.design import INTERCEPT, Design, build
from econ.design.terms import evaluate
from econ.errors import EmptySampleError, IdentificationError
from econ.estimators.ols import OLS
from econ.groups import Codes, Groups, Mask, Matrix, Vector
from econ.inference.classical import Classical
from econ.inference.clustered import Clustered, signed_combinations
from econ.inference.small_sample import nested_levels
from econ.inference.white import White
from econ.solve import parameters
from econ.stability.curves.algebra import Columns
from econ.stability.curves.grid import Specification
from econ.types import Covariance

__all__ = ["Family", "factors", "family_of", "known", "without_effects"]

FEW = 2
CONSTANT = 1e-12  # of a column: what is left of it beside a constant that is rounding


def known(covariance: Covariance) -> bool:
    """Whether a covariance is a sum of squares by row or cluster."""
    if isinstance(covariance, Clustered):
        return covariance.correction in {"CR0", "CR1"}
    return isinstance(covariance, Classical) or (isinstance(covariance, White) and covariance.kind in {"HC0", "HC1"})


@dataclass(frozen=True, eq=False)
class Family:
    """The arrays that some specifications share, and which columns each of them uses.

    Attributes
    ----------
    design
        The regression on all columns that any of them uses.
    rows
        (n,) positions of its rows in the caller's table.
    members
        (B,) places of the specifications in the grid.
    masks
        (B, p) regressors of each; the constant, which is taken out of all, is none.
    places
        (B,) which of them is the treatment.
    covariance
        How uncertainty is measured.
    """

    design: Design
    rows: Codes
    members: Codes
    masks: Mask
    places: Codes
    covariance: Covariance

    @cached_property
    def out(self) -> Absorber | None:
        """Takes the effects out; None where only a constant is."""
        return absorber(Layout(self.design.effects), self.design.w) if self.design.effects else None

    @cached_property
    def table(self) -> Matrix:
        """(n, 1 + p) response and regressors, without the constant."""
        return self.design.table[:, [True, *(name in self.regressors for name in self.design.names)]]

    @property
    def regressors(self) -> tuple[str, ...]:
        """Names of the regressors."""
        return _regressors(self.design, self.covariance)

    @cached_property
    def columns(self) -> Columns:
        """Response and regressors with the effects taken out."""
        repair = isinstance(self.covariance, Clustered) and self.covariance.semi_definite
        return Columns(self.prepared(self.table), self.signed, repair)

    def prepared(self, V: Matrix) -> Matrix:
        """(n, m) columns less effects, or the constant where it is no regressor, times the roots of the weights."""
        return without_effects(V, self.design.w, self.out, centred=INTERCEPT not in self.regressors)

    @cached_property
    def ways(self) -> tuple[Groups, ...]:
        """The ways of clustering."""
        names = self.covariance.columns if isinstance(self.covariance, Clustered) else ()
        by_name = {effect.groups.name: effect.groups for effect in self.design.effects}
        return tuple(by_name.get(name) or self.design.sample.groups(name) for name in names)

    @cached_property
    def signed(self) -> tuple[tuple[int, Groups], ...]:
        """The ways of clustering and their combinations with signs; rows for White's, none for classical errors."""
        if self.ways:
            return tuple(signed_combinations(self.ways))
        n = self.design.nobs
        return ((1, Groups("row", np.arange(n), n)),) if isinstance(self.covariance, White) else ()

    @cached_property
    def ranks(self) -> Codes:
        """(B,) number of parameters of each, effects included."""
        fixed = parameters(self.design) - self.masks.shape[1]
        return np.asarray(fixed + self.masks.sum(axis=1))

    @cached_property
    def nested(self) -> int:
        """Levels of effects that are no parameters where errors are clustered."""
        return nested_levels(self.design.effects, self.ways)

    @property
    def testable(self) -> bool:
        """Whether there are clusters and parameters enough for all of them."""
        enough = all(way.count >= FEW for way in self.ways)
        return enough and bool((self.ranks < self.design.nobs).all()) and self.columns.feasible

    @cached_property
    def factors(self) -> tuple[Vector, Vector]:
        """(B,) factors of the sums of squares, and (B,) degrees of freedom."""
        smallest = min((way.count for way in self.ways), default=0)
        return factors(self.covariance, self.design.nobs, self.ranks, self.nested, smallest)


def factors(covariance: Covariance, n: int, ranks: Codes, nested: int, smallest: int) -> tuple[Vector, Vector]:
    """Factors of the sums of squares and degrees of freedom of a covariance, for (B,) numbers of parameters."""
    if isinstance(covariance, Clustered):
        sizes, which = np.unique(ranks, return_inverse=True)
        found = np.array([covariance.scale(n, int(rank) - nested, smallest) for rank in sizes])
        return found[which], np.full(len(ranks), float(smallest - 1))
    df = (n - ranks).astype(np.float64)
    if isinstance(covariance, White):
        return (n / df if covariance.kind == "HC1" else np.ones(len(df))), df
    return 1 / df, df


def without_effects(V: Matrix, w: Vector | None, out: Absorber | None, *, centred: bool = True) -> Matrix:
    """(n, m) columns less the effects, times the roots of the weights; zero where nothing is left.

    Parameters
    ----------
    V, w, out
        (n, m) columns, (n,) weights, and what takes the effects out; None for none.
    centred
        Whether a constant is taken out where there are no effects.
    """
    if out is None:
        left = V - np.average(V, axis=0, weights=w) if centred else V.copy()
    else:
        left = out.residualize(np.asfortranarray(V))
    half = np.ones(len(V)) if w is None else np.sqrt(w)
    scaled, whole = half[:, None] * left, half[:, None] * V
    precision = CONSTANT if out is None else out.precision
    scaled[:, np.square(scaled).sum(axis=0) <= precision**2 * np.square(whole).sum(axis=0)] = 0.0
    return np.asarray(scaled)


def family_of(
    chosen: Sequence[tuple[int, Specification]], covariance: Covariance, frame: pd.DataFrame, keep: Mask
) -> Family | None:
    """The family of specifications that differ in regressors only; None where they have to be estimated one by one.

    Parameters
    ----------
    chosen
        The specifications and their places in the grid.
    covariance
        How uncertainty is measured.
    frame, keep
        The caller's table, and (N,) which of its rows are theirs.

    Raises
    ------
    FormulaError, DataError
        With the column or term that is wrong.
    """
    first = chosen[0][1]
    terms = list(dict.fromkeys(term for _, one in chosen for term in (one.treatment, *one.controls)))
    effects = "" if first.effects is None else f" | {first.effects}"
    spec = first.estimator(f"{first.outcome} ~ {' + '.join(terms)}{effects}")
    assert isinstance(spec, OLS)
    try:
        design = build(spec.formula, frame if keep.all() else frame[keep], weights=spec.weights)
        parameters(design)
    except (EmptySampleError, IdentificationError):
        return None  # with fewer regressors some may be estimated: one by one, each with its reason
    rows = np.flatnonzero(keep)[design.sample.rows]
    if not design.intercept:
        return None  # nothing is taken out of all of them
    regressors = _regressors(design, covariance)
    places = {term: _places(term, design, regressors) for term in terms}
    p = sum(name != INTERCEPT for name in regressors)
    if any(found is None for found in places.values()) or sum(len(found or ()) for found in places.values()) != p:
        return None
    masks = np.zeros((len(chosen), len(regressors)), dtype=bool)
    masks[:, [name == INTERCEPT for name in regressors]] = True
    treatments = np.empty(len(chosen), dtype=np.intp)
    for row, (_, one) in enumerate(chosen):
        for term in (one.treatment, *one.controls):
            masks[row, places[term]] = True
        treatments[row] = (places[one.treatment] or [0])[0]
    if any(len(places[one.treatment] or ()) != 1 for _, one in chosen):
        return None
    return Family(design, rows, np.array([place for place, _ in chosen]), masks, treatments, covariance)


def _regressors(design: Design, covariance: Covariance) -> tuple[str, ...]:
    """Columns that are solved for.

    The constant is one beside effects without constants, and where it counts in whether a covariance is semi-definite.
    """
    constant = bool(design.effects) or (isinstance(covariance, Clustered) and len(covariance.columns) > 1)
    return tuple(name for name in design.names if name != INTERCEPT or constant)


def _places(term: str, design: Design, regressors: tuple[str, ...]) -> list[int] | None:
    """Where the columns of a term stand among the regressors; None if they are coded otherwise there."""
    names = [name for name in evaluate(term, design.sample)[0] if name != INTERCEPT]
    if any(name not in regressors for name in names):
        return None
    return [regressors.index(name) for name in names]
