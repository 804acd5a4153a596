"""The nouns that every part of the package shares: Estimator, Fit, Covariance.

`Sample` → `Estimator.fit(data)` → `Fit` → `Covariance` → `Estimates`
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from econ.derivatives import jacobian
from econ.design import Design
from econ.errors import DataError, NotDefinedError, OptionError
from econ.estimates import Estimates, rounding
from econ.groups import Effect, Groups, Matrix, Vector
from econ.sample import Sample, listed
from econ.scores import Scores

__all__ = ["Covariance", "Disaggregated", "Estimator", "Fit", "Hat", "Uncertainty", "require_covariance"]

BLOCK = 16_777_216  # numbers of an influence that are held at once


class Hat(Protocol):
    """The weighted linear regression behind a fit: what its scores are made of.

    Row i of the scores is `w_i e_i x_i` with `x_i` residualised on the absorbed effects, and `bread` is
    built on `(X'WX)^-1`. Leverages, Bell-McCaffrey corrections and the bootstrap need no more.
    """

    @property
    def X(self) -> Matrix:
        """(n, q) regressors, residualised on the effects."""
        ...

    @property
    def w(self) -> Vector | None:
        """(n,) weights; None where all are one."""
        ...

    @property
    def root(self) -> Matrix:
        """(q, q): `root @ root.T` is the inverse of `X'WX`."""
        ...

    @property
    def errors(self) -> Vector:
        """(n,) what the scores hold of the rows: residuals on the scale of the regression."""
        ...

    @property
    def variances(self) -> Vector | None:
        """(n,) variances of the responses under the model, up to scale; None where all are equal."""
        ...

    def diagonal(self) -> Vector | None:
        """(n,) leverages, or None where they are out of reach."""
        ...

    def residualize(self, V: Matrix) -> Matrix:
        """(n, m) residuals of columns on the absorbed effects."""
        ...


class Estimator(Protocol):
    """A frozen choice of formula and options; nothing learned.

    An estimator that can predict has two more members, on which predictions and marginal effects stand:
    `parts`, a pair (prefix of the terms, sum of terms) for each linear index, and
    `mean(params, X, offset)`, the expected response of n rows from the (k,) parameters, the regressors
    of each part, (n, k_1), (n, k_2), ..., and (n,) what absorbed effects and an offset add.
    One whose digits differ between machines has `margins` (see `econ.margins`).
    One that absorbs effects has `link(mean)` too, the (n,) index at which the expected response is (n,) `mean`,
    from which the effects are recovered.
    """

    @property
    def formula(self) -> str:
        """What is regressed on what."""
        ...

    def fit(self, data: Any) -> Fit:
        """Estimate on a table of pandas, polars or Arrow."""
        ...


class Disaggregated(Protocol):
    """The effects by cohort and period behind the parameters of an event study."""

    def aggregate(self, kind: str, across: str) -> Fit:
        """Averages of the effects as a fit of its own."""
        ...


@dataclass(frozen=True)
class Uncertainty:
    """What a covariance says of a fit.

    Attributes
    ----------
    matrix
        (k, k) covariance of the parameters.
    df
        Degrees of freedom of the t distribution, for all parameters or (k,) one each; infinite for the normal.
    label
        How a table's note calls it.
    clusters
        Number of clusters by dimension.
    remarks
        What a reader must know, such as a matrix that had to be made positive semi-definite.
    """

    matrix: Matrix
    df: float | Vector
    label: str
    clusters: Mapping[str, int] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


class Covariance(Protocol):
    """A frozen choice of how uncertainty is measured; it sees only a fit."""

    def of(self, fit: Fit) -> Uncertainty:
        """Uncertainty of the parameters of a fit."""
        ...


@dataclass(frozen=True, eq=False, repr=False)
class Fit:
    r"""Parameters and their influence function.

    The estimation error is the sum of the rows' influences to first order,
    :math:`\hat\theta - \theta \approx \sum_i \psi_i` with :math:`\psi = S B`; every robust covariance
    is a function of :math:`\psi`, so that all of them work for all estimators.

    Attributes
    ----------
    spec
        The estimator that made it, so that it can be fitted again.
    names, params
        (k,) terms and estimates.
    scores, bread
        Scores of n rows on q equations, and (q, k): `influence = scores.matrix @ bread`.
    rank
        Number of parameters, absorbed effects included.
    df
        Degrees of freedom of a t statistic where rows are independent: `nobs - rank` for least squares,
        infinite for likelihoods.
    effects
        Absorbed effects on the rows used.
    sample
        Rows used and rows dropped.
    residuals, fitted
        (n,) on the response scale.
    classical
        (k, k) model-based covariance, or None where there is none.
    hat
        The linear regression behind the scores, or None where there is none.
    statistics
        Goodness of fit by name.
    omitted
        Regressors left out because the rows used do not identify them.
    design
        The arrays it was estimated on, for methods that estimate again; None where it was not a single regression,
        or where the parameters are functions of those that were estimated.
    derived
        Whether the parameters are combinations or functions of those that were estimated: then nothing can be
        estimated again, since no formula has them as coefficients.
    cells
        Effects by cohort and period, in event studies; None elsewhere.
    caveats
        What a reader must know before believing any standard error of the parameters.
    """

    spec: Estimator
    names: tuple[str, ...]
    params: Vector
    scores: Scores
    bread: Matrix
    rank: int
    df: float
    effects: tuple[Effect, ...]
    sample: Sample
    residuals: Vector
    fitted: Vector
    classical: Matrix | None
    hat: Hat | None
    statistics: Mapping[str, float]
    omitted: tuple[str, ...] = ()
    design: Design | None = None
    derived: bool = False
    cells: Disaggregated | None = None
    caveats: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for array in (self.params, self.bread, self.residuals, self.fitted, self.classical):
            if array is not None:
                array.flags.writeable = False

    def __repr__(self) -> str:
        """The spec and the estimates; errors need a covariance."""
        estimates = ", ".join(f"{name}={value:.6g}" for name, value in zip(self.names, self.params, strict=True))
        return f"<fit of {self.spec!r} on {self.nobs} rows: {estimates}; errors: .inference(covariance)>"

    @property
    def repeatable(self) -> bool:
        """Whether the specification gives these parameters again on other rows: those it estimates, or a path."""
        return not self.derived or self.cells is not None

    @property
    def nobs(self) -> int:
        """Number of rows used."""
        return self.sample.nobs

    @property
    def df_resid(self) -> int:
        """Rows less parameters, absorbed effects included."""
        return self.nobs - self.rank

    @property
    def absorbed(self) -> dict[str, int]:
        """Number of levels of each absorbed effect."""
        return {effect.name: effect.count for effect in self.effects}

    @cached_property
    def influence(self) -> Matrix:
        """(n, k): `params - truth ≈ influence.sum(axis=0)`."""
        return self.scores.times(self.bread, slice(None))

    def blocks(self) -> Iterator[tuple[slice, Matrix]]:
        """The influence in blocks of rows, (m, k), so that long tables never have all of it in memory."""
        size = max(BLOCK // max(len(self.names), 1), 1)
        for start in range(0, self.nobs, size):
            rows = slice(start, min(start + size, self.nobs))
            yield rows, self.scores.times(self.bread, rows)

    def groups(self, name: str) -> Groups:
        """The groups that a column, or a combination `a^b`, makes of the rows used."""
        for effect in self.effects:
            if effect.groups.name == name:
                return effect.groups
        return self.sample.groups(name)

    def sums(self, groups: Groups) -> Matrix:
        """(count, k) sums of the influence within groups; the influence itself is not formed."""
        return self.scores.sums(groups) @ self.bread

    @cached_property
    def leverage(self) -> Vector | None:
        """(n,) diagonal of the hat matrix, absorbed effects included; None where out of reach."""
        return None if self.hat is None else self.hat.diagonal()

    def inference(self, covariance: Covariance, *, level: float = 0.95) -> Estimates:
        """Estimates with standard errors, tests and intervals under a covariance.

        Parameters
        ----------
        covariance
            How uncertainty is measured, such as `White("HC3")` or `Clustered("creditor", "package")`.
        level
            Coverage of the intervals, between 0 and 1.

        Raises
        ------
        NotDefinedError
            If the covariance needs what this fit does not have.
        IdentificationError
            If the covariance cannot be estimated, as with a single cluster.
        """
        require_covariance(covariance)
        uncertainty = covariance.of(self)
        return Estimates(
            terms=self.names,
            params=self.params,
            covariance=uncertainty.matrix,
            df=np.broadcast_to(np.asarray(uncertainty.df, dtype=np.float64), self.params.shape),
            level=level,
            estimator=type(self.spec).__name__,
            formula=self.spec.formula,
            label=uncertainty.label,
            nobs=self.nobs,
            clusters=dict(uncertainty.clusters),
            absorbed=self.absorbed,
            dropped=self.sample.dropped,
            omitted=self.omitted,
            remarks=(*self.caveats, *uncertainty.remarks, *rounding(self.names, self.params, uncertainty.matrix)),
            statistics=dict(self.statistics),
            margins=getattr(self.spec, "margins", None),
        )

    def combine(self, weights: Matrix, names: Sequence[str]) -> Fit:
        """Linear combinations of the parameters as a fit of its own.

        Parameters
        ----------
        weights
            (m, k): row j holds the weights of combination j.
        names
            (m,) names of the combinations.

        Raises
        ------
        DataError
            If the shape of `weights` is not (m, k).
        """
        needed = (len(names), len(self.names))
        try:
            J = np.atleast_2d(np.asarray(weights, dtype=np.float64))
        except (TypeError, ValueError) as error:
            raise DataError(f"weights are not an array of numbers: {error}") from error
        if J.shape != needed or not np.isfinite(J).all() or not names:
            raise DataError(
                f"weights have shape {J.shape}; finite weights of shape {needed} are needed, one row a name"
            )
        return self._mapped(J @ self.params, J, names, self.design)

    def aggregate(self, kind: str, *, across: str = "cells") -> Fit:
        """Averages of the effects of an event study, as a fit of its own.

        Parameters
        ----------
        kind
            `event_time` (periods since the event), `cohort`, `calendar` (periods), `cohort_time` (no average: a term
            `cohort:period` each) or `overall` (one average of all treated periods).
        across
            What `overall` averages: `cells` (cohorts in treated periods) or `cohort`, by size; `event_time` or
            `calendar`, each alike.

        Raises
        ------
        NotDefinedError, OptionError
            If the fit is not one of an event study, or there is no such average.
        """
        if self.cells is None:
            raise NotDefinedError(
                f"{self.spec!r} has no effects by cohort and period; aggregate a fit of econ.event_study itself"
            )
        return self.cells.aggregate(kind, across)

    def transform(self, function: Callable[[Vector], Vector], names: Sequence[str]) -> Fit:
        """A smooth function of the parameters as a fit of its own, by the delta method.

        Parameters
        ----------
        function
            From the (k,) parameters to (m,) values; its derivatives are taken numerically.
        names
            (m,) names of the values.

        Raises
        ------
        DataError
            If the function does not return m finite numbers near the estimates.
        """
        values = np.atleast_1d(np.asarray(function(self.params.copy()), dtype=np.float64))
        if values.shape != (len(names),) or not np.isfinite(values).all():
            raise DataError(f"the function gives {values!r}; {len(names)} finite numbers are needed, one a name")
        return self._mapped(values, jacobian(function, self.params), names, None)

    def _mapped(self, params: Vector, J: Matrix, names: Sequence[str], design: Design | None) -> Fit:
        return replace(
            self,
            names=tuple(names),
            params=params,
            bread=self.bread @ J.T,
            classical=None if self.classical is None else J @ self.classical @ J.T,
            design=design,
            derived=True,
            cells=None,
        )

    def position(self, term: str) -> int:
        """Where a term stands in `names`.

        Raises
        ------
        NotDefinedError
            If the fit has no such term.
        """
        if term not in self.names:
            raise NotDefinedError(f"no term {term!r}; the fit has {listed(self.names)}")
        return self.names.index(term)


def require_covariance(covariance: Covariance) -> None:
    """Stop at what is no covariance.

    Raises
    ------
    OptionError
        If it is a class, a text or anything else without `of`.
    """
    if not callable(getattr(covariance, "of", None)) or isinstance(covariance, type):
        raise OptionError(f"{covariance!r} is no covariance; give a value such as White('HC1') or Clustered('unit')")
