"""Student's t and the normal distribution.

Importing scipy's takes longer than most regressions, and a printed table needs no more than these two functions.
Tail probabilities come from the continued fraction of the incomplete beta function (DiDonato and Morris 1992, ACM
Transactions on Mathematical Software 18(3), eq. 9), quantiles from Newton's method inside a bracket. The tests hold
both against scipy.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

from econ.groups import Vector

__all__ = ["t_below", "t_quantile"]

EXACT = 2e-16
LARGE = 50.0  # from here on the ratio of gamma functions is its expansion
STEPS = 100_000
NORMAL = NormalDist()


def t_below(df: Vector, statistic: Vector) -> Vector:
    """Probability below a statistic: t with `df` degrees of freedom, normal where they are infinite."""
    df, statistic = np.broadcast_arrays(df, statistic)
    pairs = zip(df.ravel().tolist(), statistic.ravel().tolist(), strict=True)
    return np.array([_below(one, t) for one, t in pairs]).reshape(df.shape)


def t_quantile(df: Vector, probability: float) -> Vector:
    """Value below which t, or the normal where `df` is infinite, lies with a probability."""
    degrees = np.asarray(df, dtype=np.float64)
    values = {one: _quantile(one, probability) for one in set(degrees.ravel().tolist())}
    return np.array([values.get(one, math.nan) for one in degrees.ravel().tolist()]).reshape(degrees.shape)


def _below(df: float, t: float) -> float:
    if math.isnan(t) or not df > 0:
        return math.nan
    upper = 0.5 * math.erfc(abs(t) / math.sqrt(2)) if math.isinf(df) else _tail(df, abs(t))
    return upper if t < 0 else 1 - upper


def _tail(df: float, t: float) -> float:
    """Probability above t ≥ 0."""
    if math.isinf(t):
        return 0.0
    share = t / df * t
    front, x, y = math.exp(_log_front(df, share)), 1 / (1 + share), share / (1 + share)
    if share > 3 / df:  # beyond the bulk, the fraction of this end converges fast
        return 0.5 * front * _fraction(df / 2, 0.5, x, y)
    return 0.5 - 0.5 * front * _fraction(0.5, df / 2, y, x)


def _log_front(df: float, share: float) -> float:
    """Log of x^a (1 - x)^b / B(a, b) with a = df / 2, b = 1 / 2 and x = 1 / (1 + share)."""
    if share == 0:
        return -math.inf
    return (
        _log_gamma_ratio(df / 2)
        - 0.5 * math.log(math.pi)
        - df / 2 * math.log1p(share)
        + 0.5 * (math.log(share) - math.log1p(share))
    )


def _log_gamma_ratio(a: float) -> float:
    """Log of Γ(a + 1/2) / Γ(a); the difference of two logs would lose digits where a is large."""
    if a < LARGE:
        return math.lgamma(a + 0.5) - math.lgamma(a)
    return 0.5 * math.log(a) - 1 / (8 * a) + 1 / (192 * a**3) - 1 / (640 * a**5) + 17 / (14336 * a**7)


def _fraction(a: float, b: float, x: float, y: float) -> float:
    """I_x(a, b) over x^a y^b / B(a, b), with y = 1 - x; no difference of nearly equal numbers is taken."""
    excess = 1 + (a - (a + b) * x if x < y else (a + b) * y - b)  # the same but for rounding
    d = (a + 1) / (a * excess)
    c, value = math.inf, d
    for n in range(1, STEPS):
        alpha = (a + n - 1) * (a + b + n - 1) * n * (b - n) * (x / (a + 2 * n - 1)) ** 2
        beta = n + n * (b - n) * x / (a + 2 * n - 1) + (a + n) * (excess + n * (1 + y)) / (a + 2 * n + 1)
        d, c = 1 / (beta + alpha * d), beta + alpha / c
        value *= c * d
        if abs(c * d - 1) < EXACT:
            break
    return value


def _quantile(df: float, probability: float) -> float:
    if not 0 < probability < 1 or not df > 0:
        return math.nan
    if math.isinf(df):
        return NORMAL.inv_cdf(probability)
    if probability == 0.5:  # noqa: PLR2004 - the median
        return 0.0
    upper = min(probability, 1 - probability)
    value = _above(df, upper)
    return value if probability > 0.5 else -value  # noqa: PLR2004


def _above(df: float, upper: float) -> float:
    """The t > 0 that is exceeded with probability `upper`, by Newton's method on logs inside a bracket."""
    low, high = 0.0, -NORMAL.inv_cdf(upper)
    while _tail(df, high) > upper:
        low, high = high, 2 * high
    t = high
    for _ in range(200):
        tail = _tail(df, t)
        low, high = (t, high) if tail > upper else (low, t)
        slope = t * math.exp(_log_density(df, t)) / tail  # of minus log tail by log t
        step = t * math.exp(math.log(tail / upper) / slope) if slope > 0 else low
        step = step if low < step < high else (low + high) / 2
        if abs(step - t) <= 4 * EXACT * t:
            return step
        t = step
    return t


def _log_density(df: float, t: float) -> float:
    normaliser = _log_gamma_ratio(df / 2) - 0.5 * math.log(df * math.pi)
    return normaliser - (df + 1) / 2 * math.log1p(t / df * t)
