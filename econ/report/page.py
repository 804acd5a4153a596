"""The pages: HTML files that need nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from econ.datasets.passports import Passport
from econ.report.bundle import Bundle
from econ.report.html import anchor
from econ.report.ledgers import ledger_html
from econ.report.tables import Table, number

__all__ = ["render_page", "render_specifications"]

TITLE = "Who pays for financial rescues, and did two financial systems converge?"
LEAD = (
    "Creditor governments pay for some international financial rescues and stay away from others. "
    "This report asks whether bank exposure, trade interdependence and foreign direct investment "
    "predict what they contribute, what happened to their business with the debtor around the rescue, "
    "and how far apart the households of the United States and Japan keep their savings."
)
FIRST = ("ledger_hypotheses", "ledger_claims", "ledger_literature")


def render_page(bundles: Sequence[Bundle], tables: Sequence[Table], passports: Sequence[Passport]) -> str:
    """The page of all analyses: the ledgers, the sections, and the passports of the tables that they use."""
    order = {name: place for place, name in enumerate(FIRST)}
    ordered = sorted(tables, key=lambda table: order.get(table.name, len(order)))
    shown = [(table.name, table.title, ledger_html(table)) for table in ordered]
    return _rendered(
        "page.html.j2", {"title": TITLE, "lead": LEAD, "ledgers": shown, "sections": bundles, "tables": passports}
    )


def render_specifications(bundles: Sequence[Bundle]) -> str:
    """The page of all specifications: what was estimated, from which data, and the line of code that prints it."""
    return _rendered("specifications.html.j2", {"sections": bundles})


def _shown(value: float | None) -> str:
    return "—" if value is None else number(value)


def _rendered(name: str, values: Mapping[str, Any]) -> str:
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - an extra, and slow

    source = Path(__file__).with_name(name).read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True)
    environment.filters |= {"anchor": anchor, "number": _shown}
    return environment.from_string(source).render(values)
