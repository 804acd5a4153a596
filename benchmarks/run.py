"""Time what the targets speak of, with the peer beside it in the same run.

Prints a Markdown table; what one run printed is kept in RESULTS.md. Medians of three after one warm-up.
"""

from __future__ import annotations

import platform
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

from econ import OLS, PPML, Clustered

ROOT = Path(__file__).resolve().parents[1]
RUNS = 3


def median(work: Callable[[], object], runs: int = RUNS) -> float:
    """Median seconds of `work` after one call that is not counted."""
    work()
    return statistics.median(_timed(work) for _ in range(runs))


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def shell(command: str, cwd: Path) -> None:
    """Run a command and fail with it."""
    subprocess.run(command, shell=True, cwd=cwd, check=True, capture_output=True)  # noqa: S602 - our own commands


def report_seconds() -> dict[str, float]:
    """A cold `make report` in a fresh clone, and a second one."""
    with tempfile.TemporaryDirectory() as folder:
        shell(f"git clone -q '{ROOT}' clone", Path(folder))
        clone = Path(folder) / "clone"
        cold = _timed(lambda: shell("make report", clone))
        return {"make report, cold clone": cold, "make report, no change": _timed(lambda: shell("make report", clone))}


def import_seconds() -> dict[str, float]:
    """A fresh process that imports the package, less one that imports numpy."""
    seconds = {
        name: median(lambda code=f"import {name}": shell(f"'{sys.executable}' -c '{code}'", ROOT), runs=9)
        for name in ("econ", "numpy", "numpy, econ")
    }
    return {"import econ after numpy": seconds["numpy, econ"] - seconds["numpy"]}


def panel(n: int) -> pd.DataFrame:
    """Rows in units and years, two regressors, a continuous outcome and a count."""
    rng = np.random.default_rng(1)
    unit, year = rng.integers(0, n // 20, n), rng.integers(0, 20, n)
    x1, x2 = rng.normal(size=n) + 0.1 * year, rng.normal(size=n)
    index = 0.3 * x1 - 0.2 * x2 + rng.normal(size=n // 20)[unit] * 0.3
    return pd.DataFrame(
        {
            "unit": unit,
            "year": year,
            "x1": x1,
            "x2": x2,
            "y": index + rng.normal(size=n),
            "c": rng.poisson(np.exp(index)),
        }
    )


def estimators() -> dict[str, tuple[Callable[[], object], Callable[[], object]]]:
    """Task to (ours, pyfixest)."""
    import pyfixest

    warnings.simplefilter("ignore")
    by_unit, formula = Clustered("unit"), "x1 + x2 | unit + year"
    tasks: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {}
    for n in (100_000, 2_000_000):
        data = panel(n)
        tasks[f"OLS, two effects, clustered, {n:,} rows"] = (
            lambda data=data: OLS(f"y ~ {formula}").fit(data).inference(by_unit).table,
            lambda data=data: pyfixest.feols(f"y ~ {formula}", data, vcov={"CRV1": "unit"}).tidy(),
        )
    data = panel(200_000)
    tasks["PPML, two effects, clustered, 200,000 rows"] = (
        lambda: PPML(f"c ~ {formula}").fit(data).inference(by_unit).table,
        lambda: pyfixest.fepois(f"c ~ {formula}", data, vcov={"CRV1": "unit"}).tidy(),
    )
    return tasks


def main() -> None:
    """Measure and print."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("econ", "numpy", "scipy", "pandas", "pyfixest"))
    print(f"Python {platform.python_version()}, {packages}\n")
    print("| task | econ, s | pyfixest, s | ratio |\n| --- | ---: | ---: | ---: |")
    for name, seconds in (report_seconds() | import_seconds()).items():
        print(f"| {name} | {seconds:.2f} | | |")
    for name, (ours, theirs) in estimators().items():
        mine, peer = median(ours), median(theirs)
        print(f"| {name} | {mine:.3f} | {peer:.3f} | {mine / peer:.3f} |")


if __name__ == "__main__":
    main()
