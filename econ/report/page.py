"""The page: one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from econ.datasets.passports import Passport
from econ.report.bundle import Bundle

__all__ = ["render_page"]

TITLE = "Who pays for financial rescues, and did two financial systems converge?"
LEAD = (
    "Creditor governments pay for some international financial rescues and stay away from others. "
    "This report asks whether bank exposure, trade interdependence and foreign direct investment "
    "predict what they contribute, what happened to their business with the debtor around the rescue, "
    "and how far apart the households of the United States and Japan keep their savings."
)


def render_page(bundles: Sequence[Bundle], passports: Sequence[Passport]) -> str:
    """The page of all analyses with the passports of the tables that they use."""
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - an extra, and slow

    source = Path(__file__).with_name("page.html.j2").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True)
    return environment.from_string(source).render(title=TITLE, lead=LEAD, sections=bundles, tables=passports)
