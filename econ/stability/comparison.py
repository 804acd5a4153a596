"""Old and new coefficients in units of the old standard error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from econ.stability.baseline import Record

__all__ = ["DRIFT", "STRUCTURAL", "Finding", "compare"]

DRIFT, STRUCTURAL = "drift", "structural"
TOLERANCE = 1e-6  # old standard errors, or of a probability
MOVABLE = {  # number: how it is called, and whether its shift is measured in old standard errors
    "estimate": ("estimate", True),
    "se": ("standard error", True),
    "p_value": ("p-value", False),
    "low": ("lower end of the interval", True),
    "high": ("upper end of the interval", True),
}
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
        How far the number moved, in old standard errors (a p-value: as it is); infinite where not defined.
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
    >>> one = {"estimate": 1.0, "se": 0.5, "df": 7.0, "p_value": 0.08, "low": -0.2, "high": 2.2}
    >>> moved = {**one, "estimate": 1.1}
    >>> [(finding.verdict, round(finding.shift, 3))
    ...  for finding in compare({"a": {"terms": {"x": one}}}, {"a": {"terms": {"x": moved}}})]
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
    for what, (label, in_errors) in MOVABLE.items():
        shift = _shift(old[what], new[what], old["se"] if in_errors else 1.0)
        if not shift <= TOLERANCE:
            yield Finding(DRIFT, name, term, shift, _sentence(label, old[what], new[what], shift, in_errors=in_errors))
    if old["df"] != new["df"]:
        message = f"degrees of freedom were {old['df']}, are {new['df']}"
        yield Finding(STRUCTURAL, name, term, float("inf"), message)


def _shift(old: float | None, new: float | None, unit: float | None) -> float:
    if old is None or new is None:
        return 0.0 if old is new else float("inf")
    if old == new:
        return 0.0
    return abs(new - old) / unit if unit else float("inf")


def _sentence(what: str, old: float | None, new: float | None, shift: float, *, in_errors: bool) -> str:
    unit = " old standard errors" if in_errors else ""
    return f"{what} moved by {shift:.3g}{unit}, from {old!r} to {new!r}"
