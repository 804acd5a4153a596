"""Mathematics passes of 302 Californian districts: two treatments, 65 controls. On all 303 one Lasso is on the edge."""

import sys

sys.path.insert(0, "../stability-selection-helpers")

import slow

data = slow.read_data(slow.schools(1))
values = slow.everything(data, "share", ["spending", "ratio"], list(data.columns[3:]))
note = "With loadings 'heteroskedastic' the three starts settle on different controls for share."
slow.write("statsmodels.datasets.star98 without its first row", values, [note])
