"""Tobit with the limits -0.5 and 2 on a simulated panel; clusters by firm, year and both."""

import sys

sys.path.insert(0, "..")
import numpy as np
import pandas as pd
from scipy.stats import norm
from statsmodels.base.model import GenericLikelihoodModel
from statsmodels.tools.numdiff import approx_hess

import helpers as h
import helpers_likelihoods as hl

LOWER, UPPER = -0.5, 2.0
rng = np.random.default_rng(29)
firm, year = np.repeat(np.arange(60), 9), np.tile(np.arange(2001, 2010), 60)
x1 = rng.normal(size=540).round(4)
x2 = (rng.uniform(size=540) + 0.3 * rng.normal(size=60)[firm]).round(4)
noise = rng.normal(size=540) + 0.6 * rng.normal(size=60)[firm] + 0.4 * rng.normal(size=9)[year - 2001]
y = np.clip(0.4 + 0.8 * x1 - 0.5 * x2 + noise, LOWER, UPPER).round(6)
h.write_data(pd.DataFrame({"y": y, "x1": x1, "x2": x2, "firm": firm, "year": year}))
d = h.read_data()

y = d["y"].to_numpy()
X = np.column_stack([np.ones(len(d)), d["x1"], d["x2"]])
low, high = y <= LOWER, y >= UPPER
inside = ~low & ~high
assert low.sum() > 50 and high.sum() > 50


def standardised(theta):
    sigma = np.exp(theta[-1])
    z = (y - X @ theta[:-1]) / sigma
    side = np.where(low, 1.0, -1.0)
    mills = side * np.exp(norm.logpdf(z) - norm.logcdf(side * z))
    return sigma, z, mills


def loglike(theta):
    sigma, z, _ = standardised(theta)
    return np.where(inside, norm.logpdf(z) - theta[-1], norm.logcdf(np.where(low, z, -z)))


def derivatives(theta):
    """Scores and observed information, through z = (y - x b) / sigma."""
    sigma, z, mills = standardised(theta)
    first = np.where(inside, -z, mills)  # of the log-likelihood in z
    second = np.where(inside, -1.0, -mills * (z + mills))
    dz = np.column_stack([-X / sigma, -z])
    scores = first[:, None] * dz
    scores[inside, -1] -= 1
    hessian = (dz.T * second) @ dz
    cross = (first[:, None] * X).sum(axis=0) / sigma  # of z in b and log(sigma)
    hessian[:-1, -1] += cross
    hessian[-1, :-1] += cross
    hessian[-1, -1] += (first * z).sum()
    return scores, -hessian


theta = hl.newton([0.0, 0.0, 0.0, 0.0], derivatives)
scores, information = derivatives(theta)
bread = np.linalg.inv(information)
est = dict(zip(["Intercept", "x1", "x2", "log(sigma)"], theta))
n, K = len(d), len(est)
PROGRAM = "Newton's method on the log-likelihood, exact derivatives"
covs = [h.entry("Classical", [], est, dict(zip(est, np.sqrt(np.diag(bread)))), note=PROGRAM)]
covs += hl.robust_entries(est, scores @ bread, d, [["firm"], ["year"], ["firm", "year"]], K, PROGRAM)


# Second program: statsmodels with the log-likelihood alone.
class Tobit(GenericLikelihoodModel):
    def loglikeobs(self, params):
        return loglike(np.asarray(params))


model = Tobit(y, X, extra_params_names=["log(sigma)"])
fit = model.fit(start_params=np.zeros(4), method="bfgs", gtol=1e-6, maxiter=500, disp=False)
h.check_close(fit.params, theta, 1e-4)
h.check_close(np.sqrt(np.diag(np.linalg.inv(-approx_hess(theta, model.loglike)))), h.se_of(covs[0]), 1e-5)
h.check_close(model.score_obs(theta)[inside].ravel(), scores[inside].ravel(), 1e-4)

h.write_values(
    ["scipy", "statsmodels", "numpy"],
    "simulated in make.py, seed 29",
    "Tobit",
    "y ~ x1 + x2",
    n,
    covs,
    options={"lower": LOWER, "upper": UPPER},
)
