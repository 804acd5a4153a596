"""Weighted least squares on residualised columns, with collinear columns found and named."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.absorb import Absorber, Layout, absorber
from econ.absorb.exact import Exact
from econ.compute.blocks import for_long_columns
from econ.design import INTERCEPT, Design
from econ.errors import CollinearError, FormulaError, IdentificationError
from econ.groups import Effect, Matrix, Vector

__all__ = [
    "LeastSquares",
    "beside",
    "judged_inverse",
    "parameters",
    "rough_coefficients",
    "weighted",
    "weighted_least_squares",
    "without_instruments",
]

COLLINEAR = 1e-10  # distance of a unit vector from the span of the columns before it
WELL_CONDITIONED = 1e-4  # smallest eigenvalue of the correlations for which squaring them loses nothing that matters
SMALL_SQUARE = 1e-200
FLAT = 1e-12  # of a variable, below which its differences are rounding


@dataclass(frozen=True, eq=False)
class LeastSquares:
    """A weighted regression with effects absorbed.

    Attributes
    ----------
    params
        (k,) coefficients.
    X, y
        (n, k) and (n,): residualised on the effects.
    root
        (k, k): `root @ root.T` is the inverse of `X'WX`.
    w
        (n,) weights; None where all are one.
    absorber, levels
        Takes the effects out; (levels,) the coefficients of their columns.
    residuals
        (n,) residuals.
    responses
        (n,) variances of the responses under the model; None for the inverse weights.
    """

    params: Vector
    X: Matrix
    y: Vector
    root: Matrix
    w: Vector | None
    absorber: Absorber
    levels: Vector
    residuals: Vector
    responses: Vector | None = None

    @property
    def inverse(self) -> Matrix:
        """(k, k): `(X'WX)^-1`."""
        return self.root @ self.root.T

    @property
    def errors(self) -> Vector:
        """(n,) residuals, by the name under which covariances ask for them."""
        return self.residuals

    @property
    def variances(self) -> Vector | None:
        """(n,) variances of the responses under the model, up to scale; None where all are equal."""
        if self.responses is not None:
            return self.responses
        return None if self.w is None else 1 / self.w

    def residualize(self, V: Matrix) -> Matrix:
        """(n, m) residuals of columns on the absorbed effects."""
        return self.absorber.residualize(V)

    def diagonal(self) -> Vector | None:
        """(n,) leverage of the regressors and the effects together."""
        effects = self.absorber.leverage()
        if effects is None:
            return None
        slopes: Vector = np.square(self.X @ self.root).sum(axis=1)
        return effects + weighted(self.w, slopes)


def weighted_least_squares(
    design: Design, y: Vector, w: Vector | None, *, layout: Layout | None = None
) -> LeastSquares:
    """Regress `y` (n,) on the regressors and effects of a design with weights `w` (n,).

    Raises
    ------
    CollinearError
        With the regressor that is a combination of others, and of which.
    """
    out = absorber(layout or Layout(design.effects), w)
    with for_long_columns(design.nobs, len(design.names)):
        residual, levels = out.split(design.table if y is design.y else beside(y, design.X))
        X, y = residual[:, 1:], residual[:, 0]
        gram = X.T @ weighted(w, X)
        norms = _norms(X, w, gram)
        _require_variation(design, norms, out.precision * _norms(design.X, w))
        root, params = _solution(design, residual, w, gram, norms)
        return LeastSquares(params, X, y, root, w, out, levels[:, 0] - levels[:, 1:] @ params, y - X @ params)


def rough_coefficients(design: Design, y: Vector, w: Vector, layout: Layout) -> tuple[Vector, Vector | float] | None:
    """(k,) coefficients and (n,) what the effects add, as good as a step of an iteration needs; None if out of reach.

    The regressors are not residualised: their cross products are those of the columns less what the effects explain.
    """
    out = absorber(layout, w)
    if not isinstance(out, Exact):
        return None
    left, levels = out.cross([y, *design.X.T])
    size = np.sqrt(np.maximum(np.diag(left)[1:], 0))
    if not size.all():
        return None
    correlations = left[1:, 1:] / size / size[:, None]
    if size.size and np.linalg.eigvalsh(correlations)[0] <= WELL_CONDITIONED:
        return None
    params = np.linalg.solve(correlations, left[1:, 0] / size) / size
    return params, out.fitted(levels[:, 0] - levels[:, 1:] @ params)


def weighted(w: Vector | None, values: Matrix) -> Matrix:
    """Rows times their weights."""
    if w is None:
        return values
    return w * values if values.ndim == 1 else w[:, None] * values


def judged_inverse(gram: Matrix, tolerance: float, before: Vector | None = None) -> Matrix | None:
    """Inverse of cross products; None where, scaled to unit diagonal, they are singular to a tolerance.

    Parameters
    ----------
    gram
        (k, k) cross products.
    tolerance
        Smallest eigenvalue, and smallest share of its length that a column keeps.
    before
        (k,) squares of the columns before effects were taken out; None where none were.
    """
    if not len(gram):
        return np.zeros((0, 0))
    size = np.sqrt(np.diag(gram))
    least = 0.0 if before is None else tolerance * np.sqrt(before)
    if not (np.isfinite(gram).all() and (size > least).all()):
        return None
    scaled = gram / np.outer(size, size)
    if np.linalg.eigvalsh(scaled)[0] <= tolerance:
        return None
    return np.asarray(np.linalg.inv(scaled) / np.outer(size, size))


def beside(y: Vector, X: Matrix) -> Matrix:
    """Columns as one table, a column after the other in memory."""
    table = np.empty((y.size, X.shape[1] + 1), order="F")
    table[:, 0], table[:, 1:] = y, X
    return table


def _solution(design: Design, table: Matrix, w: Vector | None, gram: Matrix, norms: Vector) -> tuple[Matrix, Vector]:
    """Root of the inverse and coefficients: by Cholesky where that is as good as by QR."""
    X, y = table[:, 1:], table[:, 0]
    if not norms.size:
        return np.zeros((0, 0)), np.zeros(0)
    correlations = gram / norms / norms[:, None]
    if (norms**2 > SMALL_SQUARE).all() and np.linalg.eigvalsh(correlations)[0] > WELL_CONDITIONED:
        root = np.linalg.inv(np.linalg.cholesky(correlations)).T / norms[:, None]
        return root, root @ (root.T @ (X.T @ weighted(w, y)))
    half = None if w is None else np.sqrt(w)
    Q, R = np.linalg.qr(weighted(half, X) / norms)
    _require_independent(design, R)
    root = np.linalg.inv(R) / norms[:, None]
    return root, root @ (Q.T @ weighted(half, y))


def _norms(X: Matrix, w: Vector | None, gram: Matrix | None = None) -> Vector:
    """Weighted norms of the columns, also where their squares would vanish."""
    squares = np.diag(gram) if gram is not None else np.array([column @ weighted(w, column) for column in X.T])
    if (squares > SMALL_SQUARE).all():
        norms: Vector = np.sqrt(squares)
        return norms
    size = np.abs(X).max(axis=0)
    unit = np.where(size > 0, size, 1)
    rescaled: Vector = unit * np.sqrt(weighted(w, (X / unit) ** 2).sum(axis=0))
    return rescaled


def _require_variation(design: Design, norms: Vector, rounding: Vector) -> None:
    gone = [name for name, norm, noise in zip(design.names, norms, rounding, strict=True) if norm <= noise]
    if gone:
        effects = ", ".join(effect.name for effect in design.effects)
        why = f"does not vary within the absorbed effects ({effects})" if effects else "is zero in every row used"
        raise CollinearError(f"{', '.join(gone)} {why}; leave it out of {design.formula.text!r}", tuple(gone))


def _require_independent(design: Design, R: Matrix) -> None:
    """R (k, k) is the triangle of a QR factorisation of columns of unit length."""
    if R.shape[0] < R.shape[1]:
        rows, columns = R.shape
        raise IdentificationError(f"{columns} regressors on {rows} rows; use fewer regressors or more rows")
    dependent = np.flatnonzero(np.abs(np.diag(R)) <= COLLINEAR)
    if dependent.size:
        j = dependent[0]
        shares = np.linalg.lstsq(R[:j, :j], R[:j, j])[0]
        others = [design.names[i] for i in np.flatnonzero(np.abs(shares) > np.sqrt(COLLINEAR))]
        if others == [INTERCEPT]:
            others = ["the intercept: it is constant in the rows used"]
        message = f"{design.names[j]} is a combination of {', '.join(others)}; drop or combine one of them"
        raise CollinearError(message, (design.names[j],))


def without_instruments(design: Design, estimator: str) -> None:
    """Stop at a formula with instruments, which few estimators take.

    Raises
    ------
    FormulaError
        If the design has some.
    """
    if design.instruments:
        raise FormulaError(f"{design.formula.text!r}: {estimator} takes no instruments; use IV")


def _varying(effect: Effect, effects: tuple[Effect, ...]) -> int:
    """Levels in which a slope is identified: all, or beside a constant those in which its variable varies.

    Raises
    ------
    CollinearError
        If it varies in none.
    """
    assert effect.slope is not None
    if all(other.codes is not effect.codes or other.slope is not None for other in effects):
        return effect.count
    means = effect.groups.totals(effect.slope) / effect.groups.sizes
    gaps = np.abs(effect.slope - means[effect.codes])
    varies = np.bincount(effect.codes, gaps > FLAT * np.abs(effect.slope), minlength=effect.count) > 0
    if not varies.any():
        raise CollinearError(f"the slopes {effect.name} are not identified: the variable does not vary in any level")
    return int(varies.sum())


def parameters(design: Design) -> int:
    """Parameters of a regression.

    Levels of the effects less one for each effect after the first, and every level in which a slope is identified.

    Raises
    ------
    IdentificationError
        If there are not more rows than parameters.
    """
    constants = [effect.count - 1 for effect in design.effects if effect.slope is None]
    slopes = [_varying(effect, design.effects) for effect in design.effects if effect.slope is not None]
    rank = len(design.names) + sum(constants) + bool(constants) + sum(slopes)
    if design.y.size <= rank:
        raise IdentificationError(
            f"{design.y.size} rows for {rank} parameters of {design.formula.text!r}; "
            "use more rows, fewer regressors or fewer effects"
        )
    return rank
