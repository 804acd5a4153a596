"""Two-stage least squares with absorbed effects."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from econ.design import Design, Frequency, build
from econ.errors import FormulaError, IdentificationError
from econ.formula import parse
from econ.groups import Matrix, Vector
from econ.linear import reduced
from econ.scores import Product
from econ.solve import LeastSquares, parameters, weighted, weighted_least_squares
from econ.types import Fit

__all__ = ["IV"]


@dataclass(frozen=True)
class IV:
    r"""Two-stage least squares, :math:`\hat\beta = (\hat X' W \hat X)^{-1} \hat X' W \tilde y`.

    :math:`\hat X` are the fitted values of the regressors on the exogenous ones and the instruments, all of
    them residualised on the absorbed effects. The influence of row i is
    :math:`(\hat X' W \hat X)^{-1} \hat x_i w_i e_i` with the structural residuals
    :math:`e = \tilde y - \tilde X \hat\beta`.

    Parameters
    ----------
    formula
        `y ~ x | unit + time | endogenous ~ z1 + z2`, or `y ~ x | endogenous ~ z1 + z2` without absorbed
        effects; `y ~ 1 | d ~ z` without exogenous regressors.
    weights
        Column of analytic weights, or `Frequency(column)`.

    Returns
    -------
    Fit
        From `fit(data)`, as for `OLS`; exogenous terms come first.

    Raises
    ------
    FormulaError, DataError, IdentificationError
        From `fit`: no instruments, fewer than endogenous regressors, collinear ones, and what `OLS` raises.

    Notes
    -----
    `first_stage` tells how strong the instruments are and `anderson_rubin` gives confidence sets that do not
    depend on it. HC2, HC3, CR2 and CR3 use the leverage of the second stage, as R's clubSandwich does.

    References
    ----------
    Theil (1953), Repeated least squares applied to complete equation systems; Angrist and Imbens (1995),
    Journal of the American Statistical Association 90(430).

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import IV
    >>> data = pd.DataFrame({"y": [1.0, 3.0, 2.0, 5.0], "d": [0.0, 1.0, 1.0, 2.0], "z": [0.0, 0.0, 1.0, 1.0]})
    >>> IV("y ~ 1 | d ~ z").fit(data).params.round(3).tolist()
    [1.25, 1.5]
    """

    formula: str
    weights: str | Frequency | None = field(default=None, kw_only=True)

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """The linear index: exogenous terms, then endogenous ones."""
        formula = parse(self.formula)
        return (("", formula.regressors), ("", formula.endogenous))

    def mean(self, params: Vector, X: tuple[Matrix, ...], offset: Vector) -> Vector:
        """(n,) structural prediction."""
        return np.hstack(X) @ params + offset

    def link(self, mean: Vector) -> Vector:
        """(n,) index at which the prediction is `mean`: itself."""
        return mean

    def fit(self, data: Any) -> Fit:
        """Estimate on a table; see the class for what is raised."""
        return self.estimate(build(self.formula, data, weights=self.weights))

    def estimate(self, design: Design) -> Fit:
        """Estimate on arrays."""
        _require_instruments(design)
        first = _first_stage(design)
        solved, X = _second_stage(design, first)
        rank = parameters(design)
        residuals = solved.y - X @ solved.params
        solved = replace(solved, residuals=residuals)
        rss = float(residuals @ weighted(design.w, residuals))
        return Fit(
            spec=self,
            names=design.names,
            params=solved.params,
            scores=Product(solved.X, weighted(design.w, residuals)),
            bread=solved.inverse,
            rank=rank,
            df=design.nobs - rank,
            effects=design.effects,
            sample=design.sample,
            residuals=residuals,
            fitted=design.y - residuals,
            classical=solved.inverse * rss / (design.nobs - rank),
            hat=solved,
            statistics=_statistics(design, solved, rss, rank),
            design=design,
        )


def _require_instruments(design: Design) -> None:
    if not design.instruments:
        raise FormulaError(f"{design.formula.text!r}: name 'endogenous ~ instruments' after the last bar, or use OLS")
    both = set(design.instruments) & set(design.names)
    if both:
        raise FormulaError(f"{design.formula.text!r}: {', '.join(sorted(both))} is a regressor and an instrument")
    if len(design.instruments) < design.endogenous:
        raise IdentificationError(
            f"{design.formula.text!r}: {len(design.instruments)} instruments for {design.endogenous} endogenous "
            "regressors; name at least as many"
        )


def _first_stage(design: Design) -> Matrix:
    """(n, m) fitted values of the endogenous regressors, residualised on the effects."""
    k = len(design.names) - design.endogenous
    exogenous = reduced(design)
    fitted = np.empty((design.nobs, design.endogenous), order="F")
    for j in range(design.endogenous):
        solved = weighted_least_squares(exogenous, design.X[:, k + j], design.w)
        fitted[:, j] = solved.X @ solved.params
    return fitted


def _second_stage(design: Design, first: Matrix) -> tuple[LeastSquares, Matrix]:
    """The regression on fitted values, and the regressors residualised on the effects themselves."""
    k = len(design.names) - design.endogenous
    table = design.table.copy(order="F")
    table[:, k + 1 :] = first
    solved = weighted_least_squares(replace(design, table=table), table[:, 0], design.w)
    X = solved.X.copy(order="F")
    X[:, k:] = solved.absorber.residualize(np.asfortranarray(design.X[:, k:]))
    return solved, X


def _statistics(design: Design, solved: LeastSquares, rss: float, rank: int) -> dict[str, float]:
    y = design.y - np.average(design.y, weights=design.w) if design.intercept else design.y
    total = float(y @ weighted(design.w, y))
    return {"r2": 1 - rss / total if total > 0 else float("nan"), "rmse": float(np.sqrt(rss / (solved.y.size - rank)))}
