"""Whether units differ less and less."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from econ.convergence.cube import Cube, cube_of_shares, cube_of_values
from econ.convergence.dispersion import Dispersion
from econ.convergence.dispersions.log_deviation import LogDeviation
from econ.convergence.period_fit import period_fit
from econ.errors import DataError, IdentificationError, OptionError
from econ.estimators.ols import OLS
from econ.formula import quoted
from econ.inference.clustered import Clustered
from econ.panels import require_columns, require_free, require_level, shown
from econ.types import Fit

__all__ = ["SigmaConvergence"]

LEAST = 3  # periods that a trend needs
PAIR = 2  # units
OWN = ("units", "dispersion", "se", "low", "high")  # columns of the table


@dataclass(frozen=True)
class SigmaConvergence:
    r"""The dispersion of units by period, and its trend.

    `fit` regresses the dispersion :math:`\sigma_t` on time: a falling one is σ-convergence. Its rows are periods, so
    that `NeweyWest(time)` allows for their dependence. `by_period` gives the dispersions themselves as a fit whose rows
    are those of the panel: under `Clustered(unit)` their errors, and those of any difference between periods by
    `combine`, allow for the dependence of a unit's periods.

    Parameters
    ----------
    values
        The column of a value; for compositions a tuple of columns, one a part, whose shares sum to one.
    unit, time
        Columns of units and periods.
    dispersion
        How differences are measured: `LogDeviation()`, `Variation()`, or for compositions `TotalVariance()`.

    Returns
    -------
    Fit
        From `fit(data)`: terms `Intercept` and the column of time, on T rows. Periods count by their values if these
        are numbers, else by their places. `statistics["rows_dropped"]` counts rows of the table with missing values.

    Raises
    ------
    OptionError, DataError, IdentificationError
        With the column, row or period: a value that the dispersion cannot take, fewer than two units in a period (three
        where errors are asked for), units that are all equal in one, fewer than three periods.

    References
    ----------
    Barro and Sala-i-Martin (1992), Journal of Political Economy 100(2); Quah (1993), Scandinavian Journal of Economics
    95(4), on why β-convergence does not imply it.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import Clustered, NeweyWest
    >>> from econ.convergence import SigmaConvergence
    >>> data = pd.DataFrame({"country": list("abc") * 4, "year": sorted([2000, 2001, 2002, 2003] * 3),
    ...                      "income": [1.0, 2, 4, 1.2, 2.1, 4, 1.5, 2.3, 4, 1.9, 2.4, 4.1]})
    >>> sigma = SigmaConvergence("income", unit="country", time="year")
    >>> round(sigma.fit(data).inference(NeweyWest("year", lags=1)).row("year")["estimate"], 4)
    np.float64(-0.1007)
    >>> sigma.by_period(data).params.round(3).tolist()
    [0.693, 0.602, 0.492, 0.394]
    """

    values: str | tuple[str, ...]
    unit: str = field(kw_only=True)
    time: str = field(kw_only=True)
    dispersion: Dispersion = field(default=LogDeviation(), kw_only=True)

    def __post_init__(self) -> None:
        if not callable(getattr(self.dispersion, "of", None)) or isinstance(self.dispersion, type):
            raise OptionError(f"{self.dispersion!r} is no dispersion; give a value such as LogDeviation()")
        require_columns("SigmaConvergence", self.unit, self.time)
        require_free(self.time, OWN)
        if isinstance(self.dispersion, LogDeviation):
            require_level("LogDeviation()", self.values)
        many = isinstance(self.values, tuple)
        if many != self.dispersion.compositional:
            needed = "a tuple of columns, one a part" if self.dispersion.compositional else "one column"
            raise OptionError(f"{self.dispersion!r} measures {needed}, not {self.values!r}")

    @property
    def formula(self) -> str:
        """The model in words."""
        of = " + ".join(self.values) if isinstance(self.values, tuple) else self.values
        return f"{self.dispersion.label} of {of} by {self.time}"

    def fit(self, data: Any) -> Fit:
        """The trend of the dispersion; see the class for what is raised."""
        cube = self._cube(data, 2)
        if cube.times.count < LEAST:
            raise IdentificationError(f"{self.time} has {cube.times.count} values; a trend needs {LEAST} or more")
        numbers = _dispersions(cube, self.dispersion)[0]
        table = pd.DataFrame({self.time: cube.clock, "dispersion": numbers})
        fit = OLS(f"dispersion ~ {quoted(self.time)}").fit(table)
        lost = float(sum(cube.sample.dropped.values()))
        return replace(fit, statistics={**fit.statistics, "rows_dropped": lost})

    def by_period(self, data: Any) -> Fit:
        """The dispersion of each period, with the influence of each unit in it."""
        cube = self._cube(data, 3)
        zeros = getattr(self.dispersion, "zeros", None)
        return period_fit(self, cube, *_dispersions(cube, self.dispersion), zeros=zeros)

    def table(self, data: Any, *, level: float = 0.95) -> pd.DataFrame:
        """One row a period: the period, units, dispersion, se, low, high, with errors clustered by unit."""
        cube = self._cube(data, 3)
        fit = self.by_period(data)
        found = fit.inference(Clustered(self.unit), level=level).table
        columns = {
            self.time: cube.time_labels.to_numpy(),
            "units": (cube.cells >= 0).sum(axis=1),
            "dispersion": found["estimate"].to_numpy(),
        }
        return pd.DataFrame(columns | {name: found[name].to_numpy() for name in ("se", "low", "high")})

    def _cube(self, data: Any, least: int) -> Cube:
        if isinstance(self.values, tuple):
            cube = cube_of_shares(self.values, self.unit, self.time, data)
        else:
            cube = cube_of_values(self.values, self.unit, self.time, data)
        cube.require_units("a dispersion" if least == PAIR else "the error of a dispersion", least)
        problem = self.dispersion.problem(cube.values)
        if problem is not None:
            row, why = problem
            raise DataError(f"{self.values!r} is {shown_values(cube, row)} in row {cube.sample.labels[row]!r}: {why}")
        return cube


def shown_values(cube: Cube, row: int) -> str:
    """The values of a row in a message."""
    values = cube.values[row].tolist()
    return shown(values[0]) if len(values) == 1 else str(values)


def _dispersions(cube: Cube, dispersion: Dispersion) -> tuple[np.ndarray, np.ndarray]:
    """(T,) dispersions, and (n,) influences of the rows on that of their period."""
    numbers, influence = np.empty(cube.times.count), np.empty(cube.times.codes.size)
    for period, row in enumerate(cube.cells):
        rows = row[row >= 0]
        numbers[period], influence[rows] = dispersion.of(cube.values[rows])
        if not numbers[period] > 0:
            raise IdentificationError(
                f"all {cube.units.name} are equal in {cube.times.name} {shown(cube.time_labels[period])}, as in the "
                "base period of an index: a dispersion of zero has no error; leave the period out"
            )
    return numbers, influence
