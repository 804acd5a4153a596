"""What an analysis returns: a question, tables, figures, and the estimates that must not drift."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from econ.errors import OptionError
from econ.estimates import Estimates, NotEstimable
from econ.report.figure import Figure
from econ.report.tables import Table

__all__ = ["Section"]


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
    """

    title: str
    question: str
    findings: tuple[str, ...]
    items: tuple[Table | Figure, ...]
    estimates: Mapping[str, Estimates | NotEstimable] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = [item.name for item in self.items]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise OptionError(f"section {self.title!r} uses the name {', '.join(twice)} more than once")
