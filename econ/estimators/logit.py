"""Logit, and conditional logit where a formula has units."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.special import expit, logit

from econ.conditional_likelihood import ConditionalLikelihood
from econ.design import Design, Frequency, build
from econ.errors import FormulaError, IdentificationError, NotDefinedError
from econ.formula import parse
from econ.groups import Groups, Matrix, Vector
from econ.index_model import Point, require_control
from econ.newton import minimise
from econ.perfect_prediction import explaining
from econ.scores import Product
from econ.separation import independent
from econ.solve import LeastSquares, parameters, weighted, weighted_least_squares, without_instruments
from econ.types import Fit
from econ.unit_interval import estimate, require_binary, require_equal_weights

__all__ = ["Logistic", "Logit"]

LARGEST_INDEX = 300.0  # the square of its exponential is still a number


@dataclass(frozen=True)
class Logit:
    r"""Logit by maximum likelihood, :math:`P(d = 1 | x) = 1 / (1 + \exp(-x'\beta))`.

    The influence of row i is :math:`(X' W X)^{-1} x_i w_i (d_i - p_i)`, W holding :math:`w_i p_i (1 - p_i)`.
    With a unit behind the bar it is conditional (fixed-effects) logit: the exact likelihood of the responses
    of a unit given their sum, in which the effect of the unit drops out, with any number of ones.

    Parameters
    ----------
    formula
        `d ~ x1 + x2`, or `d ~ x1 + x2 | unit`, with d zero or one.
    weights
        Column of positive weights, equal within a unit, or `Frequency(column)`.
    offset
        Column that is added to the linear predictor.
    tolerance
        Largest change of the linear predictor of any row at which the iteration ends; with units, of a
        coefficient times the size of its regressor. What remains is about its square.
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
        From `fit`, with the name of the column, row or regressor. A regressor that predicts the response
        perfectly in some rows has no finite coefficient and is such an error.

    Notes
    -----
    The classical covariance is the inverse information. Units whose responses are all equal say nothing:
    they are dropped as `no variation`, and regressors that only they identified are named in `fit.omitted`.
    Given the sum of its unit, the rows of a unit depend on each other: cluster by the unit, or by what holds
    whole units. Scores of rows, (d - p) times x less its mean under p, sum to the score of the unit. As for
    PPML, which it equals where each unit has a single one, the number of parameters counts the units.

    References
    ----------
    Chamberlain (1980), Review of Economic Studies 47(1); Gail, Lubin and Rubinstein (1981), Biometrika 68(3).

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import Logit
    >>> data = pd.DataFrame({"d": [0, 1, 1, 0, 1, 0, 1, 1], "x": [0, 1, 0, 1, 1, 0, 1, 1], "unit": list("aabbccdd")})
    >>> Logit("d ~ x").fit(data).params.round(6).tolist()  # log odds: 1 to 2, then 4 to 1
    [-0.693147, 2.079442]
    >>> fit = Logit("d ~ x | unit").fit(data)  # of three pairs that differ, two go with x
    >>> fit.params.round(6).tolist(), fit.sample.dropped
    ([0.693147], {'no variation': 2})
    """

    formula: str
    weights: str | Frequency | None = field(default=None, kw_only=True)
    offset: str | None = field(default=None, kw_only=True)
    tolerance: float = field(default=1e-8, kw_only=True)
    iterations: int = field(default=100, kw_only=True)

    def __post_init__(self) -> None:
        require_control(self.tolerance, self.iterations)

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """The linear index.

        Raises
        ------
        NotDefinedError
            For conditional logit, whose probabilities are those of whole units.
        """
        parsed = parse(self.formula)
        if parsed.effects:
            raise NotDefinedError(
                f"{self.formula!r}: conditional logit predicts no row by itself, since the effects of units are not "
                f"estimated; use Logit without {parsed.effects[0].name}, or PPML, whose effects are"
            )
        return (("", parsed.regressors),)

    def mean(self, params: Vector, X: tuple[Matrix, ...], offset: Vector) -> Vector:
        """(n,) probability of a one."""
        return Logistic().mean(X[0] @ params + offset)

    def fit(self, data: Any) -> Fit:
        """Estimate on a table; see the class for what is raised."""
        return self.estimate(build(self.formula, data, weights=self.weights, offset=self.offset))

    def estimate(self, design: Design) -> Fit:
        """Estimate on arrays."""
        without_instruments(design, "Logit")
        if design.effects:
            return _conditional(self, design)
        require_binary(design, "Logit")
        return estimate(self, design, Logistic())


@dataclass(frozen=True)
class Logistic:
    """The likelihood y log p + (1 - y) log(1 - p) with p = 1 / (1 + exp(-η))."""

    def at(self, y: Vector, eta: Vector) -> Point:
        """Score, curvature and loss of each row."""
        up, down = self.mean(eta), self.mean(-eta)
        loss = y * np.logaddexp(0, -eta) + (1 - y) * np.logaddexp(0, eta)
        return Point(y * down - (1 - y) * up, up * down, loss, loss)

    def start(self, y: Vector, mean: float) -> Vector:
        """Halfway to the response."""
        halfway: Vector = logit((y + mean) / 2)
        return halfway

    def mean(self, eta: Vector) -> Vector:
        """Expected response, never exactly zero."""
        p: Vector = expit(np.clip(eta, -LARGEST_INDEX, LARGEST_INDEX))
        return p


def _conditional(spec: Logit, design: Design) -> Fit:
    design = _varying(design)
    units, rank = design.effects[0].groups, parameters(design)
    within = weighted_least_squares(design, design.y, design.w)
    basis = within.root * np.sqrt(design.nobs)  # of regressors without correlation, of size one
    likelihood = ConditionalLikelihood(within.X @ basis, design.y, design.offset, design.w, units)
    with explaining(design, design.y == 1, design.y == 0):
        found, there = minimise(likelihood.at, np.zeros(len(basis)), spec, spec.tolerance, spec.iterations)
    p = likelihood.probabilities(found)
    inverse = basis @ np.linalg.inv(there.curvature) @ basis.T
    null = likelihood.at(np.zeros(len(basis))).loss
    return Fit(
        spec=spec,
        names=design.names,
        params=basis @ found,
        scores=Product(_less_means(within, p, units), weighted(design.w, design.y - p)),
        bread=inverse,
        rank=rank,
        df=np.inf,
        effects=design.effects,
        sample=design.sample,
        residuals=design.y - p,
        fitted=p,
        classical=inverse,
        hat=None,
        statistics={
            "log_likelihood": -there.loss,
            "pseudo_r2": 1 - there.loss / null,
            "likelihood_ratio": 2 * (null - there.loss),
        },
        omitted=design.omitted,
    )


def _varying(design: Design) -> Design:
    """The design on the units whose responses differ, checked for what conditional logit can take."""
    effect = design.effects[0]
    if len(design.effects) > 1 or effect.slope is not None:
        raise FormulaError(
            f"{design.formula.text!r}: conditional logit takes one effect without slopes; write the others as C(...)"
        )
    require_binary(design, "Logit")
    weighted_least_squares(design, design.y, design.w)  # collinear before anything is dropped: an error
    ones = effect.groups.totals(design.y)
    same = (ones == 0) | (ones == effect.groups.sizes)
    if same.all():
        raise IdentificationError(
            f"{design.formula.response!r} does not vary within any {effect.name}; use Logit without it"
        )
    design = independent(design.without(same[effect.codes], "no variation"))
    require_equal_weights(design, design.effects[0].groups)
    return design


def _less_means(within: LeastSquares, p: Vector, units: Groups) -> Matrix:
    """Regressors less their means in a unit under the probabilities, which do not depend on the effects."""
    means = units.sums(within.X * p[:, None]) / units.totals(p)[:, None]
    return np.asfortranarray(within.X - means[units.codes])
