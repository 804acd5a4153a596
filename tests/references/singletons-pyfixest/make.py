"""Workers and firms with singletons, one of them left over by another, by pyfixest."""

import sys

sys.path.insert(0, "..")

import numpy as np
import pandas as pd
import pyfixest as pf
import statsmodels.formula.api as smf

import helpers as h

rng = np.random.default_rng(12)
n = 500
worker, firm = rng.integers(0, 80, n), rng.integers(0, 25, n)
# Workers 200-203 have one row each. Worker 204 has two: one in firm 90, which has no
# other row, so that dropping it leaves a singleton. Firm 91's two rows belong to
# workers 202 and 203, so the whole firm goes.
extra = [(200, 3), (201, 7), (204, 90), (204, 5), (202, 91), (203, 91)]
worker = np.append(worker, [w for w, _ in extra])
firm = np.append(firm, [f for _, f in extra])
order = rng.permutation(len(worker))
worker, firm = worker[order], firm[order]
total = len(worker)
x1 = rng.normal(size=total) + 0.02 * firm
x2 = rng.exponential(size=total)
weight = rng.uniform(0.5, 3, total)
y = (
    rng.normal(size=300)[worker]
    + rng.normal(size=100)[firm]
    + 0.8 * x1
    + 0.3 * x2
    + rng.normal(size=total) / np.sqrt(weight)
)
h.write_data(
    pd.DataFrame(
        {
            "y": y.round(6),
            "x1": x1.round(6),
            "x2": x2.round(6),
            "weight": weight.round(4),
            "worker": worker,
            "firm": firm,
            "plant": firm // 3,
        }
    )
)
d = h.read_data()

FORMULA, SLOPES = "y ~ x1 + x2 | worker + firm", ["x1", "x2"]
demeaner = pf.MapDemeaner(fixef_tol=1e-13, fixef_maxiter=100_000)

# The rows that stay, by hand: drop levels with one row until there are none.
kept = d
while True:
    once = (kept.groupby("worker")["y"].transform("size") == 1) | (kept.groupby("firm")["y"].transform("size") == 1)
    if not once.any():
        break
    kept = kept[~once]
nobs = len(kept)
assert total - nobs == len(extra) + 1  # worker 47 is drawn only once, by chance
levels = [kept["worker"].nunique(), kept["firm"].nunique()]
K = h.count_K(2, levels)


def entry(name, args, vcov, df, correction=None, ssc=None):
    m = pf.feols(FORMULA, d, vcov=vcov, weights="weight", fixef_rm="singleton", ssc=ssc, demeaner=demeaner)
    assert m._N == nobs
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
    df = h.smallest_G(kept, by) - 1
    return entry("Clustered", by, {"CRV1": "+".join(by)}, df, correction, ssc)


covs = [
    entry("Classical", [], "iid", nobs - K),
    entry("White", ["HC1"], "hetero", nobs - K),
    clustered("worker"),
    clustered("plant"),
    clustered("worker", "firm"),
    clustered("worker", "plant"),
    clustered("worker", correction="CR0"),
]

# Second program: statsmodels WLS on dummies and the rows that stay.
dummies = smf.wls("y ~ x1 + x2 + C(worker) + C(firm)", kept, weights=kept["weight"])
wls = dummies.fit()
assert len(wls.params) == K
h.check_close(wls.params[SLOPES], [covs[0]["terms"][t]["estimate"] for t in SLOPES])
h.check_close(wls.bse[SLOPES], h.se_of(covs[0]))
h.check_close(dummies.fit(cov_type="HC1").bse[SLOPES], h.se_of(covs[1]))
for i, by, nested in ((2, "worker", [True, False]), (3, "plant", [False, True])):
    options = {"groups": kept[by], "use_correction": False}
    cr0 = dummies.fit(cov_type="cluster", cov_kwds=options).bse[SLOPES]
    h.check_close(cr0 * np.sqrt(h.cr1_factor(kept, [by], h.count_K(2, levels, nested))), h.se_of(covs[i]))

h.write_values(
    ["pyfixest", "statsmodels", "numpy"],
    "simulated in make.py, seed 12",
    "OLS",
    FORMULA,
    nobs,
    covs,
    weights="weight",
    drops={"singleton": total - nobs},
)
