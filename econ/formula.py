"""The text of a formula, taken apart: `response ~ regressors | effects | endogenous ~ instruments`."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from functools import lru_cache

from econ.errors import FormulaError

__all__ = ["Effect", "Formula", "absorbed", "parse", "plain", "quoted", "split"]

NAME = re.compile(r"[^\W\d]\w*")
QUOTED = re.compile(r"`[^`]+`")
SLOPES = re.compile(r"(?P<levels>[^\[\]]+)\[(?P<only>\[)?(?P<slopes>[^\[\]]+)\]?\]")
OPENING, CLOSING = "([{", ")]}"


@dataclass(frozen=True)
class Effect:
    """An absorbed effect as it is written: columns whose combination has levels, and the variable with slopes.

    `unit` is a constant for each unit, `unit[[x]]` a slope of x for each, and `unit[x]` stands for both.
    """

    columns: tuple[str, ...]
    slope: str | None = None

    @property
    def name(self) -> str:
        """How tables call it."""
        levels = "^".join(self.columns)
        return levels if self.slope is None else f"{levels}[{self.slope}]"

    @property
    def read(self) -> tuple[str, ...]:
        """Every column that it reads."""
        return self.columns if self.slope is None else (*self.columns, self.slope)


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
        Absorbed effects.
    endogenous, instruments
        Left and right of the second `~`; empty where there is none.
    """

    text: str
    response: str
    regressors: str
    effects: tuple[Effect, ...]
    endogenous: str = ""
    instruments: str = ""

    @property
    def sums(self) -> tuple[str, ...]:
        """The sums of terms that make regressors and instruments."""
        return tuple(part for part in (self.regressors, self.endogenous, self.instruments) if part)


def parse(text: str) -> Formula:
    """Take a formula apart: `response ~ regressors | effects | endogenous ~ instruments`.

    Raises
    ------
    FormulaError
        If it is no text, a part is missing, a bracket is left open, the response is among the regressors,
        or an effect is not a column, `a^b` or `a[x]`.

    Examples
    --------
    >>> [effect.name for effect in parse("log(y) ~ x | firm + year^region").effects]
    ['firm', 'year^region']
    >>> parse("y ~ x | d ~ z1 + z2").instruments
    'z1 + z2'
    """
    if not isinstance(text, str):
        raise FormulaError(f"a formula is a text such as 'y ~ x1 + x2 | unit', not {text!r}")
    return _parsed(text)


@lru_cache(maxsize=256)
def _parsed(text: str) -> Formula:
    first, *bars = [part.strip() for part in split(text, "|")]
    response, regressors = _sides(text, first)
    *before, last = bars or [""]
    endogenous, instruments = _sides(text, last) if len(split(last, "~")) > 1 else ("", "")
    effects = before if endogenous else bars
    if len(effects) > 1:
        raise FormulaError(f"{text!r}: at most the absorbed effects and 'endogenous ~ instruments' follow a bar")
    if "" in bars:
        raise FormulaError(f"{text!r}: nothing stands beside the bar; name the regressors and the effects")
    _require_once(text, response, regressors, endogenous)
    found = [effect for part in (split(effects[0], "+") if effects else []) for effect in _effects(text, part)]
    return Formula(text, response, regressors, tuple(dict.fromkeys(found)), endogenous, instruments)


def _sides(text: str, part: str) -> tuple[str, str]:
    sides = [side.strip() for side in split(part, "~")]
    if len(sides) != 2 or not all(sides):  # noqa: PLR2004
        raise FormulaError(f"{text!r}: write it as 'y ~ x1 + x2' or 'y ~ x1 + x2 | unit + time'")
    return sides[0], sides[1]


def _require_once(text: str, response: str, regressors: str, endogenous: str) -> None:
    exogenous = {part.strip() for part in split(regressors, "+")}
    if response in exogenous:
        raise FormulaError(f"{text!r}: the response {response} is among the regressors")
    twice = exogenous & {part.strip() for part in split(endogenous, "+")} - {""}
    if twice:
        raise FormulaError(f"{text!r}: {', '.join(sorted(twice))} stands on both sides of the bar")


def absorbed(text: str) -> tuple[Effect, ...]:
    """The effects of a text such as `unit + year`."""
    return parse(f"response ~ regressor | {text}").effects


def quoted(column: str) -> str:
    """A column as a formula takes it: in backticks where its name is none by itself."""
    return column if NAME.fullmatch(column) else f"`{column}`"


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


def plain(text: str, columns: Container[str]) -> tuple[str, ...] | None:
    """Names of the columns whose sum a text is (the constant aside); None if it is anything else."""
    parts = [part.strip() for part in split(text, "+")]
    names = [_name(part, columns) for part in parts if part != "1"]
    found = [name for name in names if name is not None]
    return tuple(dict.fromkeys(found)) if len(found) == len(names) else None


def _name(part: str, columns: Container[str]) -> str | None:
    if QUOTED.fullmatch(part):
        return part.strip("`")
    return part if part in columns or NAME.fullmatch(part) else None


def _effects(text: str, part: str) -> list[Effect]:
    """`a^b`, `a[x, z]` (constants and slopes) or `a[[x]]` (slopes only)."""
    found = None if QUOTED.fullmatch(part.strip()) else SLOPES.fullmatch(part.strip())
    levels = found["levels"] if found else part
    columns = tuple(_column(text, name.strip()) for name in split(levels, "^"))
    if not found:
        return [Effect(columns)]
    slopes = [Effect(columns, _column(text, name.strip())) for name in split(found["slopes"], ",")]
    return slopes if found["only"] else [Effect(columns), *slopes]


def _column(text: str, name: str) -> str:
    if not name.strip("`") or (not QUOTED.fullmatch(name) and any(mark in name for mark in "()[]*:")):
        raise FormulaError(
            f"{text!r}: {name!r} in the absorbed effects is not a column name, a combination a^b or a slope "
            "a[x]; put transformations into a column"
        )
    return name.strip("`")
