"""Whether gaps between units are stationary."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from econ.convergence.cube import Cube, cube_of_values
from econ.convergence.panel_unit_root import PanelTest
from econ.convergence.targets import Average, Pairs, Target
from econ.convergence.unit_root import CONSTANT, UNIT_ROOT, SeriesTest
from econ.convergence.unit_roots.adf import ADF
from econ.errors import DataError, EconError, IdentificationError, OptionError
from econ.estimates import require_share
from econ.groups import Matrix
from econ.outcomes import Test
from econ.panels import require_columns, require_level, shown

__all__ = ["StochasticConvergence"]


@dataclass(frozen=True)
class StochasticConvergence:
    """Tests of unit roots, or of stationarity, in the gaps between units' logarithms.

    Units converge stochastically if shocks to the gap die out. With a `constant` the gap is stationary around a level
    (units may stay apart by a constant share); with a `trend` around a line, which is catching up and not convergence
    yet; without terms the gap has mean zero.

    Parameters
    ----------
    value
        The level, a column above zero; gaps are those of its logarithms.
    unit, time
        Columns of units and periods; the panel is balanced.
    to
        `Leader(unit)`, `Average()` (of the logarithms of all units) or `Pairs()`, Pesaran's approach; None for the
        logarithms themselves, from which `CIPS()` takes what is common.
    test
        Of each gap: `ADF()`, `KPSS()`, `DFGLS()`, `PhillipsPerron()`, `ZivotAndrews()` or `LeeStrazicich()`.
    logs
        Whether gaps are those of logarithms, or of the values.

    Raises
    ------
    OptionError, DataError, IdentificationError
        With the column, row, unit or period that is wrong.

    References
    ----------
    Carlino and Mills (1993), Journal of Monetary Economics 32(2); Pesaran (2007), Journal of Econometrics 138(1), on
    pairs; Evans and Karras (1996), Journal of Monetary Economics 37(2), on panels.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from econ.convergence import ADF, Pairs, StochasticConvergence
    >>> rng = np.random.default_rng(0)
    >>> common = np.cumsum(rng.normal(size=60))
    >>> data = pd.DataFrame({"unit": np.repeat(list("abc"), 60), "year": np.tile(range(60), 3)})
    >>> data["y"] = np.exp(np.tile(common, 3) / 10 + rng.normal(size=180) / 10)
    >>> spec = StochasticConvergence("y", unit="unit", time="year", to=Pairs(), test=ADF(lags=0))
    >>> spec.share(data).statistic
    1.0
    """

    value: str
    unit: str = field(kw_only=True)
    time: str = field(kw_only=True)
    to: Target | None = field(default=Average(), kw_only=True)
    test: SeriesTest = field(default=ADF(), kw_only=True)
    logs: bool = field(default=True, kw_only=True)

    def __post_init__(self) -> None:
        require_columns("StochasticConvergence", self.value, self.unit, self.time)
        if self.logs:
            require_level("StochasticConvergence", self.value)
        if self.to is not None and not isinstance(self.to, Target):
            raise OptionError(f"to={self.to!r}: give Leader(unit), Average(), Pairs() or None")
        if not callable(getattr(self.test, "of", None)) or isinstance(self.test, type):
            raise OptionError(f"test={self.test!r}: give a value such as ADF() or KPSS()")

    def gaps(self, data: Any) -> pd.DataFrame:
        """(T, m) gaps, a column a unit, or a pair with `Pairs()`."""
        return self._gaps(cube_of_values(self.value, self.unit, self.time, data))

    def _gaps(self, cube: Cube) -> pd.DataFrame:
        cube.require_units("a gap")
        Y = self._levels(cube)
        names = cube.unit_labels
        if self.to is None:
            return pd.DataFrame(Y, index=cube.time_labels, columns=names)
        if isinstance(self.to, Pairs):
            pairs = list(combinations(range(len(names)), 2))
            columns = pd.MultiIndex.from_tuples([(names[i], names[j]) for i, j in pairs], names=["unit", "other"])
            first, second = np.array(pairs).T
            return _moving(pd.DataFrame(Y[:, first] - Y[:, second], index=cube.time_labels, columns=columns), Y)
        if isinstance(self.to, Average):
            cube.require_units("a gap to the average", 3)
            return _moving(pd.DataFrame(Y - Y.mean(axis=1, keepdims=True), index=cube.time_labels, columns=names), Y)
        leader = int(cube.units.codes[cube.rows_of(self.to.unit)[0]])
        gaps = pd.DataFrame(Y - Y[:, [leader]], index=cube.time_labels, columns=names)
        return _moving(gaps.drop(columns=gaps.columns[leader]), Y)

    def table(self, data: Any, *, level: float = 0.95) -> pd.DataFrame:
        """One row a gap: its unit (and `other`), statistic, p_value, rejected, converges.

        A gap converges if a unit root is rejected, or stationarity is not.
        """
        require_share("level", level)
        gaps = self.gaps(data)
        rows = []
        for name in gaps.columns:
            found = self._tested(name, gaps[name])
            names = dict(zip(("unit", "other"), name, strict=True)) if isinstance(name, tuple) else {"unit": name}
            rejected = found.p_value < 1 - level
            outcome = {"statistic": found.statistic, "p_value": found.p_value, "rejected": rejected}
            rows.append({**names, **outcome, "converges": rejected == (self.test.null == UNIT_ROOT)})
        return pd.DataFrame(rows)

    def share(self, data: Any, *, level: float = 0.95) -> Test:
        """Share of gaps whose hypothesis is rejected, against the size of the test.

        Where no two units converge and the test is one of a unit root, the share tends to its size, whatever the
        dependence between units; its p-value is not known, and is the smallest of the gaps' own, times their number
        (Bonferroni): that some gap is rejected.
        """
        table = self.table(data, level=level)
        number, rejected = len(table), int(table["rejected"].sum())
        return Test(
            title=f"{self.test.null} in every gap",
            statistic=rejected / number,
            df=(),
            p_value=float(min(table["p_value"].min() * number, 1.0)),
            method=f"share of {number} gaps with a p-value below {1 - level:.2g}, {self.test!r}; p-value by Bonferroni",
            details={"rejected": float(rejected), "gaps": float(number), "expected if all are true": 1 - level},
        )

    def panel_test(self, data: Any, test: PanelTest) -> Test:
        """A test of all gaps together, such as `IPS()`, or of the levels with `to=None` and `CIPS()`.

        Raises
        ------
        OptionError
            With `Pairs()`, whose gaps are combinations of each other.
        """
        if isinstance(self.to, Pairs):
            raise OptionError("gaps of all pairs are combinations of each other; use to=Average() or to=Leader(unit)")
        if not callable(getattr(test, "of", None)) or isinstance(test, type):
            raise OptionError(f"{test!r} is no panel test; give a value such as IPS()")
        cube = cube_of_values(self.value, self.unit, self.time, data)
        found = test.of(self._gaps(cube))
        return replace(found, remarks=(*found.remarks, *cube.remarks))

    def _levels(self, cube: Cube) -> Matrix:
        Y = cube.balanced("a test of gaps")
        if not self.logs:
            return Y
        wrong = np.argwhere(Y <= 0)
        if wrong.size:
            period, unit = wrong[0]
            raise DataError(
                f"{self.value!r} of {self.unit} {shown(cube.unit_labels[unit])} is {Y[period, unit]:g} in {self.time} "
                f"{shown(cube.time_labels[period])}: a logarithm needs values above zero; logs=False takes them as is"
            )
        return np.asarray(np.log(Y))

    def _tested(self, name: Any, gap: pd.Series) -> Test:
        try:
            return self.test.of(gap)
        except EconError as error:
            raise type(error)(f"the gap of {name!r}: {error}") from error


def _moving(gaps: pd.DataFrame, levels: Matrix) -> pd.DataFrame:
    """The gaps, none of which is constant but for rounding.

    Raises
    ------
    IdentificationError
        With the units.
    """
    still = np.flatnonzero(np.ptp(gaps.to_numpy(), axis=0) <= CONSTANT * np.abs(levels).max())
    if still.size:
        raise IdentificationError(
            f"the gap of {gaps.columns[still[0]]!r} never changes: these have converged, and no test can say more; "
            "leave one out"
        )
    return gaps
