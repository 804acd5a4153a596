"""Instruments with worker and year effects, weights and singletons, by pyfixest."""

import sys

sys.path.insert(0, "..")

import numpy as np
import pandas as pd
import pyfixest as pf
from linearmodels.iv import IV2SLS, IVGMM

import helpers as h
import helpers_iv as iv

rng = np.random.default_rng(31)
n, workers = 600, 70
worker = rng.integers(0, workers, n)
year = 2000 + rng.integers(0, 12, n)
# three workers with one row each
worker, year = np.append(worker, [200, 201, 202]), np.append(year, [2001, 2005, 2011])
total = len(worker)
z1, z2, x = rng.normal(size=total), rng.exponential(size=total), rng.normal(size=total)
shock, weight = rng.normal(size=total), rng.uniform(0.5, 2, total)
effect = rng.normal(size=300)[worker] + 0.1 * (year - 2005)
price = 0.6 * z1 + 0.3 * z2 + 0.4 * x + effect + shock + rng.normal(size=total)
y = 1.5 * x - 0.8 * price + effect + (0.7 * shock + rng.normal(size=total) * (1 + 0.4 * np.abs(z1))) / np.sqrt(weight)
frame = pd.DataFrame({"y": y, "x": x, "price": price, "z1": z1, "z2": z2}).round(6)
h.write_data(frame.assign(weight=weight.round(4), worker=worker, year=year, plant=worker // 4))
d = h.read_data()

FORMULA, TERMS = "y ~ x | worker + year | price ~ z1 + z2", ["x", "price"]
demeaner = pf.MapDemeaner(fixef_tol=1e-13, fixef_maxiter=100_000)
kept = d[d.groupby("worker")["y"].transform("size") > 1].reset_index(drop=True)
nobs = len(kept)
assert total - nobs == 3 and kept["year"].value_counts().min() > 1
levels = [kept["worker"].nunique(), kept["year"].nunique()]
K = h.count_K(2, levels)


def entry(name, args, vcov, df, correction=None):
    ssc = pf.ssc(k_adj=False, G_adj=False) if correction else None
    m = pf.feols(FORMULA, d, vcov=vcov, weights="weight", fixef_rm="singleton", ssc=ssc, demeaner=demeaner)
    assert m._N == nobs
    est, se = m.coef(), m.se()
    note = "pyfixest with k_adj=False, G_adj=False" if correction else "pyfixest's own scale"
    return h.entry(
        name, args, {t: est[t] for t in TERMS}, {t: se[t] for t in TERMS}, df=df, correction=correction, note=note
    )


def clustered(*by, correction=None):
    return entry("Clustered", by, {"CRV1": "+".join(by)}, h.smallest_G(kept, by) - 1, correction)


covs = [
    entry("Classical", [], "iid", nobs - K),
    entry("White", ["HC1"], "hetero", nobs - K),
    clustered("worker"),
    clustered("plant"),
    clustered("year"),
    clustered("worker", "year"),
    clustered("plant", "year"),
    clustered("plant", correction="CR0"),
    clustered("worker", "year", correction="CR0"),
]

# Second program: linearmodels on dummies and the rows that stay, with the factors written out.
exogenous = pd.concat([kept[["x"]], h.dummies(kept, ["worker", "year"])], axis=1)
data = (kept["y"], exogenous, kept["price"], kept[["z1", "z2"]])
model = IV2SLS(*data, weights=kept["weight"])
classical = model.fit(cov_type="unadjusted", debiased=True)
h.check_close(classical.params[TERMS], [covs[0]["terms"][t]["estimate"] for t in TERMS])
h.check_close(classical.std_errors[TERMS], h.se_of(covs[0]))
h.check_close(model.fit(cov_type="robust", debiased=True).std_errors[TERMS], h.se_of(covs[1]))
for position, by, nested in (
    (2, ["worker"], [True, False]),
    (3, ["plant"], [True, False]),
    (4, ["year"], [False, True]),
    (5, ["worker", "year"], [True, True]),
    (6, ["plant", "year"], [True, True]),
):
    cr0 = model.fit(cov_type="clustered", clusters=kept[by], debiased=False).std_errors[TERMS]
    factor = h.cr1_factor(kept, by, h.count_K(2, levels, nested))
    h.check_close(cr0 * np.sqrt(factor), h.se_of(covs[position]), 1e-7)

# Tests, on what the effects and x leave; pyfixest's F and linearmodels' rank F of the first
# stage agree. (pyfixest's effective F takes the effects but not x out of the instruments.)
Z = iv.without(kept[["z1", "z2"]], exogenous, kept["weight"])
price = iv.without(kept[["price"]], exogenous, kept["weight"])[:, 0]
K1 = h.count_K(3, levels)
K1_plant = h.count_K(3, levels, [True, False])
m = pf.feols(FORMULA, d, vcov="hetero", weights="weight", fixef_rm="singleton", demeaner=demeaner)
m.first_stage()
hetero = model.fit(cov_type="robust").first_stage.kleibergen_paap_f
h.check_close([m._f_stat_1st_stage], [hetero], 1e-7)
plant = model.fit(cov_type="clustered", clusters=kept["plant"]).first_stage.kleibergen_paap_f
plant *= (nobs - K1_plant) / (nobs - K1)  # its factor counts the dummies as well
two_steps = IVGMM(*data, weights=kept["weight"], weight_type="robust").fit(iter_limit=2)
by_plant = h.choice("Clustered", "plant")
tests = [
    *iv.instrument_entries("price", price, Z, h.choice("White", "HC1"), K1, check=hetero),
    *iv.instrument_entries("price", price, Z, by_plant, K1_plant, by=kept[["plant"]], check=plant),
    iv.chi2_test("sargan", classical.sargan),
    iv.chi2_test("hansen_j", two_steps.j_stat, {"covariance": h.choice("White", "HC0")}, "IVGMM, two steps"),
]
# The same two by the algebra.
target = iv.without(kept[["y"]], exogenous, kept["weight"])[:, 0]
e = target - price * classical.params["price"]
S = np.linalg.inv(h.influence_covariance(Z * e[:, None]))
a = Z.T @ price
g = Z.T @ (target - price * ((a @ S @ (Z.T @ target)) / (a @ S @ a)))
explained = Z @ np.linalg.lstsq(Z, e)[0]
h.check_close([nobs * (explained @ explained) / (e @ e)], [tests[-2]["expected"]["statistic"]])
h.check_close([g @ S @ g], [tests[-1]["expected"]["statistic"]], 1e-7)

h.write_values(
    ["pyfixest", "linearmodels", "numpy"],
    "simulated in make.py, seed 31",
    "IV",
    FORMULA,
    nobs,
    covs,
    weights="weight",
    drops={"singleton": total - nobs},
    tests=tests,
)
