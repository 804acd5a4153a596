"""Output of the American states, 48 by 17 years. make.R writes the data and plm's numbers, this file checks and adds."""

import sys

sys.path.insert(0, "../unit-root-helpers")
import panel  # noqa: E402

panel.make(cips_lags=(0, 1), lags=(0, 1), rules=(("AIC", 3),))
