"""For programs: one JSON object."""

from __future__ import annotations

import json
import math
from dataclasses import asdict

from econ.stability.comparison import Comparison

__all__ = ["render"]


def render(comparison: Comparison) -> str:
    """Verdict, exit status, numbers of specifications, and the findings in order with their causes."""
    findings = [
        {
            **asdict(one),
            "shift": one.shift if math.isfinite(one.shift) else None,
            "causes": list(comparison.causes.get(one.specification, ())),
        }
        for one in comparison.findings
    ]
    entries = {
        "format": 1,
        "verdict": comparison.verdict,
        "status": comparison.status,
        "counts": comparison.counts,
        "compared": len(comparison.specifications),
        "findings": findings,
    }
    return json.dumps(entries, indent=1, ensure_ascii=False) + "\n"
