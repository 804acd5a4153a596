"""What a whole process takes: the report, the import, a first regression, and memory."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from timing import median, seconds, shell

from data import panel

ROOT = Path(__file__).resolve().parents[1]
FORMULA = "f = 'y ~ x1 + x2 | unit + year'; "
FIRST = {
    "econ": FORMULA + "from econ import OLS, Clustered; print(OLS(f).fit(d).inference(Clustered('unit')))",
    "fereg": FORMULA + "import fereg; print(fereg.feols(f, d, vcov={'CRV1': 'unit'}).tidy())",
    "pyfixest": FORMULA + "import pyfixest; print(pyfixest.feols(f, d, vcov={'CRV1': 'unit'}).tidy())",
}
MEMORY = """
import sys, threading, time
sys.path.insert(0, 'benchmarks')
from data import panel
from econ import OLS, Clustered
data = panel(2_000_000)[['y', 'x1', 'x2', 'unit', 'year']]
formula = 'y ~ x1 + x2 | unit + year'
OLS(formula).fit(data[data['unit'] < 100]).inference(Clustered('unit')).table
used = lambda: int(open('/proc/self/statm').read().split()[1]) * 4096
seen, before, done = [], used(), threading.Event()
def watch():
    while not done.is_set():
        seen.append(used())
        time.sleep(0.0005)
watcher = threading.Thread(target=watch)
watcher.start()
OLS(formula).fit(data).inference(Clustered('unit')).table
done.set()
watcher.join()
print((max(seen) - before) / data.memory_usage(index=False).sum())
"""


def report() -> dict[str, float]:
    """A cold `make report` in a fresh clone, and a second one."""
    with tempfile.TemporaryDirectory() as folder:
        shell(f"git clone -q '{ROOT}' clone", Path(folder))
        clone = Path(folder) / "clone"
        cold = seconds(lambda: shell("make report", clone))
        return {"make report, cold clone": cold, "make report, no change": seconds(lambda: shell("make report", clone))}


def imports() -> dict[str, float]:
    """A fresh process that imports the package, less one that imports numpy."""
    times = {
        name: median(lambda code=f"import {name}": shell(f"'{sys.executable}' -c '{code}'", ROOT), runs=9)
        for name in ("numpy", "numpy, econ")
    }
    return {"import econ after numpy": times["numpy, econ"] - times["numpy"]}


def first_regression() -> dict[str, float]:
    """Fresh process: import, read Parquet, one regression of 100,000 rows, print."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.parquet"
        panel(100_000).to_parquet(path)
        shell(f'"{sys.executable}" -m compileall -q econ', ROOT)  # an editable install is not compiled by the installer
        start = f"import pandas; d = pandas.read_parquet('{path}'); "
        return {
            name: median(lambda code=start + code: shell(f'"{sys.executable}" -c "{code}"', ROOT))
            for name, code in FIRST.items()
        }


def memory() -> float:
    """Peak memory of a regression of two million rows over what was there before, in sizes of the input."""
    return float(shell(f'"{sys.executable}" -c "{MEMORY}"', ROOT))
