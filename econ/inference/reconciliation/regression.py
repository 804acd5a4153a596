"""What is reconciled: a least-squares fit, its clusters, and the rows that programs count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

import numpy as np

from econ.design import Frequency
from econ.errors import NotDefinedError
from econ.formula import parse
from econ.groups import Groups, Matrix, Vector, intersection
from econ.inference.clustered import Clustered
from econ.inference.reconciliation.identity_model import under_equal_variances
from econ.types import Fit, Uncertainty

__all__ = ["Regression", "Rows", "regression_of"]

SINGLETON = "singleton"
MOST_LEVELS = 2_000  # whose redundancies are found as the rank of a dense matrix
ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows that a program uses, and the groups that they form.

    Attributes
    ----------
    n
        Number of rows.
    regressors
        Number of coefficients, the intercept's among them where nothing is absorbed.
    effects, ways
        Levels of the absorbed effects, and clusters, on these rows.
    """

    n: int
    regressors: int
    effects: tuple[Groups, ...]
    ways: tuple[Groups, ...]

    @cached_property
    def combinations(self) -> tuple[Groups, ...]:
        """Clusters of every way, then of every pair of ways, and so on."""
        sizes = range(1, len(self.ways) + 1)
        return tuple(intersection(chosen) for size in sizes for chosen in combinations(self.ways, size))

    @property
    def clusters(self) -> tuple[int, ...]:
        """Number of clusters of each of the combinations."""
        return tuple(groups.count for groups in self.combinations)

    @property
    def fewest(self) -> int:
        """Number of clusters of the way with the fewest."""
        return min(way.count for way in self.ways)

    @cached_property
    def nested(self) -> tuple[tuple[bool, ...], ...]:
        """For each effect and each way, whether the effect's levels lie within the way's clusters."""
        return tuple(tuple(way.nests(effect) for way in self.ways) for effect in self.effects)

    @cached_property
    def components(self) -> dict[tuple[int, int], int]:
        """For each pair of effects, into how many parts the rows fall when those that share a level are joined."""
        pairs = combinations(range(len(self.effects)), 2)
        return {(i, j): _components(self.effects[i], self.effects[j]) for i, j in pairs}

    @cached_property
    def rank_of_dummies(self) -> int:
        """Rank of the dummies of all levels: exact, also where effects are nested in one another or disconnected."""
        levels = sum(effect.count for effect in self.effects)
        return levels - sum(self.components.values()) if len(self.effects) <= 2 else _rank(self.effects)  # noqa: PLR2004


@dataclass(frozen=True, eq=False)
class Regression:
    """A fit, the columns that its errors are clustered by, and two sets of rows.

    Attributes
    ----------
    fit, by
        The fit and the cluster columns.
    kept, whole
        The rows of the fit, and these with the singletons that it left out.
    texts
        Parts of calls by name.
    """

    fit: Fit
    by: tuple[str, ...]
    kept: Rows
    whole: Rows
    texts: Mapping[str, str]

    @property
    def singletons(self) -> int:
        """Number of rows that only some programs keep."""
        return self.whole.n - self.kept.n

    @property
    def weighted(self) -> bool:
        """Whether rows have weights."""
        return bool(self.texts["w"])

    @cached_property
    def classical(self) -> Matrix:
        """(k, k): residual sum of squares times the inverse of X'X."""
        if self.fit.classical is None:
            raise NotDefinedError("this fit has no model of the errors; reconcile a fit of OLS")
        scaled: Matrix = self.fit.classical * self.fit.df_resid
        return scaled

    @cached_property
    def bias_reduced(self) -> Uncertainty:
        """Covariance and degrees of freedom under CR2."""
        return Clustered(*self.by, correction="CR2").of(self.fit)

    @cached_property
    def club_sandwich(self) -> tuple[Matrix, float | Vector]:
        """Covariance and degrees of freedom of R's clubSandwich under CR2, which takes variances for equal."""
        hat = self.fit.hat
        if hat is None or hat.w is None:
            return self.bias_reduced.matrix, self.bias_reduced.df
        return under_equal_variances(self.fit, hat, hat.w, self.kept.ways[0])

    @cached_property
    def squares(self) -> tuple[Matrix, ...]:
        """(k, k) signed squares of the sums of influences, for each of `combinations`."""
        ways = len(self.by)
        signs = [1 if size % 2 else -1 for size in range(1, ways + 1) for _ in combinations(self.by, size)]
        sums = [self.fit.sums(groups) for groups in self.kept.combinations]
        return tuple(sign * (one.T @ one) for sign, one in zip(signs, sums, strict=True))


