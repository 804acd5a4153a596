"""Wage panel with gaps and in no order, first differences of consecutive years, by
linearmodels FirstDifferenceOLS."""

import sys

sys.path.insert(0, "..")

import numpy as np
import statsmodels.api as sm
from linearmodels.datasets import wage_panel
from linearmodels.panel import FirstDifferenceOLS

import helpers as h
import helpers_panels as panels

raw = wage_panel.load()[["nr", "year", "lwage", "expersq", "union", "married", "hours"]]
raw = raw[raw["nr"].isin(raw["nr"].unique()[:150])].reset_index(drop=True)
rng = np.random.default_rng(41)
raw = raw[rng.random(len(raw)) > 0.15]
h.write_data(raw.iloc[rng.permutation(len(raw))])
d = h.read_data()

TERMS = ["expersq", "union", "married", "hours"]
panel = d.set_index(["nr", "year"])
model = FirstDifferenceOLS(panel["lwage"], panel[TERMS])

# Second program: differences by a merge with the year before, then least squares.
both = d.merge(d.assign(year=d["year"] + 1), on=["nr", "year"], suffixes=("", "_before"))
w = both[["nr", "year"]].copy()
for name in ["lwage", *TERMS]:
    w[name] = both[name] - both[f"{name}_before"]
n, K = len(w), len(TERMS)
ways = [["nr"], ["year"], ["nr", "year"]]
covs = panels.transformed_entries(w[TERMS], w["lwage"], w, ways, "linearmodels FirstDifferenceOLS", df=n - K)


def check(result, position, factor=1.0):
    assert result.nobs == n
    h.check_close(result.params[TERMS], [t["estimate"] for t in covs[position]["terms"].values()])
    h.check_close(result.std_errors[TERMS] * np.sqrt(factor), h.se_of(covs[position]))


check(model.fit(), 0)
check(model.fit(cov_type="robust", debiased=False), 1)
check(model.fit(cov_type="robust"), 2)
by_person = model.fit(cov_type="clustered", cluster_entity=True, debiased=False)
check(by_person, 3, h.cr1_factor(w, ["nr"], K))
check(by_person, -1)
# linearmodels does not cluster by what differs between the two rows: statsmodels
by_year = {"groups": w["year"], "use_correction": False}
ols = sm.OLS(w["lwage"], w[TERMS]).fit(cov_type="cluster", cov_kwds=by_year)
h.check_close(ols.bse * np.sqrt(h.cr1_factor(w, ["year"], K)), h.se_of(covs[4]))

h.write_values(
    ["linearmodels", "statsmodels", "numpy"],
    "dataset wage_panel of Python package linearmodels, first 150 persons, 15 percent of the rows left out "
    "(seed 41): F. Vella and M. Verbeek (1998), 'Whose wages do unions raise?', Journal of Applied "
    "Econometrics 13, 163-183",
    "FirstDifference",
    "lwage ~ expersq + union + married + hours",
    n,
    covs,
    options={"unit": "nr", "time": "year"},
)
