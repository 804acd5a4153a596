"""Minimum wages and teen employment in counties, 2003 to 2007 (mpdta): Callaway and Sant'Anna.

Numbers are those of the stacked estimating equations in helpers_event_study.py, after csdid and
moderndid gave the same ones; the published outputs of R's did and of Stata's csdid are typed in.
"""

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
ev.write_data(table[["countyreal", "state", "year", "first_treat", "lemp", "lpop", "size"]])
d = ev.read_data()
assert len(d) == 2500 and d["countyreal"].nunique() == 500 and d["state"].nunique() == 29

PACKAGES = ["csdid", "moderndid", "diff-diff", "numpy"]
DATA = (
    "mpdta of R's did (moderndid.load_mpdta); state is countyreal // 1000, size is exp(lpop) rounded to two "
    "digits, the population in thousands"
)
UNIT = (
    "sum of squared influences of the counties, no factor: the analytic standard error of R's did, csdid and moderndid"
)
STATE = "sum of squared sums of the counties' influences over the states, no factor"
ORIGIN = "2004:2003 and the like are missing: with varying base the first period has no period before it"


def spec(**options):
    return ev.spec("CallawaySantAnna", "lemp", "countyreal", "year", "first_treat", **options)


def diff_diff_by_state(study):
    """diff-diff has G/(G-1) with clusters. With a propensity score it differs by up to 7e-6: it divides
    the controls' weighted residuals by the number of treated units, not by the sum of the weights."""
    s = study.spec
    fit = diff_diff.CallawaySantAnna(
        control_group="never_treated" if s["comparison"] == "never" else "not_yet_treated",
        estimation_method="dr",
        base_period=s["base"],
        cluster="state",
    ).fit(
        d.fillna({"first_treat": 0}),
        outcome="lemp",
        unit="countyreal",
        time="year",
        first_treat="first_treat",
        covariates=[s["controls"]] if s["controls"] else None,
    )
    factor = np.sqrt(28 / 29)
    events = fit.aggregate("event_study").to_dataframe()
    events = events[~events["is_reference"]]
    theirs = {str(int(k)): (a, b * factor) for k, a, b in zip(events["event_time"], events["att"], events["se"])}
    rtol, atol = (1e-4, 7e-6) if s["controls"] else (1e-7, 1e-10)
    ev.close(study.terms("event_time", by="state"), theirs, rtol, atol, "diff-diff by state")


cases = []


def add(published=(), by_state=False, peers=("csdid", "moderndid"), note="", **options):
    s = spec(**options)
    study = ev.Study(d, s)
    programs = {}
    if "csdid" in peers:
        programs["csdid"] = ev.csdid_terms(d, s)
    if "moderndid" in peers:
        programs["moderndid"] = ev.moderndid_terms(d, s)
    if "moderndid cells" in peers:
        programs["moderndid"] = ev.moderndid_terms(d, s, aggregates=())
    entries = ev.study_entries(study, programs, note=UNIT + note)
    if by_state:
        diff_diff_by_state(study)
        same = " (diff-diff's, with G/(G-1) = 29/28 divided out, agrees for event times"
        if s["controls"]:
            same += " up to 7e-6: its doubly robust estimate does not let the weights of controls sum to one"
        same += ")"
        keys = [("cohort_time", None), ("event_time", None), ("overall", "cells"), ("overall", "cohort")]
        entries += ev.study_entries(study, {}, keys, by="state", note=STATE + same)
    for item in published:
        item(study, entries)
    cases.append(ev.case(PACKAGES, DATA, s, len(d), entries))


def published(aggregate, across, terms, digits, program, note, errors=True):
    """A published table, compared with the study to its last digit and written with that tolerance."""

    def write(study, entries):
        ours = study.terms(aggregate, across)
        half = 0.5 * 10.0**-digits
        worst, worst_se = 0.0, 0.0
        for k, v in terms.items():
            v = v if isinstance(v, tuple) else (v,)
            assert abs(ours[k][0] - v[0]) <= half * 1.02, (k, ours[k], v)
            worst = max(worst, half / abs(v[0]))
            if len(v) == 2:
                assert abs(ours[k][1] - v[1]) <= half * 1.02, (k, ours[k], v)
                worst_se = max(worst_se, half / abs(v[1]))
        entries.append(
            ev.entry(
                aggregate,
                across,
                ["countyreal"],
                terms,
                program,
                note,
                rtol_estimate=float(f"{1.05 * worst:.2g}"),
                rtol_se=float(f"{1.05 * worst_se:.2g}") if worst_se else 1e-6,
                why_looser=f"published with {digits} decimals; half of the last one, for the smallest number",
            )
        )

    return write


