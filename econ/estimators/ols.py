"""Ordinary and weighted least squares with absorbed effects."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from econ.design import Design, build
from econ.groups import Vector
from econ.solve import LeastSquares, parameters, weighted_least_squares
from econ.types import Fit

__all__ = ["OLS"]


@dataclass(frozen=True)
class OLS:
    r"""Least squares, :math:`\hat\beta = (\tilde X' W \tilde X)^{-1} \tilde X' W \tilde y`.

    The tilde marks residuals on the dummies of the absorbed effects (Frisch, Waugh and Lovell), so that
    the coefficients equal those of a regression with all dummies. The influence of row i is
    :math:`(\tilde X' W \tilde X)^{-1} \tilde x_i w_i e_i`.

    Parameters
    ----------
    formula
        `y ~ x1 + x2` or `y ~ x1 + x2 | unit + time`; `a^b` absorbs combinations; terms such as
        `log(x)`, `C(region)` and `x1:x2` are evaluated by formulaic.
    weights
        Column of analytic weights (inverse variances up to scale), as in R's `lm(weights=)`.

    Returns
    -------
    Fit
        From `fit(data)`: `params`, `names`, `residuals`, `fitted`, `influence`, `sample` (rows dropped and why),
        `statistics`; standard errors, tests and intervals come from `fit.inference(covariance)`.

    Raises
    ------
    FormulaError, DataError, IdentificationError
        From `fit`, with the name of the column, row or effect; a collinear regressor is such an error.

    Notes
    -----
    Rows with missing values and singletons are left out and counted in `fit.sample.dropped`.
    `rank` counts the levels of all effects less one for each effect after the first, as R's fixest does.

    References
    ----------
    Frisch and Waugh (1933), Econometrica 1(4); Correia (2015), Singletons, cluster-robust standard
    errors and fixed effects.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import OLS, White
    >>> data = pd.DataFrame({"y": [1.0, 2.0, 4.0, 3.0], "x": [0.0, 1.0, 2.0, 3.0]})
    >>> fit = OLS("y ~ x").fit(data)
    >>> fit.inference(White("HC1")).table[["term", "estimate"]].round(3).to_dict("list")
    {'term': ['Intercept', 'x'], 'estimate': [1.3, 0.8]}
    """

    formula: str
    weights: str | None = field(default=None, kw_only=True)

    def fit(self, data: pd.DataFrame) -> Fit:
        """Estimate on a table; see the class for what is raised."""
        design = build(self.formula, data, weights=self.weights)
        w = design.weights
        solved = weighted_least_squares(design, design.y, w)
        rank = parameters(design)
        residuals = solved.residuals
        return Fit(
            spec=self,
            names=design.names,
            params=solved.params,
            scores=(w * residuals)[:, None] * solved.X,
            bread=solved.inverse,
            rank=rank,
            df=design.y.size - rank,
            effects=design.effects,
            sample=design.sample,
            residuals=residuals,
            fitted=design.y - residuals,
            classical=solved.inverse * float(w @ residuals**2) / (design.y.size - rank),
            hat=solved,
            statistics=_statistics(design, solved, w, rank),
        )


def _statistics(design: Design, solved: LeastSquares, w: Vector, rank: int) -> dict[str, float]:
    y, n = design.y, design.y.size
    rss = float(w @ solved.residuals**2)
    total = float(w @ (y - np.average(y, weights=w) if design.intercept else y) ** 2)
    rounding = np.finfo(float).eps * float(w @ y**2)
    within = float(w @ solved.y**2)
    statistics = {"r2": _share(rss, total, rounding), "rmse": float(np.sqrt(rss / (n - rank)))}
    return statistics | ({"r2_within": _share(rss, within, rounding)} if design.effects else {})


def _share(rss: float, total: float, rounding: float) -> float:
    """Explained share of a sum of squares; undefined where that sum is rounding only."""
    return 1 - rss / total if total > rounding else float("nan")
