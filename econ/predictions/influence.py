"""Functions of parameters and levels of absorbed effects, as fits: all of them count as estimated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from econ.absorb.algebra import generalised_inverse
from econ.errors import ConvergenceError
from econ.groups import Matrix, Vector
from econ.predictions.absorbed import Absorbed
from econ.predictions.model import Model
from econ.scores import Product
from econ.types import Fit

__all__ = ["FEW_LEVELS", "function_of"]

FEW_LEVELS = 1_000  # whose equations are solved at once
SOLVED = 1e-11
MOST_STEPS = 20_000


def function_of(model: Model, names: Sequence[str], values: Vector, J: Matrix, by_levels: Matrix) -> Fit:
    """Functions of the parameters and the levels as a fit, as if the effects were dummies.

    Levels are functions of the slopes, which is for J to know, and have an error of their own: a row's score times
    the solution of the effects' normal equations at its levels.

    Parameters
    ----------
    model
        What was estimated.
    names, values
        (m,) each.
    J
        (m, k) derivatives by the parameters, which the levels follow.
    by_levels
        (m, levels) derivatives by the levels of all effects in turn.
    """
    fit = model.fit
    mapped = replace(fit.combine(J, names), params=values, design=None)
    if not by_levels.any():
        return mapped
    assert fit.hat is not None
    assert fit.classical is not None
    assert isinstance(fit.scores, Product)
    P = _representers(model.absorbed, fit.hat.w, by_levels)
    inverse = fit.hat.root @ fit.hat.root.T
    between = P.T @ (P if fit.hat.w is None else fit.hat.w[:, None] * P)
    return replace(
        mapped,
        scores=Product(np.column_stack([fit.scores.X, P]), fit.scores.signal),
        bread=np.vstack([mapped.bread, np.eye(len(names))]),
        classical=(J @ inverse @ J.T + between) * fit.classical[0, 0] / inverse[0, 0],
        hat=None,
    )


def _representers(absorbed: Absorbed, w: Vector | None, weights: Matrix) -> Matrix:
    """(n, m): what a row's score, times this, does to (m, levels) weighted sums of the estimated effects."""
    from scipy.sparse import csr_array  # noqa: PLC0415 - few fits need it

    columns = np.column_stack(absorbed.cells.codes) + absorbed.starts
    values = absorbed.cells.values
    half = values if w is None else np.sqrt(w)[:, None] * values
    ends = np.arange(0, columns.size + 1, columns.shape[1])
    D, root = (csr_array((own.ravel(), columns.ravel(), ends)) for own in (values, half))
    S = (root.T @ root).tocsr()
    size = np.sqrt(S.diagonal())
    size[size == 0] = 1.0
    if len(size) <= FEW_LEVELS:
        return np.asarray(D @ (generalised_inverse(S.toarray(), size) @ weights.T))
    return np.asarray(D @ _conjugate_gradients(S, size, weights, absorbed))


def _conjugate_gradients(S: Any, size: Vector, weights: Matrix, absorbed: Absorbed) -> Matrix:
    """(levels, m) solutions for weights in the span of the rows' levels."""
    from scipy.sparse import diags_array  # noqa: PLC0415
    from scipy.sparse.linalg import cg  # noqa: PLC0415

    unit = diags_array(1 / size)
    scaled = (unit @ S @ unit).tocsr()
    found = np.empty((len(size), len(weights)))
    for place, own in enumerate(weights):
        found[:, place], failed = cg(scaled, own / size, rtol=SOLVED, maxiter=MOST_STEPS)
        if failed:
            names = ", ".join(effect.name for effect in absorbed.effects)
            raise ConvergenceError(f"the levels of {names} hang together too loosely to tell how certain they are")
    return found / size[:, None]
