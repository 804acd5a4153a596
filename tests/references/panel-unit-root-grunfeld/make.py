"""Grunfeld's investment, ten firms by twenty years. make.R writes the data and plm's numbers, this file checks and adds."""

import sys

sys.path.insert(0, "../unit-root-helpers")
import panel  # noqa: E402

panel.make(cips_lags=(0, 1, 2), lags=(0, 1), rules=(("BIC", 4),))
