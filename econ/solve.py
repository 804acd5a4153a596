"""Weighted least squares on residualised columns, with collinear columns found and named."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.absorb import Absorber, absorber
from econ.design import INTERCEPT, Design
from econ.errors import CollinearError, IdentificationError
from econ.groups import Matrix, Vector

__all__ = ["LeastSquares", "parameters", "weighted_least_squares"]

COLLINEAR = 1e-10  # distance of a unit vector from the span of the columns before it


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
        (n,) weights.
    absorber
        Takes the effects out.
    """

    params: Vector
    X: Matrix
    y: Vector
    root: Matrix
    w: Vector
    absorber: Absorber

    @property
    def inverse(self) -> Matrix:
        """(k, k): `(X'WX)^-1`."""
        return self.root @ self.root.T

    @property
    def residuals(self) -> Vector:
        """(n,) residuals."""
        return self.y - self.X @ self.params

    def diagonal(self) -> Vector | None:
        """(n,) leverage of the regressors and the effects together."""
        effects = self.absorber.leverage()
        if effects is None:
            return None
        slopes: Vector = np.square(self.X @ self.root).sum(axis=1)
        return effects + self.w * slopes


def weighted_least_squares(design: Design, y: Vector, w: Vector) -> LeastSquares:
    """Regress `y` (n,) on the regressors and effects of a design with weights `w` (n,).

    Raises
    ------
    CollinearError
        With the regressor that is a combination of others, and of which.
    """
    out = absorber(design.effects, w)
    residual = out.residualize(np.column_stack([y, design.X]))
    X, half = residual[:, 1:], np.sqrt(w)
    norms = _norms(X, w)
    _require_variation(design, norms, out.precision * _norms(design.X, w))
    Q, R = np.linalg.qr(X * (half[:, None] / norms))
    _require_independent(design, R)
    root = np.linalg.inv(R) / norms[:, None]
    params = root @ (Q.T @ (half * residual[:, 0]))
    return LeastSquares(params, X, residual[:, 0], root, w, out)


def _norms(X: Matrix, w: Vector) -> Vector:
    """Weighted norms of the columns, also where their squares would vanish."""
    size = np.abs(X).max(axis=0)
    unit = np.where(size > 0, size, 1)
    return unit * np.sqrt(w @ (X / unit) ** 2)


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


def parameters(design: Design) -> int:
    """Parameters of a regression, with all levels of the effects less one for each after the first.

    Raises
    ------
    IdentificationError
        If there are not more rows than parameters.
    """
    absorbed = sum(effect.count - 1 for effect in design.effects) + bool(design.effects)
    rank = len(design.names) + absorbed
    if design.y.size <= rank:
        raise IdentificationError(
            f"{design.y.size} rows for {rank} parameters of {design.formula.text!r}; "
            "use more rows, fewer regressors or fewer effects"
        )
    return rank
