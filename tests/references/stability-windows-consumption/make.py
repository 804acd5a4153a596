"""Growth of consumption on that of income and its lag, US quarters: rolling and expanding regressions with HC1 errors,
recursive residuals, and CUSUM paths with their bounds. make.R has strucchange's."""

import sys

sys.path.insert(0, "../stability-curves-helpers")

import json
import subprocess

import numpy as np
import slow
import statsmodels.api as sm
import windows
from statsmodels.regression.rolling import RollingOLS

macro = sm.datasets.macrodata.load_pandas().data
macro["consumption"] = (400 * np.log(macro["realcons"]).diff()).round(6)
macro["income"] = (400 * np.log(macro["realdpi"]).diff()).round(6)
macro["income_before"] = macro["income"].shift(1)
table = macro.dropna()[["year", "quarter", "consumption", "income", "income_before"]].reset_index(drop=True)
slow.write_data(table.astype({"year": int, "quarter": int}).rename_axis("t").reset_index())
data = slow.read_data()
MODEL = {
    "outcome": "consumption",
    "regressors": ["income", "income_before"],
    "effects": [],
    "covariances": {"HC1": []},
}
WIDTH, FIRST = 40, 20
t = list(range(len(data)))
rolling = windows.estimate(data, "t", windows.rolling(t, WIDTH), **MODEL)
recursive = windows.estimate(data, "t", windows.expanding(t, FIRST), **MODEL)

names = ["income", "income_before", "Intercept"]
y, X = data["consumption"].to_numpy(), sm.add_constant(data[names[:2]].to_numpy(), prepend=False)
n, k = X.shape
other = RollingOLS(y, X, window=WIDTH).fit(cov_type="HC0")
slow.check_close([[r["estimate"][v] for v in names] for r in rolling], other.params[WIDTH - 1 :], 1e-8)
factor = np.sqrt(WIDTH / (WIDTH - k))
slow.check_close([[r["HC1"]["se"][v] for v in names] for r in rolling], other.bse[WIDTH - 1 :] * factor, 1e-8)

# Recursive residuals and CUSUM, by their formulas, statsmodels and strucchange.
w = []
for i in range(k, n):
    b = np.linalg.lstsq(X[:i], y[:i], rcond=None)[0]
    leverage = X[i] @ np.linalg.solve(X[:i].T @ X[:i], X[i])
    w.append((y[i] - X[i] @ b) / np.sqrt(1 + leverage))
w = np.array(w)
b = np.linalg.lstsq(X, y, rcond=None)[0]
e = y - X @ b
sigma = np.sqrt(e @ e / (n - k))
slow.check_close([w @ w], [e @ e], 1e-10)
around_zero, around_mean = np.cumsum(w) / sigma, np.cumsum(w) / np.std(w, ddof=1)
squares = np.cumsum(w**2) / (w @ w)
r = np.arange(1, n - k + 1)

ls = sm.RecursiveLS(y, X).fit()
assert np.max(np.abs(ls.resid_recursive[k:] - w)) < 1e-6 * sigma
assert np.max(np.abs(ls.cusum - around_mean)) < 1e-6 and np.max(np.abs(ls.cusum_squares - squares)) < 1e-7
filtered = ls.recursive_coefficients.filtered.T[FIRST - 1 :]
slow.check_close([[v["estimate"][c] for c in names] for v in recursive], filtered, 1e-5)
points = np.arange(k, n + 1)
lower, upper = ls._cusum_significance_bounds(0.05, points=points[1:])
bound = 0.948 * (np.sqrt(n - k) + 2 * r / np.sqrt(n - k))
assert np.max(np.abs(upper - bound)) < 1e-10 and np.max(np.abs(lower + bound)) < 1e-10
m = (n - k) / 2 - 1
c0 = 1.3581015 / m**0.5 - 0.6701218 / m - 0.8858694 / m**1.5
square_lower, square_upper = ls._cusum_squares_significance_bounds(0.05, points=points[1:])
assert np.max(np.abs(square_upper - r / (n - k) - c0)) < 1e-12

R = json.loads(subprocess.run(["Rscript", "make.R"], capture_output=True, check=True, text=True).stdout)
assert np.max(np.abs(np.array(R["recursive_residuals"]) - w)) < 1e-9
assert np.max(np.abs(np.array(R["Rec-CUSUM"]["process"])[1:] * np.sqrt(n - k) - around_mean)) < 1e-9
ols = np.concatenate([[0], np.cumsum(e)]) / (sigma * np.sqrt(n))
assert np.max(np.abs(np.array(R["OLS-CUSUM"]["process"]) - ols)) < 1e-10

slow.write_json(
    "windows.json",
    {
        "source": slow.source(["statsmodels", "scipy", "numpy"], ", " + R.pop("source")),
        "data_source": "macrodata of statsmodels",
        "model": MODEL,
        "time": "t",
        "rolling": {"width": WIDTH, "windows": rolling},
        "recursive": {"first": FIRST, "windows": recursive},
        "recursive_residuals": w,
        "cusum": {
            "sigma": sigma,
            "path": around_zero,
            "sigma_around_mean": np.std(w, ddof=1),
            "path_around_mean": around_mean,
            "constant_5": 0.948,
            "bound_5": bound,
        },
        "cusum_squares": {"path": squares, "c0_5": c0, "lower_5": square_lower, "upper_5": square_upper},
        "strucchange": R,
    },
)
print("crosses:", (np.abs(around_zero) > bound).any(), ((squares > square_upper) | (squares < square_lower)).any())
