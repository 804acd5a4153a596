"""A ledger of claims as a table of the report: what is printed, what is computed, and the verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace

import pandas as pd

from econ.claims import TOLERANCE, WORDS, Claim, Computed, Gap, verdict
from econ.errors import DataError, MissingColumnError
from econ.report.origin import Origin
from econ.report.section import Brief, Section
from econ.report.tables import Row, Table

__all__ = ["claims_section", "claims_table", "read_claims"]

Checked = Sequence[tuple[Claim, Computed | Gap]]
Tables = Mapping[str, pd.DataFrame]
Check = Callable[[Tables, Claim], Computed | Gap]

LEDGER = ("claim_id", "quantity", "period", "operator", "value_low", "value_high", "unit", "section")
GROUP, LEDGER_NAME = "Printed claims of the convergence paper", "ledger_claims"
COLUMNS = ("Printed", "Computed", "Period and source", "Verdict")
RULE = (
    f"Verdicts: a printed number agrees with values that round to it, 'about' with values within {TOLERANCE:.0%} of "
    "it, bounds with values within them. A claim on which the data straddle cannot be checked; a claim on every "
    "observation of a period fails if one of them is outside."
)


def claims_section(
    tables: Tables, checks: Mapping[str, Check], *, name: str, title: str, question: str, notes: tuple[str, ...]
) -> Section:
    """The section of a topic: each check of a claim run, one table, and a sentence that counts the verdicts.

    Parameters
    ----------
    tables
        Tables of the analysis, the ledger `posen_claims` or another with its columns among them.
    checks
        By claim, what finds its value.
    name, title, question, notes
        Name of the table, heading, question, and what the reader must know.

    Raises
    ------
    DataError
        If a check is given for a claim that is not in the ledger.
    """
    claims = read_claims(tables["posen_claims"])
    strange = sorted(set(checks) - set(claims))
    if strange:
        raise DataError(f"the table of claims has no {', '.join(strange)}; there are {', '.join(claims)}")
    checked = [(claims[claim_id], check(tables, claims[claim_id])) for claim_id, check in checks.items()]
    made = claims_table(name=name, title=title, checked=checked, notes=notes)
    rows = tuple(
        Row(row.label, row.cells, (_line(check),) * len(row.cells))
        for row, check in zip(made.rows, checks.values(), strict=True)
    )
    made = replace(made, rows=rows)
    said = _counted(made.data)
    return Section(
        title=title,
        question=question,
        findings=(said,),
        items=(made,),
        ledger=(_ledger(made),),
        briefs=(Brief(GROUP, title, _verdicts(made.data), _failing(made.data)),),
    )


def _line(check: Check) -> Origin | None:
    """Where a check is written."""
    code = getattr(getattr(check, "func", check), "__code__", None)
    return None if code is None else Origin(code.co_filename, code.co_firstlineno)


def _ledger(made: Table) -> Table:
    """The topic as a part of the ledger of claims: the verdict in a word, the reasons are in the section."""
    rows = tuple(
        Row(row.label, (*row.cells[:2], str(word)), row.sources[:3])
        for row, word in zip(made.rows, made.data["verdict"], strict=True)
    )
    title = "Ledger of claims: what is printed, what the data say, and the verdict"
    return replace(
        made,
        name=LEDGER_NAME,
        title=title,
        columns=(*COLUMNS[:2], COLUMNS[3]),
        rows=(Row(made.title), *rows),
        notes=(RULE,),
    )


def _verdicts(made: pd.DataFrame) -> str:
    counts = made["verdict"].value_counts()
    verbs = {WORDS[0]: "hold", WORDS[1]: "fail", WORDS[2]: "not checkable"}
    return ", ".join(f"{counts.get(word, 0)} {verb}" for word, verb in verbs.items())


def _failing(made: pd.DataFrame) -> str:
    """What fails and what holds, by name."""
    parts = [
        f"{verb}: {'; '.join(made.loc[made['verdict'] == word, 'quantity'])}."
        for word, verb in ((WORDS[1], "Fail"), (WORDS[0], "Hold"))
        if (made["verdict"] == word).any()
    ]
    return " ".join(parts) or "Nothing here can be checked with what is in the tables."


def claims_table(*, name: str, title: str, checked: Checked, notes: tuple[str, ...] = ()) -> Table:
    """Claims with what was found for them, one row each.

    Parameters
    ----------
    name, title
        File name without ending, and heading.
    checked
        Each claim with its value or gap.
    notes
        What the reader must know; the rule of the verdicts is added.

    Examples
    --------
    >>> claim = Claim("c36", "growth of flows", "1995-2000", "between", 5.0, 6.0, "ratio")
    >>> made = claims_table(name="growth", title="Growth", checked=[(claim, Computed(5.2, 5.2, "flows", (1995, 2000)))])
    >>> made.rows[0].label, made.rows[0].cells[0]
    ('c36: growth of flows', 'between 5 and 6 ratio')
    """
    records = [_record(claim, found) for claim, found in checked]
    rows = tuple(
        Row(f"{claim.claim_id}: {claim.quantity}", _cells(claim, found, record))
        for (claim, found), record in zip(checked, records, strict=True)
    )
    return Table(name=name, title=title, columns=COLUMNS, rows=rows, notes=(*notes, RULE), data=pd.DataFrame(records))


def read_claims(ledger: pd.DataFrame) -> dict[str, Claim]:
    """The claims of a table with one row each, by their names; `value_high` may be empty.

    Raises
    ------
    MissingColumnError, DataError
        If a column is missing, or two rows have the same name.
    """
    missing = [name for name in LEDGER if name not in ledger.columns]
    if missing:
        raise MissingColumnError(f"the table of claims lacks {', '.join(missing)}")
    twice = ledger["claim_id"][ledger["claim_id"].duplicated()]
    if len(twice):
        raise DataError(f"the table of claims has {twice.iloc[0]} more than once")
    cells = ledger[list(LEDGER)].astype(object)
    rows = cells.where(cells.notna(), None).itertuples(index=False, name=None)
    return {str(row[0]): Claim(*row) for row in rows}


def _record(claim: Claim, found: Computed | Gap) -> dict[str, object]:
    """A line of the tidy numbers, unrounded."""
    given = {key: value for key, value in asdict(claim).items() if key not in ("low", "high")}
    ends = (found.low, found.high) if isinstance(found, Computed) else (float("nan"), float("nan"))
    said = verdict(claim, found)
    return {
        **given,
        "value_low": claim.low,
        "value_high": float("nan") if claim.high is None else claim.high,
        "computed_low": ends[0],
        "computed_high": ends[1],
        "period_covered": found.period if isinstance(found, Computed) else "",
        "verdict": said.word,
        "why": said.why,
    }


def _cells(claim: Claim, found: Computed | Gap, record: Mapping[str, object]) -> tuple[str, ...]:
    said = f"{record['verdict']}: {record['why']}"
    if isinstance(found, Gap):
        return claim.printed, "not covered", claim.period, said
    return claim.printed, claim.shown(found.low, found.high), f"{found.period}; {found.source}", said


def _counted(made: pd.DataFrame) -> str:
    """How many claims have each verdict, and which of them hold or fail."""
    ids = {word: list(made["claim_id"][made["verdict"] == word]) for word in WORDS}
    verbs = {WORDS[0]: ("holds", "hold"), WORDS[1]: ("fails", "fail"), WORDS[2]: (WORDS[2], WORDS[2])}
    said = [f"{len(ids[word])} {one if len(ids[word]) == 1 else more}" for word, (one, more) in verbs.items()]
    named = [f"{text} ({', '.join(ids[word])})" if ids[word] else text for word, text in zip(WORDS, said, strict=True)]
    return f"Of {len(made)} printed claims, {named[0]}, {named[1]} and {said[2]} with what is here."
