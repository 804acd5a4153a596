"""Unbalanced panel, weighted, unit effects: Driscoll-Kraay by pyfixest and linearmodels."""

import sys

sys.path.insert(0, "..")

import numpy as np
import pandas as pd
import pyfixest as pf
from linearmodels import PanelOLS

import helpers as h

rng = np.random.default_rng(21)
units, years = 25, 14
unit, year = np.repeat(np.arange(units), years), np.tile(np.arange(1990, 1990 + years), units)
common = np.cumsum(rng.normal(size=years))
n = units * years
x1 = rng.normal(size=n) + 0.5 * common[year - 1990]
x2 = rng.normal(size=n) + 0.3 * np.cumsum(rng.normal(size=n)) / 10
e = rng.normal(size=n) + 0.6 * common[year - 1990]
y = 0.5 * x1 - 0.2 * x2 + rng.normal(size=units)[unit] + e
table = pd.DataFrame({"y": y, "x1": x1, "x2": x2, "w": rng.uniform(0.5, 2, n)}).round(5)
table.insert(0, "unit", [f"u{u:02d}" for u in unit])
table.insert(1, "year", year)
# A third of the rows is missing.
h.write_data(table[rng.uniform(size=n) > 0.33].sample(frac=1, random_state=1))
d = h.read_data()

FORMULA, SLOPES = "y ~ x1 + x2 | unit", ["x1", "x2"]
n, T, U = len(d), d["year"].nunique(), d["unit"].nunique()

# Influences by plain algebra.
D = pd.get_dummies(d["unit"], dtype=float).to_numpy()
X = np.column_stack([d[SLOPES], D])
w = d["w"].to_numpy()
bread = np.linalg.inv((X.T * w) @ X)
b = bread @ (X.T @ (w * d["y"]))
psi = (X * (w * (d["y"] - X @ b)).to_numpy()[:, None]) @ bread[:, :2]
period = np.unique(d["year"], return_inverse=True)[1]


def by_loops(lags):
    """Sum over all pairs of rows not more than `lags` periods apart."""
    total = np.zeros((2, 2))
    for i in range(n):
        for j in range(n):
            apart = abs(period[i] - period[j])
            if apart <= lags:
                total += (1 - apart / (lags + 1)) * np.outer(psi[i], psi[j])
    return np.sqrt(np.diag(total))


estimate = dict(zip(SLOPES, b[:2]))
numbered = d.assign(period=period, unit=d["unit"].astype("category").cat.codes)
panel = numbered.set_index(["unit", "period"]).sort_index()
K = 2 + U  # unit effects are not nested in the years
factor = (n - 1) / (n - K) * T / (T - 1)


def entry(lags):
    se = by_loops(lags)
    m = pf.feols(
        FORMULA,
        numbered,
        weights="w",
        vcov="DK",
        vcov_kwargs={"time_id": "period", "panel_id": "unit", "lag": lags},
        ssc=pf.ssc(k_adj=False, G_adj=False),
    )
    h.check_close(m.coef()[SLOPES], estimate.values())
    h.check_close(m.se()[SLOPES], se)
    # linearmodels has the factor n / (n - units)
    m = PanelOLS(panel["y"], panel[SLOPES], weights=panel["w"], entity_effects=True).fit(
        cov_type="kernel", kernel="bartlett", bandwidth=lags, debiased=False
    )
    h.check_close(m.std_errors[SLOPES] * np.sqrt((n - U) / n), se)
    out = h.entry(
        "DriscollKraay",
        ["year"],
        estimate,
        dict(zip(SLOPES, np.sqrt(factor) * se)),
        df=T - 1,
        note="pyfixest DK without factors, linearmodels without n/(n - units) and a loop over pairs, "
        f"times (n-1)/(n-K) T/(T-1) = {factor!r}, with T = {T}, K = {K}",
    )
    out["covariance"]["kwargs"] = {"lags": lags}
    return out


covs = [entry(lags) for lags in (0, 1, 3, 8)]
h.write_values(
    ["pyfixest", "linearmodels", "numpy"],
    "simulated in make.py, seed 21",
    "OLS",
    FORMULA,
    n,
    covs,
    weights="w",
)
