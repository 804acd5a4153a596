"""P-values of several hypotheses together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from econ.errors import DataError, IdentificationError, OptionError
from econ.groups import Groups, Matrix, Vector, factorize, intersection
from econ.inference.clustered import Clustered
from econ.inference.multipliers import Draws, Multiplier, Rademacher
from econ.inference.wild_linear import LinearBootstrap
from econ.stability.least_squares import require_least_squares
from econ.t_distribution import t_below
from econ.types import Fit

__all__ = ["romano_wolf", "sharpened_q", "westfall_young"]

TIE = 1e-8
RADEMACHER = Rademacher()


def romano_wolf(
    hypotheses: Mapping[str, tuple[Fit, str]],
    covariance: Clustered,
    *,
    impose_null: bool = True,
    multiplier: Multiplier = RADEMACHER,
    reps: int = 9_999,
    seed: int = 0,
) -> pd.DataFrame:
    """Stepdown p-values of several coefficients that keep the chance of any false rejection, by the largest t.

    Clusters have the same multipliers in all regressions, so that the dependence between them is that of the data.

    Parameters
    ----------
    hypotheses
        By name, a fit by least squares and the term that is zero under the hypothesis. Rows may differ; the labels of
        clusters say which belong together.
    covariance
        One way of clustering, CR0 or CR1.
    impose_null
        Whether residuals are those of each regression without its term.
    multiplier, reps, seed
        As for `wild_bootstrap`; Rademacher multipliers are enumerated where there are few clusters.

    Returns
    -------
    DataFrame
        One row a hypothesis, in their order: estimate, statistic, `p_value` (of its own bootstrap) and `adjusted`.

    Raises
    ------
    OptionError, NotDefinedError, IdentificationError
        If a fit has no wild bootstrap, or there is no hypothesis.

    References
    ----------
    Romano and Wolf (2005), Econometrica 73(4); (2016), Statistics & Probability Letters 113; Clarke, Romano and Wolf
    (2020), Stata Journal 20(4).

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from econ import OLS, Clustered
    >>> from econ.stability import romano_wolf
    >>> rng = np.random.default_rng(0)
    >>> data = pd.DataFrame(rng.normal(size=(100, 3)), columns=["x", "a", "b"]).assign(g=np.repeat(range(10), 10))
    >>> fits = {name: (OLS(f"{name} ~ x").fit(data), "x") for name in ("a", "b")}
    >>> romano_wolf(fits, Clustered("g"))[["p_value", "adjusted"]].round(3).to_dict("list")
    {'p_value': [0.729, 0.965], 'adjusted': [0.926, 0.965]}
    """
    t, drawn, exact, table = _bootstrapped(
        hypotheses, covariance, Draws(1, multiplier, reps, seed), impose_null=impose_null
    )
    return table.assign(adjusted=_stepdown(np.abs(t), np.abs(drawn), exact=exact))


def westfall_young(
    hypotheses: Mapping[str, tuple[Fit, str]],
    covariance: Clustered,
    *,
    impose_null: bool = True,
    multiplier: Multiplier = RADEMACHER,
    reps: int = 9_999,
    seed: int = 0,
) -> pd.DataFrame:
    """Stepdown p-values of several coefficients that keep the chance of any false rejection, by the smallest p-value.

    Statistics of the data and of the draws become p-values by t with the clusters of each regression less one; where
    these numbers are the same, it is `romano_wolf`, which see for parameters, errors and the result.

    References
    ----------
    Westfall and Young (1993), Resampling-Based Multiple Testing, algorithm 2.8.
    """
    t, drawn, exact, table = _bootstrapped(
        hypotheses, covariance, Draws(1, multiplier, reps, seed), impose_null=impose_null
    )
    df = np.array([_own(fit, covariance).count - 1.0 for fit, _ in hypotheses.values()])
    p, p_drawn = 2 * t_below(df, -np.abs(t)), 2 * t_below(df[:, None], -np.abs(drawn))
    with np.errstate(divide="ignore"):
        return table.assign(adjusted=_stepdown(-np.log(p), -np.log(p_drawn), exact=exact, tie=TIE, absolute=True))


def sharpened_q(p_values: Sequence[float] | Vector) -> Vector:
    r"""The smallest false discovery rate at which each hypothesis is rejected by the two-stage procedure.

    At rate q, the first stage rejects r of m hypotheses by Benjamini and Hochberg's at :math:`q' = q / (1 + q)`; the
    second takes :math:`q' m / (m - r)`. Anderson's program looks for q on a grid of thousandths; here it is exact.

    Parameters
    ----------
    p_values
        (m,) of the hypotheses.

    Returns
    -------
    ndarray
        (m,) q-values, at most one, which stands for no rate at all too.

    Raises
    ------
    DataError
        If something is no probability.

    References
    ----------
    Benjamini, Krieger and Yekutieli (2006), Biometrika 93(3), definition 6; Anderson (2008), Journal of the American
    Statistical Association 103(484).

    Examples
    --------
    >>> sharpened_q([0.01, 0.02, 0.03, 0.8]).round(3).tolist()
    [0.042, 0.042, 0.042, 0.25]
    """
    try:
        p = np.asarray(p_values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(f"{p_values!r} are no probabilities; give a row of numbers between 0 and 1") from error
    if p.ndim != 1 or not p.size or not ((p >= 0) & (p <= 1)).all():
        raise DataError(f"{p_values!r} are no probabilities; give a row of numbers between 0 and 1")
    m, order = p.size, np.argsort(p, kind="stable")
    ranked = p[order] * m / np.arange(1, m + 1)
    adjusted = np.minimum.accumulate(ranked[::-1])[::-1]  # Benjamini and Hochberg's
    steps = np.concatenate([[0.0], adjusted])  # the rate at which the first stage rejects r
    left = (m - np.arange(m + 1)) / m
    least = np.maximum(steps, adjusted[:, None] * left).min(axis=1)
    q = np.where(least < 0.5, least / (1 - np.minimum(least, 0.5)), 1.0)  # noqa: PLR2004 - q of one is a half here
    found = np.empty(m)
    found[order] = np.minimum(q, 1.0)
    return found


def _own(fit: Fit, covariance: Clustered) -> Groups:
    return fit.groups(covariance.columns[0])


def _bootstrapped(
    hypotheses: Mapping[str, tuple[Fit, str]],
    covariance: Clustered,
    like: Draws,
    *,
    impose_null: bool,
) -> tuple[Vector, Matrix, bool, pd.DataFrame]:
    """(m,) statistics, (m, draws) of them under the null, whether these are all there are, and a table."""
    _require(hypotheses, covariance)
    column = covariance.columns[0]
    sizes = [fit.nobs for fit, _ in hypotheses.values()]
    everywhere = _everywhere(column, [fit for fit, _ in hypotheses.values()])
    codes = np.split(everywhere.codes, np.cumsum(sizes)[:-1])
    draws = replace(like, clusters=everywhere.count)
    one = [
        _Hypothesis(fit, term, covariance, Groups(column, which, everywhere.count), impose_null=impose_null)
        for (fit, term), which in zip(hypotheses.values(), codes, strict=True)
    ]
    blocks = draws.each(lambda v: np.array([hypothesis.of(v) for hypothesis in one]), symmetric=False)
    drawn = np.concatenate(blocks, axis=1)
    t = np.array([hypothesis.statistic for hypothesis in one])
    beyond = (np.abs(drawn) >= np.abs(t)[:, None] * (1 - TIE)).sum(axis=1)
    data = 0 if draws.exact else 1
    table = pd.DataFrame(
        {
            "estimate": [hypothesis.estimate for hypothesis in one],
            "statistic": t,
            "p_value": (beyond + data) / (drawn.shape[1] + data),
        },
        index=pd.Index(hypotheses, name="hypothesis"),
    )
    return t, drawn, draws.exact, table


def _everywhere(column: str, fits: Sequence[Fit]) -> Groups:
    """Clusters of all regressions one after the other, the same where their labels are."""
    names = [column] if all(column in fit.sample.data.columns for fit in fits) else column.split("^")
    parts = [factorize(name, pd.concat([fit.sample.column(name) for fit in fits])) for name in names]
    return intersection(tuple(parts))


def _require(hypotheses: Any, covariance: object) -> None:
    if not isinstance(hypotheses, Mapping) or not hypotheses:
        raise OptionError("give the hypotheses by name, such as {'wages': (fit, 'x'), 'hours': (other, 'x')}")
    if (
        not isinstance(covariance, Clustered)
        or len(covariance.columns) > 1
        or covariance.correction not in {"CR0", "CR1"}
    ):
        raise OptionError(f"{covariance!r}: give one way of clustering with CR0 or CR1, such as Clustered('unit')")
    for name, pair in hypotheses.items():
        if not isinstance(pair, tuple) or len(pair) != 2 or not isinstance(pair[0], Fit):  # noqa: PLR2004
            raise OptionError(f"{name!r}: {pair!r}: give a fit and its term, such as (fit, 'x')")
        fit, term = pair
        fit.position(term)
        require_least_squares(fit, f"the hypothesis {name!r} cannot be bootstrapped with the others")


class _Hypothesis:
    """Draws of t for one coefficient under multipliers of clusters that other regressions share."""

    def __init__(self, fit: Fit, term: str, covariance: Clustered, groups: Groups, *, impose_null: bool) -> None:
        assert fit.hat is not None
        position = fit.position(term)
        own = fit.groups(covariance.columns[0])
        if own.count < 2:  # noqa: PLR2004
            raise IdentificationError(f"{fit.spec.formula!r} has one cluster of {own.name}; at least two are needed")
        bootstrap = LinearBootstrap(
            fit, fit.hat, position, [(1, own)], groups, Draws(groups.count, RADEMACHER, 1, 0), impose_null, once=True
        )
        self.estimate = float(fit.params[position])
        self.factor = covariance.factor(fit)
        self.statistic = self.estimate / float(np.sqrt(bootstrap.variance * self.factor))
        self.totals, self.crossed = bootstrap.sums(self.estimate if impose_null else 0.0)

    def of(self, v: Matrix) -> Vector:
        """(draws,) statistics; zero where the variance is."""
        variance = np.square(self.crossed @ v).sum(axis=0)
        numerator = self.totals @ v
        safe = np.where(variance > 0, variance, 1.0)
        return np.asarray(np.where(variance > 0, numerator / np.sqrt(safe * self.factor), 0.0))


def _stepdown(statistic: Vector, drawn: Matrix, *, exact: bool, tie: float = TIE, absolute: bool = False) -> Vector:
    """Stepdown adjusted p-values; ties count, to a share of the statistic or to an absolute distance."""
    order = np.argsort(-statistic, kind="stable")
    largest = np.maximum.accumulate(drawn[order][::-1], axis=0)[::-1]
    edge = statistic[order] - tie if absolute else statistic[order] * (1 - tie)
    beyond = (largest >= edge[:, None]).sum(axis=1)
    data = 0 if exact else 1
    adjusted = np.maximum.accumulate((beyond + data) / (drawn.shape[1] + data))
    found = np.empty(len(order))
    found[order] = adjusted
    return found
