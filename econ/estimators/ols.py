"""Ordinary and weighted least squares with absorbed effects."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from econ.design import Design, Frequency, build
from econ.formula import parse
from econ.groups import Matrix, Vector
from econ.linear import linear_fit
from econ.solve import weighted_least_squares, without_instruments
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
        `y ~ x1 + x2` or `y ~ x1 + x2 | unit + time`; `a^b` absorbs combinations, `unit[x]` a constant and
        a slope of x for each unit, `unit[[x]]` the slopes alone; `i(factor, ref=level)` makes indicators;
        terms such as `log(x)`, `C(region)` and `x1:x2` are evaluated by formulaic.
    weights
        Column of analytic weights (inverse variances up to scale), as in R's `lm(weights=)`, or
        `Frequency(column)`.

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
    weights: str | Frequency | None = field(default=None, kw_only=True)

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """The linear index."""
        return (("", parse(self.formula).regressors),)

    def mean(self, params: Vector, X: tuple[Matrix, ...], offset: Vector) -> Vector:
        """(n,) expected response."""
        return X[0] @ params + offset

    def link(self, mean: Vector) -> Vector:
        """(n,) index at which the expected response is `mean`: itself."""
        return mean

    def fit(self, data: Any) -> Fit:
        """Estimate on a table; see the class for what is raised."""
        return self.estimate(build(self.formula, data, weights=self.weights))

    def estimate(self, design: Design) -> Fit:
        """Estimate on arrays."""
        without_instruments(design, "OLS")
        return linear_fit(self, design, weighted_least_squares(design, design.y, design.w))
