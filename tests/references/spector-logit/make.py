"""Grades after a new method of teaching: logit by statsmodels, with Greene's numbers."""

import sys

sys.path.insert(0, "..")
import numpy as np
import statsmodels.api as sm
import statsmodels.formula.api as smf

import helpers as h
import helpers_likelihoods as hl

data = sm.datasets.spector.load_pandas().data
data.columns = [c.lower() for c in data.columns]
h.write_data(data)
d = h.read_data()

FORMULA = "grade ~ gpa + tuce + psi"
fit = smf.logit(FORMULA, d).fit(method="newton", tol=1e-14, disp=False)
est = dict(fit.params)
n, K = len(d), len(est)

# W. H. Greene (2003), Econometric Analysis, table 21.1, and its standard errors
assert list(fit.params.round(3)) == [-13.021, 2.826, 0.095, 2.379]
assert list(fit.bse.round(3)) == [4.931, 1.263, 0.142, 1.065]

bread = np.linalg.inv(-fit.model.hessian(fit.params))
psi = fit.model.score_obs(fit.params) @ bread
covs = [h.entry("Classical", [], est, dict(fit.bse), note="statsmodels Logit, newton")]
covs += hl.robust_entries(est, psi, d, [], K, "statsmodels Logit.score_obs and hessian")

# Second program: GLM.
glm = smf.glm(FORMULA, d, family=sm.families.Binomial()).fit(tol=1e-14, tol_criterion="params", maxiter=100)
h.check_close(glm.params, est.values())
h.check_close(glm.bse, fit.bse)
robust = smf.glm(FORMULA, d, family=sm.families.Binomial()).fit(
    tol=1e-14, tol_criterion="params", maxiter=100, cov_type="HC0"
)
h.check_close(robust.bse, h.se_of(covs[1]))

h.write_values(
    ["statsmodels", "numpy"],
    "dataset spector of Python package statsmodels: L. C. Spector and M. Mazzeo (1980), "
    "'Probit analysis and economic education', Journal of Economic Education 11, 37-44",
    "Logit",
    FORMULA,
    n,
    covs,
)
