"""Fractional logit."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from econ.design import Design, Frequency, build
from econ.estimators.logit import Logistic
from econ.formula import parse
from econ.groups import Matrix, Vector
from econ.index_model import require_control
from econ.types import Fit
from econ.unit_interval import estimate, require_shares, without_effects

__all__ = ["FractionalLogit"]


@dataclass(frozen=True)
class FractionalLogit:
    r"""Quasi-maximum likelihood of a share, :math:`E[s | x] = 1 / (1 + \exp(-x'\beta))`.

    The likelihood is that of logit, with shares in place of zeros and ones; only the mean need be right.
    The influence of row i is :math:`(X' W X)^{-1} x_i w_i (s_i - p_i)`, W holding :math:`w_i p_i (1 - p_i)`.

    Parameters
    ----------
    formula
        `s ~ x1 + x2`, with s between zero and one, both included.
    weights
        Column of positive weights, or `Frequency(column)`.
    tolerance
        Largest change of the linear predictor of any row at which the iteration ends. Newton steps
        converge quadratically: what remains is about its square.
    iterations
        Most steps before `ConvergenceError`.

    Returns
    -------
    Fit
        From `fit(data)`: `params`, `names`, `residuals`, `fitted`, `influence`, `sample` (rows dropped and why),
        `statistics`; standard errors, tests and intervals come from `fit.inference(covariance)`.

    Raises
    ------
    FormulaError, DataError, IdentificationError, ConvergenceError
        From `fit`, with the name of the column, row or regressor.

    Notes
    -----
    There is no classical covariance, since the variance of a share is left open. For shares that sum to one
    within a group, as those of the creditors of one rescue, use `BurdenShares`.

    References
    ----------
    Papke and Wooldridge (1996), Journal of Applied Econometrics 11(6).

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import FractionalLogit
    >>> data = pd.DataFrame({"s": [0.2, 0.3, 0.4, 0.6, 0.8], "x": [0, 0, 1, 1, 1]})
    >>> FractionalLogit("s ~ x").fit(data).params.round(6).tolist()  # means 1/4 and 3/5
    [-1.098612, 1.504077]
    """

    formula: str
    weights: str | Frequency | None = field(default=None, kw_only=True)
    tolerance: float = field(default=1e-8, kw_only=True)
    iterations: int = field(default=100, kw_only=True)

    def __post_init__(self) -> None:
        require_control(self.tolerance, self.iterations)

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """The linear index."""
        return (("", parse(self.formula).regressors),)

    def mean(self, params: Vector, X: tuple[Matrix, ...], offset: Vector) -> Vector:
        """(n,) expected share."""
        return Logistic().mean(X[0] @ params + offset)

    def fit(self, data: Any) -> Fit:
        """Estimate on a table; see the class for what is raised."""
        return self.estimate(build(self.formula, data, weights=self.weights))

    def estimate(self, design: Design) -> Fit:
        """Estimate on arrays."""
        instead = "use BurdenShares for shares that sum to one in a group, or write the effects as C(...)"
        without_effects(design, "FractionalLogit", instead)
        require_shares(design, "FractionalLogit")
        fit = estimate(self, design, Logistic())
        statistics = {name: value for name, value in fit.statistics.items() if name != "aic"}  # no likelihood, no AIC
        return replace(fit, classical=None, statistics=statistics)
