"""Old and new coefficients in units of the old standard error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from econ.stability.baseline import Record

__all__ = ["DRIFT", "SAME", "STRUCTURAL", "Finding", "compare"]

SAME, DRIFT, STRUCTURAL = "same", "drift", "structural"
TOLERANCE = 1e-6  # old standard errors
FACTS = ("estimator", "formula", "covariance", "nobs", "clusters", "absorbed", "dropped", "not_estimable")


@dataclass(frozen=True)
class Finding:
    """One difference between the baseline and what the build gives now.

    Attributes
    ----------
    verdict
        `drift` (a number moved) or `structural` (something else is estimated).
    specification, term
        Where; the term is empty for a fact of the whole specification.
    shift
        How far the estimate moved, in old standard errors; infinite where that is not defined.
    message
        What moved, from where to where.
    """

    verdict: str
    specification: str
    term: str
    shift: float
    message: str


def compare(old: Mapping[str, Record], new: Mapping[str, Record]) -> tuple[Finding, ...]:
    """Differences, worst first; none if every number is the same to 1e-6 old standard errors.

    Examples
    --------
    >>> one = {"nobs": 9, "terms": {"x": {"estimate": 1.0, "se": 0.5, "df": 7.0, "p_value": 0.08}}}
    >>> moved = {"nobs": 9, "terms": {"x": {"estimate": 1.1, "se": 0.5, "df": 7.0, "p_value": 0.06}}}
    >>> [(finding.verdict, round(finding.shift, 3)) for finding in compare({"a": one}, {"a": moved})]
    [('drift', 0.2)]
    """
    findings = [
        *(_gone(name, "is in the baseline, but no analysis makes it any more") for name in sorted(set(old) - set(new))),
        *(_gone(name, "is new; the baseline does not have it") for name in sorted(set(new) - set(old))),
        *(finding for name in sorted(set(old) & set(new)) for finding in _within(name, old[name], new[name])),
    ]
    return tuple(sorted(findings, key=lambda finding: (finding.verdict != STRUCTURAL, -finding.shift)))


def _gone(name: str, message: str) -> Finding:
    return Finding(STRUCTURAL, name, "", float("inf"), f"the specification {message}")


def _within(name: str, old: Record, new: Record) -> Iterator[Finding]:
    for fact in FACTS:
        if old.get(fact) != new.get(fact):
            message = f"{fact} was {old.get(fact)!r}, is {new.get(fact)!r}"
            yield Finding(STRUCTURAL, name, "", float("inf"), message)
    before, after = old.get("terms", {}), new.get("terms", {})
    for term in sorted(set(before) ^ set(after)):
        message = "the term is gone" if term in before else "the term is new"
        yield Finding(STRUCTURAL, name, term, float("inf"), message)
    for term in sorted(set(before) & set(after)):
        yield from _moved(name, term, before[term], after[term])


def _moved(name: str, term: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Finding]:
    unit = old["se"]
    shift = _shift(old["estimate"], new["estimate"], unit)
    if not shift <= TOLERANCE:
        yield Finding(DRIFT, name, term, shift, _sentence("estimate", old["estimate"], new["estimate"], shift))
    stretch = _shift(unit, new["se"], unit)
    if not stretch <= TOLERANCE:
        yield Finding(DRIFT, name, term, stretch, _sentence("standard error", unit, new["se"], stretch))
    if old["df"] != new["df"]:
        message = f"degrees of freedom were {old['df']}, are {new['df']}"
        yield Finding(STRUCTURAL, name, term, float("inf"), message)


def _shift(old: float | None, new: float | None, unit: float | None) -> float:
    if old is None or new is None:
        return 0.0 if old is new else float("inf")
    if old == new:
        return 0.0
    return abs(new - old) / unit if unit else float("inf")


def _sentence(what: str, old: float | None, new: float | None, shift: float) -> str:
    return f"{what} moved by {shift:.3g} old standard errors, from {old!r} to {new!r}"
