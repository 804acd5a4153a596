"""Wage panel with person and year effects, by linearmodels PanelOLS."""

import sys

sys.path.insert(0, "..")
import numpy as np
import statsmodels.api as sm
from linearmodels.datasets import wage_panel
from linearmodels.panel import PanelOLS

import helpers as h

raw = wage_panel.load()[["nr", "year", "lwage", "expersq", "union", "married", "hours", "occupation"]]
raw = raw[raw["nr"].isin(raw["nr"].unique()[:150])].reset_index(drop=True)
# Unbalanced: every 7th row is left out.
h.write_data(raw[np.arange(len(raw)) % 7 != 3])
d = h.read_data()

slopes = ["expersq", "union", "married", "hours"]
panel = d.set_index(["nr", "year"])
model = PanelOLS(panel["lwage"], panel[slopes], entity_effects=True, time_effects=True, singletons=True)
n, levels = len(d), [d["nr"].nunique(), d["year"].nunique()]
K = h.count_K(len(slopes), levels)


def se(result, factor=1.0):
    return {t: result.std_errors[t] * np.sqrt(factor) for t in slopes}


classical = model.fit()
assert classical.df_resid == n - K and classical.nobs == n
est = {t: classical.params[t] for t in slopes}
# count_effects=False and debiased=False: no factor at all
robust = model.fit(cov_type="robust", debiased=False, auto_df=False, count_effects=False)
covs = [
    h.entry("Classical", [], est, se(classical), df=n - K),
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
    result = model.fit(
        cov_type="clustered",
        clusters=panel.reset_index()[by].set_axis(panel.index),
        debiased=False,
        group_debias=False,
        auto_df=False,
        count_effects=False,
    )
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
    clustered(["nr"], [True, False]),
    clustered(["year"], [False, True]),
    clustered(["occupation"], [False, False]),
    clustered(["nr", "year"], [True, True]),
    clustered(["nr"], [True, False], "CR0"),
    clustered(["nr", "year"], [True, True], "CR0"),
]

# Second program: statsmodels OLS on dummies.
X = np.column_stack([d[slopes], h.dummies(d, ["nr", "year"])]).astype(float)
ols, first = sm.OLS(d["lwage"].to_numpy(), X), slice(0, len(slopes))
h.check_close(ols.fit().params[first], est.values())
h.check_close(ols.fit().bse[first], h.se_of(covs[0]))
h.check_close(ols.fit(cov_type="HC0").bse[first], h.se_of(covs[1]))
by_person = {"groups": d["nr"], "use_correction": False}
h.check_close(ols.fit(cov_type="cluster", cov_kwds=by_person).bse[first], h.se_of(covs[-2]))

h.write_values(
    ["linearmodels", "statsmodels", "numpy"],
    "dataset wage_panel of Python package linearmodels, first 150 persons without every "
    "seventh row: F. Vella and M. Verbeek (1998), 'Whose wages do unions raise?', "
    "Journal of Applied Econometrics 13, 163-183",
    "OLS",
    "lwage ~ expersq + union + married + hours | nr + year",
    n,
    covs,
)
