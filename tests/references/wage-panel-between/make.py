"""Wage panel between persons, unbalanced, all persons weighing the same, by linearmodels
BetweenOLS."""

import sys

sys.path.insert(0, "..")

import numpy as np
from linearmodels.datasets import wage_panel
from linearmodels.panel import BetweenOLS

import helpers as h
import helpers_panels as panels

raw = wage_panel.load()[["nr", "year", "lwage", "educ", "black", "exper", "union", "married"]]
raw = raw[raw["nr"].isin(raw["nr"].unique()[:150])].reset_index(drop=True)
raw["school"] = raw["nr"] % 23  # no meaning: something that persons share
rows = np.arange(len(raw))
h.write_data(raw[(rows % 7 != 3) & ~((rows < 160) & (raw["year"] > 1984))])
d = h.read_data()

TERMS = ["Intercept", "educ", "black", "exper", "union", "married"]
panel = d.assign(Intercept=1.0).set_index(["nr", "year"])
model = BetweenOLS(panel["lwage"], panel[TERMS])

# Second program: least squares on the persons' means.
means = panel.groupby(level="nr").mean().reset_index()
n, K = len(means), len(TERMS)
covs = panels.transformed_entries(
    means[TERMS], means["lwage"], means, [["school"]], "linearmodels BetweenOLS", df=n - K
)


def check(result, position, factor=1.0):
    assert result.nobs == n
    h.check_close(result.params[TERMS], [t["estimate"] for t in covs[position]["terms"].values()])
    h.check_close(result.std_errors[TERMS] * np.sqrt(factor), h.se_of(covs[position]))


check(model.fit(), 0)
check(model.fit(cov_type="robust", debiased=False), 1)
check(model.fit(cov_type="robust"), 2)
by_school = model.fit(cov_type="clustered", clusters=panel[["school"]], debiased=False)
check(by_school, 3, h.cr1_factor(means, ["school"], K))
check(by_school, -1)

h.write_values(
    ["linearmodels", "numpy"],
    "dataset wage_panel of Python package linearmodels, first 150 persons with rows left out: F. Vella and "
    "M. Verbeek (1998), 'Whose wages do unions raise?', Journal of Applied Econometrics 13, 163-183",
    "Between",
    "lwage ~ educ + black + exper + union + married",
    n,
    covs,
    options={"unit": "nr"},
)
