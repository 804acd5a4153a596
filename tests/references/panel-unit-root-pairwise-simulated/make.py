"""Pairwise tests of convergence. make.R writes the data, this file the numbers."""

import subprocess
import sys

sys.path.insert(0, "../unit-root-helpers")
import pairwise  # noqa: E402

subprocess.run(["Rscript", "make.R"], check=True)
pairwise.make("simulated by make.R (set.seed(20070301))", (0, 1, 4, ("BIC", 6)), "period")
