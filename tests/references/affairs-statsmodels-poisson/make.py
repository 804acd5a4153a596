"""Poisson regression of a measure that is not whole and mostly zero, by statsmodels GLM."""

import sys

sys.path.insert(0, "..")
import numpy as np
import statsmodels.api as sm
import statsmodels.formula.api as smf
from statsmodels.stats.sandwich_covariance import cov_cluster

import helpers as h

columns = ["affairs", "rate_marriage", "age", "yrs_married", "religious", "educ", "occupation"]
h.write_data(sm.datasets.fair.load_pandas().data[columns].iloc[::5])
d = h.read_data()

formula = "affairs ~ C(rate_marriage) + age + yrs_married + np.log(educ) + religious"
fit = smf.glm(formula, d, family=sm.families.Poisson()).fit(tol=1e-14, tol_criterion="params")
n, K = len(d), len(fit.params)
est = dict(fit.params)

# The sandwich by hand from statsmodels' fitted values, leverages and covariance.
X, mu = fit.model.exog, fit.fittedvalues.to_numpy()
bread = np.linalg.inv((X.T * mu) @ X)
h.check_close(np.diag(bread), np.diag(fit.cov_params()))
scores = X * (fit.model.endog - mu)[:, None]
leverage = np.einsum("ij,jk,ik->i", X, bread, X) * mu
h.check_close(leverage, fit.get_hat_matrix_diag())


def se(V):
    return dict(zip(est, np.sqrt(np.diag(V))))


def white(power=0.0, factor=1.0):
    s = scores / (1 - leverage[:, None]) ** power
    return bread @ (s.T @ s) @ bread * factor


covs = [
    h.entry("Classical", [], est, se(bread * (n - 1) / (n - K)), note="GLM covariance times (n-1)/(n-K)"),
    h.entry("White", ["HC0"], est, se(white())),
    h.entry("White", ["HC1"], est, se(white(factor=n / (n - K))), note="HC0 times n/(n-K)"),
    h.entry("White", ["HC2"], est, se(white(0.5))),
    h.entry("White", ["HC3"], est, se(white(1.0))),
]
own = smf.glm(formula, d, family=sm.families.Poisson()).fit(tol=1e-14, tol_criterion="params", cov_type="HC0")
h.check_close(own.bse, h.se_of(covs[1]))


def clustered(by, correction=None):
    V = cov_cluster(fit, d[by[0]].to_numpy(), use_correction=False)
    if correction is None:
        V = V * h.cr1_factor(d, by, K)
    note = "covariance without factor" if correction else h.cr1_note(d, by, K)
    return h.entry("Clustered", by, est, se(V), correction=correction, note=note)


covs += [clustered(["age"]), clustered(["age"], "CR0"), clustered(["occupation"])]

h.write_values(
    ["statsmodels", "numpy"],
    "dataset fair of Python package statsmodels, every fifth row: R. C. Fair (1978), "
    "'A theory of extramarital affairs', Journal of Political Economy 86, 45-61",
    "PPML",
    formula,
    n,
    covs,
)
