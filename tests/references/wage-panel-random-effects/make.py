"""Wage panel with random person effects and regressors that do not vary, by linearmodels."""

import sys

sys.path.insert(0, "..")

import numpy as np
from linearmodels.datasets import wage_panel
from linearmodels.panel import RandomEffects

import helpers as h
import helpers_iv as iv
import helpers_panels as panels

raw = wage_panel.load()[["nr", "year", "lwage", "educ", "black", "exper", "union", "married", "occupation"]]
h.write_data(raw[raw["nr"].isin(raw["nr"].unique()[:150])])
d = h.read_data()

TERMS = ["Intercept", "educ", "black", "exper", "union", "married"]
panel = d.assign(Intercept=1.0).set_index(["nr", "year"])
model = RandomEffects(panel["lwage"], panel[TERMS])
n, K = len(d), len(TERMS)
fit = model.fit()
components = fit.variance_decomposition
(theta,) = np.unique(fit.theta.to_numpy().round(14))

# Second program: the algebra, least squares on quasi-demeaned data.
X, y = d.assign(Intercept=1.0)[TERMS], d[["lwage"]]
quasi = X - theta * panels.unit_means(X, d["nr"])
target = (y - theta * panels.unit_means(y, d["nr"]))["lwage"]
ways = [["nr"], ["year"], ["occupation"], ["nr", "year"]]
covs = panels.transformed_entries(quasi, target, d, ways, "linearmodels RandomEffects")


def check(result, position, factor=1.0):
    h.check_close(result.params[TERMS], [t["estimate"] for t in covs[position]["terms"].values()])
    h.check_close(result.std_errors[TERMS] * np.sqrt(factor), h.se_of(covs[position]))


check(fit, 0)
check(model.fit(cov_type="robust", debiased=False), 1)
check(model.fit(cov_type="robust"), 2)
for position, by in enumerate(ways, start=3):
    clusters = panel.reset_index()[by].set_axis(panel.index)
    cr0 = model.fit(cov_type="clustered", clusters=clusters, debiased=False)
    check(cr0, position, h.cr1_factor(d, by, K))
# The components from the within and the between regression.
varying = ["exper", "union", "married"]
within = (X - panels.unit_means(X, d["nr"]))[varying]
rest = iv.without((y - panels.unit_means(y, d["nr"])), within)[:, 0]
s2e = rest @ rest / (n - 150 - len(varying))
means = panels.unit_means(X.assign(y=y), d["nr"])[d["year"] == 1980]
rest = iv.without(means[["y"]], means[TERMS])[:, 0]
s2u = rest @ rest / (150 - K) - s2e / 8
h.check_close([s2u, s2e, 1 - np.sqrt(s2e / (s2e + 8 * s2u))], [*components[["Effects", "Residual"]], theta])

h.write_values(
    ["linearmodels", "numpy"],
    "dataset wage_panel of Python package linearmodels, first 150 persons: F. Vella and M. Verbeek (1998), "
    "'Whose wages do unions raise?', Journal of Applied Econometrics 13, 163-183",
    "RandomEffects",
    "lwage ~ educ + black + exper + union + married",
    n,
    covs,
    options={"unit": "nr"},
    statistics={
        "sigma2_idiosyncratic": components["Residual"],
        "sigma2_unit": components["Effects"],
        "theta_by_observations": {"8": theta},
    },
)
