"""Wages and schooling with the nearness of colleges as instruments, by linearmodels IV2SLS."""

import sys

sys.path.insert(0, "..")

import numpy as np
import pyfixest as pf
from linearmodels.datasets import card
from linearmodels.iv import IV2SLS, IVGMM

import helpers as h
import helpers_iv as iv

raw = card.load()
regions = [f"reg66{i}" for i in range(1, 10)]
raw["region"] = raw[regions].to_numpy().argmax(axis=1) + 1
assert (raw[regions].sum(axis=1) == 1).all()
h.write_data(raw[["lwage", "educ", "exper", "expersq", "black", "smsa", "south", "nearc2", "nearc4", "age", "region"]])
d = h.read_data()

EXOGENOUS = ["exper", "expersq", "black", "smsa", "south"]
INSTRUMENTS = ["nearc2", "nearc4"]
FORMULA = "lwage ~ " + " + ".join(EXOGENOUS) + " | educ ~ " + " + ".join(INSTRUMENTS)
TERMS = ["Intercept", *EXOGENOUS, "educ"]
n, K, K1 = len(d), 7, 8
exogenous = d[EXOGENOUS].assign(Intercept=1.0)[["Intercept", *EXOGENOUS]]
model = IV2SLS(d["lwage"], exogenous, d["educ"], d[INSTRUMENTS])


def numbers(result, factor=1.0):
    return {t: result.params[t] for t in TERMS}, {t: result.std_errors[t] * np.sqrt(factor) for t in TERMS}


def clustered(by, correction=None):
    result = model.fit(cov_type="clustered", clusters=d[by], debiased=False)
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
    clustered(["region"]),
    clustered(["age"]),
    clustered(["region", "age"]),
    clustered(["region"], "CR0"),
]

# Second program: pyfixest. Its CRV1 with one way has G/(G-1) (n-1)/(n-K) as well.
for position, vcov in (
    (0, "iid"),
    (2, "hetero"),
    (3, {"CRV1": "region"}),
    (4, {"CRV1": "age"}),
    (5, {"CRV1": "region+age"}),
):
    m = pf.feols(FORMULA, d, vcov=vcov)
    h.check_close(m.coef()[TERMS], [covs[position]["terms"][t]["estimate"] for t in TERMS])
    h.check_close(m.se()[TERMS], h.se_of(covs[position]))

# Tests. linearmodels' Kleibergen-Paap rk Wald F is the F of the first stage.
Z, educ = iv.without(d[INSTRUMENTS], exogenous), iv.without(d[["educ"]], exogenous)[:, 0]
gmm = IVGMM(d["lwage"], exogenous, d["educ"], d[INSTRUMENTS], weight_type="robust").fit(iter_limit=2)
hausman = robust.wu_hausman()


def rank_f(**options):
    return model.fit(**options).first_stage.kleibergen_paap_f


tests = [
    *iv.instrument_entries(
        "educ", educ, Z, h.choice("Classical"), K1, kind="Classical", check=rank_f(cov_type="unadjusted")
    )[:1],
    *iv.instrument_entries("educ", educ, Z, h.choice("White", "HC1"), K1, check=rank_f(cov_type="robust")),
    *iv.instrument_entries(
        "educ",
        educ,
        Z,
        h.choice("Clustered", "region"),
        K1,
        by=d[["region"]],
        check=rank_f(cov_type="clustered", clusters=d["region"]),
    ),
    iv.chi2_test("sargan", robust.sargan),
    iv.chi2_test("hansen_j", gmm.j_stat, {"covariance": h.choice("White", "HC0")}, "IVGMM, two steps"),
    iv.chi2_test("wooldridge_overid", robust.wooldridge_overid),
    h.test_entry(
        "wu_hausman",
        {},
        {"statistic": hausman.stat, "df_num": hausman.df, "df": hausman.df_denom, "p_value": hausman.pval},
    ),
]

h.write_values(
    ["linearmodels", "pyfixest", "numpy"],
    "dataset card of Python package linearmodels: D. Card (1995), 'Using geographic variation in college "
    "proximity to estimate the return to schooling'",
    "IV",
    FORMULA,
    n,
    covs,
    tests=tests,
)
