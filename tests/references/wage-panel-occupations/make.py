"""Wage panel with i() terms of an occupation beside person and year effects, by pyfixest."""

import sys

sys.path.insert(0, "..")

import numpy as np
import pyfixest as pf
import statsmodels.formula.api as smf
from linearmodels.datasets import wage_panel

import helpers as h

raw = wage_panel.load()[["nr", "year", "lwage", "expersq", "union", "occupation"]]
h.write_data(raw[raw["nr"].isin(raw["nr"].unique()[:100])])
d = h.read_data()
n = len(d)

FORMULA = "lwage ~ expersq + union + i(occupation, ref=5) | nr + year"
# fixest's names, too
TERMS = ["expersq", "union", *(f"occupation::{k}" for k in (1, 2, 3, 4, 6, 7, 8, 9))]
levels = [d["nr"].nunique(), d["year"].nunique()]
K = h.count_K(len(TERMS), levels)
demeaner = pf.MapDemeaner(fixef_tol=1e-13, fixef_maxiter=100_000)


def entry(name, args, vcov, df, correction=None):
    ssc = pf.ssc(k_adj=False, G_adj=False) if correction else None
    m = pf.feols(FORMULA, d, vcov=vcov, ssc=ssc, demeaner=demeaner)
    assert m._N == n and list(m.coef().index) == TERMS
    note = "pyfixest with k_adj=False, G_adj=False" if correction else "pyfixest's own scale"
    return h.entry(name, args, dict(m.coef()), dict(m.se()), df=df, correction=correction, note=note)


def clustered(*by, correction=None):
    return entry("Clustered", by, {"CRV1": "+".join(by)}, h.smallest_G(d, by) - 1, correction)


covs = [
    entry("Classical", [], "iid", n - K),
    entry("White", ["HC1"], "hetero", n - K),
    clustered("nr"),
    clustered("occupation"),
    clustered("nr", "year"),
    clustered("nr", correction="CR0"),
]

# Second program: statsmodels OLS on dummies, with the factors written out.
formula = "lwage ~ expersq + union + C(occupation, Treatment(5)) + C(nr) + C(year)"
dummies = smf.ols(formula, d)
names = ["expersq", "union", *(f"C(occupation, Treatment(5))[T.{t.split('::')[1]}]" for t in TERMS[2:])]
ols = dummies.fit()
assert len(ols.params) == K
h.check_close(ols.params[names], [covs[0]["terms"][t]["estimate"] for t in TERMS])
h.check_close(ols.bse[names], h.se_of(covs[0]))
h.check_close(dummies.fit(cov_type="HC1").bse[names], h.se_of(covs[1]))
for position, by, nested in ((2, "nr", [True, False]), (3, "occupation", [False, False])):
    options = {"groups": d[by], "use_correction": False}
    cr0 = dummies.fit(cov_type="cluster", cov_kwds=options).bse[names]
    factor = h.cr1_factor(d, [by], h.count_K(len(TERMS), levels, nested))
    h.check_close(cr0 * np.sqrt(factor), h.se_of(covs[position]), 1e-7)

h.write_values(
    ["pyfixest", "statsmodels", "linearmodels"],
    "dataset wage_panel of Python package linearmodels, first 100 persons: F. Vella and M. Verbeek (1998), "
    "'Whose wages do unions raise?', Journal of Applied Econometrics 13, 163-183",
    "OLS",
    FORMULA,
    n,
    covs,
)
