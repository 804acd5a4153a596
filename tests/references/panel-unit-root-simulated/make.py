"""Twelve series of sixty periods with a common walk. make.R writes the data and plm's numbers, this file checks and adds."""

import sys

sys.path.insert(0, "../unit-root-helpers")
import panel  # noqa: E402

panel.make(cips_lags=(0, 1, 2, 4), lags=(0, 1, 4), rules=(("AIC", 6), ("BIC", 6)))
