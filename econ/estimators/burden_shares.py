"""Shares of a burden that sum to one within each rescue."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from scipy.special import xlogy

from econ.design import Design, build
from econ.errors import DataError, FormulaError, OptionError
from econ.estimators.ppml import PPML
from econ.formula import parse
from econ.groups import Groups, Vector
from econ.index_model import require_control
from econ.solve import weighted
from econ.types import Fit
from econ.unit_interval import require_equal_weights, require_shares

__all__ = ["BurdenShares"]

ROUNDED = 1e-6  # shares that sum to one up to this are taken as they are


@dataclass(frozen=True)
class BurdenShares:
    r"""Fractional conditional logit, :math:`E[s_{gj} | x] = \exp(x_{gj}'\beta) / \sum_l \exp(x_{gl}'\beta)`.

    What the creditors j of a rescue g bear sums to one. The quasi-likelihood is that of conditional logit with
    shares in place of choices, so that only the means need be right. Its coefficients and scores are those
    of Poisson pseudo-maximum likelihood with the rescues absorbed, by which it is fitted: with
    :math:`\tilde x` the regressors less their means under p in the rescue, the influence of a row is
    :math:`(\tilde X' W \tilde X)^{-1} \tilde x_{gj} (s_{gj} - p_{gj})`, W holding p.

    Parameters
    ----------
    formula
        `share ~ x1 + x2`, one row for each potential creditor of each rescue, zeros included.
    rescue
        Column of rescues.
    weights
        Column of positive weights, one for each rescue.
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
    OptionError
        If `rescue` or `weights` is not one column.
    FormulaError, DataError, IdentificationError, ConvergenceError
        From `fit`, with the name of the column, row, rescue or regressor. The shares of a rescue have to sum
        to one over its complete rows.

    Notes
    -----
    There is no constant, and a regressor that is equal for all creditors of a rescue says nothing. Rescues
    with one potential creditor are dropped as `singleton`; creditors without any share that a regressor
    separates are dropped as `separated`, as for `PPML`. There is no classical covariance, since the variances
    of shares are left open; shares of one rescue depend on each other, so cluster by what holds whole rescues.
    K counts the rescues, unless they lie within the clusters.

    References
    ----------
    Papke and Wooldridge (1996), Journal of Applied Econometrics 11(6); Mullahy (2015), Journal of
    Econometric Methods 4(1); Guimarães, Figueiredo and Woodward (2003), Review of Economics and Statistics 85(1).

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import BurdenShares
    >>> data = pd.DataFrame({"share": [0.2, 0.8, 0.4, 0.6], "x": [0, 1, 0, 1], "package": list("aabb")})
    >>> BurdenShares("share ~ x", rescue="package").fit(data).params.round(6).tolist()  # log odds of 0.7
    [0.847298]
    """

    formula: str
    rescue: str = field(kw_only=True)
    weights: str | None = field(default=None, kw_only=True)
    tolerance: float = field(default=1e-8, kw_only=True)
    iterations: int = field(default=100, kw_only=True)

    def __post_init__(self) -> None:
        require_control(self.tolerance, self.iterations)
        if not all(isinstance(name, str) for name in (self.rescue, self.weights or "")):
            given = f"rescue={self.rescue!r}, weights={self.weights!r}"
            raise OptionError(f"{given}: name one column for each; rows of a rescue cannot stand for several")

    def fit(self, data: Any) -> Fit:
        """Estimate on a table; see the class for what is raised."""
        parsed = parse(self.formula)
        if parsed.effects or parsed.endogenous:
            raise FormulaError(
                f"{self.formula!r}: BurdenShares absorbs the rescues alone and takes no instruments; "
                "write other effects as C(...)"
            )
        design = build(self._poisson.formula, data, weights=self.weights)
        rescues = design.effects[0].groups
        require_shares(design, "BurdenShares")
        require_equal_weights(design, rescues)
        _require_whole(design, rescues)
        return self._as_shares(self._poisson.fit(data))

    def estimate(self, design: Design) -> Fit:
        """Estimate on arrays with the rescues absorbed and without separated rows."""
        return self._as_shares(self._poisson.estimate(design))

    def _as_shares(self, fit: Fit) -> Fit:
        assert fit.design is not None
        return replace(fit, spec=self, classical=None, statistics=_statistics(fit.design, fit.fitted))

    @property
    def _poisson(self) -> PPML:
        formula = f"{self.formula} | `{self.rescue}`"
        return PPML(formula, weights=self.weights, tolerance=self.tolerance, iterations=self.iterations)


def _require_whole(design: Design, rescues: Groups) -> None:
    sums = rescues.totals(design.y)
    wrong = np.flatnonzero(np.abs(sums[rescues.codes] - 1) > ROUNDED)
    if wrong.size:
        label = design.sample.column(rescues.name).iloc[wrong[0]]
        lost = ", ".join(f"{count} {reason}" for reason, count in design.sample.dropped.items()) or "none"
        raise DataError(
            f"the shares {design.formula.response!r} of {rescues.name} {label} sum to "
            f"{sums[rescues.codes[wrong[0]]]:.6g}, not to one; divide them by their sum, or drop all its rows "
            f"(rows left out before: {lost})"
        )


def _statistics(design: Design, p: Vector) -> dict[str, float]:
    rescues = design.effects[0].groups
    likelihood = weighted(design.w, xlogy(design.y, p)).sum()
    null = -weighted(design.w, design.y * np.log(rescues.sizes[rescues.codes])).sum()
    return {"log_likelihood": float(likelihood), "pseudo_r2": float(1 - likelihood / null)}
