"""Pairwise tests of convergence. make.R writes the data, this file the numbers."""

import subprocess
import sys

sys.path.insert(0, "../unit-root-helpers")
import pairwise  # noqa: E402

subprocess.run(["Rscript", "make.R"], check=True)
pairwise.make("Produc of R's plm, log(gsp) of every fifth state", (0, 1, ("BIC", 3)), "year")
