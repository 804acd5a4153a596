"""Fits of estimates that come with their influence, and not from one regression."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from econ.groups import Vector
from econ.sample import Sample
from econ.scores import Scores
from econ.types import Estimator, Fit

__all__ = ["from_influence"]


def from_influence(
    spec: Estimator,
    sample: Sample,
    names: Sequence[str],
    params: Vector,
    influence: Scores,
    *,
    df: float = np.inf,
    rank: int | None = None,
    residuals: Vector | None = None,
    fitted: Vector | None = None,
    statistics: Mapping[str, float] | None = None,
) -> Fit:
    """A fit without a regression behind it: any covariance that needs no leverages or model works.

    Parameters
    ----------
    spec, sample
        The estimator, and the n rows it was estimated on.
    names, params
        (k,) terms and estimates.
    influence
        (n, k) influence of the rows.
    df
        Degrees of freedom of a t statistic where rows are independent.
    rank
        Number of parameters that count in small-sample factors; None for k.
    residuals, fitted
        (n,) where there are any; None for zeros.
    statistics
        Goodness of fit and counts by name.
    """
    k, nothing = len(names), np.zeros(sample.nobs)
    return Fit(
        spec=spec,
        names=tuple(names),
        params=np.asarray(params, dtype=np.float64),
        scores=influence,
        bread=np.eye(k),
        rank=k if rank is None else rank,
        df=df,
        effects=(),
        sample=sample,
        residuals=nothing if residuals is None else residuals,
        fitted=nothing.copy() if fitted is None else fitted,
        classical=None,
        hat=None,
        statistics={} if statistics is None else statistics,
    )
