"""Medicaid expansions and insurance in states, 2008 to 2019: Callaway and Sant'Anna against the not yet
treated, with the never treated and without them (event-medicaid-no-never). The outputs of R's did
published with the exercise are typed in."""

import sys
from pathlib import Path

sys.path.insert(0, "..")

import moderndid

import helpers_event_study as ev

NEVER = "no-never" not in Path.cwd().name  # event-medicaid-no-never runs this script in its own folder

table = moderndid.load_ehec().to_pandas()[["stfips", "year", "dins", "yexp2"]]
if not NEVER:
    table = table[table["yexp2"].notna()]
ev.write_data(table)
d = ev.read_data()
n = len(d)
assert n == (552 if NEVER else 360)

# without never treated units moderndid averages no cells: some are missing there
AVERAGES = {} if NEVER else {"aggregates": ()}
PACKAGES = ["csdid", "moderndid", "numpy"]
DATA = "ehec_data of the exercises of Mixtape Sessions, Advanced DID (moderndid.load_ehec), American Community Survey"
UNIT = "sum of squared influences of the states, no factor: the analytic standard error of R's did, csdid and moderndid"
R = "R did, as published in the exercise's solutions (Mixtape Sessions, Advanced DID, exercise 1)"
CELLS = {
    "2014": "-0.0065 0.0111 0.0015 0.0016 0.0009 0.0467 0.0692 0.0785 0.0725 0.0738 0.0803",
    "2015": "0.0071 -0.0245 -0.0027 0.0003 -0.0100 -0.0020 0.0491 0.0526 0.0682 0.0663 0.0738",
    "2016": "0.0022 0.0511 -0.0262 -0.0276 0.0440 -0.0322 0.0409 0.0317 0.0368 0.0645 0.0825",
    "2017": "0.0102 -0.0161 0.0019 0.0177 0.0012 -0.0063 0.0036 0.0398 0.0471 0.0681 0.0650",
    "2019": "0.0189 -0.0269 -0.0244 0.0024 0.0129 0.0003 -0.0108 -0.0182 0.0093 0.0062 0.0365",
}


def published(study, aggregate, across, terms, digits):
    """Typed estimates, checked; numbers with too few digits are left out."""
    half = 0.5 * 10.0**-digits
    ours = study.terms(aggregate, across)
    for k, v in terms.items():
        assert abs(ours[k][0] - v) <= half * 1.02, (k, ours[k], v)
    terms = {k: v for k, v in terms.items() if abs(v) >= 20 * half}
    return ev.entry(
        aggregate,
        across,
        ["stfips"],
        terms,
        R,
        "estimates only: the published standard errors are of a multiplier bootstrap",
        rtol_estimate=float(f"{1.05 * half / min(abs(v) for v in terms.values()):.2g}"),
        why_looser=f"published with {digits} decimals; half of the last one, for the smallest number",
    )


cases = []
for base in ("varying", "universal"):
    for comparison in ("notyet", "never") if NEVER else ("notyet",):
        s = ev.spec("CallawaySantAnna", "dins", "stfips", "year", "yexp2", comparison=comparison, base=base)
        study = ev.Study(d, s)
        programs = {"csdid": ev.csdid_terms(d, s), "moderndid": ev.moderndid_terms(d, s, **AVERAGES)}
        note, skip = UNIT, set()
        if not NEVER:
            # R's did and the programs after it leave out the last cohort and the periods from its treatment on
            skip = {k for k in study.terms("cohort_time") if k.startswith("2019:")}
            skip |= {k for k in study.terms("event_time") if int(k) < 0}
            note += (
                ". Without never treated units the last cohort (2019) is only a comparison here, as in R's did, csdid "
                "and moderndid: its own pre-treatment cells, which compare it with cohorts not yet treated, are not "
                "among the terms, nor the averages before treatment that would contain them"
            )
        entries = ev.study_entries(study, programs, note=note, skip=skip)
        if NEVER and comparison == "notyet" and base == "varying":
            typed = {f"{g}:{t}": float(v) for g, row in CELLS.items() for t, v in zip(range(2009, 2020), row.split())}
            assert len(typed) == 55
            entries.append(published(study, "cohort_time", None, typed, 4))
            entries.append(published(study, "overall", "cells", {"overall": 0.068}, 4))
        elif not NEVER and base == "varying":
            entries.append(published(study, "overall", "cells", {"overall": 0.0728}, 4))
        cases.append(ev.case(PACKAGES, DATA, s, n, entries))
ev.write_cases(cases)
