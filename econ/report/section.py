"""What an analysis returns: a question, tables, figures, and the estimates that must not drift."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from econ.errors import OptionError
from econ.estimates import Estimates, NotEstimable
from econ.report.figure import Figure
from econ.report.tables import Table

__all__ = ["Brief", "Section"]


@dataclass(frozen=True)
class Brief:
    """A line of the summary for readers in a hurry.

    Attributes
    ----------
    group
        Heading under which it stands.
    title, verdict
        What was asked, and the answer in a few words.
    text
        A sentence or two, every number printed by the program.
    """

    group: str
    title: str
    verdict: str
    text: str


@dataclass(frozen=True, eq=False)
class Section:
    """One analysis of the report.

    Attributes
    ----------
    title, question
        Heading, and the question that the analysis answers.
    findings
        Sentences in which every number was printed by the program.
    items
        Tables and figures in the order of the page.
    estimates
        Results by specification, for `econ check`.
    ledger
        Parts of tables that several analyses fill together, such as the verdicts on hypotheses: parts of the same name
        become one table at the top of the page. Labels of rows without cells link to the section.
    briefs
        Lines of the summary.
    place
        Sections, and what they put into ledgers and the summary, stand in the order of their places, then names.
    """

    title: str
    question: str
    findings: tuple[str, ...]
    items: tuple[Table | Figure, ...]
    estimates: Mapping[str, Estimates | NotEstimable] = field(default_factory=dict)
    ledger: tuple[Table, ...] = ()
    briefs: tuple[Brief, ...] = ()
    place: int = 0

    def __post_init__(self) -> None:
        names = [item.name for item in self.items]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise OptionError(f"section {self.title!r} uses the name {', '.join(twice)} more than once")
