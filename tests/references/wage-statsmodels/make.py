"""Wage equation without absorbed effects, by statsmodels."""

import sys

sys.path.insert(0, "..")
import numpy as np
import statsmodels.formula.api as smf
from linearmodels.datasets import wage
from statsmodels.stats.sandwich_covariance import cov_cluster, cov_cluster_2groups

import helpers as h

columns = ["lwage", "educ", "exper", "tenure", "married", "south", "urban", "age", "sibs"]
h.write_data(wage.load()[columns])
d = h.read_data()

formula = "lwage ~ educ + exper + I(exper ** 2) + tenure + married + south:urban + urban"
fit = smf.ols(formula, d).fit()
n, K = len(d), len(fit.params)
est = dict(fit.params)
covs = [h.entry("Classical", [], est, dict(fit.bse), df=n - K)]
for kind in ("HC0", "HC1", "HC2", "HC3"):
    robust = smf.ols(formula, d).fit(cov_type=kind)
    covs.append(h.entry("White", [kind], est, dict(robust.bse), df=n - K))


def clustered(by, correction=None):
    if len(by) == 1:
        V = cov_cluster(fit, d[by[0]].to_numpy(), use_correction=False)
    else:
        V = cov_cluster_2groups(fit, d[by[0]].to_numpy(), d[by[1]].to_numpy(), use_correction=False)[0]
    if correction is None:
        V = V * h.cr1_factor(d, by, K)
    se = dict(zip(est, np.sqrt(np.diag(V))))
    note = "covariance without factor" if correction else h.cr1_note(d, by, K)
    return h.entry("Clustered", by, est, se, df=h.smallest_G(d, by) - 1, correction=correction, note=note)


covs += [
    clustered(["age"]),
    clustered(["tenure", "sibs"]),
    clustered(["age"], "CR0"),
    clustered(["tenure", "sibs"], "CR0"),
]
# statsmodels' own factor for one dimension is the same.
own = smf.ols(formula, d).fit(cov_type="cluster", cov_kwds={"groups": d["age"]})
h.check_close(own.bse, h.se_of(covs[5]))

h.write_values(
    ["statsmodels", "linearmodels", "numpy"],
    "dataset wage of Python package linearmodels: M. Blackburn and D. Neumark (1992), "
    "'Unobserved ability, efficiency wages, and interindustry wage differentials', "
    "Quarterly Journal of Economics 107, 1421-1436",
    "OLS",
    formula,
    n,
    covs,
)
