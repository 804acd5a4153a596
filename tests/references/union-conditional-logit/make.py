"""Union membership of young men, several years a man: conditional logit by statsmodels;
men who were always or never members are dropped."""

import sys
import warnings
from itertools import combinations

sys.path.insert(0, "..")
import numpy as np
from linearmodels.datasets import wage_panel
from statsmodels.discrete.conditional_models import ConditionalLogit
from statsmodels.tools.numdiff import approx_fprime_cs

import helpers as h
import helpers_likelihoods as hl

data = wage_panel.load().reset_index(drop=True)
data = data[data["nr"].rank(method="dense") % 2 == 0]
h.write_data(data[["nr", "year", "union", "married", "hours", "exper", "expersq", "educ"]])
d = h.read_data()

FORMULA = "union ~ married + I(hours / 1000) + exper + expersq | nr"
y = d["union"].to_numpy(float)
X = np.column_stack([d["married"], d["hours"] / 1000, d["exper"], d["expersq"]]).astype(float)
TERMS = ["married", "I(hours / 1000)", "exper", "expersq"]
share = d.groupby("nr")["union"].transform("mean")
used = d[(share > 0) & (share < 1)]
n, K = len(used), len(TERMS) + 1  # the men lie within the clusters and count one
assert used.groupby("nr")["union"].sum().max() > 1 and used.groupby("nr").size().min() > 1

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    model = ConditionalLogit(y, X, groups=d["nr"].to_numpy())
assert model.nobs == n


def scores(b):
    return np.array([model.score_grp(g, b) for g in range(model._n_groups)])


def derivatives(b):
    return scores(b), -approx_fprime_cs(b, model.score)


start = model.fit(method="bfgs", maxiter=200).params
b = hl.newton(start, derivatives)
h.check_close(start, b, 1e-3)
bread = np.linalg.inv(derivatives(b)[1])
est = dict(zip(TERMS, b))


def se(V):
    return dict(zip(TERMS, np.sqrt(np.diag(V))))


psi = scores(b) @ bread
men = used.drop_duplicates("nr")  # in the order of statsmodels' groups
PROGRAM = "ConditionalLogit.score_grp by man and the complex-step derivative of ConditionalLogit.score"
covs = [h.entry("Classical", [], est, se(bread), note=PROGRAM)]
for by in ("nr", "educ"):
    V = h.influence_covariance(psi, men[[by]])
    df = used[by].nunique() - 1
    note = f"{PROGRAM}; {h.cr1_note(used, [by], K)}"
    covs.append(h.entry("Clustered", [by], est, se(V * h.cr1_factor(used, [by], K)), df=df, note=note))
    covs.append(h.entry("Clustered", [by], est, se(V), df=df, correction="CR0", note=PROGRAM))


# Second program: the likelihood by a sum over all sets of as many years, for every man.
def by_sets(b):
    value = 0.0
    for rows in used.reset_index(drop=True).groupby("nr").indices.values():
        eta, k = Xu[rows] @ b, int(yu[rows].sum())
        sums = [eta[list(chosen)].sum() for chosen in combinations(range(len(rows)), k)]
        value += eta @ yu[rows] - np.log(np.sum(np.exp(sums)))
    return value


Xu, yu = X[used.index], y[used.index]
assert abs(by_sets(b) / model.loglike(b) - 1) < 1e-12
gradient = approx_fprime_cs(b, by_sets)
assert np.max(np.abs(gradient) * np.sqrt(np.diag(bread))) < 1e-9
h.check_close(np.sqrt(np.diag(np.linalg.inv(-model.hessian(b)))), se(bread).values(), 1e-5)

h.write_values(
    ["statsmodels", "linearmodels", "numpy"],
    "dataset wage_panel of Python package linearmodels, every second man: F. Vella and M. Verbeek (1998), "
    "'Whose wages do unions raise?', Journal of Applied Econometrics 13, 163-183",
    "Logit",
    FORMULA,
    n,
    covs,
    drops={"no variation": len(d) - n},
)
