"""Local projections in a quarterly series: every regression by statsmodels, leads and lags looked up one by one.

Errors of Newey and West are statsmodels' HAC without its factor, on the series without gaps (statsmodels counts rows,
not quarters). With quarters taken out, a row exists where all of its lags and its lead do. Covariances between horizons
are sums of products of the influences of the quarters that both regressions use.
"""

import sys

sys.path.insert(0, "..")
import numpy as np
import statsmodels.api as sm

import helpers_argument as h

macro = sm.datasets.macrodata.load_pandas().data
macro["quarter"] = (macro["year"] * 4 + macro["quarter"] - 1).astype(int)
macro["growth"] = 400 * np.log(macro["realgdp"]).diff()
macro = macro.dropna()[["quarter", "infl", "tbilrate", "unemp", "growth"]]
data = h.write_data(macro.sample(frac=1, random_state=1))
H = 8


def projections(rows, outcome, impulse, lags, controls, cumulative, maxlags):
    """Per horizon: estimate, HAC and HC0 errors without factor, rows; and the HC0 covariance between horizons."""
    at = {int(row.quarter): row for row in rows.itertuples()}
    estimates, hac, robust, nobs, influences = [], [], [], [], []
    for ahead in range(H + 1):
        y, X, used = [], [], []
        for t in sorted(at):
            needed = [t + j for j in range(ahead + 1)] if cumulative else [t + ahead]
            before = [t - lag for lag in range(1, lags + 1)]
            if not all(q in at for q in needed + before):
                continue
            y.append(sum(getattr(at[q], outcome) for q in needed))
            X.append(
                [getattr(at[t], impulse), 1.0]
                + [getattr(at[q], name) for q in before for name in (outcome, impulse)]
                + [getattr(at[t], name) for name in controls]
            )
            used.append(t)
        X, y = np.array(X), np.array(y)
        fit = sm.OLS(y, X).fit()
        estimates.append(fit.params[0])
        nobs.append(len(y))
        robust.append(fit.get_robustcov_results("HC0").bse[0])
        if maxlags is not None:
            options = {"maxlags": maxlags, "use_correction": False, "kernel": "bartlett"}
            hac.append(fit.get_robustcov_results("HAC", **options).bse[0])
        psi = (X * fit.resid[:, None]) @ np.linalg.inv(X.T @ X)[:, 0]
        influences.append(dict(zip(used, psi)))
    covariance = [[sum(a[t] * b[t] for t in a if t in b) for b in influences] for a in influences]
    h.close(np.sqrt(np.diag(covariance)), robust)
    everywhere = set().union(*influences)
    out = {"estimate": estimates, "nobs": nobs, "union": len(everywhere), "parameters": X.shape[1]}
    return out | {"covariance_hc0": covariance, "hac_without_factor": hac or None}


cases = []
for name, lags, controls, cumulative, gone in (
    ("four lags", 4, [], False, []),
    ("cumulative, one lag, controls", 1, ["unemp", "growth"], True, []),
    ("no lags", 0, ["unemp"], False, []),
    ("quarters taken out", 2, ["unemp"], False, [7870, 7871, 7900, 7950, 7953]),
    ("quarters taken out, cumulative", 1, [], True, [7870, 7871, 7900, 7950, 7953]),
):
    rows = data[~data["quarter"].isin(gone)]
    assert len(rows) == len(data) - len(gone)
    maxlags = None if gone else H
    options = {"outcome": "infl", "impulse": "tbilrate", "lags": lags, "controls": controls, "cumulative": cumulative}
    found = projections(rows, maxlags=maxlags, **options)
    cases.append({"name": name, "options": {**options, "horizons": H}, "gone": gone, "maxlags": maxlags, **found})
notes = [
    "hac_without_factor: the sandwich with Bartlett weights 1 - l / (maxlags + 1), no small-sample factor, each horizon "
    "alone. econ.NeweyWest multiplies the variance by n / (n - K), n the rows of any horizon (union), K parameters.",
]
h.write(
    ["statsmodels", "numpy"],
    "macrodata of statsmodels: US quarters 1959(2)-2009(3), FRED (public domain)",
    cases,
    notes,
)
