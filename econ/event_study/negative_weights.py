"""Weights of the effects of treated rows in a static two-way fixed effects coefficient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from econ.errors import CollinearError
from econ.event_study.elimination import Elimination
from econ.event_study.panel import EventPanel, event_panel
from econ.event_study.twfe import TWFE
from econ.groups import Vector
from econ.solve import weighted

__all__ = ["TreatmentWeights", "treatment_weights"]

FLAT = 1e-10
ZERO = 1e-12  # of the largest weight


@dataclass(frozen=True, eq=False, repr=False)
class TreatmentWeights:
    """How a static coefficient weighs the effects of treated rows.

    Attributes
    ----------
    estimate
        The coefficient of treatment with unit and time effects.
    weights
        (m,) weights of the treated rows, in the order of the table; they sum to one.
    table
        One row a cohort and period: cohort, period, rows, weight (the sum of theirs).
    heterogeneity
        The smallest standard deviation of effects across treated rows at which the average effect could be zero;
        infinite where all weights are equal.
    opposite
        The smallest at which all effects could have the sign opposite to the coefficient; infinite where no weight is
        negative.
    """

    estimate: float
    weights: Vector
    table: pd.DataFrame
    heterogeneity: float
    opposite: float

    @property
    def negative(self) -> int:
        """Treated rows with a negative weight."""
        return int((self.weights < -ZERO * np.abs(self.weights).max()).sum())

    @property
    def negative_sum(self) -> float:
        """The sum of the negative weights."""
        return float(self.weights[self.weights < 0].sum())

    def __repr__(self) -> str:
        """The numbers that decide whether the coefficient can be read as an average effect."""
        return "\n".join(
            [
                f"static two-way fixed effects: {self.estimate:.4g}",
                f"{self.negative} of {self.weights.size} treated rows have negative weights, which sum to "
                f"{self.negative_sum:.4g}",
                f"the average effect could be zero if effects have a standard deviation of {self.heterogeneity:.4g}",
                f"all effects could have the opposite sign if it is {self.opposite:.4g}",
            ]
        )


def treatment_weights(
    data: Any,
    *,
    outcome: str,
    unit: str | None,
    time: str,
    cohort: str,
    controls: str | None = None,
    weights: str | None = None,
) -> TreatmentWeights:
    """Weights of the effects of treated rows in the coefficient of a treatment with unit and time effects.

    Parameters
    ----------
    data
        A table of pandas, polars or Arrow.
    outcome, unit, time, cohort, controls, weights
        As for the estimators of this package; units may be treated from the first period on.

    Raises
    ------
    DataError, IdentificationError
        If a unit, period or cohort is wrong, or treatment does not vary beyond unit and time effects.

    References
    ----------
    de Chaisemartin and D'Haultfoeuille (2020), American Economic Review 110(9), theorem 1 and corollary 1.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ.event_study import treatment_weights
    >>> data = pd.DataFrame({"unit": list("aaabbb"), "year": [1, 2, 3] * 2, "y": [1.0, 3, 4, 2, 2, 5],
    ...                      "first": [2.0] * 3 + [3.0] * 3})
    >>> treatment_weights(data, outcome="y", unit="unit", time="year", cohort="first").weights.round(3).tolist()
    [1.0, -0.5, 0.5]
    """
    spec = TWFE(outcome=outcome, unit=unit, time=time, cohort=cohort, controls=controls, weights=weights)
    panel = event_panel(spec, data, always=True)
    treated = panel.event_time >= 0
    left = _left(panel, treated.astype(np.float64))
    counted = weighted(panel.w, left)
    rows = np.flatnonzero(treated)
    own = counted[rows] / counted[rows].sum()
    estimate = float(counted @ panel.y / (counted @ treated))
    mass = np.ones(rows.size) if panel.w is None else panel.w[rows]
    return TreatmentWeights(estimate, own, _by_cell(panel, rows, own), *_robustness(estimate, own, mass / mass.sum()))


def _left(panel: EventPanel, treated: Vector) -> Vector:
    """(n,) what units, periods and controls do not explain of treatment.

    Raises
    ------
    CollinearError
        If that is nothing.
    """
    zeros = np.zeros(panel.nobs, dtype=np.intp)
    elimination = Elimination(panel.units, zeros, panel.time, (1, panel.clock.count), panel.w)
    residual, _ = elimination.residualize(np.column_stack([treated, panel.X]))
    D, X = residual[:, 0], residual[:, 1:]
    if X.shape[1]:
        D = D - X @ np.linalg.lstsq(X.T @ weighted(panel.w, X), X.T @ weighted(panel.w, D))[0]
    if np.abs(D).max() <= FLAT:
        raise CollinearError("treatment does not vary once unit and time effects are taken out: all start at one time")
    return D


def _by_cell(panel: EventPanel, rows: np.ndarray, own: Vector) -> pd.DataFrame:
    cells = pd.DataFrame({"cohort": panel.cohort[rows], "period": panel.time[rows], "weight": own})
    table = cells.groupby(["cohort", "period"])["weight"].agg(rows="size", weight="sum").reset_index()
    table["cohort"] = [panel.label(one) if one > 0 else "always" for one in table["cohort"]]
    table["period"] = [panel.label(one) for one in table["period"]]
    return table


def _robustness(estimate: float, own: Vector, shares: Vector) -> tuple[float, float]:
    """Standard deviations of effects at which the average could be zero, and all could have the opposite sign."""
    ratio = own / shares  # weights relative to those of an average
    spread = float(np.sqrt(shares @ (ratio - 1) ** 2))
    heterogeneity = abs(estimate) / spread if spread > FLAT else float("inf")
    if (ratio >= -FLAT).all():
        return heterogeneity, float("inf")
    order = np.argsort(-ratio)
    r, p = ratio[order], shares[order]
    signed = np.cumsum((p * r)[::-1])[::-1]
    squares = np.cumsum((p * r**2)[::-1])[::-1]
    rest = np.append(0.0, np.cumsum(p)[:-1])  # 1 - P, without rounding
    s = int(np.flatnonzero(rest * r < -signed)[0])
    return heterogeneity, float(abs(estimate) / np.sqrt(squares[s] + signed[s] ** 2 / rest[s]))
