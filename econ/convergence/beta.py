"""Whether units that start lower grow faster."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from econ.convergence.cube import cube_of_values
from econ.convergence.persistence import INITIAL, Correction, DynamicFit, require_correction, require_effects
from econ.convergence.spells import require_span, spells_of
from econ.design import build_on
from econ.errors import DataError
from econ.estimators.ols import OLS
from econ.panels import require_columns, require_level, shown
from econ.types import Fit

__all__ = ["BetaConvergence", "with_speed"]


@dataclass(frozen=True)
class BetaConvergence:
    r"""Growth regressed on the logarithm of its starting level, with the speed of convergence and the half-life.

    :math:`\tfrac1s (\log y_{i,t+s} - \log y_{it}) = a + \beta \log y_{it} + \gamma' x_{it} + e`. The speed is
    :math:`\lambda = -\log(1 + s \beta) / s` per period, the half-life :math:`\log 2 / \lambda`, by the delta method.

    Parameters
    ----------
    value
        The level, a column above zero; its logarithm is taken here.
    unit, time
        Columns of units and periods.
    span
        s, the periods of a spell; spells follow each other from the first period on. None: one spell from the first to
        the last period, a cross-section.
    controls
        Regressors at the start of a spell, such as `np.log(saving) + schooling`: conditional convergence.
    effects
        Absorbed effects, such as `("unit", "year")` by their columns.
    correction
        Of the bias that unit effects bring in short panels: `Nickell()`, `HahnKuersteiner()` or
        `HalfPanelJackknife()`; None for none.

    Returns
    -------
    Fit
        From `fit(data)`: terms `beta`, `speed`, `half_life` (below zero where units diverge), then the constant and
        controls; a row a unit and spell, with the caller's columns at its start. `regression(data)` is the
        regression itself, with the term `initial`.

    Raises
    ------
    OptionError, DataError, IdentificationError, ConvergenceError
        With the column, row or unit.

    Notes
    -----
    Rows that start no spell are left out and counted in `fit.sample.dropped`. Dates count in years, months or days. If
    :math:`1 + s \beta` is not above zero, no speed is defined and `beta` stands without it.

    References
    ----------
    Barro and Sala-i-Martin (1992), Journal of Political Economy 100(2), eq. 11; Islam (1995), Quarterly Journal of
    Economics 110(4), for panels.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import White
    >>> from econ.convergence import BetaConvergence
    >>> data = pd.DataFrame({"country": list("abcd") * 2, "year": [1960] * 4 + [2000] * 4,
    ...                      "income": [1.0, 2, 4, 8, 6, 8, 15, 20]})
    >>> fit = BetaConvergence("income", unit="country", time="year").fit(data)
    >>> fit.inference(White("HC1")).table[["term", "estimate"]].round(4).head(3).to_dict("list")
    {'term': ['beta', 'speed', 'half_life'], 'estimate': [-0.0097, 0.0123, 56.424]}
    """

    value: str
    unit: str = field(kw_only=True)
    time: str = field(kw_only=True)
    span: float | None = field(default=None, kw_only=True)
    controls: str | None = field(default=None, kw_only=True)
    effects: tuple[str, ...] = field(default=(), kw_only=True)
    correction: Correction | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        require_columns("BetaConvergence", self.value, self.unit, self.time)
        require_level("BetaConvergence", self.value)
        require_span(self.span)
        require_effects(self.effects)
        require_correction(self.correction, self.unit, self.effects)

    @property
    def formula(self) -> str:
        """The regression of growth."""
        right = INITIAL + (f" + {self.controls}" if self.controls else "")
        return f"growth ~ {right}" + (f" | {' + '.join(self.effects)}" if self.effects else "")

    def fit(self, data: Any) -> Fit:
        """Estimate on a table; see the class for what is raised."""
        fit, length = self._regression(data)
        return replace(with_speed(fit, length), spec=self)

    def regression(self, data: Any) -> Fit:
        """The regression of growth on the starting level and the controls, with its bias removed."""
        return self._regression(data)[0]

    def _regression(self, data: Any) -> tuple[Fit, float]:
        cube = cube_of_values(self.value, self.unit, self.time, data)
        wrong = np.flatnonzero(cube.y <= 0)
        if wrong.size:
            raise DataError(
                f"{self.value!r} is {shown(cube.y[wrong[0]])} in row {cube.sample.labels[wrong[0]]!r}: a logarithm "
                "needs values above zero"
            )
        spells, logs = spells_of(cube, self.span), np.log(cube.y)
        growth = (logs[spells.ends] - logs[spells.starts]) / spells.length
        sample = spells.sample({"growth": growth, INITIAL: logs[spells.starts]})
        fit = OLS(self.formula).estimate(build_on(self.formula, sample))
        if self.correction is not None:
            fit = self.correction.of(DynamicFit(fit, spells.length, self.unit, spells.numbers(fit.sample)))
        return fit, spells.length


def with_speed(fit: Fit, length: float) -> Fit:
    """The fit of `beta`, `speed`, `half_life` and the terms beside the starting level, by the delta method.

    Where more than the whole gap closes in a spell, no speed is defined: `beta` stands alone, with a caveat.
    """
    place, k = fit.position(INITIAL), len(fit.names)
    left = 1 + length * float(fit.params[place])
    others = [j for j in range(k) if j != place]
    rest = tuple(fit.names[j] for j in others)
    if not left > 0 or left == 1:
        found = fit.combine(np.eye(k)[[place, *others]], ("beta", *rest))
        said = f"no speed makes {left:.3g} of a gap be left from one spell to the next, and none is given"
        return replace(found, caveats=(*found.caveats, said))
    speed = -np.log(left) / length
    half_life = np.log(2) / speed
    J = np.zeros((3 + len(others), k))
    J[:3, place] = [1, -1 / left, half_life / speed / left]
    J[np.arange(3, len(J)), others] = 1
    params = np.concatenate([[fit.params[place], speed, half_life], fit.params[others]])
    names = ("beta", "speed", "half_life", *rest)
    return replace(fit.combine(J, names), params=params)
