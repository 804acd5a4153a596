"""The summary for readers in a hurry: two pages of PDF."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from econ.ledger.verdicts import AGREEMENT, SIZE
from econ.report.hypothesis_section import GROUP
from econ.report.section import Brief

__all__ = ["summary_pdf", "summary_source"]

TITLE = "Who pays for financial rescues, and is there leverage in finance?"
LEAD = (
    "Creditor governments pay for some rescues and stay away from others. This is what the data here say of each "
    "explanation, and of the printed claims; the report has the specifications, data and code of every number."
)
READ = (
    f"A verdict follows a rule that was written before: undecided unless p < {SIZE:g} for few clusters; firm only "
    f"where at least {AGREEMENT:.0%} of the other specifications have the same sign and no single unit turns it. "
    "Undecided is not refuted: rescues are few, and most intervals hold effects of both signs.",
    "Exposure is measured by several concepts that are never joined; a concept covers only the rescues that its "
    "source knows. Rescues shared out by a formula say nothing of exposure and are left out.",
    "Nothing here is an experiment. Banks lend where governments have interests anyway; only rescues that happened "
    "are listed; amounts are pledges. The page on the checks of exposure says what an instrument, bounds and "
    "selection do.",
)
SIGNS = "\\#$*_`<>@=-+/[]~'\"&."


def summary_source(briefs: Sequence[Brief]) -> str:
    """The summary as Typst: a heading for each group, a line for each brief; hypotheses fill the first page."""
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - an extra, and slow

    names = dict.fromkeys([*(one.group for one in briefs if one.group == GROUP), *(one.group for one in briefs)])
    groups = {name: [one for one in briefs if one.group == name] for name in names}
    source = Path(__file__).with_name("summary.typ.j2").read_text(encoding="utf-8")
    environment = Environment(autoescape=False, undefined=StrictUndefined, keep_trailing_newline=True)  # noqa: S701 - no HTML
    environment.filters["typst"] = _escaped
    return environment.from_string(source).render(title=TITLE, lead=LEAD, groups=groups, read=READ)


def summary_pdf(briefs: Sequence[Brief]) -> bytes:
    """The summary as PDF, without a clock, with fonts that come with the program: the same bytes everywhere."""
    import typst  # noqa: PLC0415 - an extra

    return bytes(typst.compile(summary_source(briefs).encode(), format="pdf", ignore_system_fonts=True))


def _escaped(text: str) -> str:
    """A text whose signs mean nothing to Typst."""
    return "".join(f"\\{sign}" if sign in SIGNS else sign for sign in text)
