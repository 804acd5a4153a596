"""Wages of married women, schooling and hours endogenous, by linearmodels IV2SLS."""

import sys

sys.path.insert(0, "..")

import numpy as np
from linearmodels.datasets import mroz
from linearmodels.iv import IV2SLS, IVGMM

import helpers as h
import helpers_iv as iv

raw = mroz.load()
raw = raw[raw["inlf"] == 1].reset_index(drop=True)
raw["khours"] = raw["hours"] / 1000
raw["khushrs"] = raw["hushrs"] / 1000
columns = ["lwage", "educ", "khours", "exper", "expersq", "motheduc", "fatheduc", "huseduc", "kidslt6", "khushrs"]
h.write_data(raw[[*columns, "unem", "age"]])
d = h.read_data()

EXOGENOUS, ENDOGENOUS = ["exper", "expersq"], ["educ", "khours"]
INSTRUMENTS = ["motheduc", "fatheduc", "huseduc", "kidslt6", "khushrs"]
FORMULA = "lwage ~ exper + expersq | educ + khours ~ " + " + ".join(INSTRUMENTS)
TERMS = ["Intercept", *EXOGENOUS, *ENDOGENOUS]
n, K, K1 = len(d), 5, 8
exogenous = d[EXOGENOUS].assign(Intercept=1.0)[["Intercept", *EXOGENOUS]]
data = (d["lwage"], exogenous, d[ENDOGENOUS], d[INSTRUMENTS])
model = IV2SLS(*data)


def numbers(result, factor=1.0):
    return {t: result.params[t] for t in TERMS}, {t: result.std_errors[t] * np.sqrt(factor) for t in TERMS}


def clustered(by, correction=None):
    # as codes: linearmodels cuts off the decimals of unem where two ways meet
    codes = d[by].apply(lambda column: column.astype("category").cat.codes)
    result = model.fit(cov_type="clustered", clusters=codes, debiased=False)
    factor = 1.0 if correction else h.cr1_factor(d, by, K)
    note = "clustered, debiased=False" if correction else h.cr1_note(d, by, K)
    return h.entry(
        "Clustered", by, *numbers(result, factor), df=h.smallest_G(d, by) - 1, correction=correction, note=note
    )


robust = model.fit(cov_type="robust", debiased=False)
covs = [
    h.entry("Classical", [], *numbers(model.fit(cov_type="unadjusted", debiased=True)), df=n - K),
    h.entry("White", ["HC0"], *numbers(robust), df=n - K, note="robust, debiased=False"),
    h.entry("White", ["HC1"], *numbers(robust, n / (n - K)), df=n - K, note="robust, times n/(n-K)"),
    clustered(["age"]),
    clustered(["unem", "age"]),
    clustered(["age"], "CR0"),
]

# Second program: the algebra of two stages.
X, Z = np.column_stack([exogenous, d[ENDOGENOUS]]), np.column_stack([exogenous, d[INSTRUMENTS]])
fitted = Z @ np.linalg.lstsq(Z, X)[0]
bread = np.linalg.inv(fitted.T @ fitted)
b = bread @ fitted.T @ d["lwage"].to_numpy()
e = d["lwage"].to_numpy() - X @ b
psi = (fitted * e[:, None]) @ bread
h.check_close(b, [robust.params[t] for t in TERMS])
h.check_close(np.sqrt(np.diag(bread) * (e @ e) / (n - K)), h.se_of(covs[0]))
h.check_close(np.sqrt(np.diag(h.influence_covariance(psi))), h.se_of(covs[1]))
for position, by in ((3, ["age"]), (4, ["unem", "age"])):
    factor = h.cr1_factor(d, by, K)
    h.check_close(np.sqrt(np.diag(h.influence_covariance(psi, d[by])) * factor), h.se_of(covs[position]))

# Tests.
Zt, D = iv.without(d[INSTRUMENTS], exogenous), iv.without(d[ENDOGENOUS], exogenous)
tests = []
for column, name in enumerate(ENDOGENOUS):
    # one endogenous variable at a time, linearmodels' rank F is that of its first stage
    alone = IV2SLS(d["lwage"], exogenous, d[[name]], d[INSTRUMENTS])
    rank = alone.fit(cov_type="robust").first_stage.kleibergen_paap_f
    tests += iv.instrument_entries(name, D[:, column], Zt, h.choice("White", "HC1"), K1, check=rank)[:1]
    rank = alone.fit(cov_type="clustered", clusters=d["age"]).first_stage.kleibergen_paap_f
    by_age = h.choice("Clustered", "age")
    tests += iv.instrument_entries(name, D[:, column], Zt, by_age, K1, by=d[["age"]], check=rank)[:1]
for way, options in (
    (h.choice("Classical"), {"cov_type": "unadjusted"}),
    (h.choice("White", "HC1"), {"cov_type": "robust"}),
    (h.choice("Clustered", "age"), {"cov_type": "clustered", "clusters": d["age"]}),
):
    rank = model.fit(**options).first_stage.kleibergen_paap_f
    note = f"rk Wald F of linearmodels as in Stata's ivreg2, small-sample factor of the covariance with K = {K1}"
    if way["name"] == "Classical":
        h.check_close([rank], [robust.first_stage.cragg_donald_f])
        note = "the Cragg-Donald F of linearmodels"
    tests.append(h.test_entry("kleibergen_paap", {"covariance": way}, {"statistic": float(rank)}, note))
two_steps = IVGMM(*data, weight_type="robust").fit(iter_limit=2)
by_age = IVGMM(*data, weight_type="clustered", clusters=d["age"]).fit(iter_limit=2)
hausman = robust.wu_hausman()
tests += [
    iv.chi2_test("sargan", robust.sargan),
    iv.chi2_test("hansen_j", two_steps.j_stat, {"covariance": h.choice("White", "HC0")}, "IVGMM, two steps"),
    iv.chi2_test(
        "hansen_j", by_age.j_stat, {"covariance": h.choice("Clustered", "age", correction="CR0")}, "IVGMM, two steps"
    ),
    iv.chi2_test("wooldridge_overid", robust.wooldridge_overid),
    h.test_entry(
        "wu_hausman",
        {},
        {"statistic": hausman.stat, "df_num": hausman.df, "df": hausman.df_denom, "p_value": hausman.pval},
    ),
]
# Hansen's J by the algebra: the moments' covariance at the 2SLS residuals.
G, g0 = Zt.T @ D, Zt.T @ iv.without(d[["lwage"]], exogenous)[:, 0]
for position, by in ((-4, None), (-3, d[["age"]])):
    S = h.influence_covariance(Zt * e[:, None], by)
    W = np.linalg.inv(S)
    moments = g0 - G @ np.linalg.solve(G.T @ W @ G, G.T @ W @ g0)
    h.check_close([moments @ W @ moments], [tests[position]["expected"]["statistic"]], 1e-6)

h.write_values(
    ["linearmodels", "numpy"],
    "dataset mroz of Python package linearmodels, women in the labour force: T. A. Mroz (1987), 'The "
    "sensitivity of an empirical model of married women's hours of work', Econometrica 55, 765-799",
    "IV",
    FORMULA,
    n,
    covs,
    tests=tests,
)
