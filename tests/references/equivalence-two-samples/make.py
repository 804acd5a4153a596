"""Two samples and one: tests of equivalence (two one-sided t tests) by statsmodels."""

import sys

sys.path.insert(0, "..")

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

import helpers as h

rng = np.random.default_rng(91)
group = np.repeat([0, 1], [18, 25])
table = pd.DataFrame({"y": (2 + 0.15 * group + rng.normal(size=43)).round(4), "group": group})
h.write_data(table.sample(frac=1, random_state=3))
d = h.read_data()
n = len(d)

X = sm.add_constant(d["group"]).to_numpy()
ols = sm.OLS(d["y"].to_numpy(), X).fit()
hc3 = ols.get_robustcov_results("HC3")
TERMS = ["Intercept", "group"]
pooled = CompareMeans(DescrStatsW(d.y[d.group == 1]), DescrStatsW(d.y[d.group == 0]))


def test(lower, upper, name, args, fit):
    """Two one-sided tests of the coefficient of group against t(n - 2)."""
    b, se, df = fit.params[1], fit.bse[1], n - 2
    t = (b - lower) / se, (b - upper) / se
    p = stats.t.sf(t[0], df), stats.t.cdf(t[1], df)
    if name == "Classical":  # the same as the test of two samples with one variance
        larger, both = pooled.ttost_ind(lower, upper, usevar="pooled")
        np.testing.assert_allclose(larger, max(p), rtol=1e-10)
        np.testing.assert_allclose([side[:3] for side in both], [(t[0], p[0], df), (t[1], p[1], df)], rtol=1e-10)
    half = stats.t.ppf(0.95, df) * se
    assert (max(p) < 0.05) == (lower < b - half and b + half < upper)
    return h.test_entry(
        "equivalence_test",
        {"term": "group", "lower": lower, "upper": upper, "level": 0.95, "covariance": h.choice(name, *args)},
        {
            "statistic_lower": float(t[0]),
            "statistic_upper": float(t[1]),
            "p_lower": float(p[0]),
            "p_upper": float(p[1]),
            "p_value": float(max(p)),
            "df": df,
            "interval": [float(b - half), float(b + half)],
        },
        "t against each bound; p_lower = P(T >= t of the lower bound), p_upper = P(T <= t of the upper bound), p_value "
        "the larger; the interval has level 1 - 2 alpha = 0.90"
        + ("; statsmodels ttost_ind(pooled)" if name == "Classical" else ""),
    )


covs = [
    h.entry("Classical", [], dict(zip(TERMS, ols.params)), dict(zip(TERMS, ols.bse)), df=n - 2),
    h.entry("White", ["HC3"], dict(zip(TERMS, ols.params)), dict(zip(TERMS, hc3.bse)), df=n - 2),
]
h.write_values(
    ["statsmodels", "scipy", "numpy"],
    "simulated in make.py, seed 91",
    "OLS",
    "y ~ group",
    n,
    covs,
    tests=[
        test(-0.8, 0.8, "Classical", [], ols),
        test(-0.25, 1.5, "Classical", [], ols),
        test(0.5, 1.5, "Classical", [], ols),
        test(-0.8, 0.8, "White", ["HC3"], hc3),
    ],
)
