r"""Leverage of whole clusters: bias-reduced and jackknife scores, and their degrees of freedom.

Rows are scaled by the roots of their weights, so that the regression is unweighted. Let :math:`F` hold orthonormal
columns that span the regressors and the absorbed effects that no cluster nests, after effects nested in clusters
are taken out. The block of the residual maker for cluster g is then :math:`M_g = I - N_g N_g' - F_g F_g'` with
:math:`N_g` an orthonormal basis of the nested effects.

Without weights the nested effects change nothing (Pustejovsky and Tipton 2018, theorem 2), and powers of
:math:`M_g` follow from the eigenvalues of the small :math:`K_g = F_g' F_g`; no
matrix of the size of a cluster is formed.
With variances :math:`\phi` of the responses that differ within clusters the adjustment of their equation 4,
:math:`(\Phi_g M_g \Phi_g)^{+1/2} \Phi_g`, needs the eigenvalues of such a matrix.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

import numpy as np

from econ.absorb import Layout, absorber
from econ.absorb.exact import Exact
from econ.absorb.leaving import Leaving
from econ.errors import NotDefinedError
from econ.groups import Codes, Effect, Groups, Matrix, Vector
from econ.types import Fit, Hat

__all__ = ["BiasReduced", "bias_reduced", "leaving_out"]

FEW_CELLS = 5_000_000  # of F, below which it is faster than eliminating the effects for each cluster
MOST_CELLS = 50_000_000
LARGEST_CLUSTER = 4_000  # rows, where a matrix of its size is needed
FEW_COLUMNS = 12  # up to here a sum by group of each product is faster than a product for each group
FULL = 1e-9  # one less the share of a direction that lies within one cluster
LOADING = 1e-6
EQUAL = 1e-12
NO_DF = 1e-8  # degrees of freedom below which there are none


@dataclass(frozen=True, eq=False)
class BiasReduced:
    """Bias-reduced scores of the clusters, and what their degrees of freedom depend on.

    With `R_g` (n_g, q) the adjusted regressors of cluster g in an orthonormal basis of the regressors:

    Attributes
    ----------
    products
        (G, q): `R_g' e_g`.
    squares
        (G, q, q): `R_g' (I - N_g N_g') R_g`.
    loads
        (G, p, q): `F_g' R_g`.
    root
        (q, q): `root @ root.T` is the inverse of `X'WX`.
    """

    products: Matrix
    squares: Matrix
    loads: Matrix
    root: Matrix

    @property
    def scores(self) -> Matrix:
        """(G, q) sums of the adjusted scores."""
        return np.asarray(np.linalg.solve(self.root.T, self.products.T).T)

    def df(self, bread: Matrix) -> Vector:
        """(k,) Satterthwaite degrees of freedom under independent errors with the inverse weights as variances.

        Bell and McCaffrey (2002); Pustejovsky and Tipton (2018), eq. 11.
        """
        B = np.linalg.solve(self.root, bread)
        own = np.einsum("qk,gqr,rk->gk", B, self.squares, B, optimize=True)
        T = self.loads @ B
        trace = own.sum(axis=0) - np.square(T).sum(axis=(0, 1))
        between = np.einsum("gpk,grk->kpr", T, T, optimize=True)
        square = (own**2).sum(axis=0) - 2 * (own * np.square(T).sum(axis=1)).sum(axis=0)
        square += np.square(between).sum(axis=(1, 2))
        df: Vector = np.divide(trace**2, square, out=np.zeros_like(trace), where=square > 0)
        return np.where(df < NO_DF, 0.0, df)

    def hotelling_df(self, bread: Matrix) -> float:
        """Degrees of freedom of the approximating Hotelling T² of a joint hypothesis.

        Pustejovsky and Tipton (2018), section 3.2, the method that R's clubSandwich calls HTZ.

        Parameters
        ----------
        bread
            (q, r): the influence of the r tested combinations is `scores @ bread`.
        """
        B: Matrix = np.asarray(np.linalg.solve(self.root, bread), dtype=np.float64)
        P = self._products(B)
        values, vectors = np.linalg.eigh(np.einsum("stgg->st", P))  # the expected variance under the model
        standard: Matrix = np.asarray(B @ (vectors / np.sqrt(values)) @ vectors.T)
        P = self._products(standard)
        r = B.shape[1]
        total = np.einsum("ssgh,ttgh->", P, P, optimize=True) + np.einsum("stgh,tsgh->", P, P, optimize=True)
        return float(r * (r + 1) / total)

    def _products(self, B: Matrix) -> Matrix:
        """(r, r, G, G) inner products of the vectors of which the scores of the combinations are made."""
        T, G = self.loads @ B, self.products.shape[0]
        P = -np.einsum("gps,hpt->stgh", T, T, optimize=True)
        P[:, :, np.arange(G), np.arange(G)] += np.einsum("qs,gqr,rt->stg", B, self.squares, B, optimize=True)
        return np.asarray(P)


def bias_reduced(fit: Fit, clusters: Groups) -> BiasReduced:
    """CR2 scores of the clusters of a fit.

    Raises
    ------
    NotDefinedError
        If the leverage of the clusters is out of reach.
    """
    hat = _hat(fit, "CR2")
    F = _orthonormal(fit, hat, clusters, "CR2")
    e = hat.errors if hat.w is None else np.sqrt(hat.w) * hat.errors
    if hat.variances is None or _equal_within(hat.variances, clusters):
        if clusters.count == fit.nobs:
            return _by_rows(F, e, hat.root)
        return _by_small_matrices(F, e, hat.root, clusters)
    return _by_whole_clusters(fit, hat, (F, e), hat.variances, clusters)


def leaving_out(fit: Fit, clusters: Groups) -> Matrix:
    """(G, q) scores whose product with the bread is what leaving a cluster out changes, exactly for least squares.

    Raises
    ------
    NotDefinedError
        If the leverage of the clusters is out of reach, or a regressor is not identified without some cluster.
    """
    hat = _hat(fit, "CR3")
    if clusters.count == fit.nobs:
        return _leaving_rows_out(fit, hat, clusters)
    levels = sum(effect.count for effect in fit.effects if not clusters.nests(effect.groups))
    constants = all(effect.slope is None for effect in fit.effects)
    if levels * fit.nobs > FEW_CELLS and constants and Layout(fit.effects).fits:
        return _by_elimination(fit, hat, clusters)
    return _by_leverage(fit, hat, clusters)


def _leaving_rows_out(fit: Fit, hat: Hat, clusters: Groups) -> Matrix:
    """Clusters of one row: scores over one less its leverage."""
    if fit.leverage is None:
        raise NotDefinedError(
            f"CR3 needs the leverage of rows, out of reach for {type(fit.spec).__name__} here; use CR1"
        )
    full = np.flatnonzero(1 - fit.leverage < FULL)
    if full.size:
        _refuse(fit, clusters, clusters.codes[full])
    signal = hat.errors if hat.w is None else hat.w * hat.errors
    scores = np.empty_like(hat.X)
    scores[clusters.codes] = hat.X * (signal / (1 - fit.leverage))[:, None]
    return scores


def _by_elimination(fit: Fit, hat: Hat, clusters: Groups) -> Matrix:
    """Effects eliminated anew without each cluster, from tables less what its rows put into them."""
    without = Leaving(Exact(Layout(fit.effects), hat.w), np.column_stack([hat.errors, hat.X]))
    whole = np.linalg.inv(hat.root @ hat.root.T)
    size = np.sqrt(np.diag(whole))
    scores = np.empty((clusters.count, size.size))
    for g, rows in enumerate(_rows(clusters)):
        cross = without.cross(rows)
        if np.linalg.eigvalsh(cross[1:, 1:] / size / size[:, None])[0] < FULL:
            _refuse(fit, clusters, np.array([g]))
        scores[g] = -whole @ np.linalg.solve(cross[1:, 1:], cross[1:, 0])
    return scores


def _by_leverage(fit: Fit, hat: Hat, clusters: Groups) -> Matrix:
    q = hat.root.shape[0]
    F = _orthonormal(fit, hat, clusters, "CR3")
    e = hat.errors if hat.w is None else np.sqrt(hat.w) * hat.errors
    values, vectors = _spectrum(_grams(F, clusters))
    loading = np.abs(vectors[:, -q:, :]).max(axis=1)
    lost = np.flatnonzero(((1 - values < FULL) & (loading > LOADING)).any(axis=1))
    if lost.size:
        _refuse(fit, clusters, lost)
    turned = np.einsum("gpj,gp->gj", vectors, clusters.sums(e[:, None] * F))
    products = np.einsum("gpj,gj->gp", vectors, _power(values, -1.0) * turned)[:, -q:]
    return np.asarray(np.linalg.solve(hat.root.T, products.T).T)


def _refuse(fit: Fit, clusters: Groups, lost: Codes) -> NoReturn:
    label = fit.sample.labels[int(np.argmax(clusters.codes == lost[0]))]
    raise NotDefinedError(
        f"CR3 is not defined: without the group of {clusters.name!r} that row {label!r} belongs to (and "
        f"{lost.size - 1} more), a regressor is not identified; cluster by groups of which several inform it"
    )


def _hat(fit: Fit, correction: str) -> Hat:
    if fit.hat is None:
        raise NotDefinedError(
            f"{correction} needs the leverage of whole clusters; {type(fit.spec).__name__} has none. "
            "Use Clustered with CR1, or the jackknife"
        )
    return fit.hat


def _equal_within(variances: Vector, clusters: Groups) -> bool:
    means = clusters.totals(variances) / clusters.sizes
    return bool((np.abs(variances - means[clusters.codes]) <= EQUAL * variances).all())


def _by_small_matrices(F: Matrix, e: Vector, root: Matrix, clusters: Groups) -> BiasReduced:
    q = root.shape[0]
    values, vectors = _spectrum(_grams(F, clusters))
    half = _power(values, -0.5)
    turned = half * np.einsum("gpj,gp->gj", vectors, clusters.sums(e[:, None] * F))
    last = vectors[:, -q:, :]
    return BiasReduced(
        products=np.einsum("gqj,gj->gq", last, turned),
        squares=(last * (half**2 * values)[:, None, :]) @ last.transpose(0, 2, 1),
        loads=(vectors * (half * values)[:, None, :]) @ last.transpose(0, 2, 1),
        root=root,
    )


def _by_rows(F: Matrix, e: Vector, root: Matrix) -> BiasReduced:
    """Clusters of one row: powers of one less its leverage."""
    q = root.shape[0]
    half = _power(np.clip(np.einsum("ij,ij->i", F, F), 0, 1), -0.5)
    R = half[:, None] * F[:, -q:]
    return BiasReduced(R * e[:, None], R[:, :, None] * R[:, None, :], F[:, :, None] * R[:, None, :], root)


def _by_whole_clusters(
    fit: Fit, hat: Hat, rows_and_errors: tuple[Matrix, Vector], variances: Vector, clusters: Groups
) -> BiasReduced:
    if clusters.sizes.max() > LARGEST_CLUSTER:
        raise NotDefinedError(
            f"CR2 with weights that differ within clusters needs matrices of {clusters.sizes.max():,} rows and columns "
            f"for {type(fit.spec).__name__}; use Clustered with CR1 or CR3"
        )
    F, e = rows_and_errors
    half = np.ones(e.size) if hat.w is None else np.sqrt(hat.w)
    q, nested = hat.root.shape[0], _nested(fit, clusters)
    products, squares, loads = [], [], []
    for rows in _rows(clusters):
        N = _basis(nested, rows, half[rows])
        phi, own = variances[rows], F[rows]
        M = np.eye(rows.size) - own @ own.T - N @ N.T
        R = phi[:, None] * (_inverse_root(phi[:, None] * M * phi) @ own[:, -q:])
        products.append(R.T @ e[rows])
        squares.append(R.T @ R - (N.T @ R).T @ (N.T @ R))
        loads.append(own.T @ R)
    return BiasReduced(np.array(products), np.array(squares), np.array(loads), hat.root)


def _rows(clusters: Groups) -> list[np.ndarray]:
    order = np.argsort(clusters.codes, kind="stable")
    return np.split(order, np.cumsum(clusters.sizes)[:-1])


def _basis(nested: tuple[Effect, ...], rows: np.ndarray, half: Vector) -> Matrix:
    """Orthonormal basis of the nested effects in the rows of a cluster."""
    found = [np.zeros((rows.size, 0))]
    for effect in nested:
        levels, codes = np.unique(effect.codes[rows], return_inverse=True)
        D = np.zeros((rows.size, levels.size))
        D[np.arange(rows.size), codes] = half if effect.slope is None else half * effect.slope[rows]
        found.append(D)
    U, singular, _ = np.linalg.svd(np.hstack(found), full_matrices=False)
    basis: Matrix = U[:, singular > FULL * singular.max(initial=0.0)]
    return basis


def _inverse_root(S: Matrix) -> Matrix:
    values, vectors = np.linalg.eigh(S)
    kept = values > FULL * values[-1]
    root: Matrix = (vectors[:, kept] / np.sqrt(values[kept])) @ vectors[:, kept].T
    return root


def _spectrum(K: Matrix) -> tuple[Matrix, Matrix]:
    values, vectors = np.linalg.eigh(K)
    return np.clip(values, 0, 1), vectors


def _power(values: Matrix, power: float) -> Matrix:
    """Powers of one less the eigenvalues; zero where nothing is left to invert."""
    left = 1 - values
    powers: Matrix = np.where(left < FULL, 0.0, np.where(left < FULL, 1.0, left) ** power)
    return powers


def _nested(fit: Fit, clusters: Groups) -> tuple[Effect, ...]:
    return tuple(effect for effect in fit.effects if clusters.nests(effect.groups))


def _orthonormal(fit: Fit, hat: Hat, clusters: Groups, correction: str) -> Matrix:
    """(n, p): orthonormal columns of the effects that no cluster nests, then of the regressors."""
    half = None if hat.w is None else np.sqrt(hat.w)
    regressors = hat.X @ hat.root
    crossing = tuple(effect for effect in fit.effects if not clusters.nests(effect.groups))
    if crossing:
        levels = sum(effect.count for effect in crossing)
        if levels * fit.nobs > MOST_CELLS:
            names = ", ".join(effect.name for effect in crossing)
            raise NotDefinedError(
                f"{correction} needs the leverage of {levels:,} levels of {names} in {fit.nobs:,} rows, which "
                f"{type(fit.spec).__name__} cannot hold; use Clustered with CR1 or the wild bootstrap"
            )
        regressors = np.column_stack([_effects(crossing, _nested(fit, clusters), hat.w), regressors])
    return np.asfortranarray(regressors if half is None else half[:, None] * regressors)


def _effects(crossing: tuple[Effect, ...], nested: tuple[Effect, ...], w: Vector | None) -> Matrix:
    """Columns that span the crossing effects with the nested ones taken out, orthonormal under the weights."""
    D = np.hstack([_dummies(effect) for effect in crossing])
    R = absorber(Layout(nested), w).residualize(np.asfortranarray(D))
    values, vectors = np.linalg.eigh(R.T @ (R if w is None else w[:, None] * R))
    kept = values > FULL * np.square(D if w is None else np.sqrt(w)[:, None] * D).sum(axis=0).max()
    product: Matrix = R @ (vectors[:, kept] / np.sqrt(values[kept]))
    return product


def _dummies(effect: Effect) -> Matrix:
    D = np.zeros((effect.codes.size, effect.count))
    D[np.arange(effect.codes.size), effect.codes] = 1.0 if effect.slope is None else effect.slope
    return D


def _grams(F: Matrix, clusters: Groups) -> Matrix:
    """(G, p, p) products of the columns within each cluster."""
    p = F.shape[1]
    K = np.empty((clusters.count, p, p))
    if p <= FEW_COLUMNS:
        for i in range(p):
            for j in range(i + 1):
                K[:, i, j] = K[:, j, i] = np.bincount(clusters.codes, F[:, i] * F[:, j], minlength=clusters.count)
        return K
    order = np.argsort(clusters.codes, kind="stable")
    ends = np.cumsum(clusters.sizes)
    for g, (start, end) in enumerate(zip(ends - clusters.sizes, ends, strict=True)):
        rows = F[order[start:end]]
        K[g] = rows.T @ rows
    return K
