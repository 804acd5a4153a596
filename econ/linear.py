"""The fit of a weighted regression that has been solved, and the design of reduced forms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from econ.compute.blocks import for_long_columns
from econ.design import Design
from econ.groups import Vector
from econ.scores import Product
from econ.solve import LeastSquares, parameters, weighted
from econ.types import Estimator, Fit

__all__ = ["linear_fit", "reduced"]


def linear_fit(spec: Estimator, design: Design, solved: LeastSquares) -> Fit:
    """The fit of a regression with the scores `w e x` and t with n - K degrees of freedom.

    Raises
    ------
    IdentificationError
        If there are not more rows than parameters.
    """
    rank = parameters(design)
    with for_long_columns(design.nobs, len(design.names)):
        rss = float(solved.residuals @ weighted(design.w, solved.residuals))
        statistics = _statistics(design, solved, rss, rank)
    return Fit(
        spec=spec,
        names=design.names,
        params=solved.params,
        scores=Product(solved.X, weighted(design.w, solved.residuals)),
        bread=solved.inverse,
        rank=rank,
        df=design.nobs - rank,
        effects=design.effects,
        sample=design.sample,
        residuals=solved.residuals,
        fitted=design.y - solved.residuals,
        classical=solved.inverse * rss / (design.nobs - rank),
        hat=solved,
        statistics=statistics,
        design=design,
    )


def reduced(design: Design) -> Design:
    """The design with the instruments in place of the endogenous regressors."""
    k = len(design.names) - design.endogenous
    return replace(
        design,
        names=(*design.names[:k], *design.instruments),
        table=np.asfortranarray(np.column_stack([design.table[:, : k + 1], design.Z])),
        endogenous=0,
        instruments=(),
        Z=np.empty((design.nobs, 0)),
    )


def _statistics(design: Design, solved: LeastSquares, rss: float, rank: int) -> dict[str, float]:
    y, w = design.y, design.w
    total = _square(y - np.average(y, weights=w) if design.intercept else y, w)
    rounding = np.finfo(float).eps * _square(y, w)
    statistics = {"r2": _share(rss, total, rounding), "rmse": float(np.sqrt(rss / (y.size - rank)))}
    within = {"r2_within": _share(rss, _square(solved.y, w), rounding)} if design.effects else {}
    return statistics | within


def _square(values: Vector, w: Vector | None) -> float:
    return float(values @ weighted(w, values))


def _share(rss: float, total: float, rounding: float) -> float:
    """Explained share of a sum of squares; undefined where that sum is rounding only."""
    return 1 - rss / total if total > rounding else float("nan")
