"""What a paper prints, what the data say, and whether the two agree: for anyone who replicates a paper.

What is found for a claim is an interval of values, with the years on which it rests, or a gap; `verdict` compares.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from econ.errors import NotDefinedError, OptionError

__all__ = ["ABOUT_YEARS", "TOLERANCE", "WORDS", "Claim", "Computed", "Gap", "Reading", "Verdict", "in_units", "verdict"]

OPERATORS = ("=", "<", ">", "between", "about")
WORDS = ("holds", "fails", "cannot be checked")
TOLERANCE = 0.1  # relative distance that a printed "about" leaves open
ABOUT_YEARS = 1  # years on either side that a date given as "about" leaves open
SLACK = 1e-9  # relative rounding error of a computed number at the edge of an interval
DIGITS = 4  # significant digits of a computed number in a sentence
YEAR = re.compile(r"(?<!\d)((?:1[89]|20)\d\d)(s?)(?!\d)")


@dataclass(frozen=True)
class Claim:
    """One number stated as fact: what it measures, when, and how it is bounded.

    Attributes
    ----------
    claim_id, quantity, period, operator
        Name of the claim, what is measured, when, and one of `=`, `<`, `>`, `between`, `about`.
    low, high, unit, section
        The printed number, a second one of `between` or of a pair such as a vote, their unit, and where it says so.

    Raises
    ------
    OptionError
        If the operator does not exist, or the numbers do not fit it.

    Examples
    --------
    >>> Claim("c23", "deposits in savings", "1980-1999", "about", 55.0, None, "percent").printed
    'about 55 percent'
    """

    claim_id: str
    quantity: str
    period: str
    operator: str
    low: float
    high: float | None
    unit: str
    section: str = ""

    def __post_init__(self) -> None:
        what = f"claim {self.claim_id!r}"
        if self.operator not in OPERATORS:
            raise OptionError(f"{what} has the operator {self.operator!r}; give it one of {', '.join(OPERATORS)}")
        if not all(math.isfinite(value) for value in (self.low, self.high) if value is not None):
            raise OptionError(f"{what} has a number that is not finite")
        if self.operator == "between" and (self.high is None or self.high < self.low):
            raise OptionError(f"{what} is 'between' and needs two numbers, the lower one first")
        if self.operator in ("<", ">", "about") and self.high is not None:
            raise OptionError(f"{what} is {self.operator!r} and takes one number, not two")
        if self.operator == "about" and self.low == 0:
            raise OptionError(f"{what} is about zero, of which no relative distance exists; use '='")

    @property
    def printed(self) -> str:
        """The claim as the paper puts it."""
        if self.operator == "between":
            return f"between {self.low:,.15g} and {self.high:,.15g} {self.unit}"
        pair = "" if self.high is None else f" to {self.high:,.15g}"
        return f"{'' if self.operator == '=' else f'{self.operator} '}{self.low:,.15g}{pair} {self.unit}"

    def shown(self, low: float, high: float) -> str:
        """An interval with one digit more than the claim prints, and no fewer than `DIGITS`."""
        ends = []
        for value in (low, high):
            place = DIGITS - 1 - (math.floor(math.log10(abs(value))) if value else 0)
            text = f"{value:,.{max(0, place, _decimals(self.low) + 1)}f}"
            ends.append(text.rstrip("0").rstrip(".") if "." in text else text)
        return ends[0] if ends[0] == ends[1] else " to ".join(ends)

    @property
    def years(self) -> tuple[int, ...]:
        """Every year of the period, from the first that it names to the last; none if it names none."""
        ends = [int(year) + late for year, decade in YEAR.findall(self.period) for late in ((0, 9) if decade else (0,))]
        return tuple(range(min(ends), max(ends) + 1)) if ends else ()

    @property
    def years_around(self) -> tuple[int, ...]:
        """The years, and `ABOUT_YEARS` on either side if the period is given as "about"."""
        wide = ABOUT_YEARS if self.period.startswith("about") else 0
        return tuple(range(self.years[0] - wide, self.years[-1] + wide + 1)) if self.years else ()


@dataclass(frozen=True)
class Reading:
    """The same data read otherwise, say in another unit: how, and the values that it gives."""

    words: str
    low: float
    high: float


@dataclass(frozen=True)
class Computed:
    """The values that the data allow for a quantity, and on what they rest.

    Attributes
    ----------
    low, high, source, years
        Ends of the interval (equal if the data give one number), what it is, in words, and the years it rests on.
    every
        Whether the claim is about each of many observations, of which `low` and `high` are the extremes; otherwise
        the quantity is one number that lies somewhere between them.
    readings
        Other readings of the same data, tried if the claim does not hold.

    Raises
    ------
    OptionError
        If the ends are not two ordered finite numbers.
    """

    low: float
    high: float
    source: str
    years: tuple[int, ...]
    every: bool = field(default=False, kw_only=True)
    readings: tuple[Reading, ...] = field(default=(), kw_only=True)

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low <= self.high):
            raise OptionError(f"values from {self.low} to {self.high} of {self.source!r} are no interval")

    @property
    def period(self) -> str:
        """The years as text, runs joined."""
        return _runs(self.years)


@dataclass(frozen=True)
class Gap:
    """Why the data at hand cannot say anything, and what would be needed."""

    reason: str
    needed: str


@dataclass(frozen=True)
class Verdict:
    """One of `WORDS`, and why."""

    word: str
    why: str


def verdict(claim: Claim, found: Computed | Gap) -> Verdict:
    r"""Whether a claim agrees with what was found.

    A claim accepts an interval A of values. With :math:`h` half a unit of the last printed digit (a whole number is
    taken as printed to the unit) and :math:`t` the constant `TOLERANCE`:

    - `=`: :math:`A = [v - h, v + h]`, so that a value agrees if it rounds to the printed number;
    - `about`: :math:`A = [v - t|v|, v + t|v|]`;
    - `between`: :math:`A = [a - h_a, b + h_b]`, each end with its own digits;
    - `<`, `>`: :math:`A = (-\infty, v)` and :math:`(v, \infty)`, without rounding: 0.6 is less than one.

    The data allow an interval D. The claim holds if D is within A and fails if the two do not meet. Otherwise the
    data cannot tell, unless the claim is about every observation: then one observation outside A refutes it.
    A claim that holds or fails on part of its period does so on that part, and the reason says which.

    Parameters
    ----------
    claim
        What the paper prints.
    found
        What the data say.

    Raises
    ------
    NotDefinedError
        If the claim is a printed pair and a value is compared with it.

    Examples
    --------
    >>> claim = Claim("c36", "growth of flows", "1995-2000", "between", 5.0, 6.0, "ratio")
    >>> verdict(claim, Computed(5.185, 5.185, "flows", (1995, 2000))).word
    'holds'
    >>> verdict(claim, Gap("no flows before 1995", "the flows of earlier years")).word
    'cannot be checked'
    """
    if isinstance(found, Gap):
        return Verdict(WORDS[2], f"{found.reason} Needed: {found.needed}.")
    least, most = _accepted(claim)
    word = _word(claim, found.low, found.high, every=found.every)
    mixed = "is not always" if found.low <= most and found.high >= least else "is not"
    verb = {WORDS[0]: "is", WORDS[1]: mixed, WORDS[2]: "is only in part"}[word]
    why = f"{claim.shown(found.low, found.high)} {verb} {_bounds(claim)}."
    return Verdict(word, " ".join([why, *_read_otherwise(claim, found, word), *_uncovered(claim, found)]))


def in_units(found: Computed, factors: Mapping[str, float]) -> Computed:
    """The same values with other units to be tried: words of a unit, and what multiplies the value in it.

    Examples
    --------
    >>> found = in_units(Computed(2.0, 2.0, "flows", (1995,)), {"USD billion per year": 12})
    >>> found.readings[0].low
    24.0
    """
    read = (Reading(unit, *sorted((found.low * factor, found.high * factor))) for unit, factor in factors.items())
    return replace(found, readings=(*found.readings, *read))


def _accepted(claim: Claim) -> tuple[float, float]:
    """Ends of the closed interval of values that agree with a claim."""
    low, high = claim.low, claim.low if claim.high is None else claim.high
    if claim.operator == "=" and claim.high is not None:
        raise NotDefinedError(f"claim {claim.claim_id} prints a pair of numbers; compare each as a claim of its own")
    if claim.operator == "<":
        return -math.inf, math.nextafter(low, -math.inf)
    if claim.operator == ">":
        return math.nextafter(low, math.inf), math.inf
    about = claim.operator == "about"
    below, above = (TOLERANCE * abs(low),) * 2 if about else [0.5 * 10.0 ** -_decimals(end) for end in (low, high)]
    return low - below - SLACK * abs(low), high + above + SLACK * abs(high)


def _decimals(printed: float) -> int:
    """Digits that a printed number has after the point."""
    return max(0, -int(Decimal(f"{printed:.15g}").normalize().as_tuple().exponent))


def _word(claim: Claim, low: float, high: float, *, every: bool) -> str:
    least, most = _accepted(claim)
    if least <= low and high <= most:
        return WORDS[0]
    return WORDS[1] if every or high < least or low > most else WORDS[2]


def _bounds(claim: Claim) -> str:
    """The interval that a claim accepts, in words."""
    if claim.operator in ("<", ">"):
        return f"{'below' if claim.operator == '<' else 'above'} {claim.low:,.15g}"
    return f"within {claim.shown(*_accepted(claim))}"


def _read_otherwise(claim: Claim, found: Computed, word: str) -> list[str]:
    """What other readings give: those in which the claim holds, or those in which it may, or else all."""
    if word == WORDS[0] or not found.readings:
        return []
    words = {one: _word(claim, one.low, one.high, every=found.every) for one in found.readings}
    best = min(words.values(), key=(WORDS[0], WORDS[2], WORDS[1]).index)
    shown = " or ".join(f"{one.words} ({claim.shown(one.low, one.high)})" for one in words if words[one] == best)
    outcome = {WORDS[0]: "would hold", WORDS[2]: "could hold", WORDS[1]: "would not hold either"}[best]
    return [f"Read as {shown} it {outcome}."]


def _uncovered(claim: Claim, found: Computed) -> list[str]:
    missing = sorted(set(claim.years) - set(found.years))
    if not missing:
        return []
    return [f"Of the period of the claim the data do not cover {_runs(missing)}."]


def _runs(years: Iterable[int]) -> str:
    """Years as text: 1995-1997, 2000."""
    runs: list[list[int]] = []
    for year in sorted(set(years)):
        if runs and year == runs[-1][1] + 1:
            runs[-1][1] = year
        else:
            runs.append([year, year])
    return ", ".join(f"{first}" if first == last else f"{first}-{last}" for first, last in runs)