# R's did: Get started, README. Errors there are of a bootstrap, so they are left out.
R = "R did 2.5.0 as published in its README and its vignette did-basics"
BOOT = "estimates only: the published standard errors are of a multiplier bootstrap"
R_DID = [
    published(
        "cohort_time",
        None,
        {
            "2004:2004": -0.0105,
            "2004:2005": -0.0704,
            "2004:2006": -0.1373,
            "2004:2007": -0.1008,
            "2006:2004": 0.0065,
            "2006:2005": -0.0028,
            "2006:2006": -0.0046,
            "2006:2007": -0.0412,
            "2007:2004": 0.0305,
            "2007:2005": -0.0027,
            "2007:2006": -0.0311,
            "2007:2007": -0.0261,
        },
        4,
        R,
        BOOT,
    ),
    published(
        "event_time",
        None,
        {"-3": 0.0305, "-1": -0.0245, "0": -0.0199, "1": -0.0510, "2": -0.1373, "3": -0.1008},
        4,
        R,
        BOOT + "; -2 is published as -0.0006, too few digits",
    ),
    published("overall", "event_time", {"overall": -0.0772}, 4, R, BOOT),
    published("cohort", None, {"2004": -0.0797, "2006": -0.0229, "2007": -0.0261}, 4, R, BOOT),
    published("overall", "cohort", {"overall": -0.031}, 4, R, BOOT),
]

# Stata's csdid, method(dripw), the output in its author's description of version 1.0.
STATA = "Stata csdid 1.0, method(dripw), as published in its description"
ASYMPTOTIC = "asymptotic standard errors as published"
STATA_CSDID = [
    published(
        "cohort_time",
        None,
        {
            "2004:2004": (-0.0145297, 0.0221292),
            "2004:2005": (-0.0764219, 0.0286713),
            "2004:2006": (-0.1404483, 0.0353782),
            "2004:2007": (-0.1069039, 0.0328865),
            "2006:2004": (-0.0004721, 0.0222234),
            "2006:2005": (-0.0062025, 0.0184957),
            "2006:2006": (0.0009606, 0.0194002),
            "2006:2007": (-0.0412939, 0.0197211),
            "2007:2004": (0.0267278, 0.0140657),
            "2007:2005": (-0.0045766, 0.0157178),
            "2007:2006": (-0.0284475, 0.0181809),
            "2007:2007": (-0.0287814, 0.016239),
        },
        7,
        STATA,
        ASYMPTOTIC,
    ),
    published("overall", "cells", {"overall": (-0.0417518, 0.0115028)}, 7, STATA, ASYMPTOTIC),
    published(
        "calendar",
        None,
        {
            "2004": (-0.0145297, 0.0221292),
            "2005": (-0.0764219, 0.0286713),
            "2006": (-0.0461757, 0.0212107),
            "2007": (-0.0395822, 0.0129299),
        },
        7,
        STATA,
        ASYMPTOTIC,
    ),
    published(
        "cohort",
        None,
        {"2004": (-0.0845759, 0.0245649), "2006": (-0.0201666, 0.0174696), "2007": (-0.0287814, 0.016239)},
        7,
        STATA,
        ASYMPTOTIC,
    ),
    published(
        "event_time",
        None,
        {
            "-3": (0.0267278, 0.0140657),
            "-2": (-0.0036165, 0.0129283),
            "-1": (-0.023244, 0.0144851),
            "0": (-0.0210604, 0.0114942),
            "1": (-0.0530032, 0.0163465),
            "2": (-0.1404483, 0.0353782),
            "3": (-0.1069039, 0.0328865),
        },
        7,
        STATA,
        ASYMPTOTIC,
    ),
]

for adjustment in ("doubly_robust", "regression", "weighting"):
    # without covariates the three are one: differences of means
    first = adjustment == "doubly_robust"
    add(base="varying", adjustment=adjustment, published=R_DID if first else (), by_state=first)
add(base="universal", by_state=True)
add(base="varying", comparison="notyet")
add(base="universal", comparison="notyet")
add(base="varying", controls="lpop", published=STATA_CSDID, by_state=True)
add(base="varying", controls="lpop", adjustment="regression")
add(base="varying", controls="lpop", adjustment="weighting")
add(base="universal", controls="lpop")
add(base="varying", comparison="notyet", controls="lpop", by_state=True)
add(base="universal", comparison="notyet", controls="lpop", adjustment="regression")
add(base="universal", comparison="notyet", controls="lpop", adjustment="weighting")

EARLY = (
    ". Cohort 2004 has no terms: with one period of anticipation its base would be 2002; its counties count in "
    "nothing but are among the 500"
)
for base in ("varying", "universal"):
    add(base=base, anticipation=1, note=EARLY)
    add(base=base, anticipation=1, comparison="notyet", note=EARLY)
add(base="varying", anticipation=1, comparison="notyet", controls="lpop", note=EARLY)

WEIGHTED = (
    ". Weights enter the comparisons, and cohorts count by the sum of their counties' weights, as in R's did and "
    "csdid; moderndid gives the same cells but averages them by numbers of counties, which is not R's definition"
)
for adjustment in ("doubly_robust", "regression", "weighting"):
    add(
        base="varying",
        controls="lpop",
        weights="size",
        adjustment=adjustment,
        peers=("csdid", "moderndid cells"),
        note=WEIGHTED,
    )
add(base="universal", comparison="notyet", weights="size", peers=("csdid", "moderndid cells"), note=WEIGHTED)

ev.write_cases(cases)
