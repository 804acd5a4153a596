"""Unbalanced wage panel with random person effects and the persons' means (Mundlak), by
linearmodels. What does not vary within persons has no mean."""

import sys

sys.path.insert(0, "..")

import numpy as np
from linearmodels.datasets import wage_panel
from linearmodels.panel import RandomEffects

import helpers as h
import helpers_iv as iv
import helpers_panels as panels

raw = wage_panel.load()[["nr", "year", "lwage", "educ", "black", "exper", "union", "married", "occupation"]]
raw = raw[raw["nr"].isin(raw["nr"].unique()[:150])].reset_index(drop=True)
# Unbalanced: every 7th row is left out, and the first 20 persons' last three years.
rows = np.arange(len(raw))
h.write_data(raw[(rows % 7 != 3) & ~((rows < 160) & (raw["year"] > 1984))])
d = h.read_data()

VARYING = ["exper", "union", "married"]
X = d.assign(Intercept=1.0)[["Intercept", "educ", "black", *VARYING]]
X = X.join(panels.unit_means(X[VARYING], d["nr"]).rename(columns="mean({})".format))
TERMS = list(X.columns)
panel = X.assign(lwage=d["lwage"], nr=d["nr"], year=d["year"]).set_index(["nr", "year"])
model = RandomEffects(panel["lwage"], panel[TERMS])
# small_sample: the components of Baltagi and Chang (1994), which plm has, too
fit, other = model.fit(small_sample=True), model.fit()
n, K = len(d), len(TERMS)
theta = fit.theta["theta"].reindex(d["nr"]).to_numpy()

# Second program: the algebra, least squares on quasi-demeaned data.
y = d[["lwage"]]
quasi = X - theta[:, None] * panels.unit_means(X, d["nr"])
target = (y - theta[:, None] * panels.unit_means(y, d["nr"]))["lwage"]
ways = [["nr"], ["year"], ["occupation"], ["nr", "year"]]
covs = panels.transformed_entries(quasi, target, d, ways, "linearmodels RandomEffects, small_sample=True")


def check(result, position, factor=1.0):
    h.check_close(result.params[TERMS], [t["estimate"] for t in covs[position]["terms"].values()], 1e-7)
    h.check_close(result.std_errors[TERMS] * np.sqrt(factor), h.se_of(covs[position]), 1e-7)


check(fit, 0)
check(model.fit(small_sample=True, cov_type="robust", debiased=False), 1)
check(model.fit(small_sample=True, cov_type="robust"), 2)
for position, by in enumerate(ways, start=3):
    clusters = d[by].set_axis(panel.index)
    cr0 = model.fit(small_sample=True, cov_type="clustered", clusters=clusters, debiased=False)
    check(cr0, position, h.cr1_factor(d, by, K))
# The components by the algebra: ranks count, and the means' regression is weighted.
N, k_between = d["nr"].nunique(), 6  # the intercept, educ, black and three means
within = X[VARYING] - panels.unit_means(X[VARYING], d["nr"])
rest = iv.without(y - panels.unit_means(y, d["nr"]), within)[:, 0]
s2e = rest @ rest / (n - N - len(VARYING))
means = panels.unit_means(X, d["nr"]).to_numpy()[:, :k_between]
rest = iv.without(panels.unit_means(y, d["nr"]), means)[:, 0]
count = d.groupby("nr")["lwage"].transform("size").to_numpy()
trace = np.trace(np.linalg.solve(means.T @ means, (means * count[:, None]).T @ means))
s2u = (rest @ rest - (N - k_between) * s2e) / (n - trace)
components = fit.variance_decomposition
h.check_close([s2u, s2e], components[["Effects", "Residual"]])
periods = {str(t): 1 - np.sqrt(s2e / (s2e + t * s2u)) for t in sorted(set(count))}
h.check_close([periods[str(t)] for t in count], theta)

h.write_values(
    ["linearmodels", "numpy"],
    "dataset wage_panel of Python package linearmodels, first 150 persons with rows left out: F. Vella and "
    "M. Verbeek (1998), 'Whose wages do unions raise?', Journal of Applied Econometrics 13, 163-183",
    "CorrelatedRandomEffects",
    "lwage ~ educ + black + exper + union + married",
    n,
    covs,
    options={"unit": "nr"},
    statistics={
        "sigma2_idiosyncratic": components["Residual"],
        "sigma2_unit": components["Effects"],
        "theta_by_observations": periods,
        "harmonic": {
            "sigma2_idiosyncratic": other.variance_decomposition["Residual"],
            "sigma2_unit": other.variance_decomposition["Effects"],
            "estimates": dict(other.params[TERMS]),
            "classical_se": dict(other.std_errors[TERMS]),
            "note": "NOT the values of this case: linearmodels' default and Stata's xtreg, re",
        },
    },
)
