"""How one call of one program turns sums of influences into a covariance, as frozen values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from econ.errors import NotDefinedError
from econ.groups import Matrix, Vector
from econ.inference.clustered import Clustered
from econ.inference.reconciliation.counts import BY_COMPONENTS, COLUMNS, NOTHING, RANK, Count
from econ.inference.reconciliation.regression import Regression, Rows

__all__ = [
    "AS_IT_IS",
    "CLIPPED",
    "CLIPPED_WHERE_NEGATIVE",
    "COMPONENT_RESIDUAL",
    "CR2",
    "CR2_EQUAL_VARIANCES",
    "CR3",
    "EACH",
    "EQUAL_VARIANCES",
    "FEWEST_CLUSTERS",
    "FEWEST_OR_RESIDUAL",
    "HC",
    "HC2",
    "HC3",
    "LESS_PARAMETERS",
    "NORMAL",
    "NO_FACTOR",
    "N_LESS_ONE",
    "N_OVER",
    "ONCE",
    "RANK_RESIDUAL",
    "RESIDUAL",
    "SATTERTHWAITE",
    "SATTERTHWAITE_EQUAL_VARIANCES",
    "SCALED",
    "SMALLEST",
    "BiasReduced",
    "ClusterFactor",
    "ClusterSums",
    "Condition",
    "Factor",
    "Jackknife",
    "Law",
    "Meat",
    "Repair",
    "ResidualVariance",
    "Rule",
    "Squares",
]

FULL_LEVERAGE = 1e-8


@dataclass(frozen=True)
class Factor:
    """What the whole covariance is multiplied by, from n rows and K parameters."""

    words: str
    value: Callable[[int, int], float]


NO_FACTOR = Factor("no factor for K", lambda _n, _K: 1.0)
N_OVER = Factor("n/(n-K)", lambda n, K: n / (n - K))
N_LESS_ONE = Factor("(n-1)/(n-K)", lambda n, K: (n - 1) / (n - K))


@dataclass(frozen=True)
class ClusterFactor:
    """What a sum over clusters is multiplied by, from its own G, the smallest G of any way, and K."""

    words: str
    value: Callable[[int, int, int], float]


ONCE = ClusterFactor("no G/(G-1)", lambda _G, _fewest, _K: 1.0)
SMALLEST = ClusterFactor("G/(G-1) of the fewest clusters for every sum", lambda _G, fewest, _K: fewest / (fewest - 1))
EACH = ClusterFactor("every sum has its own G/(G-1)", lambda G, _fewest, _K: G / (G - 1))
LESS_PARAMETERS = ClusterFactor("G/(G-K)", lambda G, _fewest, K: G / (G - K) if G > K else np.nan)


class Meat(Protocol):
    """What is summed over rows or clusters, before the factor for K."""

    @property
    def words(self) -> str:
        """What sets it apart."""
        ...

    def matrix(self, regression: Regression, rows: Rows, K: int, /) -> Matrix:
        """(k, k) sum."""
        ...


@dataclass(frozen=True)
class ResidualVariance:
    """Residual sum of squares over n, times the inverse of X'X."""

    words: str = "equal variances"

    def matrix(self, regression: Regression, rows: Rows, _K: int, /) -> Matrix:
        """(k, k) covariance, before n / (n - K)."""
        return regression.classical / rows.n


@dataclass(frozen=True)
class Squares:
    """Squares of the influences of rows, over a power of one less the leverage."""

    words: str
    exponent: int = 0

    def matrix(self, regression: Regression, rows: Rows, _K: int, /) -> Matrix:
        """(k, k) sum of squares."""
        psi = regression.fit.influence
        if self.exponent:
            psi = psi * ((1 - _leverage(regression, rows)) ** (-self.exponent / 2))[:, None]
        return psi.T @ psi


@dataclass(frozen=True)
class ClusterSums:
    """Squares of the sums by cluster: the ways less their intersections."""

    factor: ClusterFactor

    @property
    def words(self) -> str:
        """The factor for the number of clusters."""
        return self.factor.words

    def matrix(self, regression: Regression, rows: Rows, K: int, /) -> Matrix:
        """(k, k) sum of squares; a singleton adds a cluster to a count, and nothing to a sum."""
        total = np.zeros_like(regression.classical)
        for square, G in zip(regression.squares, rows.clusters, strict=True):
            total += self.factor.value(G, rows.fewest, K) * square
        return total


@dataclass(frozen=True)
class BiasReduced:
    """CR2: the leverage of whole clusters; a singleton fits itself and has none to correct."""

    words: str = "leverage of clusters (CR2)"

    def matrix(self, regression: Regression, _rows: Rows, _K: int, /) -> Matrix:
        """(k, k) sum of squares."""
        return regression.bias_reduced.matrix


