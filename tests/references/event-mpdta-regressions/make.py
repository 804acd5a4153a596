"""Minimum wages and teen employment in counties, 2003 to 2007 (mpdta): the estimators that are
regressions or averages of them, each by loops over its definition and by pyfixest, diff-diff or
did_imputation."""

import sys

sys.path.insert(0, "..")

import diff_diff
import moderndid
import numpy as np
import pyfixest
from did_imputation import did_imputation

import helpers_event_study as ev

table = moderndid.load_mpdta().to_pandas().rename(columns={"first.treat": "first_treat"})
table["first_treat"] = table["first_treat"].where(table["first_treat"] > 0)
table["state"] = table["countyreal"] // 1000
table["size"] = np.exp(table["lpop"]).round(2)
ev.write_data(table[["countyreal", "state", "year", "first_treat", "lemp", "size"]])
d = ev.read_data()
n, G = len(d), d["countyreal"].nunique()
assert (n, G) == (2500, 500)
zeros = d.fillna({"first_treat": 0}).astype({"first_treat": int})
zeros["treat"] = ((zeros["first_treat"] > 0) & (zeros["year"] >= zeros["first_treat"])).astype(int)
COLUMNS = {"outcome": "lemp", "unit": "countyreal", "time": "year"}

PACKAGES = ["pyfixest", "diff-diff", "did_imputation", "moderndid", "numpy"]
DATA = "mpdta of R's did (moderndid.load_mpdta); state is countyreal // 1000, size is exp(lpop) rounded to two digits"
UNIT, STATE = "countyreal", "state"
cases = []


def spec(estimator, **options):
    return ev.spec(estimator, "lemp", "countyreal", "year", "first_treat", **options)


def add(s, entries):
    cases.append(ev.case(PACKAGES, DATA, s, n, entries))


def frame_terms(frame, factor):
    """Event times of a diff-diff result; factor turns its standard errors into those without factors."""
    frame = frame[~frame["is_reference"]]
    return {str(int(k)): (a, b * factor) for k, a, b in zip(frame["event_time"], frame["att"], frame["se"])}


# Sun and Abraham.
FREE = "pyfixest without small-sample factors; shares of cohorts taken as given"
for weights in (None, "size"):
    s = spec("SunAbraham", weights=weights)
    entries = []
    for by in (UNIT, STATE):
        groups = d[by].to_numpy()
        ours = [ev.errors(t, groups) for t in ev.sun_abraham(d, s)]
        theirs = ev.sun_abraham_pyfixest(d, s, by)
        others = {"event_time": {}, "overall": {}}
        note = FREE
        if weights is None:
            # 12 cells, 5 years, and the counties count one as they are nested: K = 17; with states K = 17, too
            factor = 1 / np.sqrt(d[by].nunique() / (d[by].nunique() - 1) * (n - 1) / (n - 17))
            fit = diff_diff.SunAbraham(cluster=by).fit(zeros, first_treat="first_treat", **COLUMNS)
            effects = fit.event_study_effects.items()
            events = {str(int(k)): (v["effect"], v["se"] * factor) for k, v in effects}
            others["event_time"]["diff-diff"] = events
            others["overall"]["diff-diff"] = {"overall": (fit.overall_att, fit.overall_se * factor)}
            note += "; diff-diff's times the root of (G-1)/G (n-K)/(n-1), K = 17"
            if by == UNIT:
                a = pyfixest.event_study(zeros, *COLUMNS.values(), "first_treat", estimator="saturated").aggregate()
                others["event_time"]["pyfixest aggregate"] = {
                    str(int(k)): (float(v), float(e) * factor)
                    for k, v, e in zip(a.index, a["Estimate"], a["Std. Error"])
                }
        else:
            note += (
                "; with weights a cohort counts by the sum of its rows' weights at that event time, as in fixest's "
                "aggregate with use_weights; only pyfixest's coefficients, averaged here"
            )
        keys = [("event_time", None), ("cohort_time", None), ("overall", "cells")]
        for key, mine, peer in zip(keys, ours, theirs):
            entries.append(ev.regression_entry(*key, by, mine, {"pyfixest": peer, **others.get(key[0], {})}, note))
    add(s, entries)

