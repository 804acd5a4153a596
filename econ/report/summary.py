"""The summary for readers in a hurry: two pages of PDF."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from econ.report.section import Brief

__all__ = ["summary_pdf", "summary_source"]

TITLE = "Who pays for financial rescues, and is there leverage in finance?"
LEAD = (
    "Creditor governments pay for some rescues and stay away from others. This is what the data here say of each "
    "explanation, and of the printed claims; the report has the specifications, data and code of every number."
)
SIGNS = "\\#$*_`<>@=-+/[]~'\"&"


def summary_source(briefs: Sequence[Brief]) -> str:
    """The summary as Typst: a heading for each group, a line for each brief."""
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - an extra, and slow

    groups = {name: [one for one in briefs if one.group == name] for name in dict.fromkeys(one.group for one in briefs)}
    source = Path(__file__).with_name("summary.typ.j2").read_text(encoding="utf-8")
    environment = Environment(autoescape=False, undefined=StrictUndefined, keep_trailing_newline=True)  # noqa: S701 - no HTML
    environment.filters["typst"] = _escaped
    return environment.from_string(source).render(title=TITLE, lead=LEAD, groups=groups)


def summary_pdf(briefs: Sequence[Brief]) -> bytes:
    """The summary as PDF, without a clock, with fonts that come with the program: the same bytes everywhere."""
    import typst  # noqa: PLC0415 - an extra

    return bytes(typst.compile(summary_source(briefs).encode(), format="pdf", ignore_system_fonts=True))


def _escaped(text: str) -> str:
    """A text whose signs mean nothing to Typst."""
    return "".join(f"\\{sign}" if sign in SIGNS else sign for sign in text)
