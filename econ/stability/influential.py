r"""The smallest sets of rows or groups that overturn a result.

A row's weight moves the estimate by its influence :math:`\psi_i`, and the variance :math:`V = \sum_g S_g^2`, with
:math:`S_g = \sum_{i \in g} a_i` and :math:`a_i = r_i e_i` for :math:`r_i = c'(X'X)^{-1} x_i`, by

.. math:: \partial V / \partial w_i = 2 (S_{g(i)} a_i - r_i [P (S e)]_i - e_i [P (S r)]_i)

with P the projection on regressors and absorbed effects.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from econ.errors import NotDefinedError, OptionError
from econ.estimates import require_share
from econ.groups import Codes, Groups, Vector
from econ.inference.clustered import Clustered, signed_combinations
from econ.inference.leave_out import refit_without
from econ.inference.white import White
from econ.sample import listed
from econ.solve import weighted
from econ.stability.attempts import REFUSALS
from econ.stability.deletion import labels_by, rows_of
from econ.stability.least_squares import require_least_squares
from econ.t_distribution import t_quantile
from econ.types import Covariance, Fit, Hat, require_covariance

__all__ = ["Change", "InfluentialSet", "influential_set", "weight_derivatives"]


class Change(Protocol):
    """What would overturn a result."""

    @property
    def needs_error(self) -> bool:
        """Whether the standard error counts."""
        ...

    def weights(self, estimate: float, se: float, critical: float) -> tuple[float, float]:
        """What the estimate and its error count in the quantity that has to fall below zero."""
        ...

    def holds(self, before: float, p_before: float, after: float, p_after: float, *, size: float) -> bool:
        """Whether an estimate and its p-value overturn those of before."""
        ...


@dataclass(frozen=True, eq=False, repr=False)
class InfluentialSet:
    """The smallest set whose removal overturns a result, by approximation, and what a refit without it gives.

    Attributes
    ----------
    term, change, by
        The coefficient, what was asked for, and of what the set is made.
    labels
        Members of the set, the most influential first; empty where none is large enough.
    groups
        Number of rows or groups in all.
    approximate
        The estimate without the set, by the approximation.
    estimate, se, p_value
        What a refit without it gives; missing where there is no set, or it cannot be estimated.
    confirmed
        Whether the refit overturns the result.
    """

    term: str
    change: Change
    by: str
    labels: tuple[object, ...]
    groups: int
    approximate: float
    estimate: float
    se: float
    p_value: float
    confirmed: bool

    @property
    def found(self) -> bool:
        """Whether the approximation knows such a set."""
        return bool(self.labels)

    @property
    def share(self) -> float:
        """Share of the rows or groups that is removed."""
        return len(self.labels) / self.groups if self.found else float("nan")

    def __repr__(self) -> str:
        """One sentence."""
        what = f"{self.change!r} of {self.term}"
        if not self.found:
            return f"{what}: no set (by {self.by}) is influential enough, by the approximation"
        verdict = "confirms" if self.confirmed else "does not confirm"
        refit = f"a refit gives {self.estimate:.4g} (p = {self.p_value:.3g}), which {verdict} it"
        return f"{what}: {len(self.labels)} of {self.groups} by {self.by} ({listed(self.labels, 5)}); {refit}"


def influential_set(
    fit: Fit, term: str, covariance: Covariance, change: Change, *, by: str | None = None, level: float = 0.95
) -> InfluentialSet:
    """The smallest set of rows or groups without which a result is overturned.

    Derivatives with respect to the weights rank the rows; as many are removed as the linear approximation needs, and
    the model is estimated again without them.

    Parameters
    ----------
    fit
        Of least squares for changes of significance; of any estimator for `Sign()`.
    term
        The coefficient.
    covariance
        `White` HC0 or HC1, or `Clustered` CR0 or CR1, for changes of significance; any for `Sign()`.
    change
        `Sign()`, `Significance()` or `Reversal()`.
    by
        Column of groups that are removed as a whole; None for rows.
    level
        One less the size of the test.

    Raises
    ------
    NotDefinedError, OptionError
        If there is no such term, or no derivative of the error.

    References
    ----------
    Broderick, Giordano and Meager (2020), An automatic finite-sample robustness metric, arXiv:2011.14999.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import OLS, White
    >>> from econ.stability import Sign, influential_set
    >>> data = pd.DataFrame({"y": [3.0, 3, 2, 3, 2, 2, 2, 1, 2, 5], "x": range(10)})
    >>> found = influential_set(OLS("y ~ x").fit(data), "x", White("HC1"), Sign())
    >>> found.labels, found.confirmed
    ((9,), True)
    """
    require_covariance(covariance)
    require_share("level", level)
    if not callable(getattr(change, "weights", None)) or isinstance(change, type):
        raise OptionError(f"{change!r} is none of Sign(), Significance() and Reversal()")
    row = fit.inference(covariance).row(term)
    critical = float(t_quantile(np.array([row["df"]]), 0.5 + level / 2)[0])
    counts = change.weights(row["estimate"], row["se"], critical)
    d_estimate, d_se = weight_derivatives(fit, term, covariance if change.needs_error else None)
    groups = rows_of(fit) if by is None else fit.groups(by)
    removal = -groups.totals(counts[0] * d_estimate + counts[1] * d_se)
    chosen = _smallest(counts[0] * row["estimate"] + counts[1] * row["se"], removal)
    approximate = row["estimate"] - groups.totals(d_estimate)[chosen].sum()
    refit = _refitted(fit, term, covariance, np.isin(groups.codes, chosen)) if chosen.size else None
    estimate, se, p_value = (
        float("nan") if refit is None else float(refit[one]) for one in ("estimate", "se", "p_value")
    )
    confirmed = refit is not None and change.holds(
        float(row["estimate"]), float(row["p_value"]), estimate, p_value, size=1 - level
    )
    labels = tuple(labels_by(fit, by, groups)[chosen])
    return InfluentialSet(
        term=term,
        change=change,
        by=groups.name,
        labels=labels,
        groups=groups.count,
        approximate=float(approximate),
        estimate=estimate,
        se=se,
        p_value=p_value,
        confirmed=bool(confirmed),
    )


def weight_derivatives(fit: Fit, term: str, covariance: Covariance | None) -> tuple[Vector, Vector]:
    """(n,) derivatives of an estimate and of its standard error with respect to the weights of rows, at one.

    Parameters
    ----------
    fit, term
        The estimation and the coefficient.
    covariance
        Whose error it is, its small-sample factor held fixed; None for no error, whose derivatives are then zero.
    """
    position = fit.position(term)
    influence = fit.influence[:, position]
    if covariance is None:
        return influence, np.zeros(fit.nobs)
    hat = require_least_squares(fit, "its error has no derivative; ask for Sign()")
    se = fit.inference(covariance).row(term)["se"]
    total = np.zeros(fit.nobs)
    V = 0.0
    for sign, groups in _ways(fit, covariance):
        sums = groups.totals(influence)
        V += sign * float(sums @ sums)
        total += sign * _of_variance(hat, hat.X @ fit.bread[:, position], sums[groups.codes])
    return influence, total * se / (2 * V)  # the factor is that of the error to the sum of squares


def _ways(fit: Fit, covariance: Covariance) -> list[tuple[int, Groups]]:
    if isinstance(covariance, Clustered) and covariance.correction in {"CR0", "CR1"}:
        return signed_combinations(tuple(fit.groups(name) for name in covariance.columns))
    if isinstance(covariance, White) and covariance.kind in {"HC0", "HC1"}:
        return [(1, Groups("row", np.arange(fit.nobs), fit.nobs))]
    raise NotDefinedError(
        f"{covariance!r} has no derivative here; take White HC0, HC1 or Clustered CR0, CR1, or Sign()"
    )


def _of_variance(hat: Hat, r: Vector, S: Vector) -> Vector:
    """(n,) derivatives of a sum of squares by cluster; S (n,) is the sum of each row's cluster."""
    e = hat.errors
    inside = S * r * e - r * _projected(hat, S * e) - e * _projected(hat, S * r)
    return np.asarray(2 * weighted(hat.w, inside))


def _projected(hat: Hat, values: Vector) -> Vector:
    """(n,) fitted values of a regression of `values` on the regressors and the effects."""
    left = hat.residualize(np.asfortranarray(values[:, None]))[:, 0]
    slopes = hat.root @ (hat.root.T @ (hat.X.T @ weighted(hat.w, left)))
    return np.asarray(values - (left - hat.X @ slopes))


def _smallest(quantity: float, removal: Vector) -> Codes:
    """The fewest groups whose removal takes a positive quantity below zero; none where all together do not."""
    order = np.argsort(removal, kind="stable")
    path = quantity + np.cumsum(removal[order])
    below = np.flatnonzero((path < 0) & (removal[order] < 0))
    return np.asarray(order[: below[0] + 1] if below.size else order[:0])


def _refitted(fit: Fit, term: str, covariance: Covariance, without: np.ndarray) -> pd.Series | None:
    try:
        return refit_without(fit, without).inference(covariance).row(term)
    except REFUSALS:
        return None
