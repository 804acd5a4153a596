"""Signs that the empirical literature on rescues reports, beside those of the same terms here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from econ.datasets.concepts import CONCEPTS, with_exposure
from econ.estimates import Estimates
from econ.ledger import Evidence, examine
from econ.ledger.rescues import rescue_rows, rescue_trial
from econ.ledger.verdicts import SIZE
from econ.report import Brief, Row, Section, Table
from econ.report.tables import number

INPUTS = (
    "contributions",
    "packages",
    "potential_creditors",
    "trade",
    "bank_claims",
    "bank_exposure_points",
    "fdi_flows",
    "country_year",
    "dyads",
    "un_votes",
    "literature",
)
BANKS, TRADE, VOTES = "sign_bank_exposure", "sign_trade", "sign_political_affinity"
LABELS = {BANKS: "Bank exposure", TRADE: "Trade", VOTES: "Political affinity"}
TERMS = {TRADE: "trade_debtor", VOTES: "un_agreement"}
SIGNS = {1.0: "+", -1.0: "−", 0.0: "0"}
GROUP = "Signs in the literature"


def analyse(tables: Mapping[str, pd.DataFrame]) -> Section:
    """Our signs under every concept, and each study beside them."""
    found = _ours(tables)
    signs = {term: _signs(found, term) for term in LABELS}
    studies = tables["literature"]
    table = _studies(studies, signs)
    return Section(
        title="Signs in the literature beside ours",
        question="Do the signs that studies of rescues report for exposure, trade and affinity show up here?",
        findings=tuple(_finding(studies, term, found) for term in LABELS),
        items=(_own(found), table),
        estimates={f"{LABELS[term]}/{concept}": one.estimates for (term, concept), one in found.items()},
        ledger=(_ledger(table),),
        briefs=tuple(
            Brief(GROUP, LABELS[term], _agreement(studies, term, signs[term]), _finding(studies, term, found))
            for term in LABELS
        ),
    )


def _ours(tables: Mapping[str, pd.DataFrame]) -> dict[tuple[str, str], Evidence]:
    """The same regression of contributing on each term: exposure under each concept, trade and votes once."""
    rows = rescue_rows(tables)
    found: dict[tuple[str, str], Evidence] = {}
    for name, concept in CONCEPTS.items():
        data = with_exposure(rows, name, tables)
        found[BANKS, concept.label] = _tested(concept.label, data, "claims_share", randomized=concept.published)
    for term, column in TERMS.items():
        found[term, "all rescues"] = _tested("all rescues", rows, column, randomized=False)
    return found


def _tested(concept: str, rows: pd.DataFrame, term: str, *, randomized: bool) -> Evidence:
    return examine(replace(rescue_trial(concept, rows, term, randomized=randomized), grid=None))


def _signs(found: Mapping[tuple[str, str], Evidence], term: str) -> str:
    """Signs of the estimates, those that differ from zero with a star; one where all concepts have the same."""
    signs = []
    for (of, _), one in found.items():
        if of == term and one.row is not None and not one.reason:
            signs.append(SIGNS[float(np.sign(one.row["estimate"]))] + ("*" if one.p_value < SIZE else ""))
    return ", ".join(dict.fromkeys(signs)) or "none"


def _own(found: Mapping[tuple[str, str], Evidence]) -> Table:
    rows = []
    records = []
    for (term, concept), one in found.items():
        cells = ("—", "", "", "")
        if isinstance(one.estimates, Estimates) and one.row is not None and not one.reason:
            row, p_value = one.row, one.p_value
            interval = f"[{number(row['low'])}, {number(row['high'])}]"
            cells = (number(row["estimate"]), interval, f"{p_value:.3f}", f"{one.estimates.nobs}")
            numbers = {**row[["estimate", "se"]].to_dict(), "p_value": p_value}
            records.append({"term": LABELS[term], "concept": concept, **numbers})
        rows.append(Row(f"{LABELS[term]}: {concept}", cells, (one.estimates,) * len(cells)))
    return Table(
        "literature_ours",
        "The terms of the literature in one regression of ours",
        ("Estimate", "Interval", "p", "Rows"),
        tuple(rows),
        (
            "Change in the probability of a contribution, percentage points: for one percentage point of all claims "
            "on the debtor, one of GDP of trade with it, and from never to always voting alike; log distance and "
            "effects of creditors and rescues beside each, errors by creditor (CR1), p by the wild cluster bootstrap, "
            "or by permutation where a source knows a handful of creditors.",
        ),
        pd.DataFrame(records),
    )


def _studies(studies: pd.DataFrame, signs: Mapping[str, str]) -> Table:
    columns = ("Outcome and sample", *(f"{label}: theirs | ours" for label in LABELS.values()), "Read")
    rows = []
    for _, one in studies.iterrows():
        year = "" if pd.isna(one["year"]) else f" ({int(one['year'])})"
        what = "; ".join(str(part) for part in (one["outcome"], one["sample"]) if not pd.isna(part))
        cells = tuple(_pair(one[term], signs[term]) for term in LABELS)
        rows.append(
            Row(f"{one['study']}{year}, {one['outlet']}", (what, *cells, f"{one['seen']}; {one['confidence']}"))
        )
    return Table(
        "literature_signs",
        "Signs reported by studies of rescues, and ours",
        columns,
        tuple(rows),
        (
            f"Ours: signs over the concepts of exposure, a star where p < {SIZE:g} in one of them. Studies have other "
            "outcomes (votes, loans of the Fund, swap lines), so that a different sign is no failed replication. "
            "Read: how much of the study the compiler had read, and confidence; rows from memory or an opening have "
            "to be checked before they are quoted.",
        ),
        studies,
    )


def _pair(theirs: object, ours: str) -> str:
    return "" if pd.isna(theirs) else f"{theirs} | {ours}"


def _ledger(table: Table) -> Table:
    title = "Signs in the literature side by side with ours"
    return Table(
        "ledger_literature",
        title,
        table.columns,
        (Row("Studies of rescues"), *table.rows),
        table.notes,
        table.data,
    )


def _agreement(studies: pd.DataFrame, term: str, ours: str) -> str:
    return f"theirs {', '.join(studies[term].dropna().unique())}; ours {ours}"


def _finding(studies: pd.DataFrame, term: str, found: Mapping[tuple[str, str], Evidence]) -> str:
    mine = [one for (of, _), one in found.items() if of == term and one.row is not None and not one.reason]
    positive = sum(one.row["estimate"] > 0 for one in mine if one.row is not None)
    sure = sum(one.p_value < SIZE for one in mine)
    reported = studies[term].dropna()
    return (
        f"{LABELS[term]}: {len(reported)} studies report a sign, {int((reported == '+').sum())} of them +; here "
        f"{positive} of {len(mine)} estimates are positive and {sure} differ from zero at {SIZE:.0%} by tests for few "
        "clusters."
    )
