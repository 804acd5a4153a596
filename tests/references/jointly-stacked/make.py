"""Coefficients of two regressions tested against each other: one stacked regression, every regressor interacted.

statsmodels: OLS and WLS on the stack, clustered by group (one group holds rows of both halves), without factor. The pair
of OLS and logit has no stack; its influences are statsmodels' own scores times the inverse of its information.
"""

import sys

sys.path.insert(0, "..")
import numpy as np
import pandas as pd
import statsmodels.api as sm

import helpers_argument as h

rng = np.random.default_rng(31)
n = 150
d = pd.DataFrame({"village": np.repeat(np.arange(25), 6), "x": rng.normal(size=n), "m": rng.normal(size=n)}).round(4)
shock = rng.normal(size=25)[d["village"]]
d["a"] = (0.8 * d["x"] + d["m"] + shock + rng.normal(size=n)).round(4)
d["b"] = (0.5 * d["x"] + 0.7 * shock + rng.normal(size=n) * (1 + 0.5 * np.abs(d["x"]))).round(4)
d["weight"] = rng.uniform(0.5, 2.0, size=n).round(3)
d["hit"] = (0.6 * d["x"] + shock + rng.logistic(size=n) > 0).astype(float)
d.loc[rng.choice(n, 20, replace=False), "a"] = np.nan
d.loc[rng.choice(n, 15, replace=False), "m"] = np.nan
d = h.write_data(d)


def half(y, regressors, weights):
    t = d[[y, *regressors]].dropna()
    X = np.column_stack([t[r] for r in regressors] + [np.ones(len(t))])
    w = d.loc[t.index, weights].to_numpy() if weights else np.ones(len(t))
    return t.index, t[y].to_numpy(), X, w


def stacked(one, two, by):
    """(2, 2) covariance of the first coefficients of the halves, clustered, no factor."""
    (i, ya, Xa, wa), (j, yb, Xb, wb) = one, two
    X = np.block([[Xa, np.zeros((len(ya), Xb.shape[1]))], [np.zeros((len(yb), Xa.shape[1])), Xb]])
    groups = np.concatenate([d.loc[i, by], d.loc[j, by]]) if by else np.concatenate([i, j])
    fit = sm.WLS(np.r_[ya, yb], X, weights=np.r_[wa, wb]).fit(
        cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False}
    )
    places = [0, Xa.shape[1]]
    return fit.params[places], fit.cov_params()[np.ix_(places, places)]


cases = []
for name, one, two in (
    ("same rows and regressors", ("b", ["x"], None), ("hit", ["x"], None)),
    ("different rows and regressors", ("a", ["x", "m"], None), ("b", ["x"], None)),
    ("one of them weighted", ("a", ["x"], "weight"), ("b", ["x", "m"], None)),
):
    halves = [half(*spec) for spec in (one, two)]
    params, by_village = stacked(*halves, "village")
    _, by_row = stacked(*halves, None)
    difference = [float(np.sqrt(V[0, 0] + V[1, 1] - 2 * V[0, 1])) for V in (by_village, by_row)]
    cases.append(
        {
            "name": name,
            "fits": [{"estimator": "OLS", "formula": f"{y} ~ {' + '.join(r)}", "weights": w} for y, r, w in (one, two)],
            "nobs": len(set(halves[0][0]) | set(halves[1][0])),
            "estimate": params,
            "covariance_by_village": by_village,
            "covariance_by_row": by_row,
            "difference": {
                "estimate": params[0] - params[1],
                "se_by_village": difference[0],
                "se_by_row": difference[1],
            },
        }
    )

t = d.dropna(subset=["a", "m"])
linear = sm.OLS(t["a"], sm.add_constant(t[["x", "m"]])).fit()
logit = sm.Logit(d["hit"], sm.add_constant(d[["x"]])).fit(disp=0, tol=1e-14, method="newton")
psi = np.zeros((n, 2))
X = linear.model.exog
psi[t.index, 0] = ((X * linear.resid.to_numpy()[:, None]) @ np.linalg.inv(X.T @ X))[:, 1]
psi[:, 1] = (logit.model.score_obs(logit.params) @ np.linalg.inv(-logit.model.hessian(logit.params)))[:, 1]
sums = h.summed(psi, d["village"])
V, by_row = sums.T @ sums, psi.T @ psi
# the diagonal: statsmodels' own clustered errors of either, without factor
options = {"cov_type": "cluster", "cov_kwds": {"groups": d["village"], "use_correction": False}}
h.close(
    np.sqrt(V[1, 1]),
    sm.Logit(d["hit"], sm.add_constant(d[["x"]])).fit(disp=0, tol=1e-14, method="newton", **options).bse["x"],
)
own = sm.OLS(t["a"], sm.add_constant(t[["x", "m"]])).fit(
    cov_type="cluster", cov_kwds={"groups": t["village"], "use_correction": False}
)
h.close(np.sqrt(V[0, 0]), own.bse["x"])
difference = [float(np.sqrt(M[0, 0] + M[1, 1] - 2 * M[0, 1])) for M in (V, by_row)]
cases.append(
    {
        "name": "least squares and logit",
        "fits": [
            {"estimator": "OLS", "formula": "a ~ x + m", "weights": None},
            {"estimator": "Logit", "formula": "hit ~ x", "weights": None},
        ],
        "nobs": n,
        "estimate": [linear.params["x"], logit.params["x"]],
        "covariance_by_village": V,
        "covariance_by_row": by_row,
        "difference": {
            "estimate": linear.params["x"] - logit.params["x"],
            "se_by_village": difference[0],
            "se_by_row": difference[1],
        },
    }
)
h.write(
    ["statsmodels", "numpy"],
    "simulated, numpy default_rng(31)",
    cases,
    ["Covariances have no small-sample factor (CR0, HC0)."],
)
