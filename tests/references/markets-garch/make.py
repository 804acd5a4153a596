"""Three events; the market model with GARCH(1,1) errors by maximum likelihood. A loose check: see start."""

import sys

sys.path.insert(0, "..")

import json
import math
from importlib.metadata import version

import numpy as np
from scipy.optimize import minimize

import helpers_markets as h

rng = np.random.default_rng(17)
n, row = 840, 815
dates = h.business_days("2003-01-02", n)
market = rng.normal(0.02, 1.0, n)
columns = {}
for name, beta, alpha, persist in [("A", 0.8, 0.10, 0.82), ("B", 1.2, 0.15, 0.75), ("C", 1.0, 0.07, 0.88)]:
    variance, e = 1.0, np.empty(n)
    for t in range(n):
        e[t] = math.sqrt(variance) * rng.normal()
        variance = 1.2 * (1 - alpha - persist) + alpha * e[t] ** 2 + persist * variance
    columns[name] = (0.01 + beta * market + e).round(5)
    columns[name][row] += 1.5
h.write_table("returns.csv", dates, columns)
h.write_table("market.csv", dates, {"market": market.round(5)})
ESTIMATION, WINDOW = (-800, -21), (-5, 5)


def loglikelihood(theta, y, X, start):
    """Gaussian: h_t = omega + alpha e_{t-1}^2 + beta h_{t-1}; e_0^2 = h_0 = start (a number, or None: the mean of e^2)."""
    mu, (omega, alpha, beta) = theta[: X.shape[1]], theta[X.shape[1] :]
    if omega <= 0 or alpha < 0 or beta < 0 or alpha + beta >= 1:
        return -np.inf
    e = y - X @ mu
    first = float(np.mean(e * e)) if start is None else start
    variance, total = omega + (alpha + beta) * first, 0.0
    for k in range(len(y)):
        if k:
            variance = omega + alpha * e[k - 1] ** 2 + beta * variance
        total += -0.5 * (math.log(2 * math.pi) + math.log(variance) + e[k] ** 2 / variance)
    return total


def estimate(y, X, start):
    b = np.linalg.lstsq(X, y, rcond=None)[0]
    v = float(np.mean((y - X @ b) ** 2))
    best = None
    for a0, b0 in [(0.1, 0.8), (0.05, 0.9), (0.2, 0.6)]:
        theta = np.r_[b, v * (1 - a0 - b0), a0, b0]
        for _ in range(3):
            fit = minimize(lambda p: min(-loglikelihood(p, y, X, start), 1e10), theta, method="Nelder-Mead",
                           options={"xatol": 1e-9, "fatol": 1e-10, "maxiter": 4000, "maxfev": 4000})  # fmt: skip
            theta = fit.x
        if best is None or fit.fun < best.fun:
            best = fit
    return best.x, -best.fun


returns, m = h.read_table("returns.csv"), h.read_table("market.csv")["market"].to_numpy()
fits, entries = [], []
all_ar, gap = [], 0.0
for i, name in enumerate("ABC"):
    rows = range(row + ESTIMATION[0], row + ESTIMATION[1] + 1)
    y = returns[name].to_numpy()[list(rows)]
    X = np.array([[1.0, m[k]] for k in rows])
    theta, value = estimate(y, X, None)
    ols = np.linalg.lstsq(X, y, rcond=None)[0]
    fixed, _ = estimate(y, X, float(np.mean((y - X @ ols) ** 2)))
    gap = max(gap, float(np.abs(theta - fixed).max()))
    weighted = np.nan
    try:  # arch starts at an exponentially weighted mean of the first squares
        from arch.univariate import GARCH, LS

        other = LS(y, x=X[:, [1]], constant=True)
        other.volatility = GARCH(1, 0, 1)
        result = other.fit(disp="off", tol=1e-12, options={"maxiter": 2000})
        weighted = [float(v) for v in result.params]
        gap = max(gap, float(np.abs(np.array(weighted) - theta).max()))
        other_value = float(result.loglikelihood)
        # the same start value gives the same maximum
        same = other.fit(disp="off", tol=1e-12, options={"maxiter": 2000}, backcast=float(np.mean((y - X @ ols) ** 2)))
        assert np.abs(same.params.to_numpy() - fixed).max() < 2e-3, (same.params, fixed)
    except ImportError:
        weighted, other_value = None, None
    fits.append({"event": i, "n": len(y), "coefficients": [float(v) for v in theta[:2]], "omega": float(theta[2]), "alpha": float(theta[3]),
                 "beta": float(theta[4]), "log_likelihood": float(value), "ols": [float(v) for v in ols],
                 "fixed_start": [float(v) for v in fixed], "arch": weighted, "arch_log_likelihood": other_value})  # fmt: skip
    ar = {
        t: float(returns[name].iloc[row + t] - theta[0] - theta[1] * m[row + t])
        for t in range(WINDOW[0], WINDOW[1] + 1)
    }
    all_ar.append(ar)
    entries.append({"statistic": "AR", "event": i, "values": {str(t): v for t, v in ar.items()}})
aar = {str(t): float(np.mean([ar[t] for ar in all_ar])) for t in all_ar[0]}
entries.append({"statistic": "AAR", "values": aar})
for a, b in [(0, 0), (0, 1), (-5, 5)]:
    entries.append(
        {"statistic": "CAR", "window": [a, b], "values": [sum(ar[t] for t in range(a, b + 1)) for ar in all_ar]}
    )
values = {
    "source": f"own maximum likelihood, Python {sys.version.split()[0]}, numpy {version('numpy')}, scipy {version('scipy')}; compared with arch",
    "data_source": "simulated in make.py, seed 17",
    "returns": "returns.csv",
    "market": "market.csv",
    "factors": None,
    "events": [[name, dates[row]] for name in "ABC"],
    "model": "garch",
    "estimation": list(ESTIMATION),
    "window": list(WINDOW),
    "fits": fits,
    "start": "h_0 = e_0^2 = mean of the squared residuals at the parameters (fits); at the least-squares fit (fixed_start); "
    "arch: exponentially weighted, 0.94, first 75",
    "largest_difference_between_starts": gap,
    "entries": entries,
    "notes": [
        "AR and CAR only: how a GARCH fit standardises AR differs between papers.",
        "log_likelihood may be beaten by another start value.",
    ],
    "tolerance": 2e-2,
}
with open("markets.json", "w", encoding="utf-8", newline="\n") as file:
    json.dump(values, file, indent=1)
    file.write("\n")
