"""Wild cluster bootstrap tests."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from econ.errors import IdentificationError, NotDefinedError, OptionError
from econ.estimates import ROUNDING, require_share
from econ.groups import Groups
from econ.inference.clustered import Clustered, signed_combinations
from econ.inference.inversion import confidence_set
from econ.inference.multipliers import Draws, Multiplier, Rademacher
from econ.inference.wild_iv import InstrumentedBootstrap
from econ.inference.wild_linear import LinearBootstrap
from econ.inference.wild_scores import ScoreBootstrap
from econ.outcomes import Test
from econ.types import Fit

__all__ = ["wild_bootstrap"]

RADEMACHER = Rademacher()


class Bootstrap(Protocol):
    """Draws of a statistic for one coefficient."""

    @property
    def variance(self) -> float:
        """Variance of the estimate, without a factor."""
        ...

    def squared(self, value: float) -> float:
        """Squared statistic of the data under a hypothesis, without a factor."""
        ...

    def p_value(self, value: float) -> float:
        """Share of the draws that are at least as far out as the data."""
        ...


def wild_bootstrap(
    fit: Fit,
    term: str,
    covariance: Clustered,
    *,
    null: float = 0.0,
    by: str | None = None,
    impose_null: bool = True,
    multiplier: Multiplier = RADEMACHER,
    reps: int = 9_999,
    seed: int = 0,
    level: float | None = 0.95,
) -> Test:
    r"""Wild cluster bootstrap test of one coefficient, with a confidence set by inversion.

    The residuals of each cluster are multiplied by one random number a draw, the coefficient is estimated again
    and :math:`t^* = (\hat\beta^* - \beta_0) / se^*` compared with t. Nothing is fitted again: numerator and
    variance of a draw are linear and quadratic in its multipliers, so that all draws are a few matrix products.

    Parameters
    ----------
    fit
        Of `OLS` or `IV` (restricted efficient bootstrap), absorbed effects included, or of a likelihood with one
        index such as `PPML` and `Logit` (score bootstrap).
    term
        The coefficient.
    covariance
        The clusters of the standard errors, in any number of ways, such as `Clustered("creditor")`.
    null
        Value of the coefficient under the hypothesis.
    by
        Column whose groups share a multiplier; None for the way with the fewest clusters.
    impose_null
        Whether residuals are those of the restricted regression (WCR), or of the unrestricted one (WCU).
    multiplier
        `Rademacher()`, `Webb()` or `Mammen()`.
    reps, seed
        Draws, and the seed of the generator. Rademacher multipliers of G clusters are enumerated where
        2^G ≤ reps, and the p-value is then exact.
    level
        Coverage of the confidence set; None for no set.

    Returns
    -------
    Test
        The p-value is the share of draws with |t*| at least |t|, ties included; where they were drawn at
        random, the data count as one of them.

    Raises
    ------
    OptionError
        If an option has no meaning.
    NotDefinedError
        If the estimator has no wild bootstrap, or the term does not exist.

    Notes
    -----
    Draws whose variance over several ways is negative are left out. The covariance's small-sample factor
    cancels. R's and Stata's `boottest` count draws with |t*| strictly above |t|, which differs where draws tie
    with the data, as they do in an enumeration.

    References
    ----------
    Cameron, Gelbach and Miller (2008), Review of Economics and Statistics 90(3); Davidson and MacKinnon (2010),
    Journal of Business & Economic Statistics 28(1); Kline and Santos (2012), Journal of Econometric Methods 1(1);
    Roodman, MacKinnon, Nielsen and Webb (2019), Stata Journal 19(1).

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import OLS, Clustered, wild_bootstrap
    >>> data = pd.DataFrame({"y": [1.0, 2, 4, 3, 5, 7, 6, 9], "x": range(8), "g": list("aabbccdd")})
    >>> wild_bootstrap(OLS("y ~ x").fit(data), "x", Clustered("g"), level=None).p_value
    0.125
    """
    _require(covariance, null, level)
    position, ways = fit.position(term), tuple(fit.groups(name) for name in covariance.columns)
    groups = min(ways, key=lambda way: way.count) if by is None else fit.groups(by)
    draws = Draws(groups.count, multiplier, reps, seed)
    bootstrap = _bootstrap(fit, term, ways, groups, draws, impose_null=impose_null, once=level is None)
    estimate = float(fit.params[position])
    _require_variance(bootstrap.variance, estimate - null, term)
    p_value = bootstrap.p_value(null)
    sign = 1.0 if estimate >= null else -1.0
    factor = covariance.factor(fit) if np.isfinite(fit.df) else 1.0
    kind = "restricted" if impose_null else "unrestricted"
    interval = (
        () if level is None else confidence_set(bootstrap.p_value, estimate, (bootstrap.variance) ** 0.5, 1 - level)
    )
    return Test(
        title=f"{term} = {null:g}",
        statistic=float(sign * np.sqrt(bootstrap.squared(null) / factor)),
        df=(),
        p_value=p_value,
        method=f"{kind} wild bootstrap by {groups.name}, {draws.label}; errors by {' and '.join(covariance.columns)}",
        confidence_set=interval,
        details={"clusters": float(groups.count)},
    )


def _require(covariance: object, null: object, level: object) -> None:
    if not isinstance(covariance, Clustered):
        raise OptionError(f"{covariance!r}: the bootstrap needs clusters; give Clustered('unit')")
    if covariance.correction not in {"CR0", "CR1"}:
        raise OptionError(f"{covariance!r}: t statistics of the bootstrap use CR0 or CR1")
    if not isinstance(null, int | float) or not np.isfinite(null):
        raise OptionError(f"null={null!r}: give a finite number")
    require_share("level", level, optional=True)


def _require_variance(variance: float, gap: float, term: str) -> None:
    if not variance > 0 or np.sqrt(variance) <= ROUNDING * abs(gap):
        kind = "negative" if variance < 0 else "zero but for rounding"
        raise NotDefinedError(
            f"the clustered variance of {term} is {kind}, so that there is no t to compare: cluster one way, or by "
            "groups of which several inform the coefficient"
        )


def _bootstrap(
    fit: Fit, term: str, ways: tuple[Groups, ...], groups: Groups, draws: Draws, *, impose_null: bool, once: bool
) -> Bootstrap:
    """The bootstrap of this kind of model."""
    name = type(fit.spec).__name__
    if groups.count < 2 or min(way.count for way in ways) < 2:  # noqa: PLR2004
        raise IdentificationError(f"a wild bootstrap of {name} needs at least two clusters in every way")
    signed = signed_combinations(ways)
    if fit.derived and (fit.design is None or fit.design.instruments or not np.isfinite(fit.df)):
        raise NotDefinedError(
            f"the bootstrap of {name} tests coefficients, or combinations of those of least squares, not {term!r}; "
            "test the fit itself, or use Clustered with CR2 or CR3"
        )
    if fit.design is not None and fit.design.instruments:
        if not impose_null:
            raise NotDefinedError(f"the bootstrap of {name} is restricted efficient; leave impose_null at True")
        return InstrumentedBootstrap(fit, fit.design, term, signed, groups, draws)
    if fit.hat is None:
        raise NotDefinedError(
            f"{name} has no wild bootstrap: there is no single regression behind it; use the jackknife"
        )
    if np.isfinite(fit.df):
        return LinearBootstrap(fit, fit.hat, fit.position(term), signed, groups, draws, impose_null, once)
    if len(ways) > 1 or groups.name != ways[0].name:
        raise NotDefinedError(f"the score bootstrap of {name} takes one way of clustering")
    return ScoreBootstrap(fit, term, groups, draws, impose_null)
