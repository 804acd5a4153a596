"""Yields of corn and nitrogen in the soil: W. A. Fuller (1987), Measurement Error Models, Wiley, Example 1.2.1.

Table 1.2.1 has 11 sites in Iowa. The error variance of nitrogen is known to be 57. Moments and estimates as printed:
means 97.4545 and 70.6364; m_YY 87.6727, m_XY 104.8818, m_XX 304.8545; slope 0.4232.
"""

import sys

sys.path.insert(0, "..")
import numpy as np
import pandas as pd

import helpers_argument as h

d = h.write_data(
    pd.DataFrame(
        {
            "yields": [86, 115, 90, 86, 110, 91, 99, 96, 99, 104, 96],
            "nitrogen": [70, 97, 53, 64, 95, 64, 50, 70, 94, 69, 51],
        }
    )
)
S = np.cov(d.T)
np.testing.assert_allclose(d.mean(), [97.4545, 70.6364], atol=5e-5)
np.testing.assert_allclose([S[0, 0], S[0, 1], S[1, 1]], [87.6727, 104.8818, 304.8545], atol=5e-5)
np.testing.assert_allclose(S[0, 1] / (S[1, 1] - 57), 0.4232, atol=5e-5)
case = {
    "formula": "yields ~ nitrogen",
    "term": "nitrogen",
    "error_variance": 57,
    "m_xx": 304.8545,
    "slope": 0.4232,
    "atol": 5e-5,
}
note = "Printed to four decimals; make.py computes the moments from the data and stops if they differ from the printed ones."
h.write(["numpy"], "Fuller (1987), Table 1.2.1 and Example 1.2.1", [case], [note])