def _components(a: Groups, b: Groups) -> int:
    from scipy.sparse import coo_array  # noqa: PLC0415 - keeps the import of the package light
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    size = a.count + b.count
    edges = coo_array((np.ones(a.codes.size), (a.codes, a.count + b.codes)), shape=(size, size))
    return int(connected_components(edges, directed=False)[0])


def _rank(effects: tuple[Groups, ...]) -> int:
    starts = np.cumsum([0, *(effect.count for effect in effects)])
    if starts[-1] > MOST_LEVELS:
        raise NotDefinedError(f"not computed: the rank of {starts[-1]:,} dummies of {len(effects)} effects")
    gram = np.zeros((starts[-1], starts[-1]))
    for a, i in zip(effects, starts[:-1], strict=True):
        for b, j in zip(effects, starts[:-1], strict=True):
            np.add.at(gram, (i + a.codes, j + b.codes), 1.0)
    size = np.sqrt(np.diag(gram))
    return int((np.linalg.eigvalsh(gram / np.outer(size, size)) > ROUNDING).sum())


def regression_of(fit: Fit, by: tuple[str, ...]) -> Regression:
    """Take a fit of OLS apart.

    Raises
    ------
    NotDefinedError
        If it is a fit of another estimator, has slopes by group or frequency weights.
    """
    _require_least_squares(fit)
    return Regression(fit, by, _kept(fit, by), _whole(fit, by), _texts(fit, by))


def _require_least_squares(fit: Fit) -> None:
    kind = type(fit.spec).__name__
    if kind != "OLS":
        raise NotDefinedError(f"conventions are known for OLS, not for {kind}")
    if any(effect.slope is not None for effect in fit.effects):
        raise NotDefinedError("conventions are not known for slopes by group; absorb constants only")
    if isinstance(getattr(fit.spec, "weights", None), Frequency):
        raise NotDefinedError("conventions are not known for frequency weights; repeat the rows of the table instead")


def _kept(fit: Fit, by: tuple[str, ...]) -> Rows:
    effects = tuple(effect.groups for effect in fit.effects)
    levels = sum(groups.count - 1 for groups in effects) + bool(effects)
    return Rows(fit.nobs, fit.rank - levels, effects, tuple(fit.groups(way) for way in by))


def _whole(fit: Fit, by: tuple[str, ...]) -> Rows:
    """The rows of the fit and the singletons that it left out.

    A level of its own fits a singleton exactly: its residual and its residualised regressors are zero, so
    that coefficients and sums of influences are those of the fit. Only the counts differ.
    """
    kept = _kept(fit, by)
    alone = [drop.rows for drop in fit.sample.drops if drop.reason == SINGLETON]
    if not alone:
        return kept
    sample = replace(fit.sample, rows=np.sort(np.concatenate([fit.sample.rows, *alone])), drops=(), whole=False)
    effects = tuple(sample.groups(effect.name) for effect in kept.effects)
    return Rows(sample.nobs, kept.regressors, effects, tuple(sample.groups(way) for way in by))


def _texts(fit: Fit, by: tuple[str, ...]) -> dict[str, str]:
    """Parts of calls, by the names that rules write in braces."""
    formula, effects = parse(fit.spec.formula), [effect.name for effect in fit.effects]
    weights = getattr(fit.spec, "weights", None) or ""
    stata = [name.replace("^", "#") for name in effects]
    return {
        "y": formula.response,
        "x": formula.regressors,
        "xs": formula.regressors.replace(" + ", " "),
        "unit": effects[0] if effects else "",
        "other": "".join(f" i.{name}" for name in stata[1:]),
        "stata": "".join(f" i.{name}" for name in stata),
        "absorb": f"absorb({' '.join(stata)})" if effects else "noabsorb",
        "factors": "".join(f" + factor({name})" for name in effects),
        "dummies": "".join(f" + C({name})" for name in effects),
        "bar": f" | {' + '.join(effects)}" if effects else "",
        "fixed": f", fixed_effects = ~ {' + '.join(effects)}" if effects else "",
        "model": ("pooling", "within")[bool(effects)],
        "effects": "".join(f", {kind}_effects=True" for kind, _ in zip(("entity", "time"), effects, strict=False)),
        "weights": weights,
        "w": f", weights = {weights}" if weights else "",
        "aw": f" [aw={weights}]" if weights else "",
        "ls": "wls" if weights else "ols",
        "wls": f", weights=data.{weights}" if weights else "",
        "wpf": f', weights="{weights}"' if weights else "",
        "g": " ".join(by),
        "gs": " + ".join(by),
        "gp": "+".join(by),
        "gl": ", ".join(repr(name) for name in by),
    }
