"""A measure of affairs that is not whole and mostly zero: a logit for any and a Poisson
regression on the positive values, jointly; clusters by occupation and by age."""

import sys

sys.path.insert(0, "..")
import numpy as np
import statsmodels.api as sm
import statsmodels.formula.api as smf

import helpers as h
import helpers_likelihoods as hl

columns = ["affairs", "rate_marriage", "age", "yrs_married", "religious", "educ", "occupation"]
h.write_data(sm.datasets.fair.load_pandas().data[columns].iloc[2::5])
d = h.read_data()

RIGHT = "rate_marriage + age + np.log(yrs_married) + religious"
positive = d[d["affairs"] > 0]
OPTIONS = {"tol": 1e-14, "tol_criterion": "params", "maxiter": 100}
amount = smf.glm(f"affairs ~ {RIGHT}", positive, family=sm.families.Poisson()).fit(**OPTIONS)
any_one = smf.logit(f"some ~ {RIGHT}", d.assign(some=(d["affairs"] > 0).astype(int))).fit(
    method="newton", tol=1e-14, disp=False
)


def influence(fit, rows):
    psi = np.zeros((len(d), len(fit.params)))
    psi[rows] = fit.model.score_obs(fit.params) @ np.linalg.inv(-fit.model.hessian(fit.params))
    return psi


psi = np.hstack([influence(any_one, np.full(len(d), True)), influence(amount, d["affairs"] > 0)])
est = {f"{part}: {t}": v for part, fit in (("any", any_one), ("amount", amount)) for t, v in fit.params.items()}
n, K, k = len(d), len(est), len(amount.params)
ways = [["occupation"], ["age"]]
PROGRAM = "influences of statsmodels Logit and GLM, zero in the second part where affairs = 0"
covs = hl.robust_entries(est, psi, d, ways, K, PROGRAM)

# Second program: GLM for the first part; the robust covariances of statsmodels by part.
glm = smf.glm(f"some ~ {RIGHT}", d.assign(some=(d["affairs"] > 0).astype(int)), family=sm.families.Binomial())
h.check_close(glm.fit(**OPTIONS).params, any_one.params)
h.check_close(glm.fit(**OPTIONS, cov_type="HC0").bse, h.se_of(covs[0])[:k])
poisson = smf.glm(f"affairs ~ {RIGHT}", positive, family=sm.families.Poisson())
h.check_close(poisson.fit(**OPTIONS, cov_type="HC0").bse, h.se_of(covs[0])[k:])
for model, rows, part in ((glm, d, slice(0, k)), (poisson, positive, slice(k, None))):
    grouped = {"groups": rows["occupation"], "use_correction": False}
    h.check_close(model.fit(**OPTIONS, cov_type="cluster", cov_kwds=grouped).bse, h.se_of(covs[-1])[part])

h.write_values(
    ["statsmodels", "numpy"],
    "dataset fair of Python package statsmodels, every fifth row from the third: R. C. Fair (1978), "
    "'A theory of extramarital affairs', Journal of Political Economy 86, 45-61",
    "TwoPart",
    f"affairs ~ {RIGHT}",
    n,
    covs,
)
