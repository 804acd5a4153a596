"""Covariances robust to dependence within clusters, in any number of ways."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from econ.errors import IdentificationError, OptionError
from econ.groups import Groups, Matrix, Vector, intersection
from econ.inference.bell_mccaffrey import bias_reduced, leaving_out
from econ.inference.definiteness import semi_definite
from econ.inference.small_sample import clustered_rank, residual_factor
from econ.types import Fit, Uncertainty

__all__ = ["Clustered", "signed_combinations"]

CORRECTIONS = ("CR0", "CR1", "CR2", "CR3")


@dataclass(frozen=True, init=False)
class Clustered:
    r"""Covariance robust to any dependence within clusters.

    With :math:`\psi_g` the sum of the influences in cluster g, one way is :math:`c \sum_g \psi_g \psi_g'`;
    several ways add the ways, subtract the pairs, add the triples and so on.

    Parameters
    ----------
    *names
        Columns whose labels are the clusters; `a^b` stands for combinations.
    correction
        `CR1`: c = (n - 1) / (n - K) · G / (G - 1), with G the smallest number of clusters of any way and K
        leaving out effects nested in a cluster, as in R's fixest. `CR0`: c = 1.
        `CR2`: residuals of each cluster are multiplied by the inverse symmetric root of one less its block of
        the hat matrix (absorbed effects included), which is unbiased for independent homoskedastic errors (for
        weights: inverse variances); each term is tested with its own Satterthwaite degrees of freedom.
        `CR3`: the cluster jackknife, (G - 1) / G times the sum of squared changes of the estimates when a
        cluster is left out; exact for least squares, one Newton step for likelihoods.
    semi_definite
        Whether negative eigenvalues of the sum over several ways, scaled to unit diagonal, are set to zero.
        Stata's reghdfe does so always and R's fixest where a variance is negative, both without the scaling.

    Raises
    ------
    OptionError
        If no column is named, one is named twice, or there is no such correction.
    DataError
        From `of`, if a column does not exist or is missing in rows used.
    IdentificationError
        From `of`, if a way has fewer than two clusters.
    NotDefinedError
        From `of`, if a variance is negative and `semi_definite` is False, or if CR2 or CR3 is asked of an
        estimator without leverages.

    Notes
    -----
    Tests use t with G - 1 degrees of freedom, for least squares and for likelihoods, and CR2 its own; with
    several ways those of the way with the fewest. The sum over several ways need not be positive
    semi-definite; where it had to be made so, `remarks` says it.
    With few clusters even CR1 rejects too often; use CR2, CR3 or `wild_bootstrap`.

    References
    ----------
    Liang and Zeger (1986), Biometrika 73(1); Cameron, Gelbach and Miller (2011), Journal of Business &
    Economic Statistics 29(2), eq. 2.11 to 2.16; Bell and McCaffrey (2002), Survey Methodology 28(2);
    Pustejovsky and Tipton (2018), Journal of Business & Economic Statistics 36(4); MacKinnon, Nielsen and
    Webb (2023), Journal of Applied Econometrics 38(5).

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import OLS, Clustered
    >>> data = pd.DataFrame({"y": [1.0, 2, 4, 3, 5, 4], "x": [0.0, 1, 2, 3, 4, 5], "g": list("aabbcc")})
    >>> estimates = OLS("y ~ x").fit(data).inference(Clustered("g"))
    >>> estimates.clusters, estimates.df.tolist()
    ({'g': 3}, [2.0, 2.0])
    """

    columns: tuple[str, ...]
    correction: str = field(default="CR1", kw_only=True)
    semi_definite: bool = field(default=True, kw_only=True)

    def __init__(
        self,
        *names: str,
        columns: tuple[str, ...] = (),
        correction: str = "CR1",
        semi_definite: bool = True,
    ) -> None:
        chosen = (*names, *columns)  # `replace` gives the field by its name
        if not chosen or not all(isinstance(name, str) for name in chosen) or len(set(chosen)) < len(chosen):
            raise OptionError(f"Clustered{chosen!r}: name the columns of clusters as texts, each once")
        if correction not in CORRECTIONS:
            raise OptionError(f"no correction {correction!r}; there are {', '.join(CORRECTIONS)}")
        object.__setattr__(self, "columns", chosen)
        object.__setattr__(self, "correction", correction)
        object.__setattr__(self, "semi_definite", semi_definite)

    def of(self, fit: Fit) -> Uncertainty:
        """Uncertainty of a fit."""
        ways = tuple(_clusters(fit, column) for column in self.columns)
        smallest = min(way.count for way in ways)
        total, df = self._parts(fit, ways, smallest)
        matrix, remarks = semi_definite(fit, total, kind="multi-way", repair=self.semi_definite)
        label = f"clustered by {' and '.join(self.columns)} ({self.correction})"
        counts = {way.name: way.count for way in ways}
        return Uncertainty(matrix, df, label, counts, remarks)

    def joint_df(self, fit: Fit, weights: Matrix) -> float | None:
        """Degrees of freedom of Hotelling's T² that approximates a joint test of `weights @ params`; else None."""
        if self.correction != "CR2" or len(self.columns) > 1:
            return None
        return bias_reduced(fit, _clusters(fit, self.columns[0])).hotelling_df(fit.bread @ weights.T)

    def _parts(self, fit: Fit, ways: tuple[Groups, ...], smallest: int) -> tuple[Matrix, float | Vector]:
        """The covariance before it is made semi-definite, and the degrees of freedom."""
        if self.correction == "CR2":
            adjusted = {way: bias_reduced(fit, way) for _, way in signed_combinations(ways)[: len(ways)]}
            df = np.min([one.df(fit.bread) for one in adjusted.values()], axis=0)
            return _summed(ways, lambda way: (adjusted.get(way) or bias_reduced(fit, way)).scores @ fit.bread), df
        if self.correction == "CR3":
            total = _summed(ways, lambda way: leaving_out(fit, way) @ fit.bread)
            return (smallest - 1) / smallest * total, float(smallest - 1)
        return self.factor(fit) * _summed(ways, fit.sums), float(smallest - 1)

    def factor(self, fit: Fit) -> float:
        """What the sum of squares is multiplied by under CR0 and CR1."""
        ways = tuple(_clusters(fit, column) for column in self.columns)
        return self.scale(fit.nobs, clustered_rank(fit, ways), min(way.count for way in ways))

    def scale(self, nobs: int, rank: int, clusters: int) -> float:
        """The factor for so many rows, parameters (nested effects left out) and clusters of the smallest way."""
        return 1.0 if self.correction == "CR0" else residual_factor(nobs, rank) * clusters / (clusters - 1)


def _clusters(fit: Fit, column: str) -> Groups:
    groups = fit.groups(column)
    if groups.count < 2:  # noqa: PLR2004
        raise IdentificationError(
            f"the cluster column {column!r} has {groups.count} group in the {fit.nobs} rows used; "
            "at least two are needed, and far more for a reliable test"
        )
    return groups


def signed_combinations(ways: tuple[Groups, ...]) -> list[tuple[int, Groups]]:
    """Every way with a plus, every pair of ways with a minus, and so on."""
    sizes = range(1, len(ways) + 1)
    return [(1 if size % 2 else -1, intersection(chosen)) for size in sizes for chosen in combinations(ways, size)]


def _summed(ways: tuple[Groups, ...], sums: Callable[[Groups], Matrix]) -> Matrix:
    """Squares of the sums by cluster: the ways, less the pairs, plus the triples, and so on."""
    psi = [(sign, sums(way)) for sign, way in signed_combinations(ways)]
    total: Matrix = np.sum([sign * (one.T @ one) for sign, one in psi], axis=0)
    return total
