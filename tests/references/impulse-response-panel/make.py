"""Local projections in a panel of firms: linearmodels' PanelOLS and statsmodels with dummies, horizon by horizon.

Lags and leads are looked up by firm and year, so that none comes from another firm or over a gap.
"""

import sys

sys.path.insert(0, "..")
import numpy as np
import pandas as pd
import statsmodels.api as sm
from linearmodels import PanelOLS

import helpers_argument as h

grunfeld = sm.datasets.grunfeld.load_pandas().data
grunfeld["year"] = grunfeld["year"].astype(int)
grunfeld = grunfeld.drop(index=grunfeld.index[[25, 26, 63, 130]])  # gaps in firms 2, 4 and 7
data = h.write_data(grunfeld.sample(frac=1, random_state=2))
H = 4


def projections(outcome, impulse, lags, controls, cumulative):
    at = {(row.firm, row.year): row for row in data.itertuples()}
    estimates, errors, nobs, influences = [], [], [], []
    for ahead in range(H + 1):
        rows = []
        for (firm, year), row in at.items():
            needed = [(firm, year + j) for j in (range(ahead + 1) if cumulative else [ahead])]
            before = [(firm, year - lag) for lag in range(1, lags + 1)]
            if not all(key in at for key in needed + before):
                continue
            record = {"firm": firm, "year": year, "left": sum(getattr(at[key], outcome) for key in needed)}
            record[impulse] = getattr(row, impulse)
            for lag, key in enumerate(before, 1):
                record |= {f"{name}_{lag}": getattr(at[key], name) for name in (outcome, impulse)}
            rows.append(record | {name: getattr(row, name) for name in controls})
        table = pd.DataFrame(rows)
        names = [name for name in table.columns if name not in ("firm", "year", "left")]
        panel = table.set_index(["firm", "year"])
        within = PanelOLS(panel["left"], panel[names], entity_effects=True).fit()
        X = np.column_stack([table[names], h.one_hot(table["firm"])])
        fit = sm.OLS(table["left"].to_numpy(), X).fit()
        h.close(fit.params[0], within.params[impulse])
        clustered = fit.get_robustcov_results("cluster", groups=pd.factorize(table["firm"])[0], use_correction=False)
        estimates.append(within.params[impulse])
        errors.append(clustered.bse[0])
        nobs.append(len(table))
        psi = (X * fit.resid[:, None]) @ np.linalg.inv(X.T @ X)[:, 0]
        sums = {}
        for firm, value in zip(table["firm"], psi):
            sums[firm] = sums.get(firm, 0.0) + value
        influences.append(sums)
    firms = sorted(set().union(*influences))
    S = np.array([[sums.get(firm, 0.0) for sums in influences] for firm in firms])
    covariance = S.T @ S
    h.close(np.sqrt(np.diag(covariance)), errors, rtol=1e-8)
    return {"estimate": estimates, "nobs": nobs, "covariance_cr0": covariance}


cases = []
for name, lags, controls, cumulative in (
    ("two lags", 2, [], False),
    ("cumulative", 1, ["capital"], True),
    ("no lags", 0, ["capital"], False),
):
    options = {"outcome": "invest", "impulse": "value", "lags": lags, "controls": controls, "cumulative": cumulative}
    cases.append({"name": name, "options": {**options, "horizons": H}, **projections(**options)})
notes = ["covariance_cr0: products of the sums by firm of the influences on two horizons; no small-sample factor."]
h.write(
    ["statsmodels", "linearmodels", "numpy"],
    "grunfeld of statsmodels (public domain), four rows taken out",
    cases,
    notes,
)
