"""Minimum LM tests with breaks. make.R writes the data, slow.py the numbers, lee_strazicich.R computes them again."""

import subprocess
import sys
from importlib.metadata import version

sys.path.insert(0, "../unit-root-helpers")
import slow  # noqa: E402
import univariate  # noqa: E402

subprocess.run(["Rscript", "make.R"], check=True)
data = univariate.read_data()
cases = []
for series in data.columns.drop("year", errors="ignore"):
    cases += slow.cases(univariate.column(data, series), series)
out = {
    "source": "slow.py (numpy %s), checked by R's lm in lee_strazicich.R" % version("numpy"),
    "data_source": "simulated by make.R (set.seed(19990712)); NA after a series ends",
    "conventions": slow.__doc__,
    "critical_tables": slow.CRITICAL,
    "cases": cases,
}
univariate.write(out)
subprocess.run(["Rscript", "../unit-root-helpers/lee_strazicich.R"], check=True)
