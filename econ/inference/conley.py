"""Covariances robust to dependence between places near one another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from econ.design.columns import numeric
from econ.errors import DataError, IdentificationError, OptionError
from econ.groups import Codes, Groups, Matrix, Vector, factorize, intersection
from econ.inference.definiteness import semi_definite
from econ.inference.kernels import Kernel, Uniform
from econ.inference.small_sample import residual_factor
from econ.types import Fit, Uncertainty

__all__ = ["Conley"]

CORRECTIONS = ("CR0", "CR1")
RADIUS_KM = 6371.0
EVERYWHERE = 3.0  # longer than any chord of the unit sphere
APART = 5.0  # so far apart lie two periods, beyond EVERYWHERE
BLOCK = 64  # places whose distances are held at once
ROUNDING = 1e-6


@dataclass(frozen=True)
class Conley:
    r"""Covariance robust to dependence between places within a distance of one another.

    :math:`c \sum_{ij} w(d_{ij} / D) \psi_i \psi_j'` over the pairs of rows whose great-circle distance
    :math:`d_{ij}` is below the cutoff D.

    Parameters
    ----------
    lat, lon
        Columns of latitudes, -90 to 90, and longitudes, -180 to 360, in degrees.
    cutoff_km
        D in kilometres on a sphere with a radius of 6371 km.
    kernel
        `Uniform()`: w = 1. `Bartlett()`: w = 1 - d / D.
    time
        Column of periods; only pairs of the same period count. None for all pairs.
    correction
        `CR1`: c = (n - 1) / (n - K). `CR0`: c = 1.
    semi_definite
        Whether negative eigenvalues of the sum, scaled to unit diagonal, are set to zero. On a sphere neither
        kernel excludes them.

    Raises
    ------
    OptionError
        If the cutoff is not positive, or a value is no kernel or correction.
    DataError
        From `of`, with the row whose coordinate is missing or out of range.
    IdentificationError
        From `of`, if all pairs count fully: the sum of all influences is zero.
    NotDefinedError
        From `of`, if a variance is negative and `semi_definite` is False.

    Notes
    -----
    Tests use t with n - K degrees of freedom for least squares and the normal distribution for likelihoods,
    and no factor counts the places, as in R's fixest. fixest's distances differ slightly, since it takes the
    earth for a sphere of 6376 km and compares boxes around the points first. Influences are summed by place
    before places are paired, so that many rows at few places cost little.

    References
    ----------
    Conley (1999), Journal of Econometrics 92(1); Conley (2008), New Palgrave Dictionary of Economics,
    "Spatial econometrics".

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import OLS, Conley
    >>> data = pd.DataFrame({"y": [1.0, 2, 4, 3, 5], "x": [0.0, 1, 2, 3, 4], "lat": [50.1, 50.2, 48.8, 48.9, 41.9],
    ...                      "lon": [8.7, 8.6, 2.3, 2.2, 12.5]})
    >>> estimates = OLS("y ~ x").fit(data).inference(Conley("lat", "lon", cutoff_km=100))
    >>> estimates.label, estimates.clusters
    ('Conley by lat and lon, uniform below 100 km (CR1)', {'lat^lon': 5})
    """

    lat: str
    lon: str
    cutoff_km: float = field(kw_only=True)
    kernel: Kernel = field(default=Uniform(), kw_only=True)
    time: str | None = field(default=None, kw_only=True)
    correction: str = field(default="CR1", kw_only=True)
    semi_definite: bool = field(default=True, kw_only=True)

    def __post_init__(self) -> None:
        if not isinstance(self.cutoff_km, int | float) or not self.cutoff_km > 0:
            raise OptionError(f"cutoff_km={self.cutoff_km!r}: give a positive number of kilometres")
        if not callable(getattr(self.kernel, "weights", None)) or isinstance(self.kernel, type):
            raise OptionError(f"{self.kernel!r} is no kernel; give a value such as Uniform() or Bartlett()")
        if self.correction not in CORRECTIONS:
            raise OptionError(f"no correction {self.correction!r}; there are {', '.join(CORRECTIONS)}")

    def of(self, fit: Fit) -> Uncertainty:
        """Uncertainty of a fit."""
        lat, lon = _degrees(fit, self.lat, -90, 90), _degrees(fit, self.lon, -180, 360)
        places = intersection((factorize(self.lat, lat), factorize(self.lon, lon)))
        periods = Groups("", np.zeros(fit.nobs, dtype=np.intp), 1) if self.time is None else fit.groups(self.time)
        factor = residual_factor(fit.nobs, fit.rank) if self.correction == "CR1" else 1.0
        total = factor * self._pairs(fit, lat, lon, intersection((places, periods)), periods)
        matrix, remarks = semi_definite(fit, total, kind="Conley", repair=self.semi_definite)
        clusters = {places.name: places.count} | ({} if self.time is None else {self.time: periods.count})
        return Uncertainty(matrix, fit.df, self._label(), clusters, remarks)

    def _label(self) -> str:
        kernel = type(self.kernel).__name__.lower()
        within = "" if self.time is None else f" within {self.time}"
        return f"Conley by {self.lat} and {self.lon}{within}, {kernel} below {self.cutoff_km:g} km ({self.correction})"

    def _pairs(self, fit: Fit, lat: Vector, lon: Vector, cells: Groups, periods: Groups) -> Matrix:
        """(k, k) weighted sum over pairs of cells, each the rows of a place in a period."""
        rows = np.empty(cells.count, dtype=np.intp)
        rows[cells.codes] = np.arange(fit.nobs)  # some row of each cell
        points = np.column_stack([_on_sphere(lat[rows], lon[rows]), APART * periods.codes[rows]])
        sums = np.column_stack([np.ones(cells.count), fit.sums(cells)])  # the ones sum the weights
        total = _pair_sum(points, sums, float(self.cutoff_km), self.kernel)
        if total[0, 0] == cells.count**2:
            raise IdentificationError(
                f"all {fit.nobs} rows used lie within {self.cutoff_km:g} km of one another, so that their "
                "influences sum to zero; choose a smaller cutoff_km"
            )
        return total[1:, 1:]


def _degrees(fit: Fit, name: str, low: float, high: float) -> Vector:
    degrees = numeric(fit.sample.column(name))
    wrong = np.flatnonzero(~((degrees >= low) & (degrees <= high)))
    if wrong.size:
        raise DataError(
            f"{name!r} is {degrees[wrong[0]]} in row {fit.sample.labels[wrong[0]]!r} and {wrong.size - 1} more of the "
            f"rows used; give degrees from {low} to {high}, or drop these rows before fitting"
        )
    return degrees


def _on_sphere(lat: Vector, lon: Vector) -> Matrix:
    """(m, 3) points of the unit sphere; haversine distances are arcs over the chords between them."""
    phi, lam = np.radians(lat), np.radians(lon)
    return np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])


def _pair_sum(points: Matrix, sums: Matrix, cutoff: float, kernel: Kernel) -> Matrix:
    """(k, k) sum over pairs of `points` (m, 4) of the products of `sums` (m, k), weighted by their distance.

    Points are taken in compact blocks, and distances formed only between blocks that lie near one another.
    """
    from scipy.spatial import KDTree  # noqa: PLC0415 - keeps the import of the package light
    from scipy.spatial.distance import cdist  # noqa: PLC0415

    chord = 2 * np.sin(cutoff / (2 * RADIUS_KM)) if cutoff < np.pi * RADIUS_KM else EVERYWHERE
    order = KDTree(points, leafsize=BLOCK).indices  # its leaves, one after the other
    blocks = [order[start : start + BLOCK] for start in range(0, order.size, BLOCK)]
    half = np.zeros((sums.shape[1], sums.shape[1]))
    for block, others in zip(blocks, _near(points, blocks, chord), strict=True):
        weights = _weights(cdist(points[block], points[others], "sqeuclidean"), chord, cutoff, kernel)
        weights[:, : block.size] /= 2  # pairs within the block are met from both sides
        half += sums[block].T @ (weights @ sums[others])
    return half + half.T


def _near(points: Matrix, blocks: list[Codes], chord: float) -> Iterator[Codes]:
    """For each block its own points and those of later blocks that may lie within the chord."""
    centres = np.array([points[block].mean(axis=0) for block in blocks])
    spans = zip(blocks, centres, strict=True)
    radii = np.array([np.linalg.norm(points[block] - centre, axis=1).max() for block, centre in spans])
    for i, centre in enumerate(centres):
        gaps = np.linalg.norm(centres[i:] - centre, axis=1) - radii[i:] - radii[i]
        yield np.concatenate([blocks[i + j] for j in np.flatnonzero(gaps < chord + ROUNDING)])


def _weights(squares: Matrix, chord: float, cutoff: float, kernel: Kernel) -> Matrix:
    """Weights of pairs from the squares of their chords."""
    near = squares < chord**2
    weights = np.zeros_like(squares)
    arcs = 2 * RADIUS_KM * np.arcsin(np.minimum(np.sqrt(squares[near]) / 2, 1))
    weights[near] = kernel.weights(arcs / cutoff)
    return weights
