"""Unbalanced panel: mpdta without some rows. Callaway and Sant'Anna compare, for each cohort and period,
the counties observed in that period and in the base period, as Stata's csdid 1. csdid of Python and R's did
would use cross-sections, so csdid is run on each pair of periods after it is balanced."""

import sys

sys.path.insert(0, "..")

import diff_diff
import moderndid
import numpy as np

import helpers_event_study as ev

table = moderndid.load_mpdta().to_pandas().rename(columns={"first.treat": "first_treat"})
table["first_treat"] = table["first_treat"].where(table["first_treat"] > 0)
table["state"] = table["countyreal"] // 1000
table["size"] = np.exp(table["lpop"]).round(2)
kept = np.random.default_rng(7).random(len(table)) > 0.12
ev.write_data(table.loc[kept, ["countyreal", "state", "year", "first_treat", "lemp", "lpop", "size"]])
d = ev.read_data()
n = len(d)
zeros = d.fillna({"first_treat": 0}).astype({"first_treat": int})
COLUMNS = {"outcome": "lemp", "unit": "countyreal", "time": "year"}

PACKAGES = ["csdid", "diff-diff", "pyfixest", "moderndid", "numpy"]
DATA = "mpdta of R's did (moderndid.load_mpdta), each row kept with probability 0.88 (seed 7)"
PAIRS = (
    "counties observed in both periods of a cell, as Stata's csdid 1 and diff-diff; csdid run on each pair of periods "
    "(R's did with allow_unbalanced_panel, and Stata's csdid from version 2, compare cross-sections: other numbers)"
)
SHARES = (
    ". A cohort counts by its counties in the data, whether or not they are in the cell; diff-diff counts those of the "
    "cell, so its averages differ where cohorts are averaged"
)
cases = []


def csdid_by_pair(study):
    """csdid on every two periods a cell compares, among units observed in both."""
    s, found = study.spec, {}
    for g, t in study.cells:
        before = [p for p in study.periods if p < g]
        base = before[-1]
        if t < g and s["base"] == "varying":
            base = study.periods[study.periods.index(t) - 1]
        never = d["first_treat"].isna()
        if s["comparison"] == "notyet":
            never |= (d["first_treat"] > max(t, base)) & (d["first_treat"] != g)
        pair = d[d["year"].isin([base, t]) & (never | (d["first_treat"] == g))].copy()
        pair["first_treat"] = np.where(pair["first_treat"] == g, max(t, base), 0)
        both = pair.groupby("countyreal")["year"].transform("size") == 2
        two = {**s, "comparison": "never", "base": "varying"}
        terms = ev.csdid_terms(pair[both].reset_index(drop=True), two)["cohort_time", None]
        ((estimate, error),) = terms.values()
        found[f"{int(g)}:{int(t)}"] = (estimate if t > base else -estimate, error)
    return {("cohort_time", None): found}


for options in (
    {"base": "varying"},
    {"base": "universal", "comparison": "notyet"},
    {"base": "varying", "controls": "lpop"},
    {"base": "varying", "controls": "lpop", "adjustment": "regression"},
    {"base": "varying", "controls": "lpop", "adjustment": "weighting"},
    {"base": "universal", "comparison": "notyet", "controls": "lpop"},
    {"base": "varying", "controls": "lpop", "weights": "size"},
):
    s = ev.spec("CallawaySantAnna", "lemp", "countyreal", "year", "first_treat", **options)
    study = ev.Study(d, s)
    programs = {"csdid by pairs": csdid_by_pair(study)}
    if s["weights"] is None and not (s["controls"] and s["adjustment"] == "doubly_robust"):
        fit = diff_diff.CallawaySantAnna(
            control_group="never_treated" if s["comparison"] == "never" else "not_yet_treated",
            estimation_method=ev.CSDID_METHOD[s["adjustment"]],
            base_period=s["base"],
        ).fit(zeros, first_treat="first_treat", covariates=[s["controls"]] if s["controls"] else None, **COLUMNS)
        cells = {
            f"{int(g)}:{int(t)}": (v["effect"], v["se"])
            for (g, t), v in fit.group_time_effects.items()
            if np.isfinite(v["se"])
        }
        programs["diff-diff"] = {("cohort_time", None): cells}
    entries = ev.study_entries(study, programs, [("cohort_time", None)], note=PAIRS)
    entries += ev.study_entries(study, {}, ev.AGGREGATES[1:], note=PAIRS + SHARES)
    entries += ev.study_entries(
        study, {}, [("cohort_time", None), ("overall", "cells")], by="state", note=PAIRS + SHARES
    )
    cases.append(ev.case(PACKAGES, DATA, s, n, entries))

# The regressions on the same rows.
by = "countyreal"
groups = d[by].to_numpy()
FREE = "pyfixest without small-sample factors"


def add(s, *entries):
    cases.append(ev.case(PACKAGES, DATA, s, n, list(entries)))


def spec(estimator, **options):
    return ev.spec(estimator, "lemp", "countyreal", "year", "first_treat", **options)


def frame_terms(fit):
    frame = fit.aggregate("event_study").to_dataframe()
    frame = frame[~frame["is_reference"]]
    return {str(int(k)): (a, b) for k, a, b in zip(frame["event_time"], frame["att"], frame["se"])}


