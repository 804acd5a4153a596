"""Old and new coefficients in units of the old standard error, and a verdict on each."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from econ.errors import OptionError
from econ.estimates import ROUNDING, stars
from econ.margins import Margins
from econ.stability.records import Record

__all__ = ["DRIFT", "SAME", "STRUCTURAL", "VERDICTS", "WARN", "Comparison", "Finding", "compare", "merged"]

VERDICTS = SAME, WARN, DRIFT, STRUCTURAL = "same", "warn", "drift", "structural"
STATUS = {SAME: 0, WARN: 0, DRIFT: 1, STRUCTURAL: 3}
FACTS = (
    "estimator",
    "formula",
    "covariance",
    "nobs",
    "clusters",
    "absorbed",
    "dropped",
    "converged",
    "not_estimable",
    "margins",
)
LABELS = {"estimate": "estimate", "se": "standard error", "p": "p-value", "df": "degrees of freedom"}
EPS = 2.0**-52
INFINITE = float("inf")


@dataclass(frozen=True)
class Finding:
    """What became of one term, or of a fact of a whole specification.

    Attributes
    ----------
    verdict
        `warn`, `drift` or `structural`.
    specification, term
        Where; the term is empty for a fact of the whole specification.
    shift
        How far the number that moved most moved, in old standard errors (a p-value: as it is; degrees of freedom, and
        an estimate without an error: relative); infinite where not defined.
    message
        What moved, from where to where.
    """

    verdict: str
    specification: str
    term: str
    shift: float
    message: str


@dataclass(frozen=True)
class Comparison:
    """The outcome of a comparison.

    Attributes
    ----------
    findings
        What differs, worst first: by verdict, then by the shift.
    specifications
        Every specification of either side.
    causes
        Why, by specification with a finding; empty until it has been asked.
    strict
        Whether warnings fail too.
    """

    findings: tuple[Finding, ...]
    specifications: tuple[str, ...]
    causes: Mapping[str, tuple[str, ...]]
    strict: bool = False

    @property
    def verdict(self) -> str:
        """The worst of the verdicts."""
        return max((one.verdict for one in self.findings), key=VERDICTS.index, default=SAME)

    @property
    def status(self) -> int:
        """Exit status of a command: 0 same, 1 drift, 3 structural; warnings are 0, or 1 if `strict`."""
        return 1 if self.strict and self.verdict == WARN else STATUS[self.verdict]

    def fails(self, verdict: str) -> bool:
        """Whether a finding of this verdict is a failure."""
        return verdict in {DRIFT, STRUCTURAL} or (self.strict and verdict == WARN)

    @property
    def counts(self) -> dict[str, int]:
        """Number of specifications by the worst verdict on each, the worst first."""
        worst = dict.fromkeys(self.specifications, SAME)
        for finding in reversed(self.findings):
            worst[finding.specification] = finding.verdict
        found = list(worst.values())
        return {verdict: found.count(verdict) for verdict in reversed(VERDICTS)}

    def of(self, specification: str) -> tuple[Finding, ...]:
        """The findings on one specification."""
        return tuple(one for one in self.findings if one.specification == specification)


def compare(old: Mapping[str, Record], new: Mapping[str, Record]) -> Comparison:
    """Compare records, such as those of a baseline and of a new build.

    A number is the *same* up to 1e-6 old standard errors, a *warning* up to 0.01, beyond that a *drift*; so is a
    movement that changes the stars of a term or the sign of one whose t exceeded one, and a number that is not finite
    any more. Another specification, term, sample size, number of clusters or convergence is *structural*. Where the
    old record has margins of its own, these count.

    Parameters
    ----------
    old, new
        Records by specification, from `record`, `read_baseline` or both.

    Examples
    --------
    >>> one = {"estimate": 1.0, "se": 0.5, "df": 7.0, "p": 0.08}
    >>> moved = {**one, "estimate": 1.1}
    >>> found = compare({"a": {"terms": {"x": one}}}, {"a": {"terms": {"x": moved}}})
    >>> found.verdict, [round(finding.shift, 3) for finding in found.findings]
    ('drift', [0.2])
    """
    names = sorted({*old, *new})
    findings = [finding for name in names for finding in _within(name, old.get(name), new.get(name))]
    return Comparison(_ordered(findings), tuple(names), {})


def merged(comparisons: Sequence[Comparison]) -> Comparison:
    """Several comparisons of different specifications as one."""
    return Comparison(
        _ordered(finding for one in comparisons for finding in one.findings),
        tuple(sorted(name for one in comparisons for name in one.specifications)),
        {name: why for one in comparisons for name, why in one.causes.items()},
    )


def _ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda one: (-VERDICTS.index(one.verdict), -one.shift)))


def _within(name: str, old: Record | None, new: Record | None) -> Iterator[Finding]:
    if old is None or new is None:
        message = (
            "is new; the baseline does not have it" if old is None else "is in the baseline, but not made any more"
        )
        yield Finding(STRUCTURAL, name, "", INFINITE, f"the specification {message}")
        return
    for fact in FACTS:
        if _fact(old, fact) != _fact(new, fact):
            message = f"{fact} was {old.get(fact)!r}, is {new.get(fact)!r}"
            yield Finding(STRUCTURAL, name, "", INFINITE, message)
    before, after = old.get("terms") or {}, new.get("terms") or {}
    for term in sorted(set(before) ^ set(after)):
        message = "the term is gone" if term in before else "the term is new"
        yield Finding(STRUCTURAL, name, term, INFINITE, message)
    margins = _margins(old)
    for term in sorted(set(before) & set(after)):
        finding = _moved(before[term], after[term], margins)
        if finding.verdict != SAME:
            yield replace(finding, specification=name, term=term)


def _fact(record: Record, name: str) -> Any:
    """A fact as it is compared: blanks in a formula do not count."""
    found = record.get(name)
    return "".join(found.split()) if name == "formula" and isinstance(found, str) else found


def _margins(old: Record) -> Margins:
    try:
        return Margins(**old.get("margins", {}))
    except TypeError as error:
        raise OptionError(f"margins of a record are same, warn and reason, not {old['margins']!r}") from error


def _moved(old: Mapping[str, Any], new: Mapping[str, Any], margins: Margins) -> Finding:
    """The finding on one term; where and why are not yet known."""
    if _whole(old["df"]) and _whole(new["df"]) and old["df"] != new["df"]:
        message = f"degrees of freedom were {old['df']:.17g}, are {new['df']:.17g}"
        return Finding(STRUCTURAL, "", "", INFINITE, message)
    units = {"estimate": _unit(old), "se": _unit(old), "p": 1.0, "df": old["df"] or 1.0}
    shifts = {what: _shift(old[what], new[what], unit) for what, unit in units.items()}
    verdict = max((_verdict(shift, margins) for shift in shifts.values()), key=VERDICTS.index)
    parts = [
        _sentence(what, old[what], new[what], shift)
        for what, shift in sorted(shifts.items(), key=lambda pair: -pair[1])
        if _verdict(shift, margins) != SAME
    ]
    turned = _turned(old, new) if verdict != SAME else []
    return Finding(DRIFT if turned else verdict, "", "", max(shifts.values()), "; ".join([*turned, *parts]))


def _verdict(shift: float, margins: Margins) -> str:
    if shift <= margins.same:
        return SAME
    return WARN if shift <= margins.warn else DRIFT


def _unit(old: Mapping[str, Any]) -> float:
    """The old standard error; the estimate itself where the error is missing or nothing but rounding."""
    size, se = abs(old["estimate"] or 0.0), old["se"] or 0.0
    return se if se > ROUNDING * size else size or 1.0


def _shift(old: float | None, new: float | None, unit: float) -> float:
    """Distance in units, less what rounding to doubles can make of it; infinite where one side is not finite."""
    gone = [one is None or not math.isfinite(one) for one in (old, new)]
    if old is None or new is None or any(gone):
        return 0.0 if all(gone) else INFINITE
    return max(abs(new - old) - 2 * EPS * max(abs(old), abs(new)), 0.0) / abs(unit)


def _whole(df: float | None) -> bool:
    return df is not None and math.isfinite(df) and float(df).is_integer()


def _turned(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """What a movement turned over: the stars, or the sign of a term whose t exceeds one."""
    found = []
    before, after = (stars(one["p"]) for one in (old, new))
    if before != after:
        found.append(f"stars were {before or 'none'}, are {after or 'none'}")
    estimates = [one["estimate"] for one in (old, new)]
    if None not in estimates and estimates[0] * estimates[1] < 0 and max(_t(old), _t(new)) > 1:
        found.append("the sign turned")
    return found


def _t(term: Mapping[str, Any]) -> float:
    return abs(term["estimate"]) / term["se"] if term["se"] else INFINITE


def _sentence(what: str, old: float | None, new: float | None, shift: float) -> str:
    unit = {"p": "", "df": " of what they were"}.get(what, " old standard errors")
    if math.isinf(shift):
        before, after = ("missing" if one is None else repr(one) for one in (old, new))
        return f"the {LABELS[what]} was {before}, is {after}"
    return f"{LABELS[what]} moved by {shift:.3g}{unit}, from {old!r} to {new!r}"
