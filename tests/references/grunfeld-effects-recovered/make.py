"""Investment of firms: firm and year effects, and predictions for rows that were not there, by statsmodels on dummies."""

import sys

sys.path.insert(0, "..")
import numpy as np
import pyfixest as pf
import statsmodels.api as sm
from linearmodels.panel import PanelOLS

import helpers as h

SLOPES = ["value", "capital"]
raw = sm.datasets.grunfeld.load_pandas().data
raw["year"] = raw["year"].astype(int)
FIRMS, YEARS = sorted(raw["firm"].unique()), sorted(raw["year"].unique())
# Unbalanced: every 7th row is left out, and predicted.
left_out = np.arange(len(raw)) % 7 == 3
h.write_data(raw[~left_out])
d, new = h.read_data(), raw[left_out]
F, T, K = len(FIRMS), len(YEARS), h.count_K(2, [len(FIRMS), len(YEARS)])


def columns(frame):
    """Slopes, all firms, all years but the first."""
    firms = np.array([frame["firm"] == firm for firm in FIRMS]).T
    years = np.array([frame["year"] == year for year in YEARS[1:]]).T
    return np.column_stack([frame[SLOPES].to_numpy(), firms, years]).astype(float)


fit = sm.OLS(d["invest"].to_numpy(), columns(d)).fit(method="qr")
est, n = dict(zip(SLOPES, fit.params)), len(d)
robust = sm.OLS(d["invest"].to_numpy(), columns(d)).fit(method="qr", cov_type="HC0")
covs = [h.entry("White", ["HC0"], est, dict(zip(SLOPES, robust.bse)), df=n - K)]

# The smaller effect sums to zero over the rows, the larger one (years) carries the rest.
firms, years = fit.params[2 : 2 + F], np.append(0.0, fit.params[2 + F :])
of_firm, of_year = d["firm"].map(FIRMS.index).to_numpy(), d["year"].map(YEARS.index).to_numpy()
mean = firms[of_firm].mean()
firms, years = firms - mean, years + mean
levels = {
    "effect": ["firm"] * F + ["year"] * T,
    "level": [*FIRMS, *map(str, YEARS)],
    "estimate": [*firms.tolist(), *years.tolist()],
}
predicted = columns(new) @ fit.params

# Second program: the sum of both effects by linearmodels; third: pyfixest's effects, which differ by a constant.
panel = d.set_index(["firm", "year"])
model = PanelOLS(panel["invest"], panel[SLOPES], entity_effects=True, time_effects=True)
h.check_close(model.fit().estimated_effects.to_numpy().ravel(), firms[of_firm] + years[of_year])
other = pf.feols("invest ~ value + capital | firm + year", data=d)
levels_found = other.fixef(atol=1e-14, btol=1e-14)
shift = [levels_found["C(firm)"][name] - own for name, own in zip(FIRMS, firms)]
h.check_close(np.array(shift) - shift[0] + 100, np.full(F, 100.0))
shift = [levels_found["C(year)"].get(str(year), 0.0) - own for year, own in zip(YEARS, years)]
h.check_close(np.array(shift) - shift[0] + 100, np.full(T, 100.0))
h.check_close(other.predict(newdata=new), predicted, tol=1e-7)

# Standard errors and intervals of the regression on dummies, whose coefficients are estimated too.
interval = fit.get_prediction(columns(new)).summary_frame(alpha=0.05)
assert fit.df_resid == n - K
h.check_close(interval["mean"], predicted)
found = {"estimate": "mean", "se": "mean_se", "low": "mean_ci_lower", "high": "mean_ci_upper"}

tests = [
    h.test_entry("fixed_effects", {}, {"columns": levels}, "statsmodels, dummies; firms sum to zero over the rows"),
    h.test_entry(
        "predict",
        {"covariance": h.choice("Classical"), "data": {name: new[name].tolist() for name in ("firm", "year", *SLOPES)}},
        {"columns": {ours: interval[theirs].tolist() for ours, theirs in found.items()}},
        "statsmodels OLS on dummies, get_prediction",
    ),
]
h.write_values(
    ["statsmodels", "linearmodels", "pyfixest", "numpy"],
    "dataset grunfeld of Python package statsmodels, every seventh row left out: Y. Grunfeld (1958), 'The determinants of corporate "
    "investment', PhD thesis, University of Chicago",
    "OLS",
    "invest ~ value + capital | firm + year",
    n,
    covs,
    tests=tests,
)