s = spec("SunAbraham")
keys = [("event_time", None), ("cohort_time", None), ("overall", "cells")]
found = zip(keys, ev.sun_abraham(d, s), ev.sun_abraham_pyfixest(d, s, by))
note = FREE + "; cohorts count by their rows at an event time, shares as given"
add(s, *(ev.regression_entry(*k, by, ev.errors(t, groups), {"pyfixest": p}, note) for k, t, p in found))

s = spec("TWFE")
ours = ev.errors(ev.dynamic_two_way(d, s), groups)
add(s, ev.regression_entry("event_time", None, by, ours, {"pyfixest": ev.two_way_pyfixest(d, s, by)}, FREE))

s = spec("Imputation")
events, cohorts, cells, overall = (ev.errors(t, groups) for t in ev.imputation(d, s))
fit = diff_diff.ImputationDiD(pretrends=True).fit(zeros, first_treat="first_treat", **COLUMNS)
theirs = {k: v if int(k) >= 0 else v[:1] for k, v in frame_terms(fit).items()}
treated = d["year"] >= d["first_treat"]
alone = d.groupby("countyreal")["year"].transform("min") >= d["first_treat"]
note = (
    f"{int((treated & alone).sum())} treated rows of counties without an untreated row cannot be imputed and are left "
    "out, also by diff-diff"
)
add(
    s,
    ev.regression_entry("event_time", None, by, events, {"diff-diff": theirs}, note + " (leads: estimates)"),
    ev.regression_entry(
        "overall", "cells", by, overall, {"diff-diff": {"overall": (fit.overall_att, fit.overall_se)}}, note
    ),
    ev.regression_entry("cohort", None, by, cohorts, {}, note),
    ev.regression_entry("cohort_time", None, by, cells, {}, note),
)

for comparison in ("never", "notyet"):
    for weighting in ("treated", "variance"):
        s = spec("Stacked", comparison=comparison, weighting=weighting, window=[-2, 0])
        terms, cells, overall, stacks = ev.stacked(d, s)
        terms, cells, overall = (ev.errors(t, groups) for t in (terms, cells, overall))
        peer, peer_overall, peer_cells, others, rows = ev.stacked_pyfixest(d, s, stacks, by)
        sizes = ", ".join(f"{int(g)}: {len(D)} and {len(C)}" for g, (D, C) in stacks.items())
        note = f"treated and control counties observed in the whole window: {sizes}; " + FREE
        entries = [
            ev.regression_entry("event_time", None, by, terms, {"pyfixest": peer}, note, alternatives=others),
            ev.regression_entry("overall", "event_time", by, overall, {"pyfixest": peer_overall}, note),
        ]
        if cells:
            entries.append(ev.regression_entry("cohort_time", None, by, cells, {"pyfixest": peer_cells}, note))
        add(s, *entries)

LP_NOTE = (
    "; rows at t whose county is observed at t-1 and t+h, too (for the treated t is the first treated period); diff-diff "
    "is not used: from a treatment column it takes the first observed treated period for the first treated one"
)


def lpdid(s, sizes):
    """The sample by merges, the regression by pyfixest."""
    never, found = d["first_treat"].isna(), {}
    outcome = d[["countyreal", "year", "lemp"]]
    for h in map(int, sizes):
        past = outcome.assign(year=d["year"] + 1).rename(columns={"lemp": "past"})
        last = outcome.assign(year=d["year"] - h).rename(columns={"lemp": "last"})
        new = (d["year"] == d["first_treat"]).astype(float)
        clean = never | ((d["first_treat"] > d["year"] + max(h, 0)) & (s["comparison"] == "notyet"))
        rows = d.assign(new=new)[clean | (new == 1)].merge(past).merge(last)
        share = rows.groupby("year")["new"].transform("mean")
        rows = rows.assign(change=rows["last"] - rows["past"], q=1 / (1 - share))
        weights = None
        if s["weighting"] == "treated":
            rows, weights = rows[(share > 0) & (share < 1)], "q"
        assert len(rows) == sizes[str(h)]
        b, V = ev.feols(rows, "change", {"effect": rows["new"].to_numpy()}, ["year"], by, weights)
        found[str(h)] = ev.lincom(b, V, {"effect": 1.0})
    return {"pyfixest": found}


for comparison in ("never", "notyet"):
    for weighting in ("treated", "variance"):
        s = spec("LocalProjection", comparison=comparison, weighting=weighting, window=[-3, 3])
        terms, sizes, _ = ev.local_projection(d, s)
        terms = ev.errors(terms, groups)
        others = {}
        if weighting == "treated":
            others["around the means of each date"] = ev.errors(ev.local_projection(d, s, "within")[0], groups)
        note = "rows: " + ", ".join(f"{k} {v}" for k, v in sizes.items())
        note += LP_NOTE
        if others:
            note += "; standard errors of the reweighted regression, as in event-mpdta-regressions"
        add(s, ev.regression_entry("event_time", None, by, terms, lpdid(s, sizes), note, alternatives=others))
ev.write_cases(cases)