# Dynamic two-way fixed effects.
for weights in (None, "size"):
    s = spec("TWFE", weights=weights)
    entries = []
    for by in (UNIT, STATE):
        ours = ev.errors(ev.dynamic_two_way(d, s), d[by].to_numpy())
        note = "all event times but -1; the never treated have none; pyfixest without small-sample factors"
        entries.append(
            ev.regression_entry("event_time", None, by, ours, {"pyfixest": ev.two_way_pyfixest(d, s, by)}, note)
        )
    add(s, entries)

# Borusyak, Jaravel and Spiess.
LEADS = (
    "terms before -1 are least squares on the untreated rows alone, relative to -1, without small-sample factor; "
    "did_imputation's pretrends are other numbers, relative to all periods before the first of them. "
)
untreated = zeros[zeros["treat"] == 0]
for weights in (None, "size"):
    s = spec("Imputation", weights=weights)
    entries = []
    for by in (UNIT, STATE):
        groups = d[by].to_numpy()
        events, cohorts, cells, overall = (ev.errors(t, groups) for t in ev.imputation(d, s))
        options = {"minn": 0, "cluster": by, **({"aw": "size"} if weights else {})}
        columns = ["lemp", "countyreal", "year", "first_treat"]
        fit = did_imputation(d.copy(), *columns, allhorizons=True, **options)
        single = did_imputation(d.copy(), *columns, **options)
        horizons = {k[3:]: (v, fit.std_errors[k]) for k, v in fit.estimates.items()}
        total = {"overall": (single.estimates["tau_ate"], single.std_errors["tau_ate"])}
        note = "did_imputation's estimates agree to 3e-6: it finds the effects by iterations up to 1e-6"
        if by == UNIT:
            note += "; its errors agree, too"
        else:
            text = ", ".join(f"{k} {v[1]:.7f}" for k, v in {**horizons, **total}.items())
            note += (
                "; its errors are others, as those of Stata's program: averages by cohort and period are weighted by "
                f"clusters (the states' sums of weights) there, and by units here, as in diff-diff. Its errors: {text}"
            )
            horizons, total = ({k: v[:1] for k, v in t.items()} for t in (horizons, total))
        if weights:
            note += (
                "; averages by cohort and period have squared weights, as in the paper; an average counts treated "
                "rows by their weights"
            )
        # estimates at 3e-6 of the outcome's scale, errors closer
        ev.close(events, horizons, 1e-6, 1e-7, "did_imputation")
        ev.close(overall, total, 1e-6, 1e-7, "did_imputation")
        programs, whole = {}, {}
        if weights is None:
            # 3 leads and 5 years, and the counties count one as they are nested: K = 8
            m, g = len(untreated), untreated[by].nunique()
            factor = 1 / np.sqrt(g / (g - 1) * (m - 1) / (m - 8))
            fit = diff_diff.ImputationDiD(pretrends=True, cluster=by).fit(zeros, first_treat="first_treat", **COLUMNS)
            frame = fit.aggregate("event_study").to_dataframe()
            leads, lags = frame_terms(frame, factor), frame_terms(frame, 1.0)
            programs["diff-diff"] = {k: lags[k] if int(k) >= 0 else leads[k] for k in lags}
            whole["diff-diff"] = {"overall": (fit.overall_att, fit.overall_se)}
            note += "; diff-diff's leads with G/(G-1) (n-1)/(n-K) divided out, K = 8"
        entries.append(ev.regression_entry("event_time", None, by, events, programs, LEADS + note))
        entries.append(ev.regression_entry("overall", "cells", by, overall, whole, "all treated rows. " + note))
        extra = "as the other aggregates; no program's number"
        entries.append(ev.regression_entry("cohort_time", None, by, cells, {}, extra))
        entries.append(ev.regression_entry("cohort", None, by, cohorts, {}, extra))
    add(s, entries)

