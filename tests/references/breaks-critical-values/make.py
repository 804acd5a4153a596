"""Critical values of Bai and Perron's tests, as in the papers (facts, not computed here): this script only checks the
three files, layout test;eps;level;q;m;value, and writes breaks.json. `eps` is the trimming, `level` the probability
under the null, `q` the number of coefficients that change; `m`: for supF the number of breaks, for supF(l+1|l) the
number l under the null, for UDmax and WDmax the largest number of breaks. All are for statistics scaled by q (q F).

Bai and Perron (1998), Econometrica 66, 47-78, tables I and II (eps 0.05); Bai and Perron (2003), Econometrics Journal
6, 72-78 (the other trimmings). Read from the tables as shipped by R's mbreaks (Nguyen, Perron and Yamamoto), of which
Perron is an author; the papers were not at hand. Its files do not say the largest number of breaks of UDmax and WDmax;
its programs take 5, and the columns of supF allow only 3 for eps 0.20 and 2 for 0.25."""

import json

import pandas as pd

t = {name: pd.read_csv(f"critical_{name}.csv", sep=";") for name in ("supF", "sequential", "udmax")}
assert {k: len(v) for k, v in t.items()} == {"supF": 40 * (9 + 8 + 5 + 3 + 2), "sequential": 2000, "udmax": 400}
key = ["eps", "level", "q"]

# supF(1|0) is supF(1)
one = t["supF"].query("m == 1").set_index(key)["value"]
assert (one == t["sequential"].query("m == 0").set_index(key)["value"].reindex(one.index)).all()


def steps(frame, by, sign):
    """Where the values do not move strictly in the direction that they should; equal ones counted apart."""
    keys = [c for c in ("test", "eps", "level", "q", "m") if c != by]
    wrong, equal = [], 0
    for k, g in frame.sort_values(by).groupby(keys):
        d = g["value"].diff().dropna() * sign
        equal += int((d == 0).sum())
        wrong += [[*k, by, float(a)] for a, bad in zip(g[by].iloc[1:], d < 0, strict=True) if bad]
    return wrong, equal


everything = pd.concat(t.values())
found = {}
for name, frame, by, sign in (
    ("supF falls with m", t["supF"], "m", -1),
    ("supF(l+1|l) rises with l", t["sequential"], "m", 1),
    ("all rise with q", everything, "q", 1),
    ("all fall with the level", everything, "level", -1),
    ("all fall with the trimming", everything, "eps", -1),
):
    if by == "eps":  # the largest m of UDmax differs
        frame = frame.assign(m=frame["m"].where(~frame["test"].isin(["UDmax", "WDmax"]), 0))
    wrong, equal = steps(frame, by, sign)
    found[name] = {"against": wrong, "equal": equal}
    print(name, len(wrong), "against", equal, "equal")
u = t["udmax"].set_index(["test", *key])["value"]
assert (u["WDmax"] > u["UDmax"]).all() and (u["UDmax"] >= one.reindex(u["UDmax"].index)).all()

values = {
    "source": "tables of the papers",
    "data_source": (
        "Bai and Perron (1998), Econometrica 66, 47-78; Bai and Perron (2003), Econometrics Journal 6, 72-78"
    ),
    "read_from": "the tables shipped by R's mbreaks",
    "files": ["critical_supF.csv", "critical_sequential.csv", "critical_udmax.csv"],
    "layout": "test;eps;level;q;m;value",
    "scale": "q times F",
    "monotone": found,
}
with open("breaks.json", "w", encoding="utf-8", newline="\n") as f:
    json.dump(values, f, indent=1)
    f.write("\n")
