"""Three panels simulated for the tests of convergence-clubs by R (sim1 40 units x 50 periods, sim2 30 x 30, sim3 60 x 40): groups with
limits of their own and a few drifting units. `python make.py PATH` takes them and R's numbers, r.json, from the sdist of
convergence-clubs first (see slow.take_r).
The members and statistics in clubs.json are slow.py's; it stops if R or convergence-clubs differ.

`r_reports` marks clubs where cstar went past the cap: R gives the members of the core but the regression of the core with the
rejected candidates. Their numbers are the core's own here; R's are beside them."""

import json
import sys
from importlib.metadata import version

import pandas as pd

sys.path.insert(0, "../clubs-gdp-152")
import slow

if len(sys.argv) > 1:
    panels = slow.take_r(sys.argv[1], {"sim1": None, "sim2": None, "sim3": None})
    frames = [
        pd.DataFrame({"panel": p, "unit": u, "time": range(1, len(v) + 1), "value": v})
        for p, (units, values) in panels.items()
        for u, v in zip(units, values)
    ]
    pd.concat(frames).to_csv("data.csv", index=False, lineterminator="\n")
data = pd.read_csv("data.csv", float_precision="round_trip")
panels = {
    p: {u: list(g["value"]) for u, g in d.groupby("unit", sort=False)} for p, d in data.groupby("panel", sort=False)
}
r = json.load(open("r.json"))
cases, worst = [], 0.0
for e in r["cases"]:
    rows, o = panels[e["panel"]], dict(e["options"])
    kept = "merge" not in o or (o["cstar"] == 0 and abs(o["trim"] - 1 / 3) < 1e-9 and e["panel"] != "sim1")
    if o.get("merge") == "vLT":
        o["second_hac"] = "FQSB"
    parts = [e["panel"], o["hac"], "%.3g" % o["trim"], "%g" % o["cstar"], o["sieve"], o.get("merge", "")]
    name = " ".join(p for p in parts + ["divergent" if o.get("merge_divergent") else ""] if p)
    c = slow.case(rows, name, **o)
    c["panel"] = e["panel"]
    assert [k["members"] for k in c["clubs"]] == [k["members"] for k in e["clubs"]], name
    assert c["divergent"] == e["divergent"], name
    stale = 0
    for a, b in zip(c["clubs"], e["clubs"]):
        d = max(abs(a[k] - b[k]) / max(1, abs(b[k])) for k in ("beta", "se", "t"))
        if o["sieve"] == "incremental" and b["t"] <= slow.CRITICAL:
            a["r_reports"] = {k: b[k] for k in ("beta", "se", "t", "p")}
            stale += 1
        else:
            worst = max(worst, d)
        if "made_of" in b and "made_of" in a:
            assert a["made_of"] == b["made_of"], name
    same = slow.case(rows, name, **{**o, "second_hac": None})
    port = slow.compare(rows, same)
    c["compared"] = "R, " + port
    if [k["members"] for k in same["clubs"]] != [k["members"] for k in c["clubs"]]:
        c["note"] = "with the clubs' own HAC in the second vLT test the clubs are others"
    print(
        name, [len(k["members"]) for k in c["clubs"]], len(c["divergent"]), "stale %d" % stale, port, c.get("note", "")
    )
    c.pop("group_statistics")
    if kept:
        cases.append(c)
assert worst < 1e-8
print("R %.1e" % worst)
slow.write(
    cases,
    "slow.py; %s; convergence-clubs %s" % (r["source"], version("convergence-clubs")),
    "simulated in the tests of convergence-clubs 0.1.2 (seeds 1, 2, 3)",
)
