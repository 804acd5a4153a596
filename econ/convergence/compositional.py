"""Whether compositions converge, in isometric log-ratio coordinates."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from econ.convergence.beta import with_speed
from econ.convergence.cube import Cube, cube_of_shares
from econ.convergence.dispersions.total_variance import TotalVariance
from econ.convergence.log_ratios import composition_of, contrasts, coordinates
from econ.convergence.persistence import INITIAL, Correction, DynamicFit, require_correction, require_effects
from econ.convergence.sigma import SigmaConvergence
from econ.convergence.spells import require_span, spells_of
from econ.convergence.zeros import Multiplicative, replacements, require_rule, without_zeros
from econ.design import build_on
from econ.errors import OptionError
from econ.estimators.ols import OLS
from econ.panels import require_columns
from econ.types import Fit

__all__ = ["CompositionalConvergence"]

COORDINATE = "coordinate"
PAIR = 2  # parts, with one coordinate


@dataclass(frozen=True)
class CompositionalConvergence:
    r"""β-convergence of compositions: their growth in log-ratio coordinates on where they started.

    With the isometric log-ratio coordinates z of the shares, :math:`(z_{i,t+s} - z_{it}) / s = a + \beta z_{it} + e`,
    stacked over the D - 1 coordinates with a constant for each and one β. This β does not depend on which orthonormal
    coordinates are taken, nor on the order of the parts: squared errors are Aitchison distances. Without absorbed
    effects, the composition at which the expected change is zero, :math:`z^* = -a / \beta`, is reported as shares.

    Parameters
    ----------
    parts
        Columns of the D parts, whose shares sum to one in each row.
    unit, time
        Columns of units and periods.
    span
        Periods of a spell; None for one from the first to the last period.
    effects
        Absorbed effects: those of the unit, of the time, or both, for each coordinate.
    correction
        Of the bias that unit effects bring in short panels, as in `BetaConvergence`.
    zeros
        What stands in for a share of zero, such as `Multiplicative(0.001)`; None to stop at one.

    Returns
    -------
    Fit
        From `fit(data)`: terms `beta`, `speed`, `half_life`, and without effects `steady[part]` for each part, by the
        delta method. A row a unit, spell and coordinate: cluster by the unit, whose coordinates depend on each other.
        `sigma` is the specification of the dispersion: Aitchison's total variance by period and its trend.

    Raises
    ------
    OptionError, DataError, IdentificationError
        With the column, row or unit that is wrong.

    References
    ----------
    Egozcue, Pawlowsky-Glahn, Mateu-Figueras and Barceló-Vidal (2003), Mathematical Geology 35(3), on the coordinates;
    Barro and Sala-i-Martin (1992), Journal of Political Economy 100(2), on β and σ.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ.convergence import CompositionalConvergence
    >>> data = pd.DataFrame({"country": list("abcd") * 2, "year": [1990] * 4 + [2020] * 4,
    ...                      "deposits": [0.2, 0.3, 0.5, 0.6, 0.3, 0.35, 0.45, 0.5]})
    >>> data["securities"] = 1 - data["deposits"]
    >>> fit = CompositionalConvergence(("deposits", "securities"), unit="country", time="year").fit(data)
    >>> dict(zip(fit.names, fit.params.round(3).tolist()))
    {'beta': -0.017, 'speed': 0.025, 'half_life': 28.019, 'steady[deposits]': 0.406, 'steady[securities]': 0.594}
    """

    parts: tuple[str, ...]
    unit: str = field(kw_only=True)
    time: str = field(kw_only=True)
    span: float | None = field(default=None, kw_only=True)
    effects: tuple[str, ...] = field(default=(), kw_only=True)
    correction: Correction | None = field(default=None, kw_only=True)
    zeros: Multiplicative | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        require_columns("CompositionalConvergence", self.unit, self.time)
        require_span(self.span)
        require_effects(self.effects)
        require_rule(self.zeros)
        wrong = [name for name in self.effects if name not in (self.unit, self.time)]
        if wrong:
            raise OptionError(f"effects={self.effects!r}: {wrong[0]!r} is neither the unit nor the time")
        require_correction(self.correction, self.unit, self.effects)

    @property
    def formula(self) -> str:
        """The stacked regression."""
        if self.effects:
            return f"growth ~ {INITIAL} | " + " + ".join(f"{name}^{COORDINATE}" for name in self.effects)
        constants = f"0 + {INITIAL} + C({COORDINATE})" if len(self.parts) > PAIR else INITIAL
        return f"growth ~ {constants}"

    @property
    def sigma(self) -> SigmaConvergence:
        """Dispersion of the same compositions by period."""
        return SigmaConvergence(
            tuple(self.parts), unit=self.unit, time=self.time, dispersion=TotalVariance(zeros=self.zeros)
        )

    def fit(self, data: Any) -> Fit:
        """Estimate on a table; see the class for what is raised."""
        fit, length = self._regression(data)
        found = with_speed(fit, length)
        return replace(found if self.effects else self._with_shares(fit, length), spec=self)

    def regression(self, data: Any) -> Fit:
        """The stacked regression itself, with its bias removed."""
        return self._regression(data)[0]

    def _regression(self, data: Any) -> tuple[Fit, float]:
        cube = cube_of_shares(self.parts, self.unit, self.time, data)
        spells = spells_of(cube, self.span)
        z = coordinates(without_zeros(cube.values, self.zeros, cube.sample.labels))
        D = z.shape[1]
        growth, initial = (z[spells.ends] - z[spells.starts]) / spells.length, z[spells.starts]
        which = np.tile(np.arange(1.0, D + 1), (len(initial), 1))
        sample = spells.sample({"growth": growth, INITIAL: initial, COORDINATE: which}, D)
        fit = OLS(self.formula).estimate(build_on(self.formula, sample))
        if self.correction is not None:
            within = f"{self.unit}^{COORDINATE}"
            fit = self.correction.of(DynamicFit(fit, spells.length, within, spells.numbers(fit.sample, D)))
        statistics = {**fit.statistics, **replacements(cube.values, self.zeros)}
        return replace(fit, statistics=statistics), spells.length

    def _with_shares(self, fit: Fit, length: float) -> Fit:
        """Beta, speed, half-life, and the shares at which nothing is expected to change, by the delta method."""
        found, beta = with_speed(fit, length), float(fit.params[fit.position(INITIAL)])
        if "speed" not in found.names:
            return found
        constants = found.params[3:]
        z = -constants / beta
        shares = composition_of(z)
        slopes = (np.diag(shares) - np.outer(shares, shares)) @ contrasts(shares.size).T  # of the shares by z
        J = np.zeros((3 + shares.size, found.params.size))
        J[:3, :3] = np.eye(3)
        J[3:, 0] = slopes @ (constants / beta**2)
        J[3:, 3:] = -slopes / beta
        names = (*found.names[:3], *(f"steady[{part}]" for part in self.parts))
        apart = ("beta is above zero: compositions move away from the one called steady",) if beta > 0 else ()
        params = np.concatenate([found.params[:3], shares])
        return replace(found.combine(J, names), params=params, caveats=(*found.caveats, *apart))

    def variance_by_part(self, data: Any) -> pd.DataFrame:
        """One row a period and part: the variance of the part's centred log-ratio, and its share of the total."""
        cube = cube_of_shares(self.parts, self.unit, self.time, data)
        cube.require_units("a variance")
        logs = np.log(without_zeros(cube.values, self.zeros, cube.sample.labels))
        return pd.concat([self._parts(cube, logs, period) for period in range(cube.times.count)], ignore_index=True)

    def _parts(self, cube: Cube, logs: np.ndarray, period: int) -> pd.DataFrame:
        rows = cube.cells[period][cube.cells[period] >= 0]
        variances = (logs[rows] - logs[rows].mean(axis=1, keepdims=True)).var(axis=0, ddof=1)
        return pd.DataFrame(
            {
                self.time: cube.time_labels[period],
                "part": list(self.parts),
                "variance": variances,
                "share": variances / variances.sum(),
            }
        )
