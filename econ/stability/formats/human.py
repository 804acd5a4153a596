"""For people: a table, the worst first, and why."""

from __future__ import annotations

import math

from econ.stability.comparison import Comparison, Finding

__all__ = ["reasons", "render", "shift", "summary"]


def render(comparison: Comparison) -> str:
    """A table of the findings in order, the causes, and a line that sums up."""
    rows = [("verdict", "moved (se)", "specification", "term", "what"), *(_row(one) for one in comparison.findings)]
    widths = [max(len(row[place]) for row in rows) for place in range(4)]
    lines = [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]]) for row in rows
    ]
    return "\n".join([*(lines if comparison.findings else []), *reasons(comparison), summary(comparison)]) + "\n"


def shift(finding: Finding) -> str:
    """How far, in old standard errors."""
    return f"{finding.shift:.3g}" if math.isfinite(finding.shift) else "—"


def reasons(comparison: Comparison) -> list[str]:
    """Causes, each once, with the specifications that it may explain."""
    by_cause: dict[str, list[str]] = {}
    for specification, causes in comparison.causes.items():
        for cause in causes:
            by_cause.setdefault(cause, []).append(specification)
    return [f"why: {cause} [{_several(names)}]" for cause, names in by_cause.items()]


def summary(comparison: Comparison) -> str:
    """How many specifications have which verdict at worst."""
    found = ", ".join(f"{count} {verdict}" for verdict, count in comparison.counts.items() if count)
    return f"{comparison.verdict}: {_specifications(len(comparison.specifications))} compared: {found or 'none'}"


def _row(finding: Finding) -> tuple[str, ...]:
    cells = (finding.verdict, shift(finding), finding.specification, finding.term, finding.message)
    return tuple("".join(one if one.isprintable() else repr(one)[1:-1] for one in cell) for cell in cells)


def _specifications(count: int) -> str:
    return f"{count} specification{'s' * (count != 1)}"


def _several(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{_specifications(len(names))}, {names[0]} the first"
