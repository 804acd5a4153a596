"""The log t test of Phillips and Sul."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import pandas as pd

from econ.convergence.cube import Cube, cube_of_values
from econ.convergence.log_t_errors import FQSB, LogTErrors
from econ.convergence.transitions import Transitions
from econ.errors import DataError, IdentificationError, OptionError
from econ.estimates import require_share
from econ.estimators.ols import OLS
from econ.groups import Matrix
from econ.outcomes import Test
from econ.panels import require_columns, shown
from econ.types import Fit

__all__ = ["LogT", "Trend"]


class Trend(Protocol):
    """A frozen choice of what is taken as the long-run path of each series."""

    def of(self, values: Matrix) -> Matrix:
        """(S, N) trends of (T, N) values, for the last S periods."""
        ...


@dataclass(frozen=True)
class LogT:
    r"""Whether units approach a common path in the long run, from how the differences between them decline.

    With the relative transition paths :math:`h_{it} = X_{it} / \bar X_t` and :math:`H_t = \sum_i (h_{it} - 1)^2 / N`,

    .. math:: \log(H_1 / H_t) - 2 \log\log t = a + b \log t + u_t, \quad t = [rT] + 1, \dots, T.

    Convergence of the levels has :math:`b \ge 2`, of growth rates :math:`b \ge 0`; t below -1.65 rejects both.

    Parameters
    ----------
    value
        A column or a term such as `np.log(income)`, whose mean over the units is above zero in every period. Where some
        values are not, paths relative to a mean depend much on the unit of measurement.
    unit, time
        Columns of units and periods; the panel is balanced.
    trim
        r, the share of the first periods that are left out.
    trend
        What is taken out of cycles first: `HodrickPrescott(400)` as usual, or `Hamilton(...)`; None for nothing.
    errors
        `FQSB()` as in Phillips and Sul's program, or `AQSB()`.

    Returns
    -------
    Fit
        From `fit(data)`: terms `Intercept` and `log_t`, a row a period. `test(data)` is the one-sided test.

    Raises
    ------
    OptionError, DataError, IdentificationError
        With the column, row, unit or period: a mean of zero or less, an unbalanced panel, units that are the same,
        fewer than five periods after the trim.

    Notes
    -----
    The number of periods left out, [rT], is rounded to the nearest integer. Periods count from one.

    References
    ----------
    Phillips and Sul (2007), Econometrica 75(6); Phillips and Sul (2009), Journal of Applied Econometrics 24(7).

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from econ.convergence import LogT
    >>> year, unit = np.meshgrid(range(1, 41), range(6))
    >>> data = pd.DataFrame({"unit": unit.ravel(), "year": year.ravel()})
    >>> data["y"] = 5 + 0.1 * data["year"] + (data["unit"] - 2.5) / data["year"]  # differences vanish
    >>> LogT("y", unit="unit", time="year").test(data).details["b"] > 2
    True
    """

    value: str
    unit: str = field(kw_only=True)
    time: str = field(kw_only=True)
    trim: float = field(default=1 / 3, kw_only=True)
    trend: Trend | None = field(default=None, kw_only=True)
    errors: LogTErrors = field(default=FQSB(), kw_only=True)

    def __post_init__(self) -> None:
        require_columns("LogT", self.value, self.unit, self.time)
        require_share("trim", self.trim)
        if self.trend is not None and (not callable(getattr(self.trend, "of", None)) or isinstance(self.trend, type)):
            raise OptionError(f"trend={self.trend!r}: give HodrickPrescott(400), Hamilton() or None")
        if not callable(getattr(self.errors, "variances", None)) or isinstance(self.errors, type):
            raise OptionError(f"errors={self.errors!r}: give FQSB() or AQSB()")

    @property
    def formula(self) -> str:
        """The regression."""
        return "transition ~ log_t"

    def fit(self, data: Any) -> Fit:
        """The regression of all units; see the class for what is raised."""
        return self._regress(self.transitions(data))

    def _regress(self, transitions: Transitions) -> Fit:
        y = transitions.responses(transitions.dispersions(np.arange(transitions.N)[None]))[0]
        periods = transitions.periods[transitions.first :]
        return OLS(self.formula).fit(pd.DataFrame({self.time: periods, "log_t": transitions.x, "transition": y}))

    def test(self, data: Any) -> Test:
        """The test that units converge, against that they do not; the statistic is that of b."""
        transitions = self.transitions(data)
        row = self._regress(transitions).inference(self.errors).row("log_t")
        return Test(
            title="units converge",
            statistic=float(row["statistic"]),
            df=(),
            p_value=float(row["p_value"] / 2 if row["statistic"] < 0 else 1 - row["p_value"] / 2),
            method=f"one-sided log t test, {self.errors!r}",
            details={"b": float(row["estimate"]), "se": float(row["se"]), "speed b / 2": float(row["estimate"]) / 2},
            remarks=transitions.remarks,
        )

    def transitions(self, data: Any) -> Transitions:
        """Values by period and unit, in the long run."""
        cube = cube_of_values(self.value, self.unit, self.time, data)
        cube.require_units("a log t test")
        values = cube.balanced("a log t test")
        paths = values if self.trend is None else self.trend.of(values)
        periods = cube.time_labels[len(values) - len(paths) :]
        _require_positive(cube, paths, periods, self.value)
        return Transitions(paths, cube.unit_labels, periods, self.trim, self.errors, cube.remarks)


def _require_positive(cube: Cube, paths: Matrix, periods: pd.Index, value: str) -> None:
    means = paths.mean(axis=1)
    wrong = np.flatnonzero(means <= 0)
    if wrong.size:
        raise DataError(
            f"the mean of {value!r} is {means[wrong[0]]:.4g} in {cube.times.name} {shown(periods[wrong[0]])}: paths "
            "relative to a mean need one above zero; measure in smaller units, so that logarithms are positive"
        )
    spread = np.ptp(paths, axis=1)
    equal = np.flatnonzero(spread <= 1e-14 * np.abs(paths).max())
    if equal.size:
        raise IdentificationError(
            f"all {cube.units.name} are equal in {cube.times.name} {shown(periods[equal[0]])}, as in the base period "
            "of an index, and the logarithm of their dispersion does not exist; leave the period out"
        )
    same = [j for j in range(1, paths.shape[1]) if (paths[:, :j] == paths[:, j : j + 1]).all(axis=0).any()]
    if same:
        raise IdentificationError(
            f"{cube.units.name} {shown(cube.unit_labels[same[0]])} has the same path as another one, and the logarithm "
            "of their difference does not exist; leave one out"
        )
