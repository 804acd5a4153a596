"""Effects of each school and grade and of the year; some schools' grades have one row, by
pyfixest."""

import sys

sys.path.insert(0, "..")

import numpy as np
import pandas as pd
import pyfixest as pf
import statsmodels.formula.api as smf

import helpers as h

rng = np.random.default_rng(44)
total = 700
school, grade, year = rng.integers(0, 30, total), rng.integers(1, 9, total), 2010 + rng.integers(0, 6, total)
x1 = rng.normal(size=total) + 0.1 * grade
x2 = rng.exponential(size=total)
cell = rng.normal(size=(30, 9))[school, grade]
slope1, slope2 = 0.6 + 0.3 * rng.normal(size=8)[school // 4], -0.7 + 0.3 * rng.normal(size=6)[year - 2010]
y = slope1 * x1 + slope2 * x2 + cell + 0.1 * (year - 2010) + rng.normal(size=total) * (1 + 0.3 * np.abs(x1))
frame = pd.DataFrame({"y": y.round(6), "x1": x1.round(6), "x2": x2.round(6)})
h.write_data(frame.assign(school=school, grade=grade, year=year, district=school // 4))
d = h.read_data()

FORMULA, TERMS = "y ~ x1 + x2 | school^grade + year", ["x1", "x2"]
kept = d[d.groupby(["school", "grade"])["y"].transform("size") > 1].reset_index(drop=True)
kept["cell"] = kept.groupby(["school", "grade"]).ngroup()
n = len(kept)
assert kept["year"].value_counts().min() > 1 and total > n
levels = [kept["cell"].nunique(), kept["year"].nunique()]
K = h.count_K(2, levels)
demeaner = pf.MapDemeaner(fixef_tol=1e-13, fixef_maxiter=100_000)


def entry(name, args, vcov, df, correction=None):
    ssc = pf.ssc(k_adj=False, G_adj=False) if correction else None
    m = pf.feols(FORMULA, d, vcov=vcov, ssc=ssc, fixef_rm="singleton", demeaner=demeaner)
    assert m._N == n and list(m.coef().index) == TERMS
    note = "pyfixest with k_adj=False, G_adj=False" if correction else "pyfixest's own scale"
    return h.entry(name, args, dict(m.coef()), dict(m.se()), df=df, correction=correction, note=note)


def clustered(*by, correction=None):
    return entry("Clustered", by, {"CRV1": "+".join(by)}, h.smallest_G(kept, by) - 1, correction)


covs = [
    entry("Classical", [], "iid", n - K),
    entry("White", ["HC1"], "hetero", n - K),
    clustered("school"),
    clustered("grade"),
    clustered("district"),
    clustered("year"),
    clustered("district", "year"),
    clustered("school", "grade"),
    clustered("school", correction="CR0"),
]

# Second program: statsmodels OLS on dummies and the rows that stay, with the factors written
# out. The cells lie inside schools, grades and districts.
dummies = smf.ols("y ~ x1 + x2 + C(cell) + C(year)", kept)
ols = dummies.fit()
assert len(ols.params) == K
h.check_close(ols.params[TERMS], [covs[0]["terms"][t]["estimate"] for t in TERMS])
h.check_close(ols.bse[TERMS], h.se_of(covs[0]))
h.check_close(dummies.fit(cov_type="HC1").bse[TERMS], h.se_of(covs[1]))
bread = np.linalg.inv(dummies.exog.T @ dummies.exog)
psi = (dummies.exog * ols.resid.to_numpy()[:, None]) @ bread
for position, by, nested in (
    (2, ["school"], [True, False]),
    (3, ["grade"], [True, False]),
    (4, ["district"], [True, False]),
    (5, ["year"], [False, True]),
    (6, ["district", "year"], [True, True]),
    (7, ["school", "grade"], [True, False]),
):
    V = pd.DataFrame(h.influence_covariance(psi, kept[by]), ols.params.index, ols.params.index)
    factor = h.cr1_factor(kept, by, h.count_K(2, levels, nested))
    h.check_close(np.sqrt(np.diag(V.loc[TERMS, TERMS]) * factor), h.se_of(covs[position]), 1e-7)

h.write_values(
    ["pyfixest", "statsmodels", "numpy"],
    "simulated in make.py, seed 44",
    "OLS",
    FORMULA,
    n,
    covs,
    drops={"singleton": total - n},
)
