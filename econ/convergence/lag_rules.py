"""How many lagged differences a unit-root regression has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from econ.estimates import require_whole

__all__ = ["ByAIC", "ByBIC", "BySignificance", "Lags", "Rule", "require_lags", "rule_of"]


@dataclass(frozen=True)
class Rule:
    """A choice of the number of lags by what the regressions say.

    Parameters
    ----------
    most
        Largest number that is tried; None for 12 (T / 100)^(1/4).

    Raises
    ------
    OptionError
        If it is no whole number of zero or more.
    """

    most: int | None = None

    name: ClassVar[str]  # as statsmodels calls it

    def __post_init__(self) -> None:
        require_whole("most", self.most, optional=True)


class ByAIC(Rule):
    """The number with the least information criterion of Akaike."""

    name = "AIC"


class ByBIC(Rule):
    """The number with the least information criterion of Schwarz."""

    name = "BIC"


class BySignificance(Rule):
    """The largest number whose last lag has a t statistic beyond 1.645."""

    name = "t-stat"


Lags = int | Rule


def require_lags(lags: object) -> None:
    """Stop at what is neither a number of lags nor a rule for it.

    Raises
    ------
    OptionError
        With what to give.
    """
    if not isinstance(lags, Rule):
        require_whole("lags", lags)


def rule_of(lags: Lags) -> tuple[int | None, str | None]:
    """Largest number of lags and the rule, as statsmodels calls them."""
    return (lags.most, lags.name) if isinstance(lags, Rule) else (lags, None)
