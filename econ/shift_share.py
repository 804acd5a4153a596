"""Shift-share instruments, at the level of the shocks that make them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from econ.errors import DataError, MissingColumnError
from econ.estimators.iv import IV
from econ.estimators.ols import OLS
from econ.formula import quoted
from econ.groups import Matrix, Vector
from econ.sample import listed
from econ.types import Covariance, Fit

__all__ = ["ShiftShare"]


@dataclass(frozen=True, eq=False, repr=False)
class ShiftShare:
    r"""Exposure of units to common shocks, :math:`z_i = \sum_k s_{ik} g_k`, and regressions by shock.

    Units with like shares have like errors, which errors clustered by unit do not see. A regression by shock does: with
    :math:`v^\perp` the residual of a variable on the controls, and
    :math:`\bar v_k = \sum_i w_i s_{ik} v_i^\perp / \sum_i w_i s_{ik}`, the estimate from units, where z is the
    instrument, is exactly that of :math:`\bar y_k` on :math:`\bar x_k` with instrument :math:`g_k` and weights
    :math:`s_k = \sum_i w_i s_{ik}`; robust errors of the latter are right where shocks are as good as random.

    Parameters
    ----------
    shares
        (n, K) exposure of each row of the table to each shock, finite and not negative; rows as in the table.
    shocks
        (K,) by name of the columns of `shares`.

    Raises
    ------
    DataError
        If shares are negative or not finite, or shocks do not match them.

    Notes
    -----
    Where the shares of a unit do not sum to one, their sum has to be among the controls (and, with several periods, by
    period), or shocks count as if they had mean zero.

    References
    ----------
    Borusyak, Hull and Jaravel (2022), Review of Economic Studies 89(1), propositions 1 and 5; Adão, Kolesár and
    Morales (2019), Quarterly Journal of Economics 134(4).

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from econ import IV, ShiftShare, White
    >>> rng = np.random.default_rng(0)
    >>> shares = pd.DataFrame(rng.dirichlet(np.ones(8), size=60), columns=list("abcdefgh"))
    >>> shift = ShiftShare(shares, pd.Series(rng.normal(size=8), index=shares.columns))
    >>> data = pd.DataFrame({"z": shift.instrument, "x": shift.instrument + rng.normal(size=60)})
    >>> data["y"] = 2 * data["x"] + rng.normal(size=60)
    >>> by_shock = shift.regression(data, outcome="y", treatment="x")
    >>> by_unit = IV("y ~ 1 | x ~ z").fit(data)
    >>> bool(np.isclose(by_shock.params[by_shock.position("x")], by_unit.params[by_unit.position("x")]))
    True
    """

    shares: pd.DataFrame
    shocks: pd.Series

    def __post_init__(self) -> None:
        table = self.shares.to_numpy(dtype=np.float64)
        if not np.isfinite(table).all() or (table < 0).any():
            bad = self.shares.columns[(~np.isfinite(table) | (table < 0)).any(axis=0)]
            raise DataError(f"shares of {listed(bad)} are missing, infinite or negative; fill or drop them")
        given = self.shocks.index
        if given.has_duplicates or set(given) != set(self.shares.columns) or not np.isfinite(self._g).all():
            raise DataError("shocks have to be finite, one for each column of the shares, by its name")

    def __repr__(self) -> str:
        """Size of the problem."""
        units, shocks = self.shares.shape
        return f"<shift-share of {units} rows and {shocks} shocks, effective number {self.effective:.1f}>"

    @cached_property
    def _g(self) -> Vector:
        return np.asarray(self.shocks.reindex(self.shares.columns).to_numpy(dtype=np.float64))

    @property
    def instrument(self) -> pd.Series:
        """(n,) the sum of shares times shocks."""
        return pd.Series(self.shares.to_numpy(dtype=np.float64) @ self._g, index=self.shares.index, name="instrument")

    @property
    def total(self) -> pd.Series:
        """(n,) the sum of the shares of each row."""
        return self.shares.sum(axis=1).rename("total")

    @property
    def effective(self) -> float:
        """Effective number of shocks: one over the Herfindahl index of their weights."""
        weights = self.shares.to_numpy(dtype=np.float64).sum(axis=0)
        return float(weights.sum() ** 2 / np.square(weights).sum())

    def by_shock(
        self, data: pd.DataFrame, columns: Sequence[str], *, controls: str = "1", weights: str | None = None
    ) -> pd.DataFrame:
        """Averages of residualised columns by shock.

        Parameters
        ----------
        data
            Table whose index is that of the shares.
        columns
            What is averaged; rows where one of them or of the controls is missing are left out of all.
        controls
            Right-hand side of a formula, absorbed effects included, such as `w + total | unit + year`.
        weights
            Column of weights of the units.

        Returns
        -------
        pandas.DataFrame
            One row a shock to which some unit is exposed: `shock`, its `weight` (summing to one), and the averages.

        Raises
        ------
        DataError, FormulaError, IdentificationError
            If tables do not match, or what `OLS` raises.
        """
        residuals, rows = self._residuals(data, columns, controls, weights)
        w = np.ones(rows.size) if weights is None else data[weights].to_numpy(dtype=np.float64)[rows]
        S = self.shares.to_numpy(dtype=np.float64)[rows] * w[:, None]
        total = S.sum(axis=0)
        some = total > 0
        averages = (S.T @ residuals)[some] / total[some, None]
        table = pd.DataFrame(averages, columns=list(columns), index=self.shares.columns[some])
        return table.assign(shock=self._g[some], weight=total[some] / total.sum())

    def regression(
        self,
        data: pd.DataFrame,
        *,
        outcome: str,
        treatment: str,
        controls: str = "1",
        weights: str | None = None,
        shock_controls: pd.DataFrame | None = None,
    ) -> Fit:
        r"""The regression of an outcome on a treatment by shock, with the shocks as instrument.

        Parameters
        ----------
        data, controls, weights
            As for `by_shock`.
        outcome, treatment
            Columns of the table.
        shock_controls
            (K, q) columns by shock, such as groups of shocks to cluster on or their sizes; those that are numbers
            are controls. Controls keep the estimate of the units only where `controls` has their sums
            :math:`\sum_k s_{ik} q_k` too.

        Returns
        -------
        Fit
            Of `IV` with one row a shock, the term being the treatment; use `White("HC1")`, or clusters of shocks.

        Raises
        ------
        DataError, FormulaError, IdentificationError
            As for `by_shock` and `IV`.
        """
        table = self.by_shock(data, (outcome, treatment), controls=controls, weights=weights)
        names: list[str] = []
        if shock_controls is not None:
            table = table.join(shock_controls)
            names = [quoted(name) for name in shock_controls.select_dtypes("number").columns]
        right = " + ".join(["1", *names])
        return IV(f"{quoted(outcome)} ~ {right} | {quoted(treatment)} ~ shock", weights="weight").fit(table)

    def balance(
        self, data: pd.DataFrame, covariates: Sequence[str], covariance: Covariance, *, controls: str = "1"
    ) -> pd.DataFrame:
        """Whether what was there before the shocks goes along with them.

        Each covariate takes the place of the outcome and the instrument that of the treatment, so that errors are
        those of shocks. As-good-as-random shocks move none of them.

        Parameters
        ----------
        data, controls
            As for `by_shock`; the covariates should not be among the controls.
        covariates
            Columns from before the shocks, or outcomes that these cannot have moved (placebos).
        covariance
            How uncertainty is measured by shock.

        Returns
        -------
        pandas.DataFrame
            One row a covariate: estimate, se, p_value, and the number of shocks.

        Raises
        ------
        DataError, FormulaError, IdentificationError
            As for `regression`.
        """
        table = data.assign(instrument=self.instrument.to_numpy())
        rows = {}
        for covariate in covariates:
            fit = self.regression(table, outcome=covariate, treatment="instrument", controls=controls)
            row = fit.inference(covariance).row("instrument")
            rows[covariate] = {**row[["estimate", "se", "p_value"]].to_dict(), "shocks": fit.nobs}
        return pd.DataFrame.from_dict(rows, orient="index")

    def _residuals(
        self, data: pd.DataFrame, columns: Sequence[str], controls: str, weights: str | None
    ) -> tuple[Matrix, np.ndarray]:
        """(m, c) residuals of the columns on the controls, on the rows that have all of them."""
        if not data.index.equals(self.shares.index):
            raise DataError("the table and the shares have different rows; give both the same index")
        unknown = [name for name in columns if name not in data.columns]
        if unknown:
            raise MissingColumnError(f"no column {listed(unknown)}; the table has {listed(data.columns)}")
        table = data[~data[list(columns)].isna().any(axis=1)]
        place = pd.Series(np.arange(len(data)), index=data.index)[~data[list(columns)].isna().any(axis=1)].to_numpy()
        fits = [OLS(f"{quoted(name)} ~ {controls}", weights=weights).fit(table) for name in columns]
        return np.column_stack([fit.residuals for fit in fits]), place[fits[0].sample.rows]
