"""A hypothesis as a section of the report, as a part of the ledger and as a line of the summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from econ.errors import OptionError
from econ.estimates import Estimates, NotEstimable
from econ.ledger.evidence import Evidence, overall
from econ.ledger.hypothesis import Hypothesis
from econ.ledger.verdicts import AGREEMENT, SIZE, Verdict
from econ.report.figure import Figure
from econ.report.section import Brief, Section
from econ.report.tables import Row, Table, number, p_text

__all__ = ["GROUP", "LEDGER", "hypothesis_section"]

LEDGER = "ledger_hypotheses"
GROUP = "Hypotheses"
COLUMNS = (
    "Verdict",
    "Estimate",
    "Interval",
    "p, few clusters",
    "Rows, clusters",
    "Specifications that agree",
    "Most influential",
)
SIGNS = {1: "positive", -1: "negative"}
RULE = (
    f"Verdicts follow a rule: undecided unless p < {SIZE:g}; supported (contradicted) where the sign is (is not) that "
    f"predicted, at least {AGREEMENT:.0%} of the specifications of its grid have the sign of the estimate, and no "
    "single unit turns it; fragile otherwise. For the verdict on a hypothesis p-values are adjusted for as many "
    "tests as it has (Holm); it is supported only where every concept that can be tested supports it, mixed where "
    "two point in different directions. Concepts overlap: two that support it are not two pieces of evidence. p: "
    "wild cluster bootstrap unless the section says otherwise. Most influential: without that unit the estimate is "
    "the one in brackets. Undecided is not refuted: with so few rescues the intervals hold effects of both signs."
)


def hypothesis_section(
    hypothesis: Hypothesis,
    evidence: Sequence[Evidence],
    *,
    name: str,
    items: Sequence[Table | Figure] = (),
    findings: Sequence[str] = (),
    notes: Sequence[str] = (),
    estimates: Mapping[str, Estimates | NotEstimable] | None = None,
) -> Section:
    """What was asked, what was found under each concept, and the verdict.

    Parameters
    ----------
    hypothesis, evidence
        The hypothesis, and what was found for each of its concepts.
    name
        Start of the names of its tables.
    items, findings, notes
        What else the section shows and says; notes stand below the table of evidence.
    estimates
        Other results that must not drift.
    """
    concepts = [one.trial.concept for one in evidence]
    twice = sorted(
        {concept for concept in concepts if concepts.count(concept) > 1} | ({*concepts} & {*(estimates or {})})
    )
    if twice:
        raise OptionError(
            f"hypothesis {hypothesis.title!r} names {', '.join(twice)} twice; results need names of their own"
        )
    verdict = overall(evidence)
    said = tuple(_sentence(one) for one in evidence)
    return Section(
        title=hypothesis.title,
        question=hypothesis.statement,
        findings=(f"Verdict: {verdict.value}.", *said, *findings),
        items=(_design(hypothesis, name), _evidence(hypothesis, evidence, name, notes), *items),
        estimates={**{one.trial.concept: one.estimates for one in evidence}, **(estimates or {})},
        ledger=(_ledger(hypothesis, verdict, evidence),),
        place=hypothesis.number,
        briefs=(Brief(GROUP, hypothesis.title, verdict.value, _brief(hypothesis, evidence)),),
    )


def _design(hypothesis: Hypothesis, name: str) -> Table:
    rows = tuple(Row(part, (text,)) for part, text in hypothesis.parts.items())
    data = pd.DataFrame([{"part": part, "text": text} for part, text in hypothesis.parts.items()])
    return Table(f"{name}_design", f"{hypothesis.title}: what is tested, and how", ("",), rows, (), data)


def _evidence(hypothesis: Hypothesis, evidence: Sequence[Evidence], name: str, notes: Sequence[str]) -> Table:
    covers = tuple(f"{one.trial.concept}: {one.trial.covers}" for one in evidence)
    tested = tuple(
        f"{one.trial.concept}: {one.trial.term} in {one.estimates.formula}; predicted {SIGNS[one.trial.predicted]}; "
        f"{'p by ' + one.method if not one.reason else 'not tested: ' + one.reason.rstrip('.')}."
        for one in evidence
    )
    rows = tuple(_row(one) for one in evidence)
    title = f"{hypothesis.title}: the evidence under each concept"
    return Table(
        f"{name}_evidence", title, COLUMNS, rows, (*covers, *tested, *notes, RULE), _data(hypothesis, evidence)
    )


def _ledger(hypothesis: Hypothesis, verdict: Verdict, evidence: Sequence[Evidence]) -> Table:
    rows = (Row(f"{hypothesis.title}: {verdict.value}"), *(_row(one) for one in evidence))
    title = "Ledger of hypotheses: what was tested, the verdict, and how sure it is"
    return Table(LEDGER, title, COLUMNS, rows, (RULE,), _data(hypothesis, evidence).assign(together=verdict.value))


def _row(one: Evidence) -> Row:
    cells = (one.verdict.value, *_numbers(one))
    return Row(one.trial.concept, cells, (one.estimates,) * len(cells))


def _numbers(one: Evidence) -> tuple[str, ...]:
    if isinstance(one.estimates, NotEstimable) or one.row is None or one.reason:
        return ("—", "", "", "", "", "")
    row = one.row
    clusters = ", ".join(f"{count:,}" for count in one.estimates.clusters.values())
    without = f"{one.influential} ({number(one.without) or 'no estimate'})" if one.influential else ""
    return (
        number(row["estimate"]),
        f"[{number(row['low'])}, {number(row['high'])}]",
        p_text(one.p_value)[2:].removeprefix("= "),
        f"{one.estimates.nobs:,}" + (f", {clusters}" if clusters else ""),
        f"{one.share:.0%} of {one.specifications:,}" if one.specifications else "none",
        without + (f"; {one.turned} turn the sign" if one.turned else ""),
    )


def _data(hypothesis: Hypothesis, evidence: Sequence[Evidence]) -> pd.DataFrame:
    lines = []
    for one in evidence:
        row = {} if one.row is None else one.row[["estimate", "se", "low", "high"]].to_dict()
        lines.append(
            {
                "hypothesis": hypothesis.title,
                "concept": one.trial.concept,
                "verdict": one.verdict.value,
                "term": one.trial.term,
                "predicted": one.trial.predicted,
                **row,
                "p_value": one.p_value,
                "nobs": getattr(one.estimates, "nobs", 0),
                "specifications": one.specifications,
                "share": one.share,
                "influential": one.influential,
                "without": one.without,
                "turned": one.turned,
                "reason": one.reason,
            }
        )
    return pd.DataFrame(lines)


def _sentence(one: Evidence) -> str:
    if one.row is None or one.reason:
        return f"{one.trial.concept}: {Verdict.UNTESTABLE.value}, since {one.reason.rstrip('.')}."
    row = one.row
    agree = f"; {one.share:.0%} of {one.specifications} specifications agree in sign" if one.specifications else ""
    return (
        f"{one.trial.concept}: {number(row['estimate'])} [{number(row['low'])}, {number(row['high'])}], "
        f"{p_text(one.p_value)} ({one.method}){agree}. {one.verdict.value.capitalize()}."
    )


def _brief(hypothesis: Hypothesis, evidence: Sequence[Evidence]) -> str:
    """The hypothesis and the concept with the smallest p-value."""
    tested = [one for one in evidence if not one.reason and one.row is not None]
    counts = {verdict: sum(one.verdict is verdict for one in evidence) for verdict in Verdict}
    said = ", ".join(f"{count} {verdict.value}" for verdict, count in counts.items() if count)
    start = f"{hypothesis.statement} Of {len(evidence)} concepts and parts: {said}. "
    if not tested:
        return start + "None of its concepts can be tested with what is here."
    best = min(tested, key=lambda one: one.p_value)
    assert best.row is not None
    low, high = number(best.row["low"]), number(best.row["high"])
    found = f"{best.trial.concept}: {number(best.row['estimate'])} [{low}, {high}]"
    return f"{start}Smallest {p_text(best.p_value)} ({found})."
