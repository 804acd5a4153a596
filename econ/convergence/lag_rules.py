"""How many lagged differences a unit-root regression has."""

from __future__ import annotations

from dataclasses import dataclass, field

from econ.convergence.unit_root import require_whole

__all__ = ["ByAIC", "ByBIC", "BySignificance", "Lags", "require_lags", "rule_of"]


@dataclass(frozen=True)
class ByAIC:
    """The number with the least information criterion of Akaike.

    Parameters
    ----------
    most
        Largest number that is tried; None for 12 (T / 100)^(1/4).
    """

    most: int | None = None

    def __post_init__(self) -> None:
        require_whole("most", self.most, optional=True)


@dataclass(frozen=True)
class ByBIC:
    """The number with the least information criterion of Schwarz.

    Parameters
    ----------
    most
        Largest number that is tried; None for 12 (T / 100)^(1/4).
    """

    most: int | None = None

    def __post_init__(self) -> None:
        require_whole("most", self.most, optional=True)


@dataclass(frozen=True)
class BySignificance:
    """The largest number whose last lag has a t statistic beyond 1.645.

    Parameters
    ----------
    most
        Largest number that is tried; None for 12 (T / 100)^(1/4).
    """

    most: int | None = field(default=None)

    def __post_init__(self) -> None:
        require_whole("most", self.most, optional=True)


Lags = int | ByAIC | ByBIC | BySignificance


def require_lags(lags: object) -> None:
    """Stop at what is neither a number of lags nor a rule for it.

    Raises
    ------
    OptionError
        With what to give.
    """
    if not isinstance(lags, ByAIC | ByBIC | BySignificance):
        require_whole("lags", lags)


def rule_of(lags: Lags) -> tuple[int | None, str | None]:
    """Largest number of lags and the rule, as statsmodels calls them."""
    if isinstance(lags, ByAIC | ByBIC | BySignificance):
        names = {ByAIC: "AIC", ByBIC: "BIC", BySignificance: "t-stat"}
        return lags.most, names[type(lags)]
    return lags, None
