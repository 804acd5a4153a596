"""Estimates without each row, creditor, package or crisis, and the measures of influence of rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from econ.errors import NotDefinedError
from econ.groups import Groups, Vector, renumbered
from econ.inference.bell_mccaffrey import leaving_out
from econ.inference.leave_out import refit_without
from econ.stability.attempts import REFUSALS
from econ.stability.least_squares import is_least_squares, require_least_squares
from econ.types import Covariance, Fit, require_covariance

__all__ = ["LeaveOneOut", "influence_measures", "labels_by", "leave_one_out", "rows_of"]

FULL = 1e-9  # one less the leverage of a row that some regressor or effect fits exactly


@dataclass(frozen=True, eq=False, repr=False)
class LeaveOneOut:
    """Estimates of one coefficient without each group.

    Attributes
    ----------
    fit, term, covariance
        The estimation with all rows, the coefficient, and how uncertainty is measured.
    groups, labels
        The groups, and (G,) what they are called.
    estimates
        (G,) without each; missing where it cannot be estimated.
    reasons
        Why not, by label.
    """

    fit: Fit
    term: str
    covariance: Covariance
    groups: Groups
    labels: pd.Index
    estimates: Vector
    reasons: dict[object, str]

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a group: its number of rows, the estimate without it, DFBETA, and that in standard errors."""
        row = self.fit.inference(self.covariance).row(self.term)
        dfbeta = row["estimate"] - self.estimates
        with np.errstate(divide="ignore", invalid="ignore"):  # an exact fit has an error of zero
            shift = dfbeta / row["se"]
        columns = {"rows": self.groups.sizes, "estimate": self.estimates, "dfbeta": dfbeta, "shift": shift}
        return pd.DataFrame(columns, index=self.labels)

    @property
    def ranked(self) -> pd.DataFrame:
        """The table, those groups first without which the estimate moves most."""
        return self.table.sort_values("dfbeta", key=np.abs, ascending=False, kind="stable")

    @cached_property
    def inference(self) -> pd.DataFrame:
        """One row a group: estimate, se and p-value without it, by estimating again; missing where that is refused."""
        rows = []
        for code in range(self.groups.count):
            try:
                row = refit_without(self.fit, self.groups.codes == code).inference(self.covariance).row(self.term)
                rows.append([row["estimate"], row["se"], row["p_value"], ""])
            except REFUSALS as error:
                rows.append([np.nan, np.nan, np.nan, str(error)])
        return pd.DataFrame(rows, index=self.labels, columns=["estimate", "se", "p_value", "reason"])

    def __repr__(self) -> str:
        """The five most influential groups."""
        return f"{self.term} without each {self.groups.name}\n{self.ranked.head().to_string()}"


def leave_one_out(fit: Fit, term: str, covariance: Covariance, *, by: str | None = None) -> LeaveOneOut:
    r"""Leave each row or group out and look at one coefficient.

    For least squares nothing is estimated again: with :math:`M_g` the block of the residual maker of a group,
    :math:`\hat\beta - \hat\beta_{(g)} = (X'X)^{-1} X_g' M_g^{-1} e_g`, absorbed effects included. Other estimators, and
    groups without which the algebra is not defined, are estimated again.

    Parameters
    ----------
    fit
        Of any estimator.
    term
        The coefficient.
    covariance
        How its uncertainty is measured.
    by
        Column of groups, or a combination `a^b`; None for rows.

    Raises
    ------
    NotDefinedError
        If there is no such term, or the fit cannot be estimated again.

    References
    ----------
    Belsley, Kuh and Welsch (1980), Regression Diagnostics; Bell and McCaffrey (2002), Survey Methodology 28(2).

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import OLS, White
    >>> from econ.stability import leave_one_out
    >>> data = pd.DataFrame({"y": [1.0, 2, 4, 3, 5, 9], "x": [0.0, 1, 2, 3, 4, 5], "g": list("aabbcc")})
    >>> leave_one_out(OLS("y ~ x").fit(data), "x", White("HC1"), by="g").table["estimate"].round(3).to_dict()
    {'a': 1.7, 'b': 1.441, 'c': 0.8}
    """
    require_covariance(covariance)
    position = fit.position(term)
    groups = rows_of(fit) if by is None else fit.groups(by)
    labels = labels_by(fit, by, groups)
    reasons: dict[object, str] = {}
    try:
        changes = (leaving_out(fit, groups) @ fit.bread[:, position]) if is_least_squares(fit) else None
    except NotDefinedError:
        changes = None
    estimates = _refits(fit, term, groups, labels, reasons) if changes is None else fit.params[position] - changes
    return LeaveOneOut(fit, term, covariance, groups, labels, estimates, reasons)


