"""Pupils' scores with school and year effects, schools inside districts, by pyfixest."""

import sys

sys.path.insert(0, "..")

import numpy as np
import pandas as pd
import pyfixest as pf
import statsmodels.formula.api as smf

import helpers as h

rng = np.random.default_rng(11)
n, schools = 900, 45
school = np.sort(rng.integers(0, schools, n))
year = 2010 + rng.integers(0, 9, n)
teacher = school * 3 + rng.integers(0, 3, n)
x1 = rng.normal(size=n) + 0.3 * np.sin(school)
x2 = rng.normal(size=n) + 0.2 * (year - 2014) + rng.normal(size=schools)[school]
y = (
    rng.normal(size=schools)[school]
    + 0.1 * (year - 2010)
    + 0.5 * x1
    - 0.25 * x2
    + rng.normal(size=3 * schools)[teacher] * 0.5
    + rng.normal(size=n) * (1 + 0.3 * np.abs(x1))
)
h.write_data(
    pd.DataFrame(
        {
            "y": y.round(6),
            "x1": x1.round(6),
            "x2": x2.round(6),
            "school": school,
            "district": school // 5,
            "teacher": teacher,
            "year": year,
        }
    )
)
d = h.read_data()

FORMULA, SLOPES = "y ~ x1 + x2 | school + year", ["x1", "x2"]
demeaner = pf.MapDemeaner(fixef_tol=1e-13, fixef_maxiter=100_000)
levels = [d["school"].nunique(), d["year"].nunique()]
K = h.count_K(2, levels)


def entry(name, args, vcov, df, correction=None, ssc=None):
    """One covariance as pyfixest gives it: its small-sample defaults are ours."""
    m = pf.feols(FORMULA, d, vcov=vcov, ssc=ssc, demeaner=demeaner)
    assert m._N == n
    est, se = m.coef(), m.se()
    note = "pyfixest with k_adj=False, G_adj=False" if correction else "pyfixest's own scale"
    return h.entry(
        name,
        args,
        {t: est[t] for t in SLOPES},
        {t: se[t] for t in SLOPES},
        df=df,
        correction=correction,
        note=note,
    )


def clustered(*by, correction=None):
    ssc = pf.ssc(k_adj=False, G_adj=False) if correction else None
    return entry("Clustered", by, {"CRV1": "+".join(by)}, h.smallest_G(d, by) - 1, correction, ssc)


covs = [
    entry("Classical", [], "iid", n - K),
    entry("White", ["HC1"], "hetero", n - K),
    clustered("school"),
    clustered("district"),
    clustered("teacher"),
    clustered("year"),
    clustered("district", "year"),
    clustered("teacher", "year"),
    clustered("district", correction="CR0"),
    clustered("teacher", "year", correction="CR0"),
]

# Second program: statsmodels OLS on dummies, with the factors written out.
dummies = smf.ols("y ~ x1 + x2 + C(school) + C(year)", d)
ols = dummies.fit()
assert len(ols.params) == K
h.check_close(ols.params[SLOPES], [covs[0]["terms"][t]["estimate"] for t in SLOPES])
h.check_close(ols.bse[SLOPES], h.se_of(covs[0]))
h.check_close(dummies.fit(cov_type="HC1").bse[SLOPES], h.se_of(covs[1]))
for i, by, nested in (
    (2, "school", [True, False]),
    (3, "district", [True, False]),
    (4, "teacher", [False, False]),
    (5, "year", [False, True]),
):
    options = {"groups": d[by], "use_correction": False}
    cr0 = dummies.fit(cov_type="cluster", cov_kwds=options).bse[SLOPES]
    h.check_close(cr0 * np.sqrt(h.cr1_factor(d, [by], h.count_K(2, levels, nested))), h.se_of(covs[i]))

h.write_values(["pyfixest", "statsmodels", "numpy"], "simulated in make.py, seed 11", "OLS", FORMULA, n, covs)
