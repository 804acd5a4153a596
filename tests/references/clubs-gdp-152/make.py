"""Real income per person of 152 countries, 1970-2003 (Penn World Table 6.2), as in Phillips and Sul (2009) and R's
ConvergenceClubs: clubs of the HP trends (smoothing 400) of its logarithms. Every case is made by slow.py and stops if
convergence-clubs or the numbers of R in r.json differ by more than 1e-8. `python make.py PATH` takes these from the sdist of
convergence-clubs first (see slow.take_r)."""

import json
import sys
from importlib.metadata import version

import convergence_clubs as cc
import numpy as np
import pandas as pd
import slow
from statsmodels.tsa.filters.hp_filter import hpfilter

wide = cc.load_gdp()
if len(sys.argv) > 1:
    slow.take_r(sys.argv[1], {"filtered_gdp": list(wide.index)})
long = wide.rename_axis("country").melt(ignore_index=False, var_name="year", value_name="gdp").reset_index()
long = long.sort_values(["country", "year"], kind="stable")
long.to_csv("data.csv", index=False, lineterminator="\n")
data = pd.read_csv("data.csv", float_precision="round_trip")
rows = {c: list(slow.hp(np.log(g["gdp"].to_numpy()), 400.0)) for c, g in data.groupby("country", sort=False)}
for c, g in data.groupby("country", sort=False):
    assert np.abs(hpfilter(np.log(g["gdp"].to_numpy()), 400)[1] - rows[c]).max() < 1e-11
    assert np.abs(cc.load_filtered_gdp().loc[c].to_numpy() - rows[c]).max() < 1e-10
raw = {c: list(np.log(g["gdp"].to_numpy())) for c, g in data.groupby("country", sort=False)}

variants = [
    ("defaults", {}),
    ("aqsb", {"hac": "AQSB"}),
    ("incremental", {"sieve": "incremental"}),
    ("aqsb incremental", {"hac": "AQSB", "sieve": "incremental"}),
    ("cstar -1", {"cstar": -1.0}),
    ("cstar -1 incremental", {"cstar": -1.0, "sieve": "incremental"}),
    ("cstar 1", {"cstar": 1.0}),
    ("trim 0.25", {"trim": 0.25}),
    ("trim 0.3", {"trim": 0.3}),
    ("first club", {"max_clubs": 1}),
    ("largest t core", {"core": "max"}),
    ("sorted by 1987", {"sort_period": 17}),
    ("sorted by the last half", {"sort_share": 0.5}),
    ("schnurbus sieve", {"sieve": "schnurbus", "cstar": -1.0}),
    ("textbook variance", {"hac": "textbook"}),
]
for method in ("PS", "vLT"):
    for divergent in (False, True):
        variants.append(
            ("%s%s" % (method, " with divergent" if divergent else ""), {"merge": method, "merge_divergent": divergent})
        )
variants += [
    ("PS threshold -1", {"merge": "PS", "threshold": -1.0}),
    ("PS threshold -3 iterated", {"merge": "PS", "threshold": -3.0, "iterate": True}),
    ("vLT restarting", {"merge": "vLT", "restart": True}),
    ("vLT aqsb", {"merge": "vLT", "hac": "AQSB"}),
    ("vLT aqsb, second test fqsb as in R 2.2.5", {"merge": "vLT", "hac": "AQSB", "second_hac": "FQSB"}),
    ("PS estar 0 with divergent", {"merge": "PS", "merge_divergent": True, "estar": 0.0}),
]
cases, compared = [], {}
for name, options in variants:
    c = slow.case(rows, name, **options)
    c["compared"] = slow.compare(rows, c)
    print(name, [len(k["members"]) for k in c["clubs"]], len(c["divergent"]), c["compared"])
    cases.append(c)
for name, options in (
    ("stata", {"trim": 0.333}),
    ("stata default kq", {}),
    ("stata merged", {"trim": 0.333, "merge": "PS", "iterate": True}),
    (
        "stata merged once with mdiv",
        {"trim": 0.333, "merge": "PS", "merge_divergent": True, "divergent_method": "last_club"},
    ),
    ("stata carrying cstar", {"trim": 0.333, "carry": True}),
):
    c = slow.case(rows, name, convention="Stata", **options)
    c["compared"] = slow.compare(rows, c)
    print(name, [len(k["members"]) for k in c["clubs"]], len(c["divergent"]), c["compared"])
    cases.append(c)
