"""Investment of firms: Poisson with firm and year effects, their levels and marginal effects, by statsmodels on dummies."""

import sys

sys.path.insert(0, "..")
import numpy as np
import pyfixest as pf
import statsmodels.api as sm

import helpers as h

SLOPES = ["value", "capital"]
raw = sm.datasets.grunfeld.load_pandas().data
raw["year"] = raw["year"].astype(int)
h.write_data(raw.assign(invest=raw["invest"].round(), value=raw["value"] / 1000, capital=raw["capital"] / 1000))
d = h.read_data()

FIRMS, YEARS = sorted(d["firm"].unique()), sorted(d["year"].unique())
F, T, y = len(FIRMS), len(YEARS), d["invest"].to_numpy()
firms, years = d["firm"].map(FIRMS.index).to_numpy(), d["year"].map(YEARS.index).to_numpy()
D = np.column_stack([firms[:, None] == np.arange(F), years[:, None] == np.arange(1, T)]).astype(float)
X = np.column_stack([d[SLOPES].to_numpy(), D])
first = h.poisson(y, X)
est, n, K = dict(zip(SLOPES, first.params)), len(d), h.count_K(2, [F, T])
covs = [h.entry("White", ["HC0"], est, dict(zip(SLOPES, h.poisson_sandwich(first))))]

# Marginal effects of the regression on dummies, whose coefficients count as estimated.
options = {"method": "newton", "tol": 1e-14, "disp": False, "start_params": first.params, "maxiter": 100}
kinds = [
    (h.choice("Classical"), {}, (n - 1) / (n - K), "times (n-1)/(n-K)"),
    (h.choice("White", "HC0"), {"cov_type": "HC0"}, 1.0, "HC0"),
    (
        {**h.choice("Clustered", "firm"), "kwargs": {"correction": "CR0"}},
        {"cov_type": "cluster", "cov_kwds": {"groups": firms, "use_correction": False}},
        1.0,
        "cluster, no factor",
    ),
]
tests = []
for covariance, kwargs, factor, note in kinds:
    fit = sm.Poisson(y, X, check_rank=False).fit(**options, **kwargs)
    h.check_close(fit.params, first.params)
    effects = fit.get_margeff(at="overall", method="dydx")
    columns = {
        "term": SLOPES,
        "estimate": effects.margeff[:2].tolist(),
        "se": (effects.margeff_se[:2] * np.sqrt(factor)).tolist(),
    }
    note = f"statsmodels Poisson on dummies, get_margeff; {note}"
    tests.append(h.test_entry("marginal_effects", {"covariance": covariance}, {"columns": columns}, note))

# Levels: firms, the smaller effect, sum to zero over the rows.
own, other = first.params[2 : 2 + F], np.append(0.0, first.params[2 + F :])
mean = own[firms].mean()
levels = {
    "effect": ["firm"] * F + ["year"] * T,
    "level": [*FIRMS, *map(str, YEARS)],
    "estimate": [*(own - mean).tolist(), *(other + mean).tolist()],
}
tests.append(h.test_entry("fixed_effects", {}, {"columns": levels}, "statsmodels GLM on dummies"))
found = first.get_prediction().summary_frame()
columns = {"estimate": found["mean"].tolist(), "se": (found["mean_se"] * np.sqrt((n - 1) / (n - K))).tolist()}
note = "statsmodels GLM on dummies, get_prediction; times (n-1)/(n-K)"
tests.append(h.test_entry("predict", {"covariance": h.choice("Classical")}, {"columns": columns}, note))

# Second program.
again = pf.fepois("invest ~ value + capital | firm + year", data=d, iwls_tol=1e-12)
h.check_close(again.predict(type="response"), first.fittedvalues, tol=1e-6)
h.check_close(again.coef().to_numpy(), first.params[:2], tol=1e-6)

h.write_values(
    ["statsmodels", "pyfixest", "numpy"],
    "dataset grunfeld of Python package statsmodels, investment rounded: Y. Grunfeld (1958), 'The determinants of corporate investment', "
    "PhD thesis, University of Chicago",
    "PPML",
    "invest ~ value + capital | firm + year",
    n,
    covs,
    tests=tests,
)
