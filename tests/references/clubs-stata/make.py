"""Clubs by Stata's psecta and imergeclub (Du 2017) in Mendez (2020): HP trends (smoothing 400) of the logarithms of four variables,
25 years from 1990, of 26 countries with high income and 82 others. `python make.py PATH` takes the data and Stata's club
numbers from mendez2020_stata.csv in tests/fixtures of the sdist of convergence-clubs and writes data.csv and stata.csv;
without PATH it reads these. Stops unless slow.py has Stata's clubs in all sixteen (the statistics are slow.py's: Stata's are not in
the file; the series are in single precision)."""

import sys
from importlib.metadata import version

import pandas as pd

sys.path.insert(0, "../clubs-gdp-152")
import slow

names = ["log_lp", "log_ky", "log_h", "log_tfp"]
if len(sys.argv) > 1:
    d = pd.read_csv(sys.argv[1], dtype=str, keep_default_na=False)
    d[["sample", "country", "year", *names]].to_csv("data.csv", index=False, lineterminator="\n")
    last = d[d["year"] == d["year"].max()]
    clubs = [p + n for n in names for p in ("club_", "finalclub_")]
    last[["sample", "country", *clubs]].to_csv("stata.csv", index=False, lineterminator="\n")
data = pd.read_csv("data.csv", float_precision="round_trip")
stata = pd.read_csv("stata.csv")
cases = []
for sample, d in data.groupby("sample", sort=False):
    for name in names:
        rows = {u: list(g.sort_values("year")[name]) for u, g in d.groupby("country", sort=False)}
        known = stata[stata["sample"] == sample].set_index("country")
        for label, options, column in (
            ("psecta", {}, "club_"),
            ("psecta, imergeclub", {"merge": "PS"}, "finalclub_"),
            ("psecta carrying cstar", {"carry": True}, "club_"),
            ("by R's rules", {"convention": "R"}, None),
            (
                "by R's rules, aqsb vLT with divergent",
                {"convention": "R", "hac": "AQSB", "merge": "vLT", "merge_divergent": True},
                None,
            ),
        ):
            c = slow.case(rows, "%s %s %s" % (sample, name, label), **{"convention": "Stata", "trim": 0.333, **options})
            c.update(sample=sample, outcome=name)
            c["compared"] = slow.compare(rows, c)
            if column:
                number = {u: i + 1 for i, k in enumerate(c["clubs"]) for u in k["members"]}
                same = all(number.get(u) == (None if pd.isna(v) else int(v)) for u, v in known[column + name].items())
                assert same or "carry" in options, c["name"]
                c["compared"] += "; Stata's clubs" if same else "; not Stata's clubs"
            c["group_statistics"].pop("neighbours")
            print(
                c["name"],
                [len(k["members"]) for k in c["clubs"]],
                len(c["divergent"]),
                c["compared"],
                [round(k["cstar"], 2) for k in c["clubs"] if "cstar" in k],
            )
            cases.append(c)
slow.write(
    cases,
    "slow.py; convergence-clubs %s; Stata's psecta, imergeclub (stata.csv)" % version("convergence-clubs"),
    "Mendez (2020), Convergence Clubs in Labor Productivity and its Proximate Sources (MIT licence; Penn World Table 9.0)",
)
