"""Random effects by feasible generalised least squares."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from econ.design import Design, Frequency, build
from econ.errors import IdentificationError
from econ.estimators.ols import OLS
from econ.formula import parse
from econ.groups import Groups, Matrix, Vector
from econ.panels import columns_of, means, only_regressors, require_columns, varying
from econ.solve import parameters, weighted, weighted_least_squares
from econ.types import Fit

__all__ = ["RandomEffects"]

RANK = 1e-10  # smallest singular value of columns of unit length, relative to the largest
ALL_BETWEEN = 1e-8  # 1 - theta below this: nothing is left of the constant


@dataclass(frozen=True)
class RandomEffects:
    r"""Feasible generalised least squares for :math:`y_{it} = x_{it}'\beta + u_i + e_{it}`.

    Least squares of :math:`y_{it} - \theta_i \bar y_i` on :math:`x_{it} - \theta_i \bar x_i`, with
    :math:`\theta_i = 1 - \sqrt{\sigma_e^2 / (\sigma_e^2 + T_i \sigma_u^2)}` and the variances of Swamy and Arora
    (1972): :math:`\sigma_e^2` from the regression within units, :math:`\sigma_u^2` from that of unit means.

    Parameters
    ----------
    formula
        `y ~ x1 + x2`, as for `OLS`, without absorbed effects.
    unit
        Column of units; `a^b` stands for combinations.
    weights
        Column of analytic weights, :math:`V(e_{it}) = \sigma_e^2 / w_{it}`, or `Frequency(column)`. Means are then
        weighted, and the sum of a unit's weights takes the place of :math:`T_i`.

    Returns
    -------
    Fit
        From `fit(data)`. `residuals` are :math:`y - x'\beta`; `hat` is the quasi-demeaned regression.
        `statistics`: the variances `sigma2_idiosyncratic` and `sigma2_unit`; `theta`, or `theta_min`,
        `theta_median` and `theta_max` over units where it differs; `r2` and `rmse` of the quasi-demeaned regression.

    Raises
    ------
    FormulaError, DataError, IdentificationError, OptionError
        From `fit`, with the name of the column, row or regressor; also where there are too few units or too few
        rows within them to tell the variances apart.

    Notes
    -----
    The variances are those of R's plm (`random.method = "swar"`), balanced or not: the sum of squares between
    units, less its expectation, over the trace that belongs to it. Stata and linearmodels differ where units are
    unequal. A negative :math:`\sigma_u^2` is set to zero; what it was is `sigma2_unit_untruncated`.
    K counts the terms, classical errors divide by n - K, and theta is taken as known.

    References
    ----------
    Swamy and Arora (1972), Econometrica 40(2); Baltagi and Chang (1994), Journal of Econometrics 62(2), for
    unequal units.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import RandomEffects
    >>> data = pd.DataFrame({"firm": list("aaabbbccc"), "x": [1.0, 2, 3, 2, 3, 5, 1, 4, 6],
    ...                      "y": [2.0, 3, 3, 5, 7, 8, 1, 2, 5]})
    >>> fit = RandomEffects("y ~ x", unit="firm").fit(data)
    >>> fit.params.round(4).tolist(), round(fit.statistics["theta"], 4)
    ([1.6714, 0.7762], 0.8714)
    """

    formula: str
    unit: str = field(kw_only=True)
    weights: str | Frequency | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        require_columns("RandomEffects", self.unit)

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """The linear index."""
        return (("", parse(self.formula).regressors),)

    def mean(self, params: Vector, X: tuple[Matrix, ...], offset: Vector) -> Vector:
        """(n,) expected response of a unit drawn anew."""
        return X[0] @ params + offset

    def fit(self, data: Any) -> Fit:
        """Estimate on a table; see the class for what is raised."""
        return self.estimate(build(self.formula, data, weights=self.weights, others=columns_of(self.unit)))

    def estimate(self, design: Design) -> Fit:
        """Estimate on arrays."""
        only_regressors(design.formula, type(self).__name__)
        parameters(design)
        weighted_least_squares(design, design.y, design.w)  # collinear columns: an error in the caller's terms
        units = design.sample.groups(self.unit)
        centres = means(units, design.table, design.w)
        variances = _swamy_arora(design, units, centres)
        shift = variances.theta[:, None] * centres
        quasi = replace(design, table=np.asfortranarray(design.table - shift[units.codes]))
        fit = OLS(self.formula).estimate(quasi)
        fitted = design.X @ fit.params
        statistics = {**fit.statistics, **variances.statistics}
        return replace(fit, spec=self, residuals=design.y - fitted, fitted=fitted, statistics=statistics, design=None)


@dataclass(frozen=True, eq=False)
class _Variances:
    """Variances of the errors and of the units, the second perhaps negative, and (N,) weights of the units."""

    idiosyncratic: float
    untruncated: float
    mass: Vector

    @property
    def unit(self) -> float:
        """Variance of the units."""
        return max(self.untruncated, 0.0)

    @cached_property
    def theta(self) -> Vector:
        """(N,) share of its mean that is taken from each unit."""
        total = self.idiosyncratic + self.mass * self.unit
        share = np.divide(self.idiosyncratic, total, out=np.ones_like(total), where=total > 0)
        theta: Vector = 1 - np.sqrt(share)
        return theta

    @property
    def statistics(self) -> dict[str, float]:
        """By name; theta once where it is the same for all units."""
        low, middle, high = (float(value) for value in np.quantile(self.theta, [0, 0.5, 1]))
        alike = bool(np.ptp(self.mass) == 0)
        thetas = {"theta": middle} if alike else {"theta_min": low, "theta_median": middle, "theta_max": high}
        negative = {"sigma2_unit_untruncated": self.untruncated} if self.untruncated < 0 else {}
        return {"sigma2_idiosyncratic": self.idiosyncratic, "sigma2_unit": self.unit, **negative, **thetas}


def _swamy_arora(design: Design, units: Groups, centres: Matrix) -> _Variances:
    rss, rank = _within(design, units, centres)
    _require_freedom(design, units, design.nobs - units.count - rank)
    idiosyncratic = rss / (design.nobs - units.count - rank)
    mass = units.totals(design.w)
    rss, leverage = _between(np.sqrt(mass)[:, None] * centres)
    freedom = units.count - round(leverage.sum())
    _require_units(design, units, freedom)
    untruncated = (rss - freedom * idiosyncratic) / (mass @ (1 - leverage))
    variances = _Variances(idiosyncratic, float(untruncated), mass)
    if variances.theta.max() > 1 - ALL_BETWEEN:
        raise IdentificationError(
            f"the regressors fit {design.formula.response!r} exactly within {units.name}, so that nothing is left to "
            f"weigh units by; use OLS with {units.name} absorbed"
        )
    return variances


def _within(design: Design, units: Groups, centres: Matrix) -> tuple[float, int]:
    """Sum of squares and rank of the regression of deviations from unit means."""
    deviations = design.table - centres[units.codes]
    X = deviations[:, 1:][:, varying(design.X, deviations[:, 1:])]
    table = weighted(None if design.w is None else np.sqrt(design.w), np.column_stack([X, deviations[:, 0]]))
    R: Matrix = np.linalg.qr(_unit_length(table), mode="r")  # type: ignore[assignment]  # the stub forgets the mode
    share, rank = _unexplained(R[:, :-1], R[:, -1])
    return share * float(table[:, -1] @ table[:, -1]), rank


def _unexplained(X: Matrix, y: Vector) -> tuple[float, int]:
    params, _, rank, _ = np.linalg.lstsq(X, y, rcond=RANK)
    return float(np.square(y - X @ params).sum()), int(rank)


def _between(table: Matrix) -> tuple[float, Vector]:
    """Sum of squares and (N,) leverages of the weighted regression of unit means."""
    vectors, values, _ = np.linalg.svd(_unit_length(table[:, 1:]), full_matrices=False)
    Q = vectors[:, values > RANK * values[0]]
    y = table[:, 0]
    return float(np.square(y - Q @ (Q.T @ y)).sum()), np.square(Q).sum(axis=1)


def _unit_length(table: Matrix) -> Matrix:
    norms = np.linalg.norm(table, axis=0)
    return table / np.where(norms > 0, norms, 1)


def _require_freedom(design: Design, units: Groups, freedom: int) -> None:
    if freedom <= 0:
        raise IdentificationError(
            f"{design.nobs} rows in {units.count} {units.name} leave no degrees of freedom within {units.name}; "
            "use more rows of each or fewer regressors"
        )


def _require_units(design: Design, units: Groups, freedom: int) -> None:
    if freedom <= 0:
        raise IdentificationError(
            f"{units.count} {units.name} for {len(design.names)} terms of {design.formula.text!r}: the regression of "
            f"unit means leaves no degrees of freedom; use more {units.name} or fewer regressors"
        )