def rows_of(fit: Fit) -> Groups:
    """Rows of the table, of which frequency weights make several rows of the sample."""
    return renumbered("row", fit.sample.rows)


def labels_by(fit: Fit, by: str | None, groups: Groups) -> pd.Index:
    """(G,) what rows or groups are called."""
    if by is not None:
        return fit.sample.labels_of(by)
    return fit.sample.labels[np.unique(groups.codes, return_index=True)[1]]


def influence_measures(fit: Fit) -> pd.DataFrame:
    r"""Influence of each row on a regression by least squares, absorbed effects included.

    Parameters
    ----------
    fit
        Of least squares.

    Returns
    -------
    DataFrame
        One row a row used, by its label: `leverage`, `studentized` (the residual over an error without the row),
        `cooks_distance` (over the slopes, with the model's variance), and for each term `dfbeta[term]`, what the row
        adds to the estimate, and `dfbetas[term]`, that over the classical error without the row. Missing where the
        leverage is one.

    Raises
    ------
    NotDefinedError
        If the estimator is no least squares, or leverages are out of reach.

    References
    ----------
    Belsley, Kuh and Welsch (1980), Regression Diagnostics; Cook (1977), Technometrics 19(1).

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import OLS
    >>> from econ.stability import influence_measures
    >>> data = pd.DataFrame({"y": [1.0, 2, 4, 3, 9], "x": [0.0, 1, 2, 3, 4]})
    >>> influence_measures(OLS("y ~ x").fit(data)).round(2).loc[4, ["leverage", "dfbeta[x]"]].to_dict()
    {'leverage': 0.6, 'dfbeta[x]': 0.9}
    """
    hat, h = require_least_squares(fit, "use leave_one_out, which estimates again"), fit.leverage
    if h is None:
        raise NotDefinedError(
            "leverages are out of reach with these absorbed effects; use leave_one_out for few groups"
        )
    left = np.where(h < 1 - FULL, 1 - h, np.nan)
    squares = hat.errors**2 * (1.0 if hat.w is None else hat.w)
    variance = squares.sum() / fit.df
    without = (squares.sum() - squares / left) / (fit.df - 1) if fit.df > 1 else np.full(fit.nobs, np.nan)
    without = np.where(without > 0, without, np.nan)
    unscaled = np.asarray(fit.classical).diagonal() / variance
    dfbeta = fit.influence / left[:, None]
    table = pd.DataFrame({"leverage": h}, index=fit.sample.labels)
    table["studentized"] = np.sign(hat.errors) * np.sqrt(squares / left / without)
    slopes = np.square(hat.X @ hat.root).sum(axis=1) * (1.0 if hat.w is None else hat.w)
    table["cooks_distance"] = squares * slopes / left**2 / (variance * len(fit.names))
    for place, name in enumerate(fit.names):
        table[f"dfbeta[{name}]"] = dfbeta[:, place]
        table[f"dfbetas[{name}]"] = dfbeta[:, place] / np.sqrt(without * unscaled[place])
    return table


def _refits(fit: Fit, term: str, groups: Groups, labels: pd.Index, reasons: dict[object, str]) -> Vector:
    estimates = np.full(groups.count, np.nan)
    refit_without(fit, np.zeros(fit.nobs, dtype=bool))  # what cannot be repeated at all is an error
    for code in range(groups.count):
        try:
            found = refit_without(fit, groups.codes == code)
            estimates[code] = found.params[found.position(term)]
        except REFUSALS as error:
            reasons[labels[code]] = str(error)
    return estimates
