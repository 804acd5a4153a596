"""How things are measured."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

RUNS = 5


def median(work: Callable[[], object], runs: int = RUNS) -> float:
    """Median seconds of `work` after one call that is not counted."""
    work()
    return statistics.median(seconds(work) for _ in range(runs))


def seconds(work: Callable[[], object]) -> float:
    """Seconds of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def shell(command: str, cwd: Path) -> str:
    """What a command prints; fails with it."""
    done = subprocess.run(command, shell=True, cwd=cwd, check=True, capture_output=True, text=True)  # noqa: S602 - ours
    return done.stdout