@dataclass(frozen=True)
class BiasReducedUnweighted:
    """CR2 as clubSandwich has it: for equal variances, also where there are weights."""

    words: str = "leverage of clusters (CR2), for equal variances"

    def matrix(self, regression: Regression, _rows: Rows, _K: int, /) -> Matrix:
        """(k, k) sum of squares."""
        return regression.club_sandwich[0]


@dataclass(frozen=True)
class Jackknife:
    """CR3: what leaving clusters out does."""

    words: str = "jackknife of clusters (CR3)"

    def matrix(self, regression: Regression, _rows: Rows, _K: int, /) -> Matrix:
        """(k, k) sum of squares."""
        return Clustered(*regression.by, correction="CR3").of(regression.fit).matrix


CR2 = BiasReduced()
CR2_EQUAL_VARIANCES = BiasReducedUnweighted()
CR3 = Jackknife()
EQUAL_VARIANCES = ResidualVariance()
HC = Squares("squares as they are")
HC2 = Squares("squares over 1 - leverage", 1)
HC3 = Squares("squares over (1 - leverage)^2", 2)


def _leverage(regression: Regression, rows: Rows) -> Vector:
    leverage = regression.fit.leverage
    if leverage is None:
        raise NotDefinedError("not defined: leverages are out of reach")
    if rows.n > regression.fit.nobs or leverage.max() > 1 - FULL_LEVERAGE:
        raise NotDefinedError("not defined: a row has leverage 1")
    return leverage


@dataclass(frozen=True)
class Law:
    """Degrees of freedom of the t distribution that a program's tests use; infinite for the normal."""

    df: Callable[[Regression, Rows], float | Vector]


NORMAL = Law(lambda _regression, _rows: np.inf)
RESIDUAL = Law(lambda _, rows: rows.n - COLUMNS.number(rows))
RANK_RESIDUAL = Law(lambda _, rows: rows.n - RANK.number(rows))
COMPONENT_RESIDUAL = Law(lambda _, rows: rows.n - BY_COMPONENTS.number(rows))
FEWEST_CLUSTERS = Law(lambda _, rows: rows.fewest - 1)
FEWEST_OR_RESIDUAL = Law(lambda _, rows: min(rows.fewest - 1, rows.n - BY_COMPONENTS.number(rows)))
SATTERTHWAITE = Law(lambda regression, _: regression.bias_reduced.df)
SATTERTHWAITE_EQUAL_VARIANCES = Law(lambda regression, _: regression.club_sandwich[1])


@dataclass(frozen=True)
class Repair:
    """What is done to a sum that is not positive semi-definite."""

    words: str
    repaired: Callable[[Matrix], Matrix]


def _clipped(matrix: Matrix) -> Matrix:
    values, vectors = np.linalg.eigh(matrix)
    return matrix if values[0] >= 0 else (vectors * np.maximum(values, 0)) @ vectors.T


def _scaled(matrix: Matrix) -> Matrix:
    size = np.sqrt(np.abs(np.diag(matrix)))
    size[size == 0] = 1
    scaled: Matrix = _clipped(matrix / np.outer(size, size)) * np.outer(size, size)
    return scaled


AS_IT_IS = Repair("the sum is left as it is, not positive semi-definite", lambda matrix: matrix)
SCALED = Repair("negative eigenvalues of the scaled sum are set to zero", _scaled)
CLIPPED = Repair("negative eigenvalues of the unscaled sum are set to zero", _clipped)
CLIPPED_WHERE_NEGATIVE = Repair(
    "eigenvalues are repaired only where a variance is negative",
    lambda matrix: _clipped(matrix) if np.diag(matrix).min() < 0 else matrix,
)


@dataclass(frozen=True)
class Condition:
    """What a call needs, or when it is worth a row; the words say what is wrong where it does not hold."""

    words: str
    holds: Callable[[Regression], bool]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One call of one program.

    Attributes
    ----------
    program, call
        Whose, and how it is written; names in braces stand for parts of the regression.
    meat, factor, K
        The covariance is the factor of n and K times the meat.
    law
        Distribution of the t statistics.
    keeps_singletons
        Whether n, levels and clusters count the singletons.
    repair
        What happens to a sum that is not positive semi-definite.
    needs, only
        Without `needs` the program does not offer it; without `only` the call is not worth a row.
    """

    program: str
    call: str
    meat: Meat
    law: Law
    factor: Factor = NO_FACTOR
    K: Count = NOTHING
    keeps_singletons: bool = True
    repair: Repair = AS_IT_IS
    needs: tuple[Condition, ...] = ()
    only: tuple[Condition, ...] = ()
