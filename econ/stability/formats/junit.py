"""For CI servers: JUnit's XML, a test case for each specification."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from econ.stability.comparison import SAME, VERDICTS, WARN, Comparison

__all__ = ["render"]


def render(comparison: Comparison) -> str:
    """One suite; drifts and structural changes are failures, warnings are written to the output of their case."""
    failures = {one.specification for one in comparison.findings if one.verdict not in {SAME, WARN}}
    counts = {"tests": str(len(comparison.specifications)), "failures": str(len(failures)), "errors": "0"}
    suites = ET.Element("testsuites", counts)
    suite = ET.SubElement(suites, "testsuite", {"name": "econ check", **counts})
    for name in comparison.specifications:
        case = ET.SubElement(suite, "testcase", {"classname": "econ.check", "name": _printable(name)})
        findings = comparison.of(name)
        if not findings:
            continue
        worst = max((one.verdict for one in findings), key=VERDICTS.index)
        why = [f"why: {cause}" for cause in comparison.causes.get(name, ())]
        text = "\n".join([*(f"{one.verdict}: [{one.term}] {one.message}" for one in findings), *why])
        if worst == WARN:
            ET.SubElement(case, "system-out").text = _printable(text)
        else:
            failure = ET.SubElement(case, "failure", {"type": worst, "message": _printable(findings[0].message)})
            failure.text = _printable(text)
    ET.indent(suites, " ")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(suites, encoding="unicode")}\n'


def _printable(text: str) -> str:
    """A text without the characters that XML has no way to hold."""
    return "".join(one for one in text if one in "\t\n" or ord(one) >= ord(" "))
