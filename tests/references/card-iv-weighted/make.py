"""Wages and schooling with one instrument and sampling weights, by linearmodels IV2SLS."""

import sys

sys.path.insert(0, "..")

import numpy as np
import pyfixest as pf
from linearmodels.datasets import card
from linearmodels.iv import IV2SLS

import helpers as h
import helpers_iv as iv

raw = card.load()
raw["region"] = raw[[f"reg66{i}" for i in range(1, 10)]].to_numpy().argmax(axis=1) + 1
columns = ["lwage", "educ", "exper", "expersq", "black", "smsa", "nearc4", "region", "weight"]
h.write_data(raw.loc[::2, columns])  # every second person
d = h.read_data()

EXOGENOUS = ["exper", "expersq", "black", "smsa"]
FORMULA = "lwage ~ " + " + ".join(EXOGENOUS) + " | educ ~ nearc4"
TERMS = ["Intercept", *EXOGENOUS, "educ"]
n, K = len(d), 6
exogenous = d[EXOGENOUS].assign(Intercept=1.0)[["Intercept", *EXOGENOUS]]
model = IV2SLS(d["lwage"], exogenous, d["educ"], d[["nearc4"]], weights=d["weight"])


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
    clustered(["region", "exper"]),
    clustered(["region"], "CR0"),
]

# Second program: pyfixest.
for position, vcov in ((0, "iid"), (2, "hetero"), (3, {"CRV1": "region"}), (4, {"CRV1": "region+exper"})):
    m = pf.feols(FORMULA, d, vcov=vcov, weights="weight")
    h.check_close(m.coef()[TERMS], [covs[position]["terms"][t]["estimate"] for t in TERMS])
    h.check_close(m.se()[TERMS], h.se_of(covs[position]))

# Tests. linearmodels' Kleibergen-Paap rk Wald F is the F of the first stage, and with one
# instrument the effective F, too.
Z = iv.without(d[["nearc4"]], exogenous, d["weight"])
educ = iv.without(d[["educ"]], exogenous, d["weight"])[:, 0]
hetero = model.fit(cov_type="robust").first_stage.kleibergen_paap_f
region = model.fit(cov_type="clustered", clusters=d["region"]).first_stage.kleibergen_paap_f
by_region = h.choice("Clustered", "region")
tests = [
    *iv.instrument_entries("educ", educ, Z, h.choice("White", "HC1"), K, check=hetero),
    *iv.instrument_entries("educ", educ, Z, by_region, K, by=d[["region"]], check=region),
]
h.check_close([t["expected"]["statistic"] for t in tests], [hetero, hetero, region, region])

h.write_values(
    ["linearmodels", "pyfixest", "numpy"],
    "dataset card of Python package linearmodels, every second person: D. Card (1995), 'Using geographic "
    "variation in college proximity to estimate the return to schooling'",
    "IV",
    FORMULA,
    n,
    covs,
    weights="weight",
    tests=tests,
)
