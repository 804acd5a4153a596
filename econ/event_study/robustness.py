"""How much of an effect survives differences in trends of bounded size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from econ.errors import NotDefinedError, OptionError
from econ.estimates import require_share
from econ.event_study.honesty.conditional import Conditional, LeastFavorable, Test, Vertices
from econ.event_study.honesty.fixed_length import FixedLength
from econ.event_study.honesty.restrictions import RelativeMagnitudes, Restriction, Smoothness, curvature
from econ.event_study.path import EventPath, path_of
from econ.groups import Vector
from econ.t_distribution import t_quantile
from econ.types import Covariance, Fit

__all__ = ["Sensitivity", "sensitivity"]

Method = FixedLength | Conditional | LeastFavorable
Interval = tuple[float, float]

SHARES = (0.0, 0.5, 1.0, 1.5, 2.0)
GRID = 2_001
REACH = 20.0  # standard errors beyond the identified set: a conditional test can accept effects far from the others
WIDENINGS = 12
BISECTIONS = 40
LARGEST_BOUND = 1e6


@dataclass(frozen=True, eq=False, repr=False)
class Sensitivity:
    """Confidence sets for an effect under bounds on the difference in trends.

    Attributes
    ----------
    title
        The effect.
    estimate
        Its estimate under parallel trends.
    level
        Coverage.
    original
        The usual interval, under parallel trends.
    table
        One row a bound: bound, low, high of the confidence set, and set_low, set_high of the effects possible at the
        estimates (missing where what was seen before the event already breaks the bound).
    breakdown
        The largest bound for which the confidence set leaves out zero; zero where none does. A set that is empty,
        since what was seen before the event breaks the bound, leaves out all effects.
    method
        Restriction, method and uncertainty in words.
    """

    title: str
    estimate: float
    level: float
    original: Interval
    table: pd.DataFrame
    breakdown: float
    method: str

    def __repr__(self) -> str:
        """The intervals, and where zero comes in."""
        low, high = self.original
        lines = [
            f"{self.title}: {self.estimate:.4g}, under parallel trends between {low:.4g} and {high:.4g}",
            self.table.to_string(index=False, float_format=lambda number: f"{number:.4g}"),
            f"zero is left out up to a bound of {self.breakdown:.4g}",
        ]
        empty = self.table["bound"][self.table["low"].isna()]
        if len(empty):
            lines.append(f"at bounds of up to {empty.max():.4g} no effect is possible: what came before breaks them")
        return "\n".join([*lines, self.method])


def sensitivity(
    fit: Fit,
    covariance: Covariance,
    *,
    restriction: Restriction | None = None,
    bounds: Sequence[float] | None = None,
    weights: Sequence[float] | None = None,
    method: Method | None = None,
    level: float = 0.95,
) -> Sensitivity:
    r"""Confidence sets for an effect of an event study if trends are not parallel, but differ by a bounded amount.

    Parameters
    ----------
    fit, covariance
        An event study with estimates before and after the event, and how uncertainty is measured.
    restriction
        `RelativeMagnitudes()` (the default): from one period to the next, the difference in trends moves at most the
        bound times the most that it did before the event. `Smoothness()`: its slope changes by at most the bound.
    bounds
        Bounds to try. None: 0, 0.5, 1, 1.5 and 2; for smoothness these times the largest change of slope estimated
        before the event, or the error of the last estimate before it if that is larger.
    weights
        (q,) weights of the effects at the event times after the base, whose sum is the effect; None for the first.
    method
        `LeastFavorable()` (the default of relative magnitudes), `Conditional()`, or, for smoothness, `FixedLength()`
        (its default).
    level
        Coverage, between 0 and 1.

    Raises
    ------
    NotDefinedError
        If terms are no event times, or the method does not go with the restriction.
    OptionError, IdentificationError
        If the base varies, an event time is missing, a bound is negative, or weights do not fit.

    Notes
    -----
    Definitions and defaults are those of R's HonestDiD. Its linear programmes are replaced by their solutions in
    closed form, its grid by bisection, and, where only moments after the event are used, its simulated critical values
    by an integral. Estimates are taken as normal; with few clusters choose a covariance that does not understate their
    errors.

    References
    ----------
    Rambachan and Roth (2023), Review of Economic Studies 90(5); Andrews, Roth and Pakes (2023), Review of Economic
    Studies 90(6).

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from econ import Clustered
    >>> from econ.event_study import SunAbraham, sensitivity
    >>> rng = np.random.default_rng(0)
    >>> data = pd.DataFrame({"unit": np.repeat(range(12), 4), "year": np.tile(range(1, 5), 12)})
    >>> data["first"] = data["unit"].map(lambda unit: [3, np.nan][unit % 2])
    >>> data["y"] = 2.0 * (data["year"] >= data["first"]) + rng.normal(size=48)
    >>> fit = SunAbraham(outcome="y", unit="unit", time="year", cohort="first").fit(data)
    >>> found = sensitivity(fit, Clustered("unit", correction="CR0"), bounds=[0.0, 1.0])
    >>> found.table[["bound", "set_low", "set_high"]].values.round(3).tolist()
    [[0.0, 2.245, 2.245], [1.0, 1.737, 2.754]]
    """
    path = path_of(fit, covariance).regular().consecutive()
    chosen = RelativeMagnitudes() if restriction is None else restriction
    how = _method(chosen, method)
    require_share("level", level)
    problem = Problem(path, chosen, how, _weights(path, weights), level)
    tried = _bounds(path, chosen, bounds)
    rows = [(bound, *problem.interval(bound), *problem.identified(bound)) for bound in tried]
    return Sensitivity(
        title=problem.title,
        estimate=problem.estimate,
        level=level,
        original=problem.original,
        table=pd.DataFrame(rows, columns=["bound", "low", "high", "set_low", "set_high"]),
        breakdown=problem.breakdown(),
        method=f"{chosen.label}, {how.label}, {level:.0%}; {path.label}",
    )


@dataclass(frozen=True, eq=False)
class Problem:
    """An effect, what is known of the trends, and a method."""

    path: EventPath
    restriction: Restriction
    method: Method
    weights: Vector
    level: float

    @property
    def title(self) -> str:
        """The effect in words."""
        times = self.path.times[self.path.post]
        parts = [
            f"{weight:.3g} × {time}" if weight != 1 else str(time)
            for weight, time in zip(self.weights, times, strict=True)
            if weight
        ]
        return f"effect at event time {' + '.join(parts)}"

    def test(self, bound: float) -> Test:
        """Which of some effects are not rejected: those that some convex set of differences in trends allows."""
        assert not isinstance(self.method, FixedLength)
        path, whole = self.path, self.method.whole(self.weights.size)
        tests = [
            self.method.test(Vertices(path.estimates, path.covariance, self.weights, moments, whole), 1 - self.level)
            for moments in self.restriction.moments(path.pre.size, self.weights.size, bound)
        ]
        return lambda theta: np.logical_or.reduce([accepted(theta) for accepted in tests])

    @property
    def estimate(self) -> float:
        """The effect under parallel trends."""
        return float(self.weights @ self.path.estimates[self.path.post])

    @property
    def error(self) -> float:
        """Its standard error."""
        V = self.path.covariance[np.ix_(self.path.post, self.path.post)]
        return float(np.sqrt(self.weights @ V @ self.weights))

    @property
    def original(self) -> Interval:
        """The usual interval."""
        margin = float(t_quantile(np.array(self.path.df), 0.5 + self.level / 2)) * self.error
        return self.estimate - margin, self.estimate + margin

    def identified(self, bound: float) -> Interval:
        """Effects possible at the estimates."""
        low, high = self.restriction.identified(self.path.estimates[self.path.pre], self.weights, bound)
        return self.estimate - high, self.estimate - low

    def interval(self, bound: float) -> Interval:
        """The confidence set, from its lowest to its highest member."""
        if isinstance(self.method, FixedLength):
            path = self.path
            return self.method.interval(path.estimates, path.covariance, self.weights, bound, self.level)
        return self._ends(self.test(bound), bound)

    def _ends(self, accepted: Test, bound: float) -> Interval:
        """Lowest and highest accepted effect: a grid that is widened until its ends are rejected, then bisection."""
        pre = self.path.estimates[self.path.pre]
        room = self.restriction.identified(pre, self.weights, bound) if bound else (0.0, 0.0)
        reach = REACH * self.error + max((abs(end) for end in room if np.isfinite(end)), default=0.0)
        for _ in range(WIDENINGS):
            theta = self.estimate + reach * np.linspace(-1, 1, GRID)
            inside = accepted(theta)
            if inside.any() and not inside[0] and not inside[-1]:
                first, last = np.flatnonzero(inside)[[0, -1]]
                return (
                    _edge(accepted, theta[first - 1], theta[first]),
                    _edge(accepted, theta[last + 1], theta[last]),
                )
            reach *= 2
        return (np.nan, np.nan) if not inside.any() else (-np.inf, np.inf)

    def breakdown(self) -> float:
        """The largest bound whose confidence set leaves out zero."""
        if not self._leaves_out_zero(0.0):
            return 0.0
        unit = _unit(self.path) if isinstance(self.restriction, Smoothness) else 1.0
        low, high = 0.0, unit
        while self._leaves_out_zero(high):
            low, high = high, 2 * high
            if high > LARGEST_BOUND * unit:
                return float("inf")
        if isinstance(self.method, FixedLength):
            return self._crossing(low, high)
        for _ in range(BISECTIONS):
            middle = (low + high) / 2
            low, high = (middle, high) if self._leaves_out_zero(middle) else (low, middle)
        return low

    def _crossing(self, low: float, high: float) -> float:
        """The bound at which an end of the interval, which moves smoothly, is zero."""
        from scipy.optimize import brentq  # noqa: PLC0415 - keeps the import of the package light

        side = 0 if self.interval(low)[0] > 0 else 1
        return float(brentq(lambda bound: self.interval(bound)[side], low, high, xtol=1e-9 * high, rtol=1e-8))

    def _leaves_out_zero(self, bound: float) -> bool:
        if isinstance(self.method, FixedLength):
            low, high = self.interval(bound)
            return low > 0 or high < 0
        return not self.test(bound)(np.zeros(1))[0]


def _edge(accepted: Test, outside: float, inside: float) -> float:
    """Where acceptance ends between two effects."""
    for _ in range(BISECTIONS):
        middle = (outside + inside) / 2
        outside, inside = (outside, middle) if accepted(np.array([middle]))[0] else (middle, inside)
    return float(inside)


def _unit(path: EventPath) -> float:
    """The largest change of slope estimated before the event, or the error of the last estimate there if larger."""
    before = path.estimates[path.pre]
    bends = np.abs(curvature(before.size, 1)[: before.size - 1] @ np.append(before, 0.0))
    return float(np.append(bends, np.sqrt(path.covariance[path.pre[-1], path.pre[-1]])).max())


def _method(restriction: Restriction, method: Method | None) -> Method:
    for what, value, known in (("restriction", restriction, Restriction), ("method", method, Method | None)):
        if isinstance(value, type) or not isinstance(value, known):
            raise OptionError(f"{what}={value!r}: give a value such as Smoothness() or LeastFavorable()")
    if method is None:
        return FixedLength() if isinstance(restriction, Smoothness) else LeastFavorable()
    if isinstance(method, FixedLength) and not isinstance(restriction, Smoothness):
        raise NotDefinedError("FixedLength goes with Smoothness() only; use LeastFavorable() or Conditional()")
    return method


def _weights(path: EventPath, weights: Sequence[float] | None) -> Vector:
    if weights is None:
        return np.asarray(np.eye(path.post.size)[0])
    found = _numbers("weights", weights)
    if found.shape != (path.post.size,) or not np.isfinite(found).all() or not found.any():
        raise OptionError(
            f"weights={weights!r}: give {path.post.size} finite numbers, one for each of the event times "
            f"{path.times[path.post].tolist()}"
        )
    return found


def _bounds(path: EventPath, restriction: Restriction, bounds: Sequence[float] | None) -> list[float]:
    if bounds is None:
        unit = _unit(path) if isinstance(restriction, Smoothness) else 1.0
        return [share * unit for share in SHARES]
    tried = _numbers("bounds", bounds).ravel().tolist()
    if not tried or not all(np.isfinite(bound) and bound >= 0 for bound in tried):
        raise OptionError(f"bounds={bounds!r}: give finite numbers of zero or more")
    return tried


def _numbers(name: str, values: object) -> Vector:
    try:
        return np.atleast_1d(np.asarray(values, dtype=np.float64))
    except (TypeError, ValueError) as error:
        raise OptionError(f"{name}={values!r}: give a list of numbers") from error
