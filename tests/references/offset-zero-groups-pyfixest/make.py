"""Poisson with an offset, groups that are all zero and singletons, by pyfixest."""

import sys

sys.path.insert(0, "..")

import numpy as np
import pandas as pd
import pyfixest as pf
import statsmodels.api as sm

import helpers as h

rng = np.random.default_rng(17)
n = 520
clinic, month = rng.integers(0, 55, n), rng.integers(1, 13, n)
exposure = rng.lognormal(2.0, 0.8, n)
x1, x2 = rng.normal(size=n), rng.uniform(size=n)
rate = np.exp(-1.8 + 0.7 * rng.normal(size=55)[clinic] + 0.3 * rng.normal(size=12)[month - 1] + 0.4 * x1 - 0.7 * x2)
cases = rng.poisson(rate * exposure).astype(float)
cases[np.isin(clinic, [3, 40])] = 0  # clinics without a case
clinic, month = np.append(clinic, [90, 91]), np.append(month, [4, 9])  # two clinics with one row each
x1, x2, cases = np.append(x1, [0.2, -0.7]), np.append(x2, [0.3, 0.6]), np.append(cases, [2.0, 5.0])
log_exposure = np.log(np.append(exposure, [6.0, 9.0]))
table = {"cases": cases, "x1": x1.round(6), "x2": x2.round(6), "log_exposure": log_exposure.round(6)}
h.write_data(pd.DataFrame({**table, "clinic": clinic, "region": clinic % 9, "month": month}))
d = h.read_data()

FORMULA, SLOPES = "cases ~ x1 + x2 | clinic + month", ["x1", "x2"]
OPTIONS = {
    "offset": "log_exposure",
    "iwls_tol": 1e-14,
    "iwls_maxiter": 200,
    "demeaner": pf.MapDemeaner(fixef_tol=1e-14, fixef_maxiter=100_000),
    "fixef_rm": "singleton",
    "separation_check": ["fe", "ir"],
}

# The rows that stay, by hand; no row that is dropped makes another one so.
singleton = (d.groupby("clinic")["cases"].transform("size") == 1) | (d.groupby("month")["cases"].transform("size") == 1)
zero = (d.groupby("clinic")["cases"].transform("max") == 0) | (d.groupby("month")["cases"].transform("max") == 0)
kept = d[~singleton & ~zero]
assert not (singleton & zero).any()
for effect in ("clinic", "month"):
    assert kept.groupby(effect).size().min() > 1 and kept.groupby(effect)["cases"].max().min() > 0
nobs = len(kept)
K = h.count_K(2, [kept["clinic"].nunique(), kept["month"].nunique()])


def entry(name, args, vcov, correction=None, ssc=None):
    m = pf.fepois(FORMULA, d, vcov=vcov, ssc=ssc, **OPTIONS)
    assert m._N == nobs
    est, se = m.coef(), m.se()
    note = "pyfixest with k_adj=False, G_adj=False" if correction else "pyfixest's own scale"
    df = None if name != "Clustered" else h.smallest_G(kept, args) - 1
    chosen = {t: est[t] for t in SLOPES}, {t: se[t] for t in SLOPES}
    return h.entry(name, args, *chosen, df=df, correction=correction, note=note)


def clustered(*by, correction=None):
    ssc = pf.ssc(k_adj=False, G_adj=False) if correction else None
    return entry("Clustered", by, {"CRV1": "+".join(by)}, correction, ssc)


covs = [
    entry("Classical", [], "iid"),
    entry("White", ["HC1"], "hetero"),
    clustered("clinic"),
    clustered("region"),
    clustered("month"),
    clustered("clinic", "month"),
    clustered("clinic", correction="CR0"),
]

# Second program: statsmodels GLM on dummies and the rows that stay. A linear programme
# shows that no row is separated any more.
X = np.column_stack([kept[SLOPES], h.dummies(kept, ["clinic", "month"])]).astype(float)
y, offset = kept["cases"].to_numpy(), kept["log_exposure"].to_numpy()
assert X.shape[1] == K and h.separated(y, X).sum() == 0
model = sm.GLM(y, X, family=sm.families.Poisson(), offset=offset)
glm = model.fit(tol=1e-14, tol_criterion="params", maxiter=200)
h.check_close(glm.params[:2], [covs[0]["terms"][t]["estimate"] for t in SLOPES], 1e-9)
h.check_close(glm.bse[:2] * np.sqrt((nobs - 1) / (nobs - K)), h.se_of(covs[0]))
h.check_close(h.poisson_sandwich(glm)[:2] * np.sqrt(nobs / (nobs - K)), h.se_of(covs[1]))
h.check_close(h.poisson_sandwich(glm, kept["clinic"])[:2], h.se_of(covs[-1]))

h.write_values(
    ["pyfixest", "statsmodels", "scipy", "numpy"],
    "simulated in make.py, seed 17",
    "PPML",
    FORMULA,
    nobs,
    covs,
    drops={"singleton": int(singleton.sum()), "separated": int(zero.sum())},
    options={"offset": "log_exposure"},
)
