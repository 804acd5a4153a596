"""British consumption, income and wealth. make.R writes the data and R's numbers, this file adds Python's."""

import sys

sys.path.insert(0, "../unit-root-helpers")
import univariate  # noqa: E402

univariate.make()
