"""Share of pupils above the national median in mathematics: fractional logit by
statsmodels GLM, with the share itself as the response."""

import sys

sys.path.insert(0, "..")
import numpy as np
import statsmodels.api as sm
import statsmodels.formula.api as smf

import helpers as h
import helpers_likelihoods as hl

data = sm.datasets.star98.load_pandas().data
data["share"] = data["NABOVE"] / (data["NABOVE"] + data["NBELOW"])
columns = {"LOWINC": "lowinc", "PERASIAN": "asian", "PERBLACK": "black", "PERHISP": "hispanic", "PTRATIO": "ratio"}
h.write_data(data[["share", *columns]].rename(columns=columns))
d = h.read_data()

FORMULA = "share ~ lowinc + asian + black + hispanic + np.log(ratio)"


def glm(**kwargs):
    model = smf.glm(FORMULA, d, family=sm.families.Binomial())
    return model.fit(tol=1e-14, tol_criterion="params", maxiter=100, **kwargs)


fit = glm()
est = dict(fit.params)
n, K = len(d), len(est)
X, s, p = fit.model.exog, d["share"].to_numpy(), fit.fittedvalues.to_numpy()
bread = np.linalg.inv((X.T * (p * (1 - p))) @ X)
psi = X * (s - p)[:, None] @ bread
covs = hl.robust_entries(est, psi, d, [], K, "scores and information by hand from the fitted values of GLM")
h.check_close(glm(cov_type="HC0").bse, h.se_of(covs[0]))

# Second program: the quasi-likelihood of statsmodels Logit.
logit = sm.Logit(s, X).fit(method="newton", tol=1e-14, disp=False)
h.check_close(logit.params, est.values())
h.check_close(sm.Logit(s, X).fit(method="newton", tol=1e-14, disp=False, cov_type="HC0").bse, h.se_of(covs[0]))

h.write_values(
    ["statsmodels", "numpy"],
    "dataset star98 of Python package statsmodels: California Standardized Testing and Reporting 1998; "
    "J. Gill (2000), Generalized Linear Models: A Unified Approach",
    "FractionalLogit",
    FORMULA,
    n,
    covs,
)
