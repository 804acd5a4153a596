"""Event study with a negative reference period: units never treated are always in it, by
pyfixest."""

import sys

sys.path.insert(0, "..")

import numpy as np
import pandas as pd
import pyfixest as pf
import statsmodels.formula.api as smf

import helpers as h

rng = np.random.default_rng(43)
units, years = 60, 8
unit, year = np.repeat(np.arange(units), years), np.tile(np.arange(2001, 2001 + years), units)
start = rng.choice([2003, 2004, 2005, 0], units)
reltime = np.where(start[unit] == 0, -1, np.clip(year - start[unit], -3, 4))
x = rng.normal(size=len(unit))
y = 0.5 * x + rng.normal(size=units)[unit] + 0.1 * (year - 2004) + 0.4 * np.maximum(reltime + 1, 0)
y = y + rng.normal(size=len(unit)) * (1 + 0.2 * np.abs(x))
frame = pd.DataFrame({"y": y.round(6), "x": x.round(6), "reltime": reltime, "unit": unit, "year": year})
h.write_data(frame.assign(region=unit // 5)[rng.random(len(unit)) > 0.05])
d = h.read_data()
n = len(d)

FORMULA = "y ~ x + i(reltime, ref=-1) | unit + year"
TERMS = ["x", *(f"reltime::{k}" for k in (-3, -2, 0, 1, 2, 3, 4))]  # fixest's names, too
levels = [d["unit"].nunique(), d["year"].nunique()]
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
    clustered("unit"),
    clustered("region"),
    clustered("unit", "year"),
    clustered("unit", correction="CR0"),
]

# Second program: statsmodels OLS on dummies, with the factors written out.
dummies = smf.ols("y ~ x + C(reltime, Treatment(-1)) + C(unit) + C(year)", d)
names = ["x", *(f"C(reltime, Treatment(-1))[T.{t.split('::')[1]}]" for t in TERMS[1:])]
ols = dummies.fit()
assert len(ols.params) == K
h.check_close(ols.params[names], [covs[0]["terms"][t]["estimate"] for t in TERMS])
h.check_close(ols.bse[names], h.se_of(covs[0]))
h.check_close(dummies.fit(cov_type="HC1").bse[names], h.se_of(covs[1]))
for position, by in ((2, "unit"), (3, "region")):
    options = {"groups": d[by], "use_correction": False}
    cr0 = dummies.fit(cov_type="cluster", cov_kwds=options).bse[names]
    factor = h.cr1_factor(d, [by], h.count_K(len(TERMS), levels, [True, False]))
    h.check_close(cr0 * np.sqrt(factor), h.se_of(covs[position]), 1e-7)

h.write_values(["pyfixest", "statsmodels", "numpy"], "simulated in make.py, seed 43", "OLS", FORMULA, n, covs)
