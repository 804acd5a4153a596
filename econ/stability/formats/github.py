"""For GitHub Actions: annotations, and the summary of the step."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from econ.stability.comparison import Comparison
from econ.stability.formats.human import reasons, shift, summary

__all__ = ["render", "step_summary", "write_summary"]

MOST = 9  # annotations, of which a step shows ten of a kind; the summary has all


def render(comparison: Comparison) -> str:
    """A workflow command for each finding."""
    shown = comparison.findings[:MOST]
    lines = []
    for one in shown:
        level = "error" if comparison.fails(one.verdict) else "warning"
        title = f"{one.verdict}: {one.specification}" + (f" [{one.term}]" if one.term else "")
        why = "".join(f"\nwhy: {cause}" for cause in comparison.causes.get(one.specification, ()))
        lines.append(f"::{level} title={_property(title)}::{_message(one.message + why)}")
    left = len(comparison.findings) - len(shown)
    more = [f"::notice title=econ check::{left} more findings are in the summary of the step"] if left else []
    return "\n".join([*more, *lines, summary(comparison)]) + "\n"


def step_summary(comparison: Comparison) -> str:
    """The findings as a table in Markdown."""
    rows = [
        f"| {one.verdict} | {shift(one)} | {_cell(one.specification)} | {_cell(one.term)} | {_cell(one.message)} |"
        for one in comparison.findings
    ]
    head = ["| verdict | moved (se) | specification | term | what |", "| --- | ---: | --- | --- | --- |"]
    why = [f"- {_cell(reason)}" for reason in reasons(comparison)]
    parts = [f"### econ check: {summary(comparison)}", "\n".join([*head, *rows]) if rows else "", "\n".join(why)]
    return "\n\n".join(filter(None, parts)) + "\n"


def write_summary(comparison: Comparison) -> None:
    """Add to the summary of the step, where GitHub says where it lies."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        return
    try:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(step_summary(comparison))
    except OSError as error:  # a summary that is lost is no verdict
        print(f"the summary of the step cannot be written: {error}", file=sys.stderr)  # noqa: T201


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")
