"""The text of a formula, taken apart: `response ~ regressors | effect + effect^effect`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from econ.errors import FormulaError

__all__ = ["Formula", "parse"]

NAME = re.compile(r"[^\W\d]\w*")
PLAIN_TERM = re.compile(r"[^\W\d]\w*|1")
OPENING, CLOSING = "([{", ")]}"


@dataclass(frozen=True)
class Formula:
    """A formula by its parts.

    Attributes
    ----------
    text
        As the caller wrote it.
    response, regressors
        Left and right of `~`, up to the first bar.
    effects
        Absorbed effects; each a tuple of the columns whose combination it is.
    """

    text: str
    response: str
    regressors: str
    effects: tuple[tuple[str, ...], ...]

    @property
    def plain(self) -> tuple[str, ...] | None:
        """The regressors if all are plain column names (the intercept aside), else None."""
        terms = [term.strip() for term in self.regressors.split("+")]
        if not NAME.fullmatch(self.response) or not all(map(PLAIN_TERM.fullmatch, terms)):
            return None
        return tuple(dict.fromkeys(term for term in terms if term != "1"))


@lru_cache(maxsize=256)
def parse(text: str) -> Formula:
    """Take a formula apart.

    Raises
    ------
    FormulaError
        If a part is missing, a bracket is left open, or an effect is not a column or `a^b`.

    Examples
    --------
    >>> parse("log(y) ~ x | firm + year^region").effects
    (('firm',), ('year', 'region'))
    """
    sides = [side.strip() for side in split(text, "~")]
    if len(sides) != 2 or not all(sides):  # noqa: PLR2004
        raise FormulaError(f"{text!r}: write it as 'y ~ x1 + x2' or 'y ~ x1 + x2 | unit + time'")
    regressors, *bars = [part.strip() for part in split(sides[1], "|")]
    if len(bars) > 1:
        raise FormulaError(f"{text!r}: this estimator takes one bar, before the absorbed effects")
    if not regressors or "" in bars:
        raise FormulaError(f"{text!r}: nothing stands beside the bar; name the regressors and the effects")
    effects = tuple(_effect(text, part) for part in split(bars[0], "+")) if bars else ()
    return Formula(text, sides[0], regressors, tuple(dict.fromkeys(effects)))


def split(text: str, mark: str) -> list[str]:
    """Parts between the marks that stand outside of brackets and backticks.

    Raises
    ------
    FormulaError
        If the brackets do not match.
    """
    parts, depth, quoted = [""], 0, False
    for letter in text:
        quoted ^= letter == "`"
        depth += 0 if quoted else (letter in OPENING) - (letter in CLOSING)
        if depth < 0:
            break
        if letter == mark and depth == 0 and not quoted:
            parts.append("")
        else:
            parts[-1] += letter
    if depth or quoted:
        raise FormulaError(f"{text!r}: a bracket or backtick has no partner")
    return parts


def _effect(text: str, part: str) -> tuple[str, ...]:
    columns = tuple(name.strip().strip("`") for name in part.split("^"))
    if not all(columns) or any(mark in part for mark in "()[]*:"):
        message = (
            f"{text!r}: the absorbed effect {part.strip()!r} is not a column name or a combination "
            "a^b; put varying slopes and transformations among the regressors"
        )
        raise FormulaError(message)
    return columns
