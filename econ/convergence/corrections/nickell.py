"""Inversion of Nickell's bias."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.polynomial.polynomial import polyval

from econ.convergence.persistence import DynamicFit
from econ.errors import ConvergenceError, OptionError
from econ.groups import Codes
from econ.types import Fit

__all__ = ["Nickell"]

FARTHEST = 1.5  # persistence beyond which there is no solution
STEP = 1e-5
EXPLOSIVE = "the corrected persistence is above one, where a panel is not stationary and the bias has no such formula"


@dataclass(frozen=True)
class Nickell:
    r"""The persistence whose exact bias with fixed T gives the estimate.

    Within estimates of many units tend to :math:`\rho - \sum_i g(\rho, T_i) / \sum_i d(\rho, T_i)` with
    :math:`g(\rho, T) = \sum_{j=0}^{T-2} (T - 1 - j) \rho^j / T` and d the within sum of squares of a stationary
    autoregression; this is solved for :math:`\rho`. T may be as small as two, and differ between units. For stationary
    panels without controls, with errors free of autocorrelation; effects of periods may be there. A solution above one
    is given with a remark: the panel is then none that the formula is for.

    Raises
    ------
    OptionError, ConvergenceError
        From `of`, if there are controls, or no persistence gives the estimate.

    References
    ----------
    Nickell (1981), Econometrica 49(6), eq. 18; Phillips and Sul (2007), Journal of Econometrics 137(1), to invert it.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from econ.convergence import BetaConvergence, Nickell
    >>> rng = np.random.default_rng(0)
    >>> data = pd.DataFrame({"unit": np.repeat(range(200), 5), "year": np.tile(range(5), 200)})
    >>> data["y"] = np.exp(rng.normal(size=1000))
    >>> spec = BetaConvergence("y", unit="unit", time="year", span=1, effects=("unit",), correction=Nickell())
    >>> round(float(spec.regression(data).params[0]), 1)  # the truth is -1
    -1.0
    """

    def of(self, dynamic: DynamicFit) -> Fit:
        """The regression with its bias removed."""
        if len(dynamic.fit.names) > 1:
            raise OptionError("Nickell() is for panels without controls; use HalfPanelJackknife()")
        counts, start = dynamic.consecutive, dynamic.rho
        slope = (_inverted(start + STEP, counts) - _inverted(start - STEP, counts)) / (2 * STEP)
        rho = _inverted(start, counts)
        fit = dynamic.moved(rho, np.ones(1), slope)
        return fit if rho <= 1 else replace(fit, caveats=(*fit.caveats, f"{EXPLOSIVE} ({rho:.3g})"))


def _inverted(estimate: float, counts: Codes) -> float:
    from scipy.optimize import brentq  # noqa: PLC0415 - keeps the import of the package light

    ends = (-1 + STEP, FARTHEST)
    low, high = (_expected(end, counts) - estimate for end in ends)
    if low * high > 0:
        raise ConvergenceError(
            f"no persistence between -1 and {FARTHEST:g} gives an estimate of {estimate:.4g} in a stationary panel; "
            "use HalfPanelJackknife(), or look at the data for outliers and trends"
        )
    return float(brentq(lambda rho: _expected(rho, counts) - estimate, *ends, xtol=1e-14, rtol=1e-13))


def _expected(rho: float, counts: Codes) -> float:
    """What within estimates tend to."""
    sizes, units = np.unique(counts[counts > 1], return_counts=True)
    terms = np.array([_moments(rho, int(T)) for T in sizes])
    g, d = units @ terms
    return float(rho - g / d)


def _moments(rho: float, T: int) -> tuple[float, float]:
    """G and d for a unit with T spells, in units of the variance of the errors."""
    j = np.arange(T)
    coefficients = np.where(j == 0, T - 1.0, -2 * (T - j) / T)
    divided = np.cumsum(coefficients)[:-1]  # the polynomial over 1 - rho, of which it is a multiple
    return float(polyval(rho, (T - 1 - j)[:-1] / T)), float(polyval(rho, divided) / (1 + rho))