for name, options in (
    ("logs, not filtered", {}),
    (
        "logs, not filtered, aqsb incremental PS with divergent",
        {"hac": "AQSB", "sieve": "incremental", "merge": "PS", "merge_divergent": True},
    ),
):
    c = slow.case(raw, name, **options)
    c["compared"] = slow.compare(raw, c)
    c["filtered"] = False
    print(name, [len(k["members"]) for k in c["clubs"]], len(c["divergent"]), c["compared"])
    cases.append(c)

# R's numbers
r = json.load(open("r.json"))
for e in r["log_t"]:
    t = slow.log_t([rows[c] for c in e["members"]], e["trim"], e["hac"])
    for k in ("beta", "se", "t", "p"):
        assert abs(t[k] - e[k]) < 1e-8 * max(1, abs(e[k])), (k, t[k], e[k])
worst = 0.0
for e in r["cases"]:
    o = dict(e["options"], second_hac="FQSB") if e["options"].get("merge") == "vLT" else e["options"]
    c = slow.case(rows, "", **o)
    assert [k["members"] for k in c["clubs"]] == [k["members"] for k in e["clubs"]] and c["divergent"] == e[
        "divergent"
    ], o
    for a, b in zip(c["clubs"], e["clubs"]):
        if b["t"] > slow.CRITICAL or o["sieve"] == "fixed":
            worst = max(worst, *(abs(a[k] - b[k]) / max(1, abs(b[k])) for k in ("beta", "se", "t")))
print("R: %d cases, %.1e" % (len(r["cases"]), worst))
assert worst < 1e-8

# transition paths: of the panel, and within the first two clubs (each relative to the club's own mean)
years = sorted(int(y) for y in data["year"].unique())
x = np.array(list(rows.values()))
h = pd.DataFrame(x / x.mean(axis=0), index=list(rows), columns=years)
port = cc.relative_transition(x)
assert np.abs(port - h.to_numpy()).max() < 1e-12
clubs = [k["members"] for k in cases[0]["clubs"]]
paths = {"of": "h_it = X_it / mean over all countries of X_it", "units": {}, "club_means": [], "within_club": {}}
for c in ("United States", "Korea, Republic of", "China", "Singapore"):
    if c in h.index:
        paths["units"][c] = list(h.loc[c])
for i, members in enumerate(clubs):
    paths["club_means"].append({"club": i + 1, "path": [float(v) for v in h.loc[members].mean()]})
for i in (5, 6):
    m = pd.DataFrame({c: rows[c] for c in clubs[i]}).T
    w = m / m.mean()
    paths["within_club"]["club%d" % (i + 1)] = {
        "path": {c: list(map(float, w.loc[c])) for c in clubs[i]},
        "H": slow.dispersion([rows[c] for c in clubs[i]]),
    }
paths["H_all"] = slow.dispersion(list(rows.values()))
paths["years"] = years

published = {
    "source": "Sichera and Pizzuto (2019, The R Journal 11, 142-151), on Phillips and Sul's (2009) data",
    "all": {"beta": -0.875, "se": 0.005, "t": -159.555},
    "clubs": [
        {"size": s, "beta": b, "se": e, "t": t}
        for s, b, e, t in (
            (50, 0.382, 0.041, 9.282),
            (30, 0.240, 0.035, 6.904),
            (21, 0.110, 0.032, 3.402),
            (24, 0.131, 0.064, 2.055),
            (14, 0.190, 0.111, 1.701),
            (11, 1.003, 0.166, 6.024),
            (2, -0.470, 0.842, -0.559),
        )
    ],
    "merged_sizes": [50, 30, 21, 38, 11, 2],
    "merged_club4": {"beta": -0.044, "se": 0.070, "t": -0.636},
}
for p, k in zip(published["clubs"], cases[0]["clubs"]):
    assert p["size"] == len(k["members"]) and all(abs(p[s] - k[s]) < 5.1e-4 for s in ("beta", "se", "t"))
merged = next(c for c in cases if c["name"] == "PS")
assert [len(k["members"]) for k in merged["clubs"]] == published["merged_sizes"]
assert all(abs(published["merged_club4"][s] - merged["clubs"][3][s]) < 5.1e-4 for s in ("beta", "se", "t"))
slow.write(
    cases,
    "slow.py; convergence-clubs %s, statsmodels %s; %s"
    % (version("convergence-clubs"), version("statsmodels"), r["source"]),
    "GDP of R's ConvergenceClubs (Penn World Table 6.2; Phillips and Sul 2009), as in convergence-clubs",
    filter="HP, smoothing 400, of log(gdp), unless a case has filtered: false",
    published=published,
    transition_paths=paths,
)
