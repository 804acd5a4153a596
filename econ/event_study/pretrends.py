"""Whether there were effects before the event, and what a test of that could have seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from econ.errors import OptionError
from econ.estimates import require_share
from econ.event_study.normal_box import box_probability
from econ.event_study.path import EventPath, path_of
from econ.groups import Matrix, Vector
from econ.inference.wald import wald_test
from econ.outcomes import Test
from econ.types import Covariance, Fit

__all__ = ["PretrendPower", "power_against", "pretrend_power", "pretrend_test", "slope_for"]

POWERS = (0.5, 0.8)
FARTHEST = 60  # standard errors at which a trend is certainly seen


def pretrend_test(fit: Fit, covariance: Covariance, *, level: float = 0.95) -> Test:
    r"""Joint test that all effects before the event are zero, and the linear trends that it could have missed.

    A trend that differs by a slope adds :math:`\gamma (e - b)` to the estimate at event time e, with the base b. The
    slopes found with power 0.5 and 0.8 are those for which some estimate before the event would be significant by
    itself with that probability: passing says little about slopes below them.

    Parameters
    ----------
    fit, covariance
        An event study, and how uncertainty is measured.
    level
        One less the size of the test of each estimate that the slopes speak of.

    Raises
    ------
    NotDefinedError, IdentificationError, OptionError
        If the terms are no event times, or none comes before the event.

    References
    ----------
    Roth (2022), American Economic Review: Insights 4(3).

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import Clustered
    >>> from econ.event_study import SunAbraham, pretrend_test
    >>> data = pd.DataFrame({"unit": list("aaabbbcccddd"), "year": [1, 2, 3] * 4,
    ...                      "y": [1.0, 3, 4, 2, 2, 5, 0, 1, 1, 3, 3, 5], "first": [2.0] * 3 + [3.0] * 3 + [None] * 6})
    >>> fit = SunAbraham(outcome="y", unit="unit", time="year", cohort="first").fit(data)
    >>> test = pretrend_test(fit, Clustered("unit", correction="CR0"))
    >>> round(test.statistic, 3), round(test.details["slope found with power 0.5"], 3)
    (2.0, 0.693)
    """
    require_share("level", level)
    path = path_of(fit, covariance)
    joint = wald_test(fit, covariance, terms=[str(path.times[place]) for place in path.pre])
    found = {f"slope found with power {power:g}": slope_for(path, power, level) for power in POWERS}
    return Test(
        title=joint.title,
        statistic=joint.statistic,
        df=joint.df,
        p_value=joint.p_value,
        method=f"{joint.method}; slopes: normal approximation, each estimate at {1 - level:.2g}",
        details=found,
        remarks=joint.remarks,
    )


@dataclass(frozen=True, eq=False, repr=False)
class PretrendPower:
    """What a test of the estimates before the event does if a linear trend is there.

    Attributes
    ----------
    slope
        The difference in trends, per period.
    power
        Probability that some estimate before the event is significant by itself.
    bayes_factor
        Probability of passing under the trend over that under parallel trends.
    likelihood_ratio
        Density of the estimates before the event under the trend over that under parallel trends.
    table
        One row an event time: event_time, estimate, trend, after_passing (its expectation under the trend, given that
        the test is passed).
    """

    slope: float
    power: float
    bayes_factor: float
    likelihood_ratio: float
    table: pd.DataFrame

    def __repr__(self) -> str:
        """The numbers, then the table."""
        lines = [
            f"a difference in trends of {self.slope:.4g} a period",
            f"power: {self.power:.4g}",
            f"Bayes factor of passing: {self.bayes_factor:.4g}",
            f"likelihood ratio: {self.likelihood_ratio:.4g}",
        ]
        return "\n".join([*lines, self.table.to_string(index=False, float_format=lambda number: f"{number:.4g}")])


def pretrend_power(
    fit: Fit, covariance: Covariance, *, slope: float | None = None, power: float = 0.5, level: float = 0.95
) -> PretrendPower:
    """Power of a test for trends before the event against a linear one, and the bias of what passes it.

    Parameters
    ----------
    fit, covariance
        An event study, and how uncertainty is measured.
    slope
        The difference in trends, per period; None for the one that is found with probability `power`.
    power
        Probability with which the slope is found, where none is given.
    level
        One less the size of the test of each estimate.

    Raises
    ------
    NotDefinedError, IdentificationError, OptionError
        If the terms are no event times, none comes before the event, or an option has no meaning.

    References
    ----------
    Roth (2022), American Economic Review: Insights 4(3), propositions 1 to 4; Manjunath and Wilhelm (2021), Journal of
    Behavioral Data Science 1(1), on means of truncated normals.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from econ import Clustered
    >>> from econ.event_study import SunAbraham, pretrend_power
    >>> rng = np.random.default_rng(0)
    >>> data = pd.DataFrame({"unit": np.repeat(range(12), 4), "year": np.tile(range(1, 5), 12)})
    >>> data["first"] = data["unit"].map(lambda unit: [3, np.nan][unit % 2])
    >>> data["y"] = 2.0 * (data["year"] >= data["first"]) + rng.normal(size=48)
    >>> fit = SunAbraham(outcome="y", unit="unit", time="year", cohort="first").fit(data)
    >>> round(pretrend_power(fit, Clustered("unit", correction="CR0"), slope=1.0).power, 3)
    0.391
    """
    path = path_of(fit, covariance).regular()
    require_share("power", power)
    require_share("level", level)
    return power_against(path, slope_for(path, power, level) if slope is None else _number(slope), level)


def power_against(path: EventPath, slope: float, level: float) -> PretrendPower:
    """What a test does against a difference in trends."""
    box = Box.of(path, level)
    trend = path.trend(slope)
    passes, honest = box.probability(trend[path.pre]), box.probability(np.zeros(path.pre.size))
    table = pd.DataFrame(
        {
            "event_time": path.times,
            "estimate": path.estimates,
            "trend": trend,
            "after_passing": trend + _moved(path, box, trend),
        }
    )
    ratio = np.exp(_log_density(path, trend) - _log_density(path, np.zeros(trend.size)))
    return PretrendPower(slope, 1 - passes, passes / honest, float(ratio), table)


@dataclass(frozen=True, eq=False)
class Box:
    """The estimates before the event that a test passes: each within some standard errors of zero."""

    covariance: Matrix  # (p, p)
    ends: Vector  # (p,)

    @classmethod
    def of(cls, path: EventPath, level: float) -> Box:
        """The box of a path."""
        from scipy.special import ndtri  # noqa: PLC0415 - keeps the import of the package light

        covariance = path.covariance[np.ix_(path.pre, path.pre)]
        return cls(covariance, float(ndtri(0.5 + level / 2)) * np.sqrt(np.diag(covariance)))

    def probability(self, mean: Vector) -> float:
        """Probability that a normal vector with some mean lies within."""
        return box_probability(self.covariance, -self.ends - mean, self.ends - mean)

    def mean(self, mean: Vector) -> Vector:
        """(p,) expectation of a normal vector given that it lies within, less its mean."""
        gradient = [self._density(j, 1, mean) - self._density(j, -1, mean) for j in range(mean.size)]
        return np.asarray(-self.covariance @ gradient / self.probability(mean))

    def _density(self, j: int, side: int, mean: Vector) -> float:
        """Density of coordinate j at an end of the box, times the probability that the others lie within."""
        variance = self.covariance[j, j]
        gap = side * self.ends[j] - mean[j]
        density = np.exp(-(gap**2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)
        others = np.delete(np.arange(mean.size), j)
        if not others.size:
            return float(density)
        slopes = self.covariance[others, j] / variance
        left = self.covariance[np.ix_(others, others)] - np.outer(slopes, slopes) * variance
        centre = mean[others] + slopes * gap
        return float(density * box_probability(left, -self.ends[others] - centre, self.ends[others] - centre))


def _moved(path: EventPath, box: Box, trend: Vector) -> Vector:
    """(k,) what passing the test does to the expectations of all estimates."""
    gap = box.mean(trend[path.pre])
    return np.asarray(path.covariance[:, path.pre] @ np.linalg.solve(box.covariance, gap))


def _log_density(path: EventPath, mean: Vector) -> float:
    """Log density of the estimates before the event, up to a constant."""
    gap = (path.estimates - mean)[path.pre]
    return float(-gap @ np.linalg.solve(path.covariance[np.ix_(path.pre, path.pre)], gap) / 2)


def slope_for(path: EventPath, power: float, level: float) -> float:
    """The slope above zero that is found with some probability."""
    from scipy.optimize import brentq  # noqa: PLC0415

    box = Box.of(path, level)
    unit = path.trend(1.0)[path.pre]
    reach = float(np.min(np.sqrt(np.diag(box.covariance)) / np.abs(unit)))
    excess: Callable[[float], float] = lambda slope: 1 - box.probability(slope * unit) - power  # noqa: E731
    if excess(0.0) >= 0:
        return 0.0
    return float(brentq(excess, 0.0, FARTHEST * reach, xtol=1e-7 * reach, rtol=1e-6))


def _number(slope: float) -> float:
    if not isinstance(slope, int | float) or not np.isfinite(slope):
        raise OptionError(f"slope={slope!r}: give a finite number per period")
    return float(slope)
