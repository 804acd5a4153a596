"""Danish money demand (Johansen and Juselius 1990). make.R writes the data and urca's numbers, this file adds Python's."""

import sys

sys.path.insert(0, "../unit-root-helpers")
import johansen  # noqa: E402

johansen.make()
