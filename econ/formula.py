"""The text of a formula, taken apart: `response ~ regressors | effect + effect^effect`."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from functools import lru_cache

from econ.errors import FormulaError

__all__ = ["Formula", "parse"]

NAME = re.compile(r"[^\W\d]\w*")
QUOTED = re.compile(r"`[^`]+`")
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

    def plain(self, columns: Container[str]) -> tuple[str, ...] | None:
        """Response and regressors if all are names, quoted names or columns (the intercept aside), else None."""
        parts = [part.strip() for part in split(self.regressors, "+")]
        names = [_name(part, columns) for part in (self.response, *(part for part in parts if part != "1"))]
        found = [name for name in names if name is not None]
        return tuple(dict.fromkeys(found)) if len(found) == len(names) else None


def parse(text: str) -> Formula:
    """Take a formula apart.

    Raises
    ------
    FormulaError
        If it is no text, a part is missing, a bracket is left open, the response is among the regressors,
        or an effect is not a column or `a^b`.

    Examples
    --------
    >>> parse("log(y) ~ x | firm + year^region").effects
    (('firm',), ('year', 'region'))
    """
    if not isinstance(text, str):
        raise FormulaError(f"a formula is a text such as 'y ~ x1 + x2 | unit', not {text!r}")
    return _parsed(text)


@lru_cache(maxsize=256)
def _parsed(text: str) -> Formula:
    sides = [side.strip() for side in split(text, "~")]
    if len(sides) != 2 or not all(sides):  # noqa: PLR2004
        raise FormulaError(f"{text!r}: write it as 'y ~ x1 + x2' or 'y ~ x1 + x2 | unit + time'")
    if len(split(sides[0], "|")) > 1:
        raise FormulaError(f"{text!r}: there is one response, left of the ~")
    regressors, *bars = [part.strip() for part in split(sides[1], "|")]
    if len(bars) > 1:
        raise FormulaError(f"{text!r}: this estimator takes one bar, before the absorbed effects")
    if not regressors or "" in bars:
        raise FormulaError(f"{text!r}: nothing stands beside the bar; name the regressors and the effects")
    if sides[0] in [part.strip() for part in split(regressors, "+")]:
        raise FormulaError(f"{text!r}: the response {sides[0]} is among the regressors")
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


def _name(part: str, columns: Container[str]) -> str | None:
    if QUOTED.fullmatch(part):
        return part.strip("`")
    return part if part in columns or NAME.fullmatch(part) else None


def _effect(text: str, part: str) -> tuple[str, ...]:
    names = [name.strip() for name in split(part, "^")]
    columns = tuple(name.strip("`") for name in names)
    odd = [name for name in names if not QUOTED.fullmatch(name) and any(mark in name for mark in "()[]*:")]
    if not all(columns) or odd:
        raise FormulaError(
            f"{text!r}: the absorbed effect {part.strip()!r} is not a column name or a combination "
            "a^b; put varying slopes and transformations among the regressors"
        )
    return columns
