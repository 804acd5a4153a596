"""The nouns that every part of the package shares: Sample, Fit, Covariance.

`Sample` → `Estimator.fit(data)` → `Fit` → `Covariance` → `Estimates`
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import pandas as pd

from econ.errors import DataError, MissingColumnError, NotDefinedError, OptionError
from econ.estimates import Estimates
from econ.groups import Codes, Groups, Mask, Matrix, Vector, factorize

__all__ = ["Covariance", "Drop", "Estimator", "Fit", "Hat", "Sample", "Uncertainty"]


@dataclass(frozen=True, eq=False)
class Drop:
    """Rows that an estimation leaves out, and why."""

    reason: str
    rows: Codes  # positions in the caller's table


@dataclass(frozen=True, eq=False, repr=False)
class Sample:
    """Which rows of the caller's table an estimation used.

    Attributes
    ----------
    data
        The caller's table; later changes to it are not seen (copy on write).
    rows
        (n,) positions of the rows used, in the caller's order.
    drops
        Rows left out, by reason, in the order in which they were left out.
    """

    data: pd.DataFrame
    rows: Codes
    drops: tuple[Drop, ...] = ()

    def __repr__(self) -> str:
        """Rows used and dropped."""
        return f"<sample of {self.nobs} of {len(self.data)} rows; dropped: {self.dropped}>"

    @property
    def nobs(self) -> int:
        """Number of rows used."""
        return int(self.rows.size)

    @property
    def dropped(self) -> dict[str, int]:
        """Number of rows left out, by reason."""
        counts: dict[str, int] = {}
        for drop in self.drops:  # a reason can come back: singletons leave singletons behind
            counts[drop.reason] = counts.get(drop.reason, 0) + int(drop.rows.size)
        return counts

    def column(self, name: str) -> pd.Series:
        """A column of the caller's table on the rows used.

        Raises
        ------
        MissingColumnError
            If the table has no such column.
        """
        if name not in self.data.columns:
            raise MissingColumnError(f"no column {name!r}; the table has {listed(self.data.columns)}")
        return self.data[name].iloc[self.rows]

    def groups(self, name: str) -> Groups:
        """The groups that a column of labels makes of the rows used; `a^b` combines columns."""
        column = self.column(name)
        missing = np.flatnonzero(column.isna().to_numpy())
        if missing.size:
            first = self.data.index[self.rows[missing[0]]]
            message = (
                f"column {name!r} is missing in {missing.size} of the {self.nobs} rows used "
                f"(first: row {first!r}); fill it, or drop these rows before fitting"
            )
            raise DataError(message)
        return factorize(name, column.to_numpy())

    def without(self, drop: Mask, reason: str) -> Sample:
        """The sample less the rows where `drop` (n,) is true, which are put down under `reason`."""
        if not drop.any():
            return self
        gone = Drop(reason, self.rows[drop])
        return replace(self, rows=self.rows[~drop], drops=(*self.drops, gone))

    @property
    def lost(self) -> pd.DataFrame:
        """Every row left out: its label in the caller's index and the reason."""
        parts = [pd.DataFrame({"row": self.data.index[drop.rows], "reason": drop.reason}) for drop in self.drops]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({"row": [], "reason": []})


def listed(names: Sequence[Any] | pd.Index, most: int = 12) -> str:
    """Names in a row for an error message, cut after the first dozen."""
    shown = ", ".join(repr(name) for name in list(names)[:most])
    return shown + (f", ... ({len(names)} in all)" if len(names) > most else "")


class Hat(Protocol):
    """Whatever can compute the leverage of each row."""

    def diagonal(self) -> Vector | None:
        """(n,) leverages, or None where they are out of reach."""
        ...


class Estimator(Protocol):
    """A frozen choice of formula and options; nothing learned."""

    @property
    def formula(self) -> str:
        """What is regressed on what."""
        ...

    def fit(self, data: pd.DataFrame) -> Fit:
        """Estimate on a table."""
        ...


@dataclass(frozen=True)
class Uncertainty:
    """What a covariance says of a fit.

    Attributes
    ----------
    matrix
        (k, k) covariance of the parameters.
    df
        Degrees of freedom of the t distribution; infinite for the normal.
    label
        How a table's note calls it.
    clusters
        Number of clusters by dimension.
    remarks
        What a reader must know, such as a matrix that had to be made positive semi-definite.
    """

    matrix: Matrix
    df: float
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
        (n, q) and (q, k): `influence = scores @ bread`.
    rank
        Number of parameters, absorbed effects included (levels less one for each effect after the first).
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
        Computes leverages, or None where they are not defined.
    statistics
        Goodness of fit by name.
    omitted
        Regressors left out because the rows used do not identify them.
    """

    spec: Estimator
    names: tuple[str, ...]
    params: Vector
    scores: Matrix
    bread: Matrix
    rank: int
    df: float
    effects: tuple[Groups, ...]
    sample: Sample
    residuals: Vector
    fitted: Vector
    classical: Matrix | None
    hat: Hat | None
    statistics: Mapping[str, float]
    omitted: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for array in (self.params, self.scores, self.bread, self.residuals, self.fitted, self.classical):
            if array is not None:
                array.flags.writeable = False

    def __repr__(self) -> str:
        """The spec and the estimates; errors need a covariance."""
        estimates = ", ".join(f"{name}={value:.6g}" for name, value in zip(self.names, self.params, strict=True))
        return f"<fit of {self.spec!r} on {self.nobs} rows: {estimates}; errors: .inference(covariance)>"

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
        return self.scores @ self.bread

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
        if not callable(getattr(covariance, "of", None)) or isinstance(covariance, type):
            raise OptionError(
                f"{covariance!r} is no covariance; give a value such as White('HC1') or Clustered('unit')"
            )
        uncertainty = covariance.of(self)
        return Estimates(
            terms=self.names,
            params=self.params,
            covariance=uncertainty.matrix,
            df=uncertainty.df,
            level=level,
            estimator=type(self.spec).__name__,
            formula=self.spec.formula,
            label=uncertainty.label,
            nobs=self.nobs,
            clusters=dict(uncertainty.clusters),
            absorbed=self.absorbed,
            dropped=self.sample.dropped,
            omitted=self.omitted,
            remarks=uncertainty.remarks,
            statistics=dict(self.statistics),
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
        return replace(
            self,
            names=tuple(names),
            params=J @ self.params,
            bread=self.bread @ J.T,
            classical=None if self.classical is None else J @ self.classical @ J.T,
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
