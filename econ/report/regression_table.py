"""Estimates side by side: one column a model, one panel a set of regressors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from econ.errors import OptionError
from econ.estimates import Estimates, NotEstimable, stars
from econ.report.tables import Row, Table, number

__all__ = ["Panel", "table"]

STARS_NOTE = "Standard errors in parentheses; * p < 0.10, ** p < 0.05, *** p < 0.01."
REPAIRED = "†"
FIT = {"r2": "R²", "r2_within": "Within R²", "pseudo_r2": "Pseudo R²"}


@dataclass(frozen=True)
class Panel:
    """A block of a table: its title and one result a column."""

    title: str
    results: tuple[Estimates | NotEstimable, ...]


def table(
    panels: Sequence[Panel] | Sequence[Estimates | NotEstimable],
    *,
    name: str,
    title: str,
    columns: Sequence[str],
    labels: Mapping[str, str] | None = None,
    terms: Sequence[str] | None = None,
    notes: Sequence[str] = (),
) -> Table:
    """A regression table; `econ.report.formats.markdown.render(table)` is its text, and `latex`, `csv` beside it.

    Parameters
    ----------
    panels
        Panels of results, or the results of a table with a single panel.
    name, title, columns
        File name, caption, and heading of each column.
    labels
        How terms and clusters are printed; those without a label keep their name.
    terms
        Terms to print, in order; None for all. The CSV file always holds all.
    notes
        Sentences below the table; what was dropped and what could not be estimated is added.

    Raises
    ------
    OptionError
        If a panel has another number of results than there are columns.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import OLS, White
    >>> from econ.report import table
    >>> data = pd.DataFrame({"y": [1.0, 2.0, 4.0, 3.0], "x": [0.0, 1.0, 2.0, 3.0]})
    >>> one = table([OLS("y ~ x").fit(data).inference(White())], name="t", title="T", columns=["y"], terms=["x"])
    >>> one.rows[0].label, one.rows[0].cells
    ('x', ('0.800',))
    """
    blocks = _panels(panels)
    for block in blocks:
        if len(block.results) != len(columns):
            raise OptionError(f"panel {block.title!r} has {len(block.results)} results for {len(columns)} columns")
    rows: list[Row] = []
    for block in blocks:
        rows += [Row(block.title)] if block.title else []
        rows += [*_term_rows(block, labels or {}, terms), *_fact_rows(block, labels or {})]
    added = (STARS_NOTE, *_remarks(blocks, columns, labels or {}), *_refusals(blocks, columns))
    return Table(name, title, tuple(columns), tuple(rows), (*notes, *added), _tidy(blocks, columns))


def _panels(panels: Sequence[Panel] | Sequence[Estimates | NotEstimable]) -> tuple[Panel, ...]:
    blocks = tuple(block for block in panels if isinstance(block, Panel))
    if blocks:
        return blocks
    return (Panel("", tuple(one for one in panels if not isinstance(one, Panel))),)


def _term_rows(block: Panel, labels: Mapping[str, str], terms: Sequence[str] | None) -> list[Row]:
    found = dict.fromkeys(term for one in block.results if isinstance(one, Estimates) for term in one.terms)
    shown = [term for term in (terms or found) if term in found]
    rows = []
    for term in shown:
        cells = [_cells(one, term) for one in block.results]
        rows += [
            Row(labels.get(term, term), tuple(cell[0] for cell in cells), block.results),
            Row("", tuple(cell[1] for cell in cells), block.results),
        ]
    return rows


def _cells(one: Estimates | NotEstimable, term: str) -> tuple[str, str]:
    if isinstance(one, NotEstimable):
        return "—", ""
    if term not in one.terms:
        return "", ""
    row = one.row(term)
    mark = REPAIRED if one.remarks else stars(row["p_value"])
    return number(row["estimate"]) + mark, f"({number(row['se'])})"


def _fact_rows(block: Panel, labels: Mapping[str, str]) -> list[Row]:
    facts: dict[str, list[str]] = {}
    for position, one in enumerate(block.results):
        for fact, text in _facts(one, labels).items():
            facts.setdefault(fact, [""] * len(block.results))[position] = text
    return [Row(fact, tuple(cells), block.results) for fact, cells in facts.items()]


def _facts(one: Estimates | NotEstimable, labels: Mapping[str, str]) -> dict[str, str]:
    if isinstance(one, NotEstimable):
        return {}
    clusters = {f"Clusters: {labels.get(name, name)}": f"{count:,}" for name, count in one.clusters.items()}
    fit = {label: number(one.statistics[key]) for key, label in FIT.items() if key in one.statistics}
    return {"Observations": f"{one.nobs:,}", **clusters, **fit}


def _remarks(blocks: Sequence[Panel], columns: Sequence[str], labels: Mapping[str, str]) -> list[str]:
    """What was left out and what is odd, each said once with the places where it holds; what is odd first."""
    places: dict[str, list[str]] = {}
    for block in blocks:
        for column, one in zip(columns, block.results, strict=True):
            for remark in _said(one, labels):
                places.setdefault(remark, []).append(_where(block, column))
    sentences = [f"{remark} ({'; '.join(where)})." for remark, where in places.items()]
    return sorted(sentences, key=lambda sentence: not sentence.startswith(REPAIRED))


def _said(one: Estimates | NotEstimable, labels: Mapping[str, str]) -> list[str]:
    if isinstance(one, NotEstimable):
        return []
    lost = ", ".join(f"{count:,} {_reason(reason, labels)}" for reason, count in one.dropped.items())
    omitted = ", ".join(labels.get(name, name) for name in one.omitted)
    return [
        *(f"{REPAIRED} No stars, and no test should rest on these errors: {remark}" for remark in one.remarks),
        *([f"Rows left out: {lost}"] if lost else []),
        *([f"Regressors left out, not identified: {omitted}"] if omitted else []),
    ]


def _reason(reason: str, labels: Mapping[str, str]) -> str:
    """A reason for leaving rows out, with the column by its label."""
    start, found, name = reason.partition("missing ")
    return f"{start}without {labels.get(name, name)}" if found else reason


def _refusals(blocks: Sequence[Panel], columns: Sequence[str]) -> list[str]:
    return [
        f"Not estimable, {_where(block, column)}: {one.reason}."
        for block in blocks
        for column, one in zip(columns, block.results, strict=True)
        if isinstance(one, NotEstimable)
    ]


def _where(block: Panel, column: str) -> str:
    return f"{block.title.partition(':')[0]}, {column}" if block.title else column


def _tidy(blocks: Sequence[Panel], columns: Sequence[str]) -> pd.DataFrame:
    parts = [
        one.table.assign(panel=block.title, model=column, estimator=one.estimator, formula=one.formula, nobs=one.nobs)
        for block in blocks
        for column, one in zip(columns, block.results, strict=True)
        if isinstance(one, Estimates)
    ]
    first = ["panel", "model", "estimator", "formula", "nobs"]
    if not parts:
        return pd.DataFrame(columns=[*first, "term", "estimate", "se"])
    tidy = pd.concat(parts, ignore_index=True)
    return tidy[[*first, *(name for name in tidy.columns if name not in first)]]
