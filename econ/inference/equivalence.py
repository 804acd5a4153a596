"""Test that an effect is too small to matter."""

from __future__ import annotations

import numpy as np

from econ.errors import OptionError
from econ.outcomes import Test
from econ.t_distribution import t_below, t_quantile
from econ.types import Covariance, Fit

__all__ = ["equivalence_test"]


def equivalence_test(
    fit: Fit, term: str, covariance: Covariance, *, lower: float, upper: float, level: float = 0.95
) -> Test:
    r"""Two one-sided tests that a parameter lies within bounds.

    The hypothesis is :math:`\theta \le a` or :math:`\theta \ge b`; rejecting it says that the effect is
    smaller than what matters, which not rejecting zero does not. The p-value is the larger of those of
    :math:`(\hat\theta - a) / s` against large and :math:`(\hat\theta - b) / s` against small values.

    Parameters
    ----------
    fit, term, covariance
        What was estimated, which parameter, and how uncertainty is measured.
    lower, upper
        a and b in units of the parameter; one of them may be infinite (not inferior, not superior).
    level
        One less the size of the test, between 0.5 and 1. The interval of level `2 * level - 1` in
        `confidence_set` lies between the bounds where the hypothesis is rejected.

    Raises
    ------
    OptionError
        If the bounds are no interval or the level is not between 0.5 and 1.
    NotDefinedError
        If the fit has no such term.

    References
    ----------
    Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15(6); Lakens (2017), Social
    Psychological and Personality Science 8(4).

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import OLS, Classical, equivalence_test
    >>> data = pd.DataFrame({"y": [1.0, 2.0, 4.0, 3.0], "x": [0.0, 1.0, 2.0, 3.0]})
    >>> round(equivalence_test(OLS("y ~ x").fit(data), "x", Classical(), lower=-3, upper=3).p_value, 4)
    0.0176
    """
    _require_bounds(lower, upper, level)
    row = fit.inference(covariance).row(term)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistics = np.array([row["estimate"] - lower, row["estimate"] - upper]) / row["se"]
    df = np.full(2, row["df"])
    p_values = t_below(df, np.array([-1.0, 1.0]) * statistics)
    worse = int(np.argmax(p_values))
    margin = float(t_quantile(df, level)[0] * row["se"])
    return Test(
        title=f"{term} is not between {lower:g} and {upper:g}",
        statistic=float(statistics[worse]),
        df=(float(row["df"]),),
        p_value=float(p_values[worse]),
        method=f"two one-sided tests; the confidence set is of level {2 * level - 1:.4g}",
        confidence_set=((float(row["estimate"]) - margin, float(row["estimate"]) + margin),),
        details={
            "estimate": float(row["estimate"]),
            f"p-value against at most {lower:g}": float(p_values[0]),
            f"p-value against at least {upper:g}": float(p_values[1]),
        },
    )


def _require_bounds(lower: float, upper: float, level: float) -> None:
    if not all(isinstance(bound, int | float) for bound in (lower, upper)) or not lower < upper:
        raise OptionError(f"lower={lower!r}, upper={upper!r}: give two numbers, the lower first")
    if np.isinf(lower) and np.isinf(upper):
        raise OptionError("one of lower and upper has to be finite; every effect lies between infinite bounds")
    if not isinstance(level, float) or not 0.5 < level < 1:  # noqa: PLR2004
        raise OptionError(f"level={level!r}: give a share between 0.5 and 1, such as 0.95")
