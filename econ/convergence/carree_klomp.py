"""Whether the dispersion of the same units differs between two periods."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from econ.convergence.cube import Cube, cube_of_values
from econ.errors import DataError, IdentificationError, OptionError
from econ.groups import Codes, Vector
from econ.outcomes import Test
from econ.panels import require_columns, require_level, shown

__all__ = ["CarreeKlomp"]

LEAST = 5  # units
DEPENDENT = 1e-12


@dataclass(frozen=True)
class CarreeKlomp:
    r"""Tests of equal variances of logarithms in the first and the last period, which the same units make dependent.

    With variances :math:`s_1^2, s_T^2` and covariance c of N units:

    - `T1`: :math:`s_1^2 / s_T^2`, F with N - 2 and N - 2 degrees of freedom (Lichtenberg); it takes the periods as
      independent and rejects too seldom;
    - `T2`: :math:`(N - 2.5) \log(1 + (s_1^2 - s_T^2)^2 / (4 (s_1^2 s_T^2 - c^2)))`, chi-squared with 1;
    - `T3`: :math:`\sqrt N (s_1^2 / s_T^2 - 1) / (2 \sqrt{1 - \pi^2})` with the slope :math:`\pi` of the last logarithms
      on the first, normal;
    - `exact`: the t statistic of the correlation of sums and differences, N - 2 degrees of freedom (Pitman and Morgan).

    Parameters
    ----------
    value
        The level, a column above zero.
    unit, time
        Columns of units and periods.
    first, last
        The periods; None for the first and the last of the table. Units that lack one are left out.
    statistic
        `T1`, `T2`, `T3` or `exact`. P-values are two-sided.

    Raises
    ------
    OptionError, DataError, IdentificationError
        With the column, row or period; with fewer than five units in both periods; `T3` if the slope is not between -1
        and 1.

    References
    ----------
    Lichtenberg (1994), Review of Economics and Statistics 76(3); Carree and Klomp (1997), the same 79(4); Pitman (1939)
    and Morgan (1939), Biometrika 31(1/2).

    Examples
    --------
    >>> import pandas as pd
    >>> from econ.convergence import CarreeKlomp
    >>> data = pd.DataFrame({"country": list("abcdef") * 2, "year": [1960] * 6 + [2000] * 6,
    ...                      "income": [1.0, 2, 4, 8, 16, 32, 9, 13, 14, 19, 22, 31]})
    >>> test = CarreeKlomp("income", unit="country", time="year").of(data)
    >>> round(test.statistic, 1), test.p_value < 0.01
    (15.3, True)
    """

    value: str
    unit: str = field(kw_only=True)
    time: str = field(kw_only=True)
    first: Any = field(default=None, kw_only=True)
    last: Any = field(default=None, kw_only=True)
    statistic: str = field(default="T2", kw_only=True)

    def __post_init__(self) -> None:
        require_columns("CarreeKlomp", self.value, self.unit, self.time)
        require_level("CarreeKlomp", self.value)
        if self.statistic not in STATISTICS:
            raise OptionError(f"statistic={self.statistic!r}; there are {', '.join(STATISTICS)}")

    def of(self, data: Any) -> Test:
        """Test a panel; see the class for what is raised."""
        cube = cube_of_values(self.value, self.unit, self.time, data)
        rows = [_rows(cube, period, place) for period, place in ((self.first, 0), (self.last, -1))]
        both = (rows[0] >= 0) & (rows[1] >= 0)
        if both.sum() < LEAST:
            raise IdentificationError(f"{both.sum()} {self.unit} have both periods; the test needs {LEAST} or more")
        pair = np.array([one[both] for one in rows])
        y = cube.y[pair]
        wrong = pair[y <= 0]
        if wrong.size:
            raise DataError(
                f"{self.value!r} is {shown(cube.y[wrong[0]])} in row {cube.sample.labels[wrong[0]]!r}: a logarithm "
                "needs values above zero"
            )
        deviations = np.log(y).std(axis=1, ddof=1)
        correlation = float(np.corrcoef(np.log(y))[0, 1]) if deviations.all() else 1.0
        if abs(correlation) > 1 - DEPENDENT:
            raise IdentificationError(
                "the logarithms of one period are all equal, or a line in those of the other; their deviations "
                "cannot be compared by a test"
            )
        statistic, df, p_value = STATISTICS[self.statistic](*np.log(y))
        left = int((~both).sum())
        return Test(
            title="the standard deviation of logarithms is the same in both periods",
            statistic=statistic,
            df=df,
            p_value=p_value,
            method=f"{self.statistic} of Carree and Klomp, {int(both.sum())} units",
            details={"first deviation": float(deviations[0]), "last deviation": float(deviations[1])},
            remarks=(f"{left} {self.unit} lack a period and are left out",) if left else (),
        )


def _rows(cube: Cube, period: Any, place: int) -> Codes:
    """(N,) rows of the units in a period; -1 where there is none."""
    if period is None:
        return np.asarray(cube.cells[place])
    found = np.flatnonzero(cube.time_labels == period) if np.ndim(period) == 0 else np.empty(0)
    if not found.size:
        raise OptionError(f"no {cube.times.name} {period!r} in the table")
    return np.asarray(cube.cells[found[0]])


Outcome = tuple[float, tuple[float, ...], float]


def _ratio(first: Vector, last: Vector) -> Outcome:
    from scipy.special import fdtr, fdtrc  # noqa: PLC0415 - keeps the import of the package light

    F, df = float(first.var(ddof=1) / last.var(ddof=1)), first.size - 2.0
    return F, (df, df), float(2 * min(fdtr(df, df, F), fdtrc(df, df, F)))


def _likelihood_ratio(first: Vector, last: Vector) -> Outcome:
    from scipy.special import chdtrc  # noqa: PLC0415 - keeps the import of the package light

    s1, sT, c = first.var(ddof=1), last.var(ddof=1), np.cov(first, last)[0, 1]
    T2 = float((first.size - 2.5) * np.log1p((s1 - sT) ** 2 / (4 * (s1 * sT - c**2))))
    return T2, (1.0,), float(chdtrc(1, T2))


def _delta(first: Vector, last: Vector) -> Outcome:
    from scipy.special import ndtr  # noqa: PLC0415 - keeps the import of the package light

    slope = np.cov(first, last)[0, 1] / first.var(ddof=1)
    if abs(slope) >= 1:
        raise IdentificationError(
            f"T3 needs a slope of the last on the first logarithms between -1 and 1, and it is {slope:.4g}; use T2"
        )
    ratio = first.var(ddof=1) / last.var(ddof=1)
    T3 = float(np.sqrt(first.size) * (ratio - 1) / (2 * np.sqrt(1 - slope**2)))
    return T3, (), float(2 * ndtr(-abs(T3)))


def _pitman_morgan(first: Vector, last: Vector) -> Outcome:
    from scipy.special import stdtr  # noqa: PLC0415 - keeps the import of the package light

    r = float(np.corrcoef(first + last, first - last)[0, 1])
    df = first.size - 2.0
    t = r * np.sqrt(df / (1 - r**2))
    return float(t), (df,), float(2 * stdtr(df, -abs(t)))


STATISTICS: dict[str, Callable[[Vector, Vector], Outcome]] = {
    "T1": _ratio,
    "T2": _likelihood_ratio,
    "T3": _delta,
    "exact": _pitman_morgan,
}
