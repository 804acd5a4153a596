"""CR2 of a weighted regression under equal variances, which is what clubSandwich takes for a weighted `lm`.

This package takes weights for inverse variances. With rows scaled by the roots of the weights, Q an orthonormal
basis of all columns and :math:`P = QQ'`, the residuals have the covariance
:math:`W^{-1/2} (I - P) W (I - P) W^{-1/2}`, whose blocks are no longer projections.
"""

from __future__ import annotations

import numpy as np

from econ.errors import NotDefinedError
from econ.groups import Groups, Matrix, Vector
from econ.types import Fit, Hat

__all__ = ["under_equal_variances"]

MOST_CELLS = 20_000_000
LARGEST_CLUSTER = 2_000  # rows
NOTHING = 1e-10


def under_equal_variances(fit: Fit, hat: Hat, w: Vector, clusters: Groups) -> tuple[Matrix, Vector]:
    """(k, k) covariance and (k,) Satterthwaite's degrees of freedom (Pustejovsky and Tipton 2018, eq. 4 and 11).

    Raises
    ------
    NotDefinedError
        If the regression is too large for dense matrices.
    """
    Q, half = _basis(fit, hat, w, clusters), np.sqrt(w)
    G = Q.T @ (w[:, None] * Q)
    k, errors = len(fit.names), hat.errors
    scores, s = np.zeros((clusters.count, k)), np.zeros((clusters.count, k))
    a, b = (np.zeros((clusters.count, Q.shape[1], k)) for _ in range(2))
    for g, rows in enumerate(np.split(np.argsort(clusters.codes, kind="stable"), np.cumsum(clusters.sizes)[:-1])):
        q, v, root = Q[rows], w[rows], half[rows]
        left = np.diag(v) - (q @ q.T) * v - v[:, None] * (q @ q.T) + q @ G @ q.T
        adjusted = _inverse_root(left / root / root[:, None]) @ (v[:, None] * hat.X[rows] @ fit.bread)
        scores[g] = adjusted.T @ errors[rows]
        adjusted /= root[:, None]
        s[g], a[g], b[g] = (v[:, None] * adjusted**2).sum(axis=0), q.T @ adjusted, q.T @ (v[:, None] * adjusted)
    return scores.T @ scores, _satterthwaite(s, a, b, G)


def _basis(fit: Fit, hat: Hat, w: Vector, clusters: Groups) -> Matrix:
    """(n, p) orthonormal basis of the regressors and the dummies, scaled."""
    levels = sum(effect.count for effect in fit.effects)
    if fit.nobs * (levels + hat.X.shape[1]) > MOST_CELLS or clusters.sizes.max() > LARGEST_CLUSTER:
        raise NotDefinedError(f"not computed: {fit.nobs:,} rows, {levels:,} levels or a cluster are too many")
    dummies = [np.eye(effect.count)[effect.codes] for effect in fit.effects]
    columns = np.hstack([*dummies, hat.X]) * np.sqrt(w)[:, None]
    U, size, _ = np.linalg.svd(columns / np.linalg.norm(columns, axis=0), full_matrices=False)
    basis: Matrix = U[:, size > NOTHING * size[0]]
    return basis


def _inverse_root(S: Matrix) -> Matrix:
    values, vectors = np.linalg.eigh(S)
    kept = values > NOTHING * values[-1]
    root: Matrix = (vectors[:, kept] / np.sqrt(values[kept])) @ vectors[:, kept].T
    return root


def _satterthwaite(s: Matrix, a: Matrix, b: Matrix, G: Matrix) -> Vector:
    """Twice the squared mean over the variance of each quadratic form."""
    df = np.empty(s.shape[1])
    for j in range(s.shape[1]):
        one, other = a[:, :, j], b[:, :, j]
        products = np.diag(s[:, j]) - one @ other.T - other @ one.T + one @ G @ one.T
        df[j] = np.trace(products) ** 2 / (products**2).sum()
    return df
