"""Estimates: tidy rows, one a term, with the facts that a table prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from econ.errors import NotDefinedError, OptionError
from econ.groups import Matrix, Vector
from econ.margins import Margins
from econ.sample import listed
from econ.t_distribution import t_below, t_quantile

__all__ = ["ROUNDING", "Estimates", "NotEstimable", "require_share", "require_whole", "rounding", "stars"]

ROUNDING = 1e-10  # of an estimate
THRESHOLDS = ((0.01, "***"), (0.05, "**"), (0.1, "*"))


@dataclass(frozen=True)
class NotEstimable:
    """A specification that the data cannot estimate, and why; a table prints both."""

    estimator: str
    formula: str
    reason: str


@dataclass(frozen=True, eq=False, repr=False)
class Estimates:
    """Estimates with their uncertainty under one covariance.

    Attributes
    ----------
    terms, params
        (k,) names and point estimates.
    covariance
        (k, k) covariance of the parameters.
    df
        (k,) degrees of freedom of the t distributions; infinite for the normal.
    level
        Coverage of the intervals.
    estimator, formula, label
        What was estimated and how uncertainty was measured, in words.
    nobs, clusters, absorbed, dropped
        Rows used, clusters by dimension, levels by absorbed effect, rows dropped by reason.
    omitted
        Regressors left out because the rows used do not identify them.
    remarks
        What a reader must know of the covariance.
    statistics
        Goodness of fit by name.
    margins
        How far a check lets the numbers move, where the estimator declares it; None for the standard.
    """

    terms: tuple[str, ...]
    params: Vector
    covariance: Matrix
    df: Vector
    level: float
    estimator: str
    formula: str
    label: str
    nobs: int
    clusters: Mapping[str, int]
    absorbed: Mapping[str, int]
    dropped: Mapping[str, int]
    omitted: tuple[str, ...]
    remarks: tuple[str, ...]
    statistics: Mapping[str, float]
    margins: Margins | None = None

    def __post_init__(self) -> None:
        require_share("level", self.level)

    @property
    def se(self) -> Vector:
        """(k,) standard errors."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def table(self) -> pd.DataFrame:
        """One row a term: term, estimate, se, statistic, df, p_value, low, high."""
        return self._rows.copy(deep=False)  # what a caller writes into it stays the caller's

    @cached_property
    def _rows(self) -> pd.DataFrame:
        with np.errstate(divide="ignore", invalid="ignore"):
            statistic = self.params / self.se
        margin = t_quantile(self.df, 0.5 + self.level / 2) * self.se
        return pd.DataFrame(
            {
                "term": list(self.terms),
                "estimate": self.params,
                "se": self.se,
                "statistic": statistic,
                "df": self.df,
                "p_value": 2 * t_below(self.df, -np.abs(statistic)),
                "low": self.params - margin,
                "high": self.params + margin,
            }
        )

    def row(self, term: str) -> pd.Series:
        """The row of one term.

        Raises
        ------
        NotDefinedError
            If there is no such term.
        """
        if term not in self.terms:
            raise NotDefinedError(f"no term {term!r}; there are {', '.join(self.terms)}")
        return self._rows.set_index("term").loc[term]

    @property
    def facts(self) -> dict[str, str]:
        """What a table's note says, in words."""
        counts = {
            "observations": f"{self.nobs:,}",
            "standard errors": self.label,
            "clusters": _counted(self.clusters),
            "absorbed effects": _counted(self.absorbed),
            "rows dropped": _counted(self.dropped),
            "regressors left out": ", ".join(self.omitted),
            "remarks": "; ".join(self.remarks),
        }
        return {name: text for name, text in counts.items() if text}

    def __repr__(self) -> str:
        """The table and its facts as plain text."""
        rows = self.table.to_string(index=False, float_format=lambda number: f"{number:.4g}")
        facts = "\n".join(f"{name}: {text}" for name, text in self.facts.items())
        return f"{self.estimator}: {self.formula}\n{rows}\n{facts}"


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())


def require_whole(name: str, value: object, *, least: int = 0, optional: bool = False) -> None:
    """Stop at an option that is no whole number, or too small a one; `optional` where None means none.

    Raises
    ------
    OptionError
        With its name.
    """
    if value is None and optional:
        return
    if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < least:
        raise OptionError(f"{name}={value!r}: give a whole number of {least} or more")


def require_share(name: str, value: object, *, optional: bool = False) -> None:
    """Stop at an option that is no share; `optional` where None means none.

    Raises
    ------
    OptionError
        With its name.
    """
    if value is None and optional:
        return
    if not isinstance(value, float) or not 0 < value < 1:
        raise OptionError(f"{name}={value!r}: give a share between 0 and 1, such as 0.95{', or None' * optional}")


def stars(p_value: float | None) -> str:
    """Asterisks of a p-value; none where there is none."""
    return "" if p_value is None else next((mark for threshold, mark in THRESHOLDS if p_value < threshold), "")


def rounding(names: Sequence[str], params: Vector, V: Matrix) -> tuple[str, ...]:
    """A remark where a standard error is nothing but rounding."""
    se = np.sqrt(np.maximum(np.diag(V), 0))
    gone = [name for name, size in zip(names, se <= ROUNDING * np.abs(params), strict=True) if size]
    if not gone:
        return ()
    return (
        f"the standard error of {listed(gone)} is zero but for rounding (the fit is exact, or a single cluster "
        "informs it): its test says nothing",
    )
