"""Union membership of young men over eight years: logit by statsmodels; clusters by man,
year and occupation and by two of them."""

import sys

sys.path.insert(0, "..")
import numpy as np
import statsmodels.api as sm
import statsmodels.formula.api as smf
from linearmodels.datasets import wage_panel
from statsmodels.stats.sandwich_covariance import cov_cluster, cov_cluster_2groups

import helpers as h
import helpers_likelihoods as hl

data = wage_panel.load().reset_index(drop=True)
data = data[data["nr"].rank(method="dense") % 3 == 0]
h.write_data(data[["nr", "year", "union", "educ", "black", "hisp", "married", "exper", "occupation"]])
d = h.read_data()

FORMULA = "union ~ educ + black + hisp + married + exper"
fit = smf.logit(FORMULA, d).fit(method="newton", tol=1e-14, disp=False)
est = dict(fit.params)
n, K = len(d), len(est)
bread = np.linalg.inv(-fit.model.hessian(fit.params))
psi = fit.model.score_obs(fit.params) @ bread
ways = [["nr"], ["year"], ["nr", "year"], ["occupation"], ["nr", "occupation"]]
covs = [h.entry("Classical", [], est, dict(fit.bse), note="statsmodels Logit, newton")]
covs += hl.robust_entries(est, psi, d, ways, K, "statsmodels Logit.score_obs and hessian")

# Second programs: GLM; the clustered covariances of statsmodels.
glm = smf.glm(FORMULA, d, family=sm.families.Binomial()).fit(tol=1e-14, tol_criterion="params", maxiter=100)
h.check_close(glm.params, est.values())
h.check_close(glm.bse, fit.bse)
for by in ways:
    if len(by) == 1:
        V = cov_cluster(glm, d[by[0]].to_numpy(), use_correction=False)
    else:
        V = cov_cluster_2groups(glm, *(d[v].to_numpy() for v in by), use_correction=False)[0]
    h.check_close(np.diag(V), np.diag(h.influence_covariance(psi, d[by])))

h.write_values(
    ["statsmodels", "linearmodels", "numpy"],
    "dataset wage_panel of Python package linearmodels, every third man: F. Vella and M. Verbeek (1998), "
    "'Whose wages do unions raise?', Journal of Applied Econometrics 13, 163-183",
    "Logit",
    FORMULA,
    n,
    covs,
)
