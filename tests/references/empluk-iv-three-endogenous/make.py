"""Employment of firms with three endogenous regressors, the example of Stata's ivreg2: estimates by linearmodels,
tests of the instruments by ivreg2."""

import sys

sys.path.insert(0, "..")

import numpy as np
import pandas as pd
from linearmodels.iv import IV2SLS, IVGMM

import helpers as h
import helpers_iv as iv

# Stata's abdata holds the logs as single-precision numbers.
raw = pd.read_csv("../empluk-unbalanced/data.csv").sort_values(["firm", "year"])
single = {"w": "wage", "k": "capital", "ys": "output"}
raw = raw.assign(
    n=raw["lemp"], **{name: np.log(raw[column]).astype("float32").astype(float) for name, column in single.items()}
)
assert (raw.groupby("firm")["year"].diff().dropna() == 1).all()
for name in single:
    raw[f"d_{name}"] = raw.groupby("firm")[name].diff()
    raw[f"d2_{name}"] = raw.groupby("firm")[f"d_{name}"].diff()
ENDOGENOUS = list(single)
INSTRUMENTS = [f"{lag}_{name}" for lag in ("d", "d2") for name in single]
h.write_data(raw[["firm", "year", "n", *ENDOGENOUS, *INSTRUMENTS]].dropna().reset_index(drop=True))
d = h.read_data()

TERMS = ["Intercept", *ENDOGENOUS]
N, K, K1 = len(d), 4, 7
exogenous = pd.DataFrame({"Intercept": np.ones(N)})
data = (d["n"], exogenous, d[ENDOGENOUS], d[INSTRUMENTS])
model = IV2SLS(*data)


def numbers(result, factor=1.0):
    return {t: result.params[t] for t in TERMS}, {t: result.std_errors[t] * np.sqrt(factor) for t in TERMS}


robust = model.fit(cov_type="robust", debiased=False)
by_firm = model.fit(cov_type="clustered", clusters=d["firm"], debiased=False)
factor = h.cr1_factor(d, ["firm"], K)
covs = [
    h.entry("Classical", [], *numbers(model.fit(cov_type="unadjusted", debiased=True)), df=N - K),
    h.entry("White", ["HC1"], *numbers(robust, N / (N - K)), df=N - K, note="robust, times n/(n-K)"),
    h.entry(
        "Clustered",
        ["firm"],
        *numbers(by_firm, factor),
        df=h.smallest_G(d, ["firm"]) - 1,
        note=h.cr1_note(d, ["firm"], K),
    ),
]

# ivreg2 n (w k ys = d.w d.k d.ys d2.w d2.k d2.ys), ffirst: alone, with robust and with cluster(id). StataNow, as kept in
# the fixtures ab_fs_firststage_{iid,hc1,cl}.csv and ab_cl_diagnostics_cl.csv of the R package ivreg2r.
F = {
    "Classical": [8.304495297495022, 9.274326538344134, 90.24802880605611],
    "White": [10.24735903063907, 9.918667787486758, 92.15253458778879],
}
CONDITIONAL = [2.50384729654588, 4.765818473905013, 2.90795594792763]
CONDITIONAL_P = [0.0410739631161966, 0.0008417254078134, 0.0209654593907553]
PARTIAL_R2 = [0.0627680509178606, 0.0695882453825481, 0.4212315478885988]
RANK, AR, J = 10.72610384764291, 12.42399420491589, 7.540198390518064
AR_P, J_P = 2.77287973986e-14, 0.0565345297701871
RTOL = 3e-6  # with Stata's single-precision numbers statistics agree to 5e-7, p-values to 2e-6

classical, white = h.choice("Classical"), h.choice("White", "HC1")
clustered, without_factor = h.choice("Clustered", "firm"), h.choice("Clustered", "firm", correction="CR0")
tests = []
for place, name in enumerate(ENDOGENOUS):
    for way in (classical, white):
        kwargs, expected = (
            {"endogenous": name, "covariance": way},
            {"statistic": F[way["name"]][place], "df_num": 6, "df": N - K1},
        )
        tests.append(h.test_entry("first_stage", kwargs, expected, "F of ivreg2"))
    kwargs = {"endogenous": name, "covariance": classical}
    tests.append(h.test_entry("partial_r2", kwargs, {"partial_r2": PARTIAL_R2[place]}, "pr2 of ivreg2"))
    expected = {"statistic": CONDITIONAL[place], "df_num": 4, "df": N - K1, "p_value": CONDITIONAL_P[place]}
    tests.append(h.test_entry("conditional_f", kwargs, expected, "SWF of ivreg2"))
G = d["firm"].nunique()
tests += [
    h.test_entry("kleibergen_paap", {"covariance": clustered}, {"statistic": RANK}, "widstat of ivreg2"),
    h.test_entry(
        "anderson_rubin",
        {"value": 0, "covariance": clustered},
        {"statistic": AR, "df_num": 6, "df": G - 1},
        "arf of ivreg2: the coefficients of all three are zero",
    ),
    h.test_entry("hansen_j", {"covariance": without_factor}, {"statistic": J, "df": 3, "p_value": J_P}, "j of ivreg2"),
]
tests = [{**test, "rtol": RTOL} for test in tests]

# Second program: linearmodels.
rank = model.fit(cov_type="clustered", clusters=d["firm"]).first_stage.kleibergen_paap_f
two_steps = IVGMM(*data, weight_type="clustered", clusters=d["firm"]).fit(iter_limit=2)
h.check_close([rank, two_steps.j_stat.stat], [RANK, J], RTOL)
Z, D = iv.without(d[INSTRUMENTS], exogenous), iv.without(d[ENDOGENOUS], exogenous)
for place, name in enumerate(ENDOGENOUS):
    for way in (classical, white):
        found = iv.instrument_entries(name, D[:, place], Z, way, K1, kind=way["name"])[0]
        h.check_close([found["expected"]["statistic"]], [F[way["name"]][place]], RTOL)

h.write_values(
    ["linearmodels", "numpy"],
    "EmplUK of R package plm: M. Arellano and S. Bond (1991), 'Some tests of specification for panel data', Review of "
    "Economic Studies 58, 277-297; the tests by Stata's ivreg2",
    "IV",
    "n ~ 1 | w + k + ys ~ " + " + ".join(INSTRUMENTS),
    N,
    covs,
    tests=tests,
)
