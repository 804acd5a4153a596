"""Cumulated residuals: whether a regression is the same all along, without a date in mind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import kolmogorov, ndtr

from econ.breaks.series import Series, series_of
from econ.errors import IdentificationError
from econ.groups import Matrix, Vector
from econ.outcomes import Test
from econ.solve import weighted_least_squares

__all__ = ["Cusum", "recursive_residuals"]

LINEAR, SLOPE = 0.3, 0.1465  # below this statistic, where the series is not good, and what replaces it (Zeileis 2000)
TRIM = 0.15
SINGULAR = 1e-9


@dataclass(frozen=True)
class Cusum:
    r"""Tests that the coefficients of a regression, or its variance, are the same all along.

    `recursive`: with :math:`w_t` the standardised errors of forecasts from the rows before,
    :math:`W_t = \sum_{s \le t} w_s / (\hat\sigma \sqrt{n - k})` is a Brownian motion under the hypothesis, and the
    statistic is its largest :math:`|W_t| / (1 + 2 t)` for t from 0 to 1. `least_squares`: the cumulated residuals of
    the whole sample are a Brownian bridge. `squares`: the cumulated squares of :math:`w_t` over their sum grow evenly
    while the variance does not change.

    Parameters
    ----------
    formula
        `y ~ x1 + x2`, as for `OLS`.
    time
        Column of periods, each there once.

    Raises
    ------
    FormulaError, DataError, OptionError, IdentificationError
        With the column, row or term.

    Notes
    -----
    :math:`\hat\sigma` is the standard deviation of the recursive residuals around their mean, as in R's strucchange.

    References
    ----------
    Brown, Durbin and Evans (1975), Journal of the Royal Statistical Society B 37(2); Ploberger and Kramer (1992),
    Econometrica 60(2); Zeileis (2000), p-values and alternative boundaries for CUSUM tests.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from econ.breaks import Cusum
    >>> rng = np.random.default_rng(0)
    >>> data = pd.DataFrame({"year": range(1950, 2010), "y": rng.normal(size=60)})
    >>> data.loc[data["year"] >= 1980, "y"] += 3
    >>> cusum = Cusum("y ~ 1", time="year")
    >>> cusum.recursive(data).p_value < 0.01, cusum.squares(data).p_value > 0.01
    (True, False)
    """

    formula: str
    time: str = field(kw_only=True)

    def path(self, data: Any) -> pd.DataFrame:
        """One row a period after the first k: the recursive residual, its cumulated sum and cumulated squares."""
        series = self._series(data)
        w = recursive_residuals(series.y, series.X)
        k = series.X.shape[1]
        return pd.DataFrame(
            {
                self.time: series.labels.iloc[k:].to_numpy(),
                "residual": w,
                "cusum": np.cumsum(w) / (_deviation(w) * np.sqrt(w.size)),
                "squares": np.cumsum(w**2) / (w @ w),
            }
        )

    def recursive(self, data: Any) -> Test:
        """Test by the errors of forecasts from the rows before."""
        path = self.path(data)["cusum"].to_numpy()
        share = np.arange(1, path.size + 1) / path.size
        statistic = float(np.abs(path / (1 + 2 * share)).max())
        return self._test("the coefficients are the same all along", statistic, _crossing(statistic), "recursive CUSUM")

    def least_squares(self, data: Any) -> Test:
        """Test by the residuals of the whole sample."""
        series = self._series(data)
        solved = weighted_least_squares(series.design, series.design.y, series.design.w)
        e = solved.residuals[series.order]
        n, k = series.X.shape
        statistic = float(np.abs(np.cumsum(e)).max() / (np.sqrt(e @ e / (n - k)) * np.sqrt(n)))
        p_value = float(kolmogorov(statistic))
        return self._test("the coefficients are the same all along", statistic, p_value, "CUSUM of residuals")

    def squares(self, data: Any) -> Test:
        """Test of a constant variance by the squares of the recursive residuals; the p-value is asymptotic."""
        path = self.path(data)["squares"].to_numpy()
        even = np.arange(1, path.size + 1) / path.size
        statistic = float(np.abs(path - even).max())
        p_value = float(kolmogorov(statistic * np.sqrt(path.size / 2)))
        return self._test("the variance is the same all along", statistic, p_value, "CUSUM of squares")

    def _series(self, data: Any) -> Series:
        series = series_of(self.formula, self.time, TRIM, data)
        if series.nobs <= series.X.shape[1] + 2:
            raise IdentificationError(f"{series.nobs} rows are too few for recursive residuals; use a longer series")
        return series

    def _test(self, title: str, statistic: float, p_value: float, method: str) -> Test:
        return Test(title, statistic, (), p_value, f"{method} of {self.formula!r} over {self.time}")


def recursive_residuals(y: Vector, X: Matrix) -> Vector:
    """(n - k,) errors of forecasts from the rows before, over their standard deviations under independent errors.

    Raises
    ------
    IdentificationError
        If the first k rows do not identify the coefficients.
    """
    n, k = X.shape
    Q = np.linalg.qr(X)[0] * np.sqrt(n)  # the residuals do not depend on the basis of the regressors
    if np.linalg.matrix_rank(Q[:k], tol=SINGULAR * np.sqrt(n)) < k:
        raise IdentificationError(
            f"the first {k} rows do not identify the {k} coefficients; begin the series elsewhere"
        )
    table = np.column_stack([Q, y])
    R: Matrix = np.asarray(np.linalg.qr(table[:k], mode="r"))
    found = np.empty(n - k)
    for t in range(k, n):
        gain = np.linalg.solve(R[:, :k].T, Q[t])
        error = y[t] - gain @ R[:, k]
        found[t - k] = error / np.sqrt(1 + gain @ gain)
        R = np.asarray(np.linalg.qr(np.vstack([R, table[t]]), mode="r"))[:k]
    return found


def _deviation(w: Vector) -> float:
    return float(np.std(w, ddof=1))


def _crossing(x: float) -> float:
    """Probability that a Brownian motion crosses plus or minus x (1 + 2 t) for some t up to one."""
    if x < LINEAR:
        return 1 - SLOPE * x
    once = 1 - ndtr(3 * x) + np.exp(-4 * x**2) * (ndtr(x) + ndtr(5 * x) - 1) - np.exp(-16 * x**2) * (1 - ndtr(x))
    return float(2 * once)
