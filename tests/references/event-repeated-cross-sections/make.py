"""Repeated cross-sections: Callaway and Sant'Anna without a unit, with the estimators of Sant'Anna and
Zhao (2020) for cross-sections, by stacked estimating equations, csdid and moderndid."""

import sys

sys.path.insert(0, "..")

import diff_diff
import numpy as np
import pandas as pd

import helpers_event_study as ev

rng = np.random.default_rng(2026)
n, regions = 1800, 36
start = np.repeat([2012, 2013, 2014, 0], [8, 9, 8, 11])
region = rng.integers(0, regions, n)
year = rng.integers(2010, 2016, n)
cohort = start[region]
x = rng.normal(size=n) + 0.3 * (cohort > 0) - 0.1 * (cohort == 2013)
z = (rng.random(n) < 0.4 + 0.1 * (cohort == 2012)).astype(float)
effect = np.where((cohort > 0) & (year >= cohort), 0.5 + 0.2 * (year - cohort) + 0.1 * (cohort - 2013), 0)
y = 0.4 * x * (1 + 0.2 * (year - 2010)) + 0.3 * z + 0.1 * (year - 2010) + rng.normal(size=regions)[region] / 2
y = y + effect + rng.normal(size=n)
table = pd.DataFrame(
    {
        "id": np.arange(1, n + 1),
        "region": [f"r{k:02d}" for k in region],
        "year": year,
        "start": np.where(cohort > 0, cohort, np.nan),
        "y": y.round(6),
        "x": x.round(6),
        "z": z,
        "w": rng.uniform(0.5, 2.5, n).round(3),
    }
)
ev.write_data(table)
d = ev.read_data()

PACKAGES = ["csdid", "moderndid", "diff-diff", "numpy"]
DATA = "simulated in make.py, seed 2026"
ROW = (
    "unit is null; id numbers the rows, so this is the sum of squared influences of the rows, no factor: the analytic "
    "standard error of R's did with panel = FALSE. A cohort counts by its rows (their weights) in all periods"
)
SIGN = (
    ". moderndid's errors are other ones (some percent): like those of R's DRDID (drdid_rc, from which R's did takes them) "
    "its influences add the estimation of the base period's outcome regression where it must be subtracted, as the "
    "estimate is a difference. These agree with csdid and diff-diff, and with derivatives of the estimate with respect "
    "to the rows' weights"
)
DIFF_DIFF = (
    "; diff-diff's errors for this adjustment are smaller, with and without clusters, and agree with no other program: "
    "its estimates are compared"
)
cases = []


def add(peers=("csdid", "moderndid"), by_region=False, note="", **options):
    s = ev.spec("CallawaySantAnna", "y", None, "year", "start", **options)
    study = ev.Study(d, s)
    programs = {}
    if "csdid" in peers:
        programs["csdid"] = ev.csdid_terms(d, s)
    if "moderndid" in peers:
        programs["moderndid"] = ev.moderndid_terms(d, s)
    if "moderndid cells" in peers:
        programs["moderndid"] = ev.moderndid_terms(d, s, aggregates=())
    if s["controls"] is not None and s["adjustment"] == "doubly_robust":
        # estimates only
        agreed = {k: {t: v[:1] for t, v in terms.items()} for k, terms in programs.pop("moderndid").items()}
        programs["moderndid (estimates)"] = agreed
        note = note + SIGN
    entries = ev.study_entries(study, programs, by="id", note=ROW + note)
    if by_region:
        fit = diff_diff.CallawaySantAnna(
            control_group="never_treated" if s["comparison"] == "never" else "not_yet_treated",
            estimation_method=ev.CSDID_METHOD[s["adjustment"]],
            base_period=s["base"],
            cluster="region",
            panel=False,
        ).fit(
            d.fillna({"start": 0}),
            outcome="y",
            unit="id",
            time="year",
            first_treat="start",
            covariates=None if s["controls"] is None else s["controls"].split(" + "),
        )
        g = d["region"].nunique()
        frame = fit.aggregate("event_study").to_dataframe()
        frame = frame[~frame["is_reference"]]
        theirs = {
            str(int(k)): (a, b * np.sqrt((g - 1) / g))
            for k, a, b in zip(frame["event_time"], frame["att"], frame["se"])
        }
        text = "sum of squared sums of influences over regions, no factor (diff-diff's with G/(G-1) divided out)"
        if s["controls"] is not None and s["adjustment"] == "regression":
            text, theirs = text + DIFF_DIFF, {k: v[:1] for k, v in theirs.items()}
        keys = [("cohort_time", None), ("event_time", None), ("overall", "cells"), ("overall", "cohort")]
        found = ev.study_entries(
            study, {"diff-diff": {("event_time", None): theirs}}, keys, by="region", note=text, rtol=1e-5
        )
        entries += found
    cases.append(ev.case(PACKAGES, DATA, s, len(d), entries))


add(base="varying", by_region=True)
add(base="universal")
add(base="varying", comparison="notyet")
for adjustment in ("doubly_robust", "regression", "weighting"):
    add(base="varying", controls="x + z", adjustment=adjustment, by_region=True)
    add(base="universal", comparison="notyet", controls="x + z", adjustment=adjustment)
add(base="varying", anticipation=1, controls="x")
WEIGHTED = ". moderndid gives the same cells but counts cohorts by rows, not by their weights as R's did and csdid do"
for adjustment in ("doubly_robust", "regression", "weighting"):
    add(
        base="varying",
        controls="x + z",
        weights="w",
        adjustment=adjustment,
        peers=("csdid", "moderndid cells"),
        note=WEIGHTED,
    )
ev.write_cases(cases)
