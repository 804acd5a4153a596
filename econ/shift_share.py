"""Shift-share instruments, at the level of the shocks that make them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from econ.errors import CollinearError, DataError, MissingColumnError, OptionError
from econ.estimates import ROUNDING
from econ.estimators.iv import IV
from econ.estimators.ols import OLS
from econ.formula import quoted
from econ.groups import Matrix, Vector
from econ.sample import listed
from econ.types import Covariance, Fit

CENTRED = 1e-7

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
    period): otherwise the regressions by unit and by shock differ, which is an error here.

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
        taken = {"shock", "weight"} & set(columns)
        if taken:
            raise DataError(f"column {listed(sorted(taken))} has the name of what is added by shock; rename it")
        if weights is not None and not isinstance(weights, str):
            raise OptionError(f"weights={weights!r}: give the name of a column of weights")
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
        _require_centred(table, (outcome, treatment))
        names: list[str] = []
        if shock_controls is not None:
            _require_by_shock(shock_controls, table)
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
        name = "instrument"
        while name in data.columns:
            name += "_"
        table = data.assign(**{name: self.instrument.to_numpy()})
        rows = {}
        for covariate in covariates:
            fit = self.regression(table, outcome=covariate, treatment=name, controls=controls)
            row = fit.inference(covariance).row(name)
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
        right, _, effects = (part.strip() for part in controls.partition("|"))
        if right == "1" and effects:
            return self._within(table, place, columns, effects, weights)
        fits = [OLS(f"{quoted(name)} ~ {controls}", weights=weights).fit(table) for name in columns]
        residuals = np.column_stack([fit.residuals for fit in fits])
        _require_left(table, columns, residuals)
        return residuals, place[fits[0].sample.rows]

    def _within(
        self, table: pd.DataFrame, place: np.ndarray, columns: Sequence[str], effects: str, weights: str | None
    ) -> tuple[Matrix, np.ndarray]:
        """Residuals on effects alone, which a regression needs some regressor to have."""
        fit = OLS(
            f"{quoted(columns[-1])} ~ {' + '.join(map(quoted, columns[:-1])) or '1'} | {effects}", weights=weights
        )
        found = fit.fit(table)
        assert found.hat is not None
        residuals = found.hat.residualize(table[list(columns)].to_numpy(dtype=np.float64)[found.sample.rows])
        _require_left(table, columns, residuals)
        return residuals, place[found.sample.rows]


def _require_left(table: pd.DataFrame, columns: Sequence[str], residuals: Matrix) -> None:
    """Something of every column is left over by the controls."""
    size = np.abs(table[list(columns)].to_numpy(dtype=np.float64)).max(axis=0)
    gone = [name for name, left, most in zip(columns, np.abs(residuals).max(axis=0), size, strict=True)
            if left <= ROUNDING * most]  # fmt: skip
    if gone:
        raise CollinearError(f"{listed(gone)} is a combination of the controls and effects; leave one of them out")


def _require_centred(table: pd.DataFrame, columns: Sequence[str]) -> None:
    """Averages by shock have mean zero, or the regression by shock is not that of the units."""
    values = table[list(columns)].to_numpy()
    weight = table["weight"].to_numpy()
    if (np.abs(weight @ values) > CENTRED * (weight @ np.abs(values))).any():
        raise DataError(
            "averages by shock do not have mean zero: the shares do not sum to one, or there is no constant; put the "
            "sum of the shares (`.total`) and a constant or effects among the controls"
        )


def _require_by_shock(controls: pd.DataFrame, table: pd.DataFrame) -> None:
    twice, missing = controls.index.has_duplicates, table.index.difference(controls.index)
    clash = controls.columns.intersection(table.columns)
    if twice or len(missing) or len(clash):
        what = f"lack {listed(missing)}" if len(missing) else "repeat a shock" if twice else f"have {listed(clash)} too"
        raise DataError(f"the columns by shock {what}; give one row a shock, and names that the table does not have")
