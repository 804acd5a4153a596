"""Time what the targets speak of, with the peers beside it in the same run.

Prints Markdown tables; what one run printed is kept in RESULTS.md.
"""

from __future__ import annotations

import platform
from importlib.metadata import version

from processes import first_regression, imports, memory, report
from task import Task
from tasks import tasks
from timing import median, seconds

PACKAGES = (
    "econ",
    "numpy",
    "scipy",
    "pandas",
    "pyfixest",
    "statsmodels",
    "fereg",
    "statspai",
    "diff-diff",
    "ritest-python",
    "event-study-toolkit",
    "convergence-clubs",
    "ruptures",
)


def measured(task: Task) -> tuple[float, dict[str, float]]:
    """Seconds of ours and of the peers; a peer without counted runs is timed once, not warmed up."""
    ours, theirs = task.runs
    seconds_of = {name: median(work, theirs) if theirs else seconds(work) for name, work in task.peers.items()}
    return median(task.ours, ours), seconds_of


def met(ours: float, peers: dict[str, float], targets: dict[str, float], limit: float | None = None) -> bool:
    """Whether every target is."""
    within = limit is None or ours <= limit
    return within and all(ours <= share * peers[peer] for peer, share in targets.items())


def line(name: str, ours: float, peers: dict[str, float], targets: dict[str, float], limit: float | None = None) -> str:
    """A row: times, and for each target the ratio reached against the one asked for."""
    others = ", ".join(f"{peer} {value:.4f}" for peer, value in peers.items())
    verdicts = [f"{ours / peers[peer]:.3f} of {peer} (≤ {share:g})" for peer, share in targets.items()]
    verdicts += [f"{ours:.3f} s (≤ {limit:g} s)"] if limit is not None else []
    verdict = ("met" if met(ours, peers, targets, limit) else "missed") if verdicts else ""
    return f"| {name} | {ours:.4f} | {others} | {'; '.join(verdicts)} | {verdict} |"


def main() -> None:
    """Measure and print."""
    print(f"Python {platform.python_version()}, {', '.join(f'{name} {version(name)}' for name in PACKAGES)}\n")
    print("| task | econ, s | peers, s | ratio (target) | |\n| --- | ---: | --- | --- | --- |")
    missed = []
    for task in tasks():
        ours, peers = measured(task)
        missed += [] if met(ours, peers, task.targets, task.limit) else [task.name]
        print(line(task.name, ours, peers, task.targets, task.limit), flush=True)
    ours, *_ = (first := first_regression()).values()
    others = {name: value for name, value in first.items() if name != "econ"}
    fresh, limit = "fresh process: import, read Parquet, OLS with two effects, print", {"fereg": 1.05}
    missed += [] if met(ours, others, limit) else [fresh]
    print(line(fresh, ours, others, limit))
    print(f"\nTargets that this run missed: {'; '.join(missed) or 'none'}.")
    print(f"\nPeak memory of the 2,000,000 rows: {memory():.2f} times the input (target: 4).\n")
    print("| process | s |\n| --- | ---: |")
    for name, value in (report() | imports()).items():
        print(f"| {name} | {value:.2f} |", flush=True)


if __name__ == "__main__":
    main()
