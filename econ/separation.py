"""Rows that a Poisson model separates: their response is zero and their mean would run to zero.

A vector z = Xγ with z = 0 where y > 0, z ≥ 0 where y = 0 and z ≠ 0 certifies that the likelihood
has no maximum: along -γ the means of the rows with z > 0 vanish and nothing else changes
(Santos Silva and Tenreyro 2010; Correia, Guimarães and Zylkin 2019, theorem 1). Dropping these
rows leaves the maximum of the rest, which is the limit of the likelihood.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from econ.absorb import Layout, absorber
from econ.design import Design
from econ.errors import CollinearError, ConvergenceError, IdentificationError
from econ.groups import Effect, Mask, Matrix
from econ.solve import weighted_least_squares

__all__ = ["all_columns", "all_zero", "certificate", "identified", "independent"]

FULL_RANK = 1e-9
POSITIVE = 1e-3  # of the largest z, which is one; smaller ones are found in the next round
FLAT_EFFECTS = 2  # with more, connectedness does not settle the rank


def identified(design: Design) -> Design:
    """The design without separated rows and without regressors that only these rows identified.

    Raises
    ------
    CollinearError
        If a regressor is collinear before anything is dropped.
    IdentificationError
        If every response is zero.
    """
    weighted_least_squares(design, design.y, design.w)
    while True:  # dropping some rows can separate others
        if not design.y.any():
            raise IdentificationError(
                f"{design.formula.response!r} is zero in every row used; nothing can be estimated"
            )
        separated = all_zero(design)
        if not separated.any():
            separated = certificate(design)
        if not separated.any():
            return design
        design = independent(design.without(separated, "separated"))


def independent(design: Design) -> Design:
    """The design without regressors that the rows left do not identify."""
    try:
        weighted_least_squares(design, design.y, design.w)
    except CollinearError as error:
        return independent(design.omitting(error.terms))
    return design


def all_zero(design: Design) -> Mask:
    """(n,) rows in a level of an absorbed effect whose responses are all zero."""
    separated = np.zeros(design.y.size, dtype=bool)
    for effect in design.effects:
        if effect.slope is None:
            separated |= effect.groups.totals(design.y)[effect.codes] == 0
    return separated


def certificate(design: Design) -> Mask:
    """(n,) rows that some combination of the regressors and effects separates.

    Raises
    ------
    ConvergenceError
        If the linear programme that looks for the combination fails.
    """
    zero = design.y == 0
    if not zero.any() or _positive_rows_settle_it(design, ~zero):
        return np.zeros(zero.size, dtype=bool)
    return _linear_programme(design, zero)


def _positive_rows_settle_it(design: Design, positive: Mask) -> bool:
    """Whether z = 0 on the rows with y > 0 forces z = 0 everywhere: then nothing is separated."""
    effects = tuple(effect.take(positive) for effect in design.effects)
    kept = all(small.count == full.count for small, full in zip(effects, design.effects, strict=True))
    sloped = any(effect.slope is not None for effect in effects)
    if sloped or len(effects) > FLAT_EFFECTS or not kept or not _as_connected(effects, design.effects):
        return False
    X = absorber(Layout(effects), None).residualize(np.asfortranarray(design.X[positive]))
    return _full_rank(X, np.linalg.norm(design.X[positive], axis=0))


def _full_rank(X: Matrix, norms: Matrix) -> bool:
    if X.shape[0] < X.shape[1] or not norms.all():
        return False
    singular = np.linalg.svd(X / norms, compute_uv=False)
    return bool(singular[-1] > FULL_RANK)


def _as_connected(fewer: tuple[Effect, ...], all_rows: tuple[Effect, ...]) -> bool:
    return len(fewer) < FLAT_EFFECTS or _components(fewer) == _components(all_rows)


def _components(effects: tuple[Effect, ...]) -> int:
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    first, second = effects
    ones = np.ones(first.codes.size)
    size = first.count + second.count
    graph = sp.coo_array((ones, (first.codes, first.count + second.codes)), shape=(size, size))
    return int(connected_components(graph, directed=False)[0])


def _linear_programme(design: Design, zero: Mask) -> Mask:
    """Largest sum of z over 0 ≤ z ≤ 1 on the rows with y = 0, with z = 0 on all others."""
    from scipy.optimize import linprog  # noqa: PLC0415 - few fits need it

    A = all_columns(design)
    rows = A[zero]
    result = linprog(
        -np.asarray(rows.sum(axis=0)).ravel(),
        A_ub=sp.vstack([rows, -rows]),
        b_ub=np.repeat([1.0, 0.0], int(zero.sum())),
        A_eq=A[~zero],
        b_eq=np.zeros(int((~zero).sum())),
        bounds=(None, None),
        method="highs",
    )
    if not result.success:
        raise ConvergenceError(f"the search for separated rows failed: {result.message}")
    separated: Mask = zero & (A @ result.x > POSITIVE)
    return separated


def all_columns(design: Design) -> sp.csr_array:
    """(n, k + levels): regressors of unit size and the dummies of the effects."""
    scaled = sp.csr_array(design.X / np.abs(design.X).max(axis=0))
    return sp.csr_array(sp.hstack([scaled, *(_dummies(effect) for effect in design.effects)]))


def _dummies(effect: Effect) -> sp.csr_array:
    n = effect.codes.size
    values = np.ones(n) if effect.slope is None else effect.slope
    return sp.csr_array((values, (np.arange(n), effect.codes)), shape=(n, effect.count))
