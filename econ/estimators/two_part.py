"""Two-part model."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from econ.design import Design, Frequency, build
from econ.errors import DataError, IdentificationError
from econ.estimators.logit import Logit
from econ.estimators.ppml import PPML
from econ.formula import parse
from econ.groups import Matrix, Vector
from econ.index_model import require_control
from econ.scores import Stacked
from econ.solve import beside
from econ.types import Fit
from econ.unit_interval import without_effects

__all__ = ["TwoPart"]


@dataclass(frozen=True)
class TwoPart:
    r"""Whether a response is positive, and how large it then is.

    Logit of y > 0 on all rows and Poisson pseudo-maximum likelihood on the rows with y > 0:
    :math:`E[y | x] = \exp(x'\beta) / (1 + \exp(-x'\alpha))`. The scores of both parts are stacked, so that
    covariances between them are there; those of the second are zero in rows with y = 0.

    Parameters
    ----------
    formula
        `y ~ x1 + x2`, with y zero or positive; both parts have the same regressors.
    weights
        Column of positive weights, or `Frequency(column)`.
    tolerance
        Largest change of the linear predictor of any row at which the iterations end. Newton steps
        converge quadratically: what remains is about its square.
    iterations
        Most steps of each part before `ConvergenceError`.

    Returns
    -------
    Fit
        From `fit(data)`: `params` and `names` (`any: x1`, ..., then `amount: x1`, ...), `residuals`, `fitted`,
        `influence`, `sample` (rows dropped and why), `statistics`; standard errors, tests and intervals come from
        `fit.inference(covariance)`.

    Raises
    ------
    FormulaError, DataError, IdentificationError, ConvergenceError
        From `fit`, with the name of the column, row or regressor.

    Notes
    -----
    The classical covariance is that of the parts, which are uncorrelated; K counts the parameters of both.

    References
    ----------
    Duan, Manning, Morris and Newhouse (1983), Journal of Business & Economic Statistics 1(2);
    Mullahy (1998), Journal of Health Economics 17(3).

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import TwoPart
    >>> data = pd.DataFrame({"y": [0, 0, 2, 0, 3, 5, 4], "x": [0, 0, 0, 1, 1, 1, 1]})
    >>> fit = TwoPart("y ~ x").fit(data)
    >>> dict(zip(fit.names, fit.params.round(3).tolist()))
    {'any: Intercept': -0.693, 'any: x': 1.792, 'amount: Intercept': 0.693, 'amount: x': 0.693}
    >>> fit.fitted.round(3).tolist()  # a third of 2 and three quarters of 4
    [0.667, 0.667, 0.667, 3.0, 3.0, 3.0, 3.0]
    """

    formula: str
    weights: str | Frequency | None = field(default=None, kw_only=True)
    tolerance: float = field(default=1e-8, kw_only=True)
    iterations: int = field(default=100, kw_only=True)

    def __post_init__(self) -> None:
        require_control(self.tolerance, self.iterations)

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """The index of any and of the amount."""
        regressors = parse(self.formula).regressors
        return (("any: ", regressors), ("amount: ", regressors))

    @property
    def any(self) -> Logit:
        """Whether it is positive."""
        return Logit(self.formula, weights=self.weights, tolerance=self.tolerance, iterations=self.iterations)

    @property
    def amount(self) -> PPML:
        """How large it is where it is positive."""
        return PPML(self.formula, weights=self.weights, tolerance=self.tolerance, iterations=self.iterations)

    def mean(self, params: Vector, X: tuple[Matrix, ...], offset: Vector) -> Vector:
        """(n,) expected response, zeros included."""
        k = X[0].shape[1]
        amount = self.amount.mean(params[k:], X[1:], offset)
        return self.any.mean(params[:k], X[:1], np.zeros_like(offset)) * amount

    def fit(self, data: Any) -> Fit:
        """Estimate on a table; see the class for what is raised."""
        return self.estimate(build(self.formula, data, weights=self.weights))

    def estimate(self, design: Design) -> Fit:
        """Estimate on arrays."""
        without_effects(design, "TwoPart", "use PPML, which absorbs them and takes zeros")
        positive = _some_positive(design)
        one = self.any.estimate(replace(design, table=beside(positive.astype(np.float64), design.X)))
        two = self.amount.estimate(design.without(~positive, "zero"))
        assert one.classical is not None
        assert two.classical is not None
        scores = np.zeros((design.nobs, one.params.size + two.params.size))
        scores[:, : one.params.size] = one.scores.matrix
        scores[positive, one.params.size :] = two.scores.matrix
        params = np.append(one.params, two.params)
        fitted = self.mean(params, (design.X, design.X), np.zeros(design.nobs))
        return Fit(
            spec=self,
            names=tuple(f"{part}: {name}" for part, fit in (("any", one), ("amount", two)) for name in fit.names),
            params=params,
            scores=Stacked(scores),
            bread=_diagonal(one.bread, two.bread),
            rank=one.rank + two.rank,
            df=np.inf,
            effects=(),
            sample=design.sample,
            residuals=design.y - fitted,
            fitted=fitted,
            classical=_diagonal(one.classical, two.classical),
            hat=None,
            statistics={
                "log_likelihood": one.statistics["log_likelihood"] + two.statistics["log_likelihood"],
                "pseudo_r2_any": one.statistics["pseudo_r2"],
                "pseudo_r2_amount": two.statistics["pseudo_r2"],
                "positive": float(positive.sum()),
            },
        )


def _some_positive(design: Design) -> Any:
    """(n,) rows with a positive response."""
    response, labels = design.formula.response, design.sample.labels
    negative = np.flatnonzero(design.y < 0)
    if negative.size:
        raise DataError(f"{response!r} is negative in row {labels[negative[0]]!r} ({negative.size} such rows)")
    positive = design.y > 0
    if positive.all() or not positive.any():
        which = "positive" if positive.all() else "zero"
        raise IdentificationError(f"{response!r} is {which} in every row used; TwoPart needs both, PPML does not")
    return positive


def _diagonal(first: Matrix, second: Matrix) -> Matrix:
    k = len(first)
    whole = np.zeros((k + len(second), k + len(second)))
    whole[:k, :k], whole[k:, k:] = first, second
    return whole
