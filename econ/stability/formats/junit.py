"""For CI servers: JUnit's XML, a test case for each specification."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from econ.stability.comparison import VERDICTS, Comparison

__all__ = ["render"]

NO_CHARACTER = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")  # XML 1.0, section 2.2


def render(comparison: Comparison) -> str:
    """One suite; drifts and structural changes are failures, warnings are written to the output of their case."""
    failures = {one.specification for one in comparison.findings if comparison.fails(one.verdict)}
    counts = {
        "tests": str(len(comparison.specifications)),
        "failures": str(len(failures)),
        "errors": "0",
        "skipped": "0",
        "time": "0",
    }
    suites = ET.Element("testsuites", counts)
    suite = ET.SubElement(suites, "testsuite", {"name": "econ check", **counts})
    for name in comparison.specifications:
        case = ET.SubElement(suite, "testcase", {"classname": "econ.check", "name": _printable(name), "time": "0"})
        findings = comparison.of(name)
        if not findings:
            continue
        worst = max((one.verdict for one in findings), key=VERDICTS.index)
        why = [f"why: {cause}" for cause in comparison.causes.get(name, ())]
        text = "\n".join([*(f"{one.verdict}: [{one.term}] {one.message}" for one in findings), *why])
        if not comparison.fails(worst):
            ET.SubElement(case, "system-out").text = _printable(text)
        else:
            failure = ET.SubElement(case, "failure", {"type": worst, "message": _printable(findings[0].message)})
            failure.text = _printable(text)
    ET.indent(suites, " ")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(suites, encoding="unicode")}\n'


def _printable(text: str) -> str:
    """A text without the characters that XML has no way to hold."""
    return NO_CHARACTER.sub("", text)
