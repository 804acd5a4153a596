"""Bands that contain several parameters at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import chdtr, fdtr

from econ.errors import IdentificationError, OptionError
from econ.groups import Matrix, Vector
from econ.inference.multiplier_bands import Reps, resampled
from econ.inference.multipliers import Multiplier
from econ.t_distribution import t_quantile
from econ.types import Covariance, Fit

__all__ = ["Bands", "simultaneous_bands"]

FEWEST = 1_000


@dataclass(frozen=True, eq=False, repr=False)
class Bands:
    """Intervals that contain all parameters at once with a given probability.

    Attributes
    ----------
    critical_value
        Standard errors on either side of the estimates.
    error
        Monte Carlo standard error of the critical value.
    level, df
        Coverage of the bands together, and degrees of freedom of the multivariate t; infinite for the normal.
    label, method
        How uncertainty was measured, and how the critical value was simulated, in words.
    table
        One row a term: term, estimate, low, high of the band, and pointwise_low, pointwise_high.
    remarks
        What a reader must know.
    """

    critical_value: float
    error: float
    level: float
    df: float
    label: str
    method: str
    table: pd.DataFrame
    remarks: tuple[str, ...]

    def __repr__(self) -> str:
        """The table and how it was made."""
        lines = [
            f"bands that contain all terms with probability {self.level:g}",
            self.table.to_string(index=False, float_format=lambda number: f"{number:.4g}"),
            f"critical value: {self.critical_value:.4g} (simulated, standard error {self.error:.2g}), {self.method}",
            f"standard errors: {self.label}",
        ]
        return "\n".join([*lines, *self.remarks])


def simultaneous_bands(
    fit: Fit,
    covariance: Covariance,
    *,
    terms: Sequence[str] | None = None,
    level: float = 0.95,
    multiplier: Multiplier | None = None,
    reps: int = 100_000,
    seed: int = 0,
) -> Bands:
    r"""Sup-t bands: the critical value is the quantile of :math:`\max_j |t_j|` under the joint distribution.

    The t statistics are jointly normal with the correlations of the estimates, or multivariate t where the
    covariance has finite degrees of freedom. A draw is a direction; the probability that the maximum stays
    below c along it is that of a chi-squared (or F) variable, so that only directions are simulated. With a
    multiplier, the sums of the influence by cluster are drawn instead, each times a random weight (multiplier
    bootstrap): no normal approximation, but clusters have to be many, and draws of weights take their place.

    Parameters
    ----------
    fit, covariance
        What was estimated, and how uncertainty is measured.
    terms
        The terms to be covered together, such as those of an event study; None for all.
    level
        Probability that the bands contain all of them.
    multiplier
        Distribution of the weights of clusters, such as `Rademacher()` or `Mammen()`, for `Clustered` in one way or
        `White`; None for directions.
    reps, seed
        Number of directions, or draws of weights, and the seed of their generator; the same seed gives the same bands.

    Raises
    ------
    OptionError
        If a term is named twice, or an option has no meaning.
    NotDefinedError
        If the fit has no such term, or multipliers do not go with the covariance.
    IdentificationError
        If a standard error is zero or not a number.

    Notes
    -----
    Where degrees of freedom differ by term, as under CR2, the smallest is that of all, which widens the bands.

    References
    ----------
    Montiel Olea and Plagborg-Møller (2019), Journal of Applied Econometrics 34(1); Callaway and Sant'Anna (2021),
    Journal of Econometrics 225(2), algorithm 1.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import OLS, White, simultaneous_bands
    >>> data = pd.DataFrame({"y": [1.0, 2, 4, 3, 5, 4], "x": [0.0, 1, 2, 3, 4, 5]})
    >>> bands = simultaneous_bands(OLS("y ~ x").fit(data), White("HC1"))
    >>> round(bands.critical_value, 2)
    3.21
    """
    _require_options(terms, reps, seed)
    estimates = fit.inference(covariance, level=level)
    names = tuple(fit.names if terms is None else terms)
    positions = [fit.position(name) for name in names]
    table = estimates.table.iloc[positions].reset_index(drop=True)
    df = float(table["df"].min())
    correlations = _correlations(estimates.covariance[np.ix_(positions, positions)], names)
    if multiplier is None:
        critical, error = _critical_value(correlations, df, level, np.random.default_rng(seed), reps)
        method = "joint normal" if np.isinf(df) else f"joint t with {df:.4g} degrees of freedom"
    else:
        critical, error, method = resampled(fit, covariance, positions, level, Reps(multiplier, reps, seed))
        df = np.inf
    differ = () if (table["df"] == df).all() else ("degrees of freedom differ by term; the smallest is used for all",)
    return Bands(
        critical_value=critical,
        error=error,
        level=level,
        df=df,
        label=estimates.label,
        method=method,
        table=_rows(table, critical),
        remarks=(*estimates.remarks, *differ),
    )


def _rows(table: pd.DataFrame, critical: float) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "term": table["term"],
            "estimate": table["estimate"],
            "low": table["estimate"] - critical * table["se"],
            "high": table["estimate"] + critical * table["se"],
            "pointwise_low": table["low"],
            "pointwise_high": table["high"],
        }
    )


def _require_options(terms: Sequence[str] | None, reps: int, seed: int) -> None:
    if terms is not None and (isinstance(terms, str) or not len(terms) or len(set(terms)) < len(terms)):
        raise OptionError(f"terms={terms!r}: give a list of terms, each once, or None for all")
    if not isinstance(reps, int) or reps < FEWEST:
        raise OptionError(f"reps={reps!r}: give a whole number of at least {FEWEST:,} draws")
    if not isinstance(seed, int) or seed < 0:
        raise OptionError(f"seed={seed!r}: give a whole number of zero or more")


def _correlations(covariance: Matrix, names: tuple[str, ...]) -> Matrix:
    se = np.sqrt(np.diag(covariance))
    for name, size in zip(names, se, strict=True):
        if not size > 0 or not np.isfinite(size):
            raise IdentificationError(f"the standard error of {name} is {size:.3g}; leave it out of `terms`")
    correlations: Matrix = covariance / np.outer(se, se)
    return correlations


def _critical_value(
    correlations: Matrix, df: float, level: float, generator: np.random.Generator, reps: int
) -> tuple[float, float]:
    """The quantile of the maximum, and its Monte Carlo standard error."""
    from scipy.optimize import brentq  # noqa: PLC0415 - keeps the import of the package light

    m = len(correlations)
    maxima = _maxima(correlations, generator, reps)

    def excess(c: float) -> float:
        return float(_inside(c / maxima, m, df).mean()) - level

    bonferroni = float(t_quantile(np.asarray(df), 1 - (1 - level) / (2 * m)))  # a bound, but for the simulation
    critical = float(brentq(excess, 0.0, 2 * bonferroni, xtol=1e-12))
    spread = _inside(critical / maxima, m, df).std() / np.sqrt(reps)
    step = 1e-4 * critical
    slope = (excess(critical + step) - excess(critical - step)) / (2 * step)
    return critical, float(spread / slope)


def _maxima(correlations: Matrix, generator: np.random.Generator, reps: int) -> Vector:
    """(reps,) the largest coordinate in size of R^(1/2) u for directions u, uniform on the sphere."""
    values, vectors = np.linalg.eigh(correlations)
    root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T  # the symmetric one, which is unique
    draws = generator.standard_normal((reps, len(root)))
    directions = draws / np.linalg.norm(draws, axis=1, keepdims=True)
    maxima: Vector = np.abs(directions @ root).max(axis=1)
    return maxima


def _inside(radii: Vector, m: int, df: float) -> Vector:
    """Probability that the length of an m-dimensional normal or t vector is below some radii."""
    inside: Vector = chdtr(m, radii**2) if np.isinf(df) else fdtr(m, df, radii**2 / m)
    return inside
