"""Crime in the states of the US: regressions without effects or with those of regions, weighted or not, again without
each state and each region. One state (the District of Columbia) moves everything."""

import sys

sys.path.insert(0, "../stability-curves-helpers")

import leave_out
import slow
import statsmodels.api as sm

REGIONS = {
    "Northeast": "Connecticut Maine Massachusetts New_Hampshire New_Jersey New_York Pennsylvania Rhode_Island Vermont",
    "Midwest": "Illinois Indiana Iowa Kansas Michigan Minnesota Missouri Nebraska North_Dakota Ohio South_Dakota "
    "Wisconsin",
    "West": "Alaska Arizona California Colorado Hawaii Idaho Montana Nevada New_Mexico Oregon Utah Washington Wyoming",
}
REGION = {state.replace("_", " "): r for r, states in REGIONS.items() for state in states.split()}
crime = sm.datasets.statecrime.load_pandas().data
crime.index = crime.index.str.strip()
crime.insert(0, "region", [REGION.get(s, "South") for s in crime.index])
assert crime["region"].value_counts().to_dict() == {"South": 17, "West": 13, "Midwest": 12, "Northeast": 9}
slow.write_data(crime.reset_index(names="state"))
data = slow.read_data()

SPECS = {
    "murder": {"outcome": "murder", "regressors": ["poverty", "single", "urban"], "effects": [], "weights": None},
    "violent_weighted": {"outcome": "violent", "regressors": ["poverty", "hs_grad"], "effects": [], "weights": "urban"},
    "murder_regions": {"outcome": "murder", "regressors": ["single", "urban"], "effects": ["region"], "weights": None},
    "murder_regions_weighted": {
        "outcome": "murder",
        "regressors": ["single", "urban"],
        "effects": ["region"],
        "weights": "urban",
    },
}
slow.write_json(
    "leave_out.json",
    {
        "source": slow.source(["statsmodels", "numpy"]),
        "data_source": "statecrime of statsmodels, with the Census Bureau's regions",
        "regressions": {name: leave_out.regression(data, spec, ["region"]) for name, spec in SPECS.items()},
    },
)
