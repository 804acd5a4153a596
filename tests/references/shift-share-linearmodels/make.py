"""Shift-share regressions by shock: averages in loops over shocks and rows, then linearmodels' IV2SLS on them.

Variables are residualised by weighted regressions on dummies (statsmodels). The coefficient is checked against the
regression by row, with dummies, where the instrument is the sum of shares times shocks.
"""

import sys

sys.path.insert(0, "..")
import numpy as np
import pandas as pd
import statsmodels.api as sm
from linearmodels.iv import IV2SLS

import helpers_argument as h

rng = np.random.default_rng(20)
regions, years, K = 40, 3, 15
n = regions * years
alpha = rng.gamma(0.6, size=K) + 0.1
shares = np.repeat(rng.dirichlet(alpha, size=regions), years, axis=0) * rng.uniform(0.4, 0.9, size=(n, 1))
shares[:, 7] = 0.0  # no region is exposed to this shock
g = rng.normal(size=K).round(4)
d = pd.DataFrame({"region": np.repeat(np.arange(regions), years), "year": np.tile(np.arange(years), regions)})
names = [f"s{k}" for k in range(K)]
d[names] = shares.round(6)
z = d[names].to_numpy() @ g
d["w"] = (rng.normal(size=n) + z).round(4)
d["x"] = (z + 0.5 * d["w"] + rng.normal(size=n) + 0.3 * d["year"]).round(4)
d["y"] = (1.5 * d["x"] - d["w"] + d[names].to_numpy() @ rng.normal(size=K) * 2 + 0.3 * rng.normal(size=n)).round(4)
d["people"] = rng.uniform(0.5, 3.0, size=n).round(3)
d["total"] = d[names].sum(axis=1)
d.loc[[3, 50], "y"] = np.nan
d.loc[17, "w"] = np.nan
q = pd.DataFrame({"size": rng.uniform(1, 2, size=K).round(3), "group": [f"g{k % 5}" for k in range(K)]})
d["q"] = d[names].to_numpy() @ q["size"].to_numpy()
d = h.write_data(d)
z = d[names].to_numpy() @ g


def aggregated(columns, controls, effects, weights):
    keep = d[[*columns, *controls]].notna().all(axis=1).to_numpy()
    t = d[keep]
    w = t[weights].to_numpy() if weights else np.ones(len(t))
    C = np.column_stack([t[controls].to_numpy(), h.one_hot(*(t[e] for e in effects)) if effects else np.ones(len(t))])
    residual = {c: sm.WLS(t[c].to_numpy(), C, weights=w).fit().resid for c in columns}
    rows = []
    for k, name in enumerate(names):
        s = t[name].to_numpy()
        weight = 0.0
        sums = dict.fromkeys(columns, 0.0)
        for i in range(len(t)):
            weight += w[i] * s[i]
            for c in columns:
                sums[c] += w[i] * s[i] * residual[c][i]
        if weight > 0:
            rows.append(
                {"name": name, "g": g[k], "weight": weight, **{c: sums[c] / weight for c in columns}, **q.loc[k]}
            )
    return pd.DataFrame(rows), t, C, w, z[keep]


def by_unit(t, C, w, z, y, x):
    return (
        IV2SLS(t[y], C, t[x], z, weights=w).fit().params[x]
        if x in t
        else float(sm.WLS(t[y].to_numpy(), np.column_stack([z, C]), weights=w).fit().params[0])
    )


cases = []
for name, controls, effects, weights, own in (
    ("sum of shares alone", ["total"], [], None, False),
    ("controls, effects and weights", ["w", "total"], ["region", "year"], "people", False),
    ("controls by shock and clusters", ["w", "total", "q"], ["year"], "people", True),
):
    table, t, C, w, zz = aggregated(["y", "x"], controls, effects, weights)
    exog = np.column_stack([np.ones(len(table)), table["size"].astype(float)] if own else [np.ones(len(table))])
    model = IV2SLS(table["y"], exog, table["x"], table["g"].to_numpy(), weights=table["weight"])
    hc0, hc1 = model.fit(cov_type="robust"), model.fit(cov_type="robust", debiased=True)
    h.close(hc0.params["x"], by_unit(t, C, w, zz, "y", "x"), rtol=1e-8)
    h.close(hc1.std_errors["x"] / hc0.std_errors["x"], np.sqrt(len(table) / (len(table) - exog.shape[1] - 1)))
    groups = pd.factorize(table["group"])[0]
    cr0 = model.fit(cov_type="clustered", clusters=groups)
    cases.append(
        {
            "kind": "regression",
            "name": name,
            "controls": " + ".join(controls) + (" | " + " + ".join(effects) if effects else ""),
            "weights": weights,
            "shock_controls": own,
            "estimate": hc0.params["x"],
            "hc0": hc0.std_errors["x"],
            "hc1": hc1.std_errors["x"],
            "cr0_by_group": cr0.std_errors["x"],
            "nobs": len(table),
            "by_shock": {c: table[c].tolist() for c in ("name", "y", "x")}
            | {"weight": (table["weight"] / table["weight"].sum()).tolist()},
        }
    )
for covariate in ("w", "people"):
    d["z"] = z
    table, t, C, w, zz = aggregated([covariate, "z"], ["total"], ["year"], None)
    model = IV2SLS(
        table[covariate], np.ones((len(table), 1)), table["z"], table["g"].to_numpy(), weights=table["weight"]
    )
    hc0, hc1 = model.fit(cov_type="robust"), model.fit(cov_type="robust", debiased=True)
    h.close(hc0.params["z"], by_unit(t, C, w, zz, covariate, "absent"), rtol=1e-8)
    entry = {"estimate": hc0.params["z"], "hc0": hc0.std_errors["z"], "hc1": hc1.std_errors["z"], "nobs": len(table)}
    cases.append({"kind": "balance", "covariate": covariate, "controls": "total | year", **entry})
cases.append(
    {
        "kind": "shocks",
        "g": dict(zip(names, g)),
        "size": dict(zip(names, q["size"])),
        "group": dict(zip(names, q["group"])),
    }
)
notes = [
    "by_shock: averages of residuals with weights w_i s_ik; no row is exposed to s7, which is not there.",
    "cr0_by_group: clusters of shocks, linearmodels without debiasing, which has no factor.",
]
h.write(["linearmodels", "statsmodels", "numpy"], "simulated, numpy default_rng(20)", cases, notes)
