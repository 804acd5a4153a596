"""Two-part model of simulated grants between donors and countries, most of them zero;
clusters by donor, by country and by both."""

import sys

sys.path.insert(0, "..")
import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy.stats import f as f_dist

import helpers as h
import helpers_likelihoods as hl

rng = np.random.default_rng(61)
donors, countries = 22, 35
donor, country = np.repeat(np.arange(donors), countries), np.tile(np.arange(countries), donors)
reach, remote = rng.normal(size=donors)[donor], rng.normal(size=countries)[country]
need = (rng.normal(size=countries)[country] + 0.3 * rng.normal(size=donor.size)).round(4)
distance = np.exp(1 + 0.3 * reach + 0.3 * remote + 0.2 * rng.normal(size=donor.size)).round(4)
colony = rng.binomial(1, 1 / (1 + np.exp(1.5 - reach - 0.5 * remote)))
common = (0.5 + 0.3 * need) * rng.normal(size=donors)[donor] + 0.4 * rng.normal(size=countries)[country]
common += 0.3 * colony * rng.normal(size=donors)[donor]
some = -0.4 + 0.5 * need - 0.2 * distance + 1.0 * colony + common + rng.logistic(size=donor.size) > 0
mean = np.exp(1.0 + 0.4 * need - 0.15 * distance + 0.5 * colony + common)
grant = np.where(some, mean * rng.gamma(1.5, 1 / 1.5, donor.size) + 0.01, 0).round(4)
table = {"grant": grant, "need": need, "distance": distance, "colony": colony, "donor": donor, "country": country}
h.write_data(pd.DataFrame(table))
d = h.read_data()

names = ["Intercept", "need", "distance", "colony", "need:colony"]
X = np.column_stack([np.ones(len(d)), d[names[1:4]], d["need"] * d["colony"]])
y = d["grant"].to_numpy()
positive = y > 0
logit = sm.Logit(positive.astype(float), X).fit(method="newton", tol=1e-14, disp=False)
poisson = h.poisson(y[positive], X[positive])


def influence(fit, rows):
    psi = np.zeros((len(d), len(names)))
    psi[rows] = fit.model.score_obs(fit.params) @ np.linalg.inv(-fit.model.hessian(fit.params))
    return psi


psi = np.hstack([influence(logit, slice(None)), influence(poisson, positive)])
est = {f"{part}: {t}": v for part, fit in (("any", logit), ("amount", poisson)) for t, v in zip(names, fit.params)}
n, K, k = len(d), len(est), len(names)
ways = [["donor"], ["country"], ["donor", "country"]]
PROGRAM = "influences of statsmodels Logit and GLM, zero in the second part where grant = 0"
covs = hl.robust_entries(est, psi, d, ways, K, PROGRAM)

# Second program: GLM for the first part; the robust covariances of statsmodels by part.
options = {"tol": 1e-14, "tol_criterion": "params", "maxiter": 100}
parts = [
    (sm.GLM(positive.astype(float), X, family=sm.families.Binomial()), d, slice(0, k)),
    (sm.GLM(y[positive], X[positive], family=sm.families.Poisson()), d[positive], slice(k, None)),
]
for model, rows, part in parts:
    h.check_close(model.fit(**options).params, list(est.values())[part])
    h.check_close(model.fit(**options, cov_type="HC0").bse, h.se_of(covs[0])[part])
    for by in (["donor"], ["donor", "country"]):
        grouped = {"groups": rows[by].to_numpy().squeeze(), "use_correction": False}
        V = model.fit(**options, cov_type="cluster", cov_kwds=grouped).cov_params()
        h.check_close(np.diag(V), np.diag(h.influence_covariance(psi, d[by]))[part])

# Joint tests over both parts, with CR1.
tests = []
for by in ways[:2]:
    V = h.influence_covariance(psi, d[by]) * h.cr1_factor(d, by, K)
    terms = ["any: need", "amount: need"]
    at = [list(est).index(t) for t in terms]
    b, df = np.array([est[t] for t in terms]), h.smallest_G(d, by) - 1
    F = float(b @ np.linalg.solve(V[np.ix_(at, at)], b)) / 2
    expected = {"statistic": F, "df_num": 2, "df": df, "p_value": float(f_dist.sf(F, 2, df))}
    note = f"Wald statistic over q = 2 with CR1 (K = {K}), against F(q, G - 1)"
    kwargs = {"terms": terms, "covariance": h.choice("Clustered", *by)}
    tests.append(h.test_entry("wald_test", kwargs, expected, note=note))

h.write_values(
    ["statsmodels", "scipy", "numpy"],
    "simulated in make.py, seed 61",
    "TwoPart",
    "grant ~ need + distance + colony + need:colony",
    n,
    covs,
    tests=tests,
)
