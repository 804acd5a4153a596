"""SIMEX in a loop of statsmodels' regressions, draw by draw, and its limits without simulation.

`limits` need no draws: errors in the regressor have population moments, so that with one regressor the curve is
s_xy / (s_xx + lambda sd^2), whose value at -1 is the moment estimator s_xy / (s_xx - sd^2). `curve` is a loop with the
generator that the package documents: SeedSequence(seed).spawn, one stream a multiple, normal draws row by row.
Extrapolants: numpy's polynomials through normal equations, scipy's curve_fit of a + b / (c + lambda).
"""

import sys

sys.path.insert(0, "..")
import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy.optimize import curve_fit

import helpers_argument as h

rng = np.random.default_rng(55)
n = 1500
true = rng.normal(size=n) * 2
d = pd.DataFrame({"m": (0.5 * true + rng.normal(size=n)).round(4)})
d["sd"] = rng.uniform(0.4, 1.6, size=n).round(3)
d["x"] = (true + d["sd"] * rng.normal(size=n)).round(4)
d["y"] = (1 + 0.7 * true - d["m"] + rng.normal(size=n)).round(4)
d["town"] = np.arange(n) % 30
d = h.write_data(d)
LAMBDAS, REPS, SEED = [0.5, 1.0, 1.5, 2.0], 40, 3


def one(x, controls):
    X = np.column_stack([x, np.ones(n), *(d[c] for c in controls)])
    fit = sm.OLS(d["y"].to_numpy(), X).fit(cov_type="HC1")
    return fit.params[0], fit.bse[0] ** 2


def extrapolated(added, values, degree):
    X = np.vander(added, degree + 1)
    return float(np.vander([-1.0], degree + 1)[0] @ np.linalg.solve(X.T @ X, X.T @ values))


def rational(added, values):
    start = [0.0, values[0] * 3, 3.0]
    (a, b, c), _ = curve_fit(
        lambda l, a, b, c: a + b / (c + l), added, values, p0=start, xtol=1e-15, ftol=1e-15, maxfev=100000
    )
    return float(a + b / (c - 1))


def curve(controls, sigma, reps):
    found = [(0.0, *one(d["x"], controls), 0.0)]
    for added, stream in zip(LAMBDAS, np.random.SeedSequence(SEED).spawn(len(LAMBDAS))):
        generator = np.random.default_rng(stream)
        draws = []
        for _ in range(reps):
            noise = generator.normal(size=n)
            draws.append(one(d["x"].to_numpy() + np.sqrt(added) * sigma * noise, controls))
        estimates, variances = np.array(draws).T
        found.append((added, estimates.mean(), variances.mean(), estimates.var(ddof=1)))
    return np.array(found)


cases = []
for name, controls, sd in (("one regressor", [], 1.0), ("a control, sd by row", ["m"], "sd")):
    sigma = d["sd"].to_numpy() if sd == "sd" else sd
    table = curve(controls, sigma, REPS)
    added, estimate, variance, between = table.T
    X = np.column_stack([np.ones(n), *(d[c] for c in controls)])
    x = d["x"] - X @ np.linalg.lstsq(X, d["x"], rcond=None)[0]
    y = d["y"] - X @ np.linalg.lstsq(X, d["y"], rcond=None)[0]
    error = float(np.mean(np.square(sigma) * np.ones(n)))
    sxx, sxy = float(x @ x / n), float(x @ y / n)
    cases.append(
        {
            "name": name,
            "formula": "y ~ x" + "".join(f" + {c}" for c in controls),
            "sd": sd,
            "lambdas": LAMBDAS,
            "reps": REPS,
            "seed": SEED,
            "curve": {"added": added, "estimate": estimate, "variance": variance, "between": between},
            "linear": extrapolated(added, estimate, 1),
            "quadratic": extrapolated(added, estimate, 2),
            "rational": rational(added, estimate),
            "variance_quadratic": extrapolated(added, variance - between, 2),
            "limits": {"curve": [sxy / (sxx + l * error) for l in [0.0, *LAMBDAS]], "truth": sxy / (sxx - error)},
        }
    )
h.write(
    ["statsmodels", "scipy", "numpy"],
    "simulated, numpy default_rng(55); the coefficient of the true x is 0.7",
    cases,
    ["Variances are HC1."],
)
