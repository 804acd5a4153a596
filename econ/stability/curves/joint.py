"""Inference on all specifications together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri, stdtr

from econ.errors import IdentificationError, NotDefinedError, OptionError
from econ.groups import Matrix, Vector
from econ.outcomes import Test
from econ.stability.curves.curve import SpecificationCurve

__all__ = ["JointTest", "Null", "joint_test", "statistics_of"]

SMALLEST = 1e-300
TIE = 1e-10
COLUMNS = ("median", "positive", "negative", "stouffer")


class Null(Protocol):
    """A way to make data in which the treatment has no effect."""

    @property
    def label(self) -> str:
        """What is done, in words."""
        ...

    def draws(self, curve: SpecificationCurve) -> tuple[Matrix, bool]:
        """(reps, 4) statistics of the curve under the null, by `statistics_of`, and whether these are all there are."""
        ...


@dataclass(frozen=True, eq=False, repr=False)
class JointTest:
    """Three tests that no specification has an effect.

    Attributes
    ----------
    median, share, stouffer
        Of the median estimate; of the number of significant estimates of one sign, the more frequent; of the average
        of the normal quantiles of the p-values with their signs.
    observed, draws
        The statistics of the data, and one row of them a draw: `median`, `positive` and `negative` (significant
        estimates), `stouffer`.
    """

    median: Test
    share: Test
    stouffer: Test
    observed: pd.Series
    draws: pd.DataFrame

    def __repr__(self) -> str:
        """The three p-values."""
        return "\n".join(f"{one.title}: p = {one.p_value:.4g}" for one in (self.median, self.share, self.stouffer))


def joint_test(curve: SpecificationCurve, null: Null) -> JointTest:
    r"""Test whether all specifications together show more than chance.

    Under a null the treatment has no effect in any specification, and the dependence between them is that of the data.
    The p-value of a statistic is the share of draws in which it is at least as far out.

    Parameters
    ----------
    curve
        From `specification_curve`, with one treatment.
    null
        `Shuffle(...)`: the treatment is permuted over rows or whole units. `Resample(by)`: clusters are drawn with
        replacement, each outcome less its own estimated effect.

    Raises
    ------
    OptionError, NotDefinedError, IdentificationError
        If the grid has several treatments, nothing was estimated, or the null is not defined for its estimators.

    References
    ----------
    Simonsohn, Simmons and Nelson (2020), Nature Human Behaviour 4(11).

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from econ import White
    >>> from econ.stability import Shuffle, Specifications, joint_test, specification_curve
    >>> rng = np.random.default_rng(0)
    >>> data = pd.DataFrame(rng.normal(size=(80, 4)), columns=list("yxab"))
    >>> data["y"] += data["x"]
    >>> curve = specification_curve(Specifications(("y",), ("x",), ("a", "b"), covariance=White("HC1")), data)
    >>> joint_test(curve, Shuffle(reps=99)).median.p_value
    0.01
    """
    if len(curve.specifications.treatments) > 1:
        raise OptionError(f"a joint test has one treatment, not {', '.join(curve.specifications.treatments)}")
    if not callable(getattr(null, "draws", None)) or isinstance(null, type):
        raise OptionError(f"{null!r} is none of Shuffle(...) and Resample(by)")
    numbers = (curve.numbers["estimate"].to_numpy(), curve.statistics, curve.numbers["df"].to_numpy())
    observed = statistics_of(*numbers, 1 - curve.level)
    if not np.isfinite(observed[0]):
        raise IdentificationError("no specification of the curve could be estimated; there is nothing to test")
    draws, exact = null.draws(curve)
    usable = draws[np.isfinite(draws).all(axis=1)]
    if not len(usable):
        raise NotDefinedError("no draw of the null could be estimated; choose another, or other specifications")
    method = f"{null.label}, {len(draws):,} draws"
    details = {"draws": float(len(usable)), "not estimable": float(len(draws) - len(usable))}

    def test(title: str, statistic: float, drawn: Vector) -> Test:
        beyond = int((np.abs(drawn) >= abs(statistic) * (1 - TIE)).sum())
        p_value = beyond / len(drawn) if exact else (1 + beyond) / (1 + len(drawn))
        return Test(f"{title} is that of no effect", statistic, (), p_value, method, details=details)

    return JointTest(
        test("the median estimate", observed[0], usable[:, 0]),
        test("the number of significant estimates of one sign", observed[1:3].max(), usable[:, 1:3].max(axis=1)),
        test("the average of all p-values", observed[3], usable[:, 3]),
        pd.Series(observed, index=list(COLUMNS)),
        pd.DataFrame(draws, columns=list(COLUMNS)),
    )


def statistics_of(estimates: Vector, t: Vector, df: Vector, size: float) -> Vector:
    """Median, numbers of positive and of negative estimates significant at a size, Stouffer's z: of those there are."""
    there = np.isfinite(estimates) & np.isfinite(t)
    if not there.any():
        return np.full(len(COLUMNS), np.nan)
    b, t, df = estimates[there], t[there], df[there]
    p = np.maximum(2 * np.where(np.isfinite(df), stdtr(df, -np.abs(t)), ndtr(-np.abs(t))), SMALLEST)
    z = -np.sign(t) * ndtri(p / 2)
    sure = p < size
    return np.array([np.median(b), (sure & (t > 0)).sum(), (sure & (t < 0)).sum(), z.sum() / np.sqrt(z.size)])
