"""The Medicaid event study of ../sensitivity-medicaid: five pre periods, -6 to -2."""

import json
import sys

sys.path.insert(0, "../pretrend-one-period")

import slow

m = json.load(open("../sensitivity-medicaid/sensitivity.json"))
slow.case(
    "slow.py of ../pretrend-one-period", m["data_source"], m["beta"], m["sigma"], m["times"], -1, extra=(0.002, 0.01)
)
