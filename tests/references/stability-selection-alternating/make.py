"""As stability-selection-schools on 300 districts, where some selections alternate and do not settle."""

import sys

sys.path.insert(0, "../stability-selection-helpers")

import slow

data = slow.read_data(slow.schools(3))
values = slow.everything(data, "share", ["spending", "ratio"], list(data.columns[3:]), ["heteroskedastic"])
slow.write("statsmodels.datasets.star98 without its first three rows", values)
