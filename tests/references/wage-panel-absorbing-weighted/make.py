"""Weighted wage regression absorbing person, year and occupation, by AbsorbingLS."""

import sys

sys.path.insert(0, "..")
import numpy as np
import statsmodels.api as sm
from linearmodels.datasets import wage_panel
from linearmodels.iv.absorbing import AbsorbingLS

import helpers as h

raw = wage_panel.load()[["nr", "year", "occupation", "lwage", "expersq", "union", "married", "hours"]]
raw = raw[raw["nr"].isin(raw["nr"].unique()[150:300]) & (raw["hours"] > 0)]
h.write_data(raw)
d = h.read_data()

effects, slopes = ["nr", "year", "occupation"], ["expersq", "union", "married"]
model = AbsorbingLS(d["lwage"], d[slopes], absorb=d[effects].astype("category"), weights=d["hours"])
n, levels = len(d), [d[e].nunique() for e in effects]
K = h.count_K(len(slopes), levels)
options = {
    "method": "lsmr",
    "absorb_options": {"atol": 1e-15, "btol": 1e-15, "conlim": 0, "maxiter": 100000},
}


def se(result, factor=1.0):
    return {t: result.std_errors[t] * np.sqrt(factor) for t in slopes}


# Without debiasing the unadjusted covariance divides by n.
classical = model.fit(cov_type="unadjusted", debiased=False, **options)
robust = model.fit(cov_type="robust", debiased=False, **options)
est = {t: classical.params[t] for t in slopes}
covs = [
    h.entry(
        "Classical",
        [],
        est,
        se(classical, n / (n - K)),
        df=n - K,
        note="unadjusted, debiased=False, times n/(n-K)",
    ),
    h.entry("White", ["HC0"], est, se(robust), df=n - K, note="robust, debiased=False"),
    h.entry(
        "White",
        ["HC1"],
        est,
        se(robust, n / (n - K)),
        df=n - K,
        note="robust, debiased=False, times n/(n-K)",
    ),
]


def clustered(by, nested, correction=None):
    # debiased=False: no factor at all
    result = model.fit(cov_type="clustered", clusters=d[by], debiased=False, **options)
    K_by = h.count_K(len(slopes), levels, nested)
    factor = 1.0 if correction else h.cr1_factor(d, by, K_by)
    note = "covariance without factor" if correction else h.cr1_note(d, by, K_by)
    return h.entry(
        "Clustered",
        by,
        est,
        se(result, factor),
        df=h.smallest_G(d, by) - 1,
        correction=correction,
        note=note,
    )


covs += [
    clustered(["nr"], [True, False, False]),
    clustered(["year"], [False, True, False]),
    clustered(["occupation"], [False, False, True]),
    clustered(["nr"], [True, False, False], "CR0"),
]

# Second program: statsmodels WLS on dummies.
X = np.column_stack([d[slopes], h.dummies(d, effects)]).astype(float)
wls = sm.WLS(d["lwage"].to_numpy(), X, weights=d["hours"].to_numpy())
assert np.linalg.matrix_rank(X) == K == X.shape[1]
first = slice(0, len(slopes))
h.check_close(wls.fit().params[first], est.values(), 1e-9)
h.check_close(wls.fit().bse[first], h.se_of(covs[0]))
h.check_close(wls.fit(cov_type="HC0").bse[first], h.se_of(covs[1]))
by_person = {"groups": d["nr"], "use_correction": False}
h.check_close(
    wls.fit(cov_type="cluster", cov_kwds=by_person).bse[first],
    h.se_of(covs[-1]),
)

h.write_values(
    ["linearmodels", "statsmodels", "numpy"],
    "dataset wage_panel of Python package linearmodels, second 150 persons, rows with hours "
    "worked: F. Vella and M. Verbeek (1998), 'Whose wages do unions raise?', "
    "Journal of Applied Econometrics 13, 163-183",
    "OLS",
    "lwage ~ expersq + union + married | nr + year + occupation",
    n,
    covs,
    weights="hours",
)