# Stacked.
for comparison, control_group in (("never", "never_treated"), ("notyet", "not_yet_treated")):
    for weighting in ("treated", "variance"):
        for window in ([-1, 0], [-2, 1], [-3, 0]):
            s = spec("Stacked", comparison=comparison, weighting=weighting, window=window)
            entries = []
            for by in (UNIT, STATE):
                groups = d[by].to_numpy()
                terms, cells, overall, stacks = ev.stacked(d, s)
                terms, cells, overall = (ev.errors(t, groups) for t in (terms, cells, overall))
                peer, peer_overall, peer_cells, others, rows = ev.stacked_pyfixest(d, s, stacks, by)
                note = f"cohorts {', '.join(str(int(g)) for g in stacks)}; {rows} stacked rows; "
                programs = {"pyfixest": peer}
                if weighting == "treated":
                    fit = diff_diff.StackedDiD(
                        kappa_pre=-window[0], kappa_post=window[1], control_group=control_group, cluster="unit"
                    ).fit(zeros, first_treat="first_treat", **COLUMNS)
                    events = frame_terms(fit.aggregate("event_study").to_dataframe(), 1.0)
                    programs["diff-diff"] = {k: v[:1] for k, v in events.items()}
                    if by == UNIT:
                        g, k = len({u for D, C in stacks.values() for u in D + C}), 2 * (window[1] - window[0] + 1)
                        events = {name: ev.without_factor(*v, g, rows, k) for name, v in events.items()}
                        ev.close(others["pooled without effects of stacks"], events, 1e-7, 1e-10, "diff-diff")
                    note += (
                        "standard errors of the average of the stacks' effects, shares of stacks as given, by pyfixest "
                        "with one effect for each stack. The weights of Wing, Freedman and Hollingsworth give the same "
                        "estimates in one regression, but other errors, for its residuals contain how the stacks differ: "
                        "alternative_se. Theirs, as diff-diff's with G/(G-1) (n-1)/(n-K) divided out, are those without "
                        "effects of stacks"
                    )
                else:
                    note += "pyfixest without small-sample factors"
                entries.append(ev.regression_entry("event_time", None, by, terms, programs, note, alternatives=others))
                entries.append(
                    ev.regression_entry("overall", "event_time", by, overall, {"pyfixest": peer_overall}, note)
                )
                if cells:
                    entries.append(
                        ev.regression_entry("cohort_time", None, by, cells, {"pyfixest": peer_cells}, "within a stack")
                    )
            add(s, entries)

# Local projections.
for comparison, control_group in (("never", "never_treated"), ("notyet", "clean")):
    for weighting in ("variance", "treated"):
        s = spec("LocalProjection", comparison=comparison, weighting=weighting, window=[-3, 3])
        entries = []
        for by in (UNIT, STATE):
            groups = d[by].to_numpy()
            terms, sizes, dates = ev.local_projection(d, s)
            terms = ev.errors(terms, groups)
            fit = diff_diff.LPDiD(
                pre_window=3, post_window=3, control_group=control_group, reweight=weighting == "treated", cluster=by
            ).fit(zeros, treatment="treat", **COLUMNS)
            frame = fit.event_study
            theirs, others = {}, {}
            for k, value, error, m, g in frame[["horizon", "coefficient", "se", "n_obs", "n_clusters"]].to_numpy():
                if k == -1:
                    continue
                assert m == sizes[str(int(k))]
                theirs[str(int(k))] = ev.without_factor(value, error, g, m, 1 + dates[str(int(k))])
            note = "rows: " + ", ".join(f"{k} {v}" for k, v in sizes.items())
            note += "; diff-diff's with G/(G-1) (n-1)/(n-K) divided out, K the dates and one"
            programs = {"diff-diff": theirs}
            if comparison == "notyet" and weighting == "variance" and by == UNIT:
                other = pyfixest.lpdid(
                    zeros, *COLUMNS.values(), "first_treat", pre_window=3, post_window=3, att=False, vcov={"CRV1": by}
                ).tidy()
                programs["pyfixest lpdid"] = {
                    k.split("::")[1]: (float(v),) for k, v in zip(other.index, other["Estimate"])
                }
            if weighting == "treated":
                within = ev.errors(ev.local_projection(d, s, "within")[0], groups)
                ev.close({k: v[:1] for k, v in terms.items()}, {k: v[:1] for k, v in within.items()}, 1e-9, 1e-12)
                others = {"around the means of each date": within}
                note += (
                    "; standard errors of the reweighted regression (weights 1/(1 - share newly treated at the date)), "
                    "as Stata's lpdid with rw, whose residuals contain how the dates differ; alternative_se has those of "
                    "the average of the dates' effects, the dates' shares as given"
                )
            entries.append(ev.regression_entry("event_time", None, by, terms, programs, note, alternatives=others))
        add(s, entries)

ev.write_cases(cases)
