"""Grades after a new method of teaching: average marginal effects and predictions of a probit, by statsmodels."""

import sys

sys.path.insert(0, "..")
import numpy as np
import statsmodels.api as sm
import statsmodels.formula.api as smf
from scipy.stats import norm

import helpers as h

data = sm.datasets.spector.load_pandas().data
data.columns = [c.lower() for c in data.columns]
h.write_data(data)
d = h.read_data()

FORMULA = "grade ~ gpa + tuce + psi"
model = smf.probit(FORMULA, d)
fits = {"Classical": model.fit(method="newton", tol=1e-14, disp=False)}
fits["White"] = model.fit(method="newton", tol=1e-14, disp=False, cov_type="HC0")
est, n = dict(fits["White"].params), len(d)
covs = [h.entry("White", ["HC0"], est, dict(fits["White"].bse))]
kinds = {"Classical": h.choice("Classical"), "White": h.choice("White", "HC0")}

tests = []
for name, fit in fits.items():
    effects = fit.get_margeff(at="overall", method="dydx", dummy=True)
    columns = {
        "term": ["gpa", "tuce", "psi"],
        "estimate": effects.margeff.tolist(),
        "se": effects.margeff_se.tolist(),
    }
    note = "statsmodels get_margeff(at='overall', dummy=True): psi from zero to one"
    tests.append(h.test_entry("marginal_effects", {"covariance": kinds[name]}, {"columns": columns}, note))
    found = fit.get_prediction().summary_frame()
    columns = {"estimate": found["predicted"].tolist(), "se": found["se"].tolist()}
    note = "statsmodels get_prediction: delta method"
    tests.append(h.test_entry("predict", {"covariance": kinds[name]}, {"columns": columns}, note))

# By hand: the average of the density times the coefficient, and of the differences.
b, X = fits["Classical"].params.to_numpy(), model.exog
on, off = (np.where(np.arange(4) == 3, value, X) for value in (1.0, 0.0))
by_hand = [*(norm.pdf(X @ b).mean() * b[1:3]), (norm.cdf(on @ b) - norm.cdf(off @ b)).mean()]
h.check_close(by_hand, tests[0]["expected"]["columns"]["estimate"])

h.write_values(
    ["statsmodels", "numpy", "scipy"],
    "dataset spector of Python package statsmodels: L. C. Spector and M. Mazzeo (1980), "
    "'Probit analysis and economic education', Journal of Economic Education 11, 37-44",
    "Probit",
    FORMULA,
    n,
    covs,
    tests=tests,
)
