"""Log t tests and convergence clubs, in loops, from Phillips and Sul (2007, Econometrica 75, 1771-1855; 2009, Journal
of Applied Econometrics 24, 1153-1185), Schnurbus, Haupt and Meier (2017, same journal 32, 1039-1042) and von Lyncker and
Thoennessen (2017, Empirical Economics 52, 525-553).

Log t regression. h_it = X_it / mean_i X_it, H_t = mean_i (h_it - 1)^2 (divided by N, not N-1), and by least squares

    log(H_1/H_t) - 2 log(log t) = a + b log t + u_t,    t = k+1, ..., T,    k = [rT] rounded to nearest.

t counts periods from 1, also if the panel starts elsewhere. (The papers start at t = [rT]; GAUSS, R and Stata at [rT]+1.
R rounds halves to even, Stata up.) With n = T - k residuals u_1..u_n:

"FQSB" (Phillips and Sul's GAUSS code, R's default, Stata's only one): se(b) = sqrt(omega [(X'X)^-1]_bb) with the scalar

    rho = sum_{t=2..n} u_t u_{t-1} / sum_{t=1..n-1} u_t^2          (no constant, no prewhitening)
    B = 1.3221 (n 4 rho^2/(1-rho)^4)^(1/5)
    omega = [sum_{t=1..n} u_t^2 + 2 sum_{j=1..n-2} k(j/B) sum_{t=1..n-1-j} u_t u_{t+j}] / (n-1)
    k(x) = 25/(12 pi^2 x^2) (sin(6 pi x/5)/(6 pi x/5) - cos(6 pi x/5))

Despite the name "fixed" the bandwidth is Andrews' (1991) AR(1) plug-in, of the residuals only. Two oddities are kept: the
last residual is left out of the autocovariances (not of the variance), and the divisor is n-1. "textbook" in `hac` is
without them: all residuals, j to n-1, divisor n.

"AQSB" (R, sandwich::vcovHAC of the lm): with scores v_t = x_t u_t, V = (X'X)^-1 n/(n-2) [sum_j k(|j|/B) sum_t v_t v_{t+j}']
(X'X)^-1, B = 1.3221 (n alpha)^(1/5), alpha = 4 rho^2 sigma^4/(1-rho)^8 / (sigma^4/(1-rho)^4), where rho and sigma^2 (divisor
n-1, the number of pairs) come from least squares of v_t, the score of the slope alone, on a constant and v_{t-1}: the score
of the constant has weight zero. No prewhitening. Weights at the end that are below 1e-7 in absolute value are dropped.

The test: t = b/se, one-sided, converging if t > -1.65, p = Phi(t).

Clusters. Units are ordered by the last period (or `order`), highest first, ties as in the data. Then, for what is left:
0. one unit: divergent; all converge: the last club. None left: end.
1. first pair of neighbours (i, i+1) with t > -1.65; without one all that is left is divergent.
2. core: add the next unit while t > -1.65; of the groups passed that with the largest |t| (`core`="abs", R; the first of
   ties) or the largest t ("max", the papers and Stata; the last of ties). The units above the pair are not in the core
   but are candidates for the sieve.
3. sieve: each other unit alone with the core; in if t > cstar. A club is not tested ("fixed", R's default) or, if its
   t <= -1.65, cstar rises by `increment` and the same t's are compared again ("incremental") until the club passes; if cstar
   is past `cap` (R: cstar > cap, Stata: cstar >= cap) the club is the core. cstar starts again for each club (Stata's Mata
   code passes it by address, so there it stays raised: `carry`). "schnurbus": instead of raising cstar, add to the core the
   candidate with the largest t, test the other candidates with the larger core, and so on while the largest is > -1.65.
4. take the club out and repeat.

Merging "PS": club 1 with 2; while the union passes with the next; the club that fails starts the next group. One pass, or
passes until nothing merges (`iterate`). "vLT": the union of the group and club k must also have a larger t than the
union of k and k+1 (no such condition for the last). A failure starts the next group at k. The paper starts again from the
top after each merge (`restart`), so that a pair passed over is tested again; R and its port do not.
Divergent units ("pairwise"): of all (club, unit) pairs the largest t, if > estar, joins; repeat with the club so
enlarged. `joint_first`: first all the divergent units together, a club of their own if they pass (the papers; R leaves it
out since step 0 has tested it). "last_club" (Stata's mdiv): all of them to the last club, if they pass together.
"""

import json
import math

import numpy as np

CRITICAL = -1.65


def hp(y, smooth):
    """Trend minimizing sum (y-g)^2 + smooth sum (second difference of g)^2, from its first-order conditions."""
    n = len(y)
    a = np.eye(n)
    for t in range(n - 2):
        for i, p in ((0, 1.0), (1, -2.0), (2, 1.0)):
            for j, q in ((0, 1.0), (1, -2.0), (2, 1.0)):
                a[t + i, t + j] += smooth * p * q
    return np.linalg.solve(a, y)


def kernel(x):
    if x < 1e-3:
        return 1 - 18 * math.pi**2 / 125 * x * x
    z = 6 * math.pi * x / 5
    return 25 / (12 * math.pi**2 * x * x) * (math.sin(z) / z - math.cos(z))


def trimmed(periods, share, rounding):
    x = periods * share
    return math.floor(x + 0.5) if rounding == "up" else round(x)


def dispersion(rows):
    out = []
    for t in range(len(rows[0])):
        m = math.fsum(r[t] for r in rows) / len(rows)
        out.append(math.fsum((r[t] / m - 1) ** 2 for r in rows) / len(rows))
    return out


def log_t(rows, trim=1 / 3, hac="FQSB", rounding="even"):
    h = dispersion(rows)
    first = trimmed(len(h), trim, rounding) + 1
    x = [math.log(t) for t in range(first, len(h) + 1)]
    y = [math.log(h[0] / h[t - 1]) - 2 * math.log(math.log(t)) for t in range(first, len(h) + 1)]
    n = len(x)
    mx, my = math.fsum(x) / n, math.fsum(y) / n
    sxx = math.fsum((a - mx) ** 2 for a in x)
    b = math.fsum((a - mx) * (c - my) for a, c in zip(x, y)) / sxx
    u = [c - my - b * (a - mx) for a, c in zip(x, y)]
    if hac in ("FQSB", "textbook"):
        rho = math.fsum(u[t] * u[t - 1] for t in range(1, n)) / math.fsum(v * v for v in u[:-1])
        band = 1.3221 * (4 * rho**2 / (1 - rho) ** 4 * n) ** 0.2
        last, divisor = (n - 1, n - 1) if hac == "FQSB" else (n, n)
        total = math.fsum(v * v for v in u)
        for j in range(1, last):
            total += 2 * kernel(j / band) * math.fsum(u[t] * u[t + j] for t in range(last - j))
        variance = total / divisor / sxx
    else:
        # the slope's element of the sandwich: only the scores (x - mean x) u matter for the meat, the raw x u for the bandwidth
        v = [a * e for a, e in zip(x, u)]
        lag, lead = v[:-1], v[1:]
        ml, md = math.fsum(lag) / (n - 1), math.fsum(lead) / (n - 1)
        rho = math.fsum((p - ml) * (q - md) for p, q in zip(lag, lead)) / math.fsum((p - ml) ** 2 for p in lag)
        band = 1.3221 * (n * 4 * rho**2 / (1 - rho) ** 4) ** 0.2
        w = [kernel(j / band) for j in range(n)]
        while abs(w[-1]) <= 1e-7:
            w.pop()
        s = [(a - mx) * e for a, e in zip(x, u)]
        total = math.fsum(q * q for q in s)
        for j in range(1, len(w)):
            total += 2 * w[j] * math.fsum(s[t] * s[t + j] for t in range(n - j))
        variance = total * n / (n - 2) / sxx**2
    se = math.sqrt(variance)
    return {
        "beta": b,
        "se": se,
        "t": b / se,
        "p": 0.5 * math.erfc(-b / se / math.sqrt(2)),
        "constant": my - b * mx,
        "nobs": n,
    }


class Panel:
    """rows: unit -> list of values by period."""

    def __init__(self, rows, trim=1 / 3, hac="FQSB", rounding="even"):
        self.rows, self.settings, self.memory = rows, (trim, hac, rounding), {}

    def test(self, units, hac=None):
        key = (frozenset(units), hac)
        if key not in self.memory:
            trim, default, rounding = self.settings
            self.memory[key] = log_t([self.rows[u] for u in units], trim, hac or default, rounding)
        return self.memory[key]

    def t(self, units, hac=None):
        return self.test(units, hac)["t"]

    def find(
        self,
        order=None,
        core="abs",
        cstar=0.0,
        sieve="fixed",
        increment=0.1,
        cap=3.0,
        cap_inclusive=True,
        carry=False,
        max_clubs=None,
    ):
        """order: unit -> value to sort by."""
        key = order or {u: r[-1] for u, r in self.rows.items()}
        left = sorted(self.rows, key=lambda u: -key[u])
        clubs, divergent, start = [], [], cstar
        while left:
            if len(left) == 1:
                divergent = left
                break
            if self.t(left) > CRITICAL:
                clubs.append({"members": left, "core": None, "cstar": start})
                left = []
                break
            pair = next((i for i in range(len(left) - 1) if self.t(left[i : i + 2]) > CRITICAL), None)
            if pair is None:
                divergent = left
                break
            sizes = [2]
            while pair + sizes[-1] < len(left) and self.t(left[pair : pair + sizes[-1] + 1]) > CRITICAL:
                sizes.append(sizes[-1] + 1)
            best = sizes[0]
            for size in sizes[1:]:
                new, old = self.t(left[pair : pair + size]), self.t(left[pair : pair + best])
                if (abs(new) > abs(old)) if core == "abs" else (new >= old):
                    best = size
            group = left[pair : pair + best]
            score = {u: self.t(group + [u]) for u in left if u not in group}
            c = start
            members = group + [u for u in score if score[u] > c]
            if sieve == "incremental":
                while self.t(members) <= CRITICAL:
                    if c > cap if cap_inclusive else c >= cap:
                        members = group
                        break
                    c += increment
                    members = group + [u for u in score if score[u] > c]
                if carry:
                    start = c
            elif sieve == "schnurbus" and self.t(members) <= CRITICAL:
                waiting, members = [u for u in score if score[u] > c], list(group)
                while waiting:
                    u = max(waiting, key=lambda w: self.t(members + [w]))
                    if self.t(members + [u]) <= CRITICAL:
                        break
                    members.append(u)
                    waiting.remove(u)
            clubs.append({"members": members, "core": group, "cstar": c})
            left = [u for u in left if u not in members]
            if max_clubs == len(clubs):
                break
        return [c["members"] for c in clubs], list(divergent), clubs, left if max_clubs else []

    def merge(
        self, clubs, divergent=(), method="PS", threshold=CRITICAL, iterate=False, restart=False, second_hac=None
    ):
        """Clubs merged, and for each the numbers (from 1) of those it is made of."""
        made = [[i + 1] for i in range(len(clubs))]
        clubs = [list(c) for c in clubs]
        while True:
            before = len(clubs)
            if restart:
                m = 0
                while m < len(clubs) - 1:
                    t = self.t(clubs[m] + clubs[m + 1])
                    last = m == len(clubs) - 2
                    larger = last or method == "PS" or t > self.t(clubs[m + 1] + clubs[m + 2], second_hac)
                    if t > threshold and larger:
                        clubs[m : m + 2] = [clubs[m] + clubs[m + 1]]
                        made[m : m + 2] = [made[m] + made[m + 1]]
                        m = 0
                    else:
                        m += 1
            else:
                out, parts = [], []
                for k, (club, origin) in enumerate(zip(clubs, made)):
                    join = bool(out)
                    if join:
                        t = self.t(out[-1] + club)
                        join = t > threshold
                        if join and method == "vLT" and k < len(clubs) - 1:
                            join = t > self.t(club + clubs[k + 1], second_hac)
                    if join:
                        out[-1] = out[-1] + club
                        parts[-1] = parts[-1] + origin
                    else:
                        out.append(list(club))
                        parts.append(origin)
                clubs, made = out, parts
            if not iterate or len(clubs) == before:
                return clubs, made

    def merge_divergent(self, clubs, divergent, estar=CRITICAL, how="pairwise", joint_first=False):
        clubs, divergent = [list(c) for c in clubs], list(divergent)
        if how == "last_club":
            if divergent and clubs and self.t(clubs[-1] + divergent) > estar:
                clubs[-1], divergent = clubs[-1] + divergent, []
            return clubs, divergent
        if joint_first and len(divergent) > 1 and self.t(divergent) > estar:
            return clubs + [divergent], []
        while divergent and clubs:
            t, d, c = max((self.t(club + [u]), -j, -i) for j, u in enumerate(divergent) for i, club in enumerate(clubs))
            if t <= estar:
                break
            clubs[-c] = clubs[-c] + [divergent.pop(-d)]
        return clubs, divergent

    def statistics(self, clubs, divergent):
        """Log t tests of the whole panel, the divergent units and neighbouring clubs."""
        out = {"all": self.test(list(self.rows))}
        if len(divergent) > 1:
            out["divergent"] = self.test(divergent)
        out["neighbours"] = [
            {"clubs": [i + 1, i + 2], **self.test(clubs[i] + clubs[i + 1])} for i in range(len(clubs) - 1)
        ]
        return out


RULES = {
    "R": {"trim": 1 / 3, "rounding": "even", "core": "abs", "sieve": "fixed", "increment": 0.1, "cap": 3.0},
    "Stata": {"trim": 0.3, "rounding": "up", "core": "max", "sieve": "incremental", "increment": 0.05, "cap": 50.0},
}


def case(rows, name, convention="R", note=None, others=None, **options):
    """Runs one case; `others` is a function of the port's arguments, see compare()."""
    o = {**RULES[convention], "hac": "FQSB", "cstar": 0.0, **options}
    panel = Panel(rows, o["trim"], o["hac"], o["rounding"])
    find = {k: o[k] for k in ("core", "cstar", "sieve", "increment", "cap") if k in o}
    find["cap_inclusive"] = convention == "R"
    order = None
    if o.get("sort_period") is not None:
        order = {u: r[o["sort_period"]] for u, r in rows.items()}
    if o.get("sort_share"):
        periods = len(next(iter(rows.values())))
        last = max(1, periods - int((1 - o["sort_share"]) * periods))
        order = {u: math.fsum(r[-last:]) / last for u, r in rows.items()}
    clubs, divergent, detail, rest = panel.find(
        order, carry=o.get("carry", False), max_clubs=o.get("max_clubs"), **find
    )
    made = None
    if o.get("merge"):
        hac2 = o.get("second_hac")
        clubs, made = panel.merge(
            clubs,
            divergent,
            o["merge"],
            o.get("threshold", CRITICAL),
            o.get("iterate", False),
            o.get("restart", False),
            hac2,
        )
    if o.get("merge_divergent"):
        clubs, divergent = panel.merge_divergent(
            clubs,
            divergent,
            o.get("estar", CRITICAL),
            o.get("divergent_method", "pairwise"),
            o.get("joint_first", False),
        )
    result = {"name": name, "options": {"convention": convention, **o}, "clubs": []}
    for i, members in enumerate(clubs):
        club = {"members": members, **panel.test(members)}
        if made is not None:
            club["made_of"] = made[i] if i < len(made) else ["divergent"]
        elif not o.get("merge_divergent"):
            club.update(core=detail[i]["core"], cstar=detail[i]["cstar"])
        result["clubs"].append(club)
    result["divergent"] = divergent
    if rest:
        result["not_sorted_out"] = rest
    result["group_statistics"] = panel.statistics(clubs, divergent)
    if note:
        result["note"] = note
    return result


# options that the port lacks: such cases are this file's alone
OWN = {"carry", "restart", "second_hac"}


def compare(rows, result, tolerance=1e-8, periods=None):
    """Same case by convergence-clubs; stops if it differs. Returns what was compared."""
    import warnings

    import convergence_clubs as cc
    import pandas as pd

    o = result["options"]
    if any(o.get(k) for k in OWN) or o["sieve"] == "schnurbus" or o["hac"] == "textbook":
        return "slow.py only"
    frame = pd.DataFrame.from_dict(rows, orient="index")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        got = cc.find_clubs(
            frame,
            convention=o["convention"],
            time_trim=o["trim"],
            hac_method=o["hac"],
            cstar=o["cstar"],
            cstar_method=o["sieve"],
            cstar_increment=o["increment"],
            cstar_cap=o["cap"],
            core_rule="max_abs_t" if o["core"] == "abs" else "max_t",
            ref_col=None if o.get("sort_period") is None else frame.columns[o["sort_period"]],
            sort_fraction=o.get("sort_share", 0.0),
        )
        if o.get("merge"):
            got = got.merge(
                o["merge"],
                threshold=o.get("threshold", CRITICAL),
                iterate=o.get("iterate", False),
                merge_divergent=o.get("merge_divergent", False),
                divergent_method=o.get("divergent_method", "pairwise"),
                estar=o.get("estar", CRITICAL),
                joint_first=o.get("joint_first", False),
            )
        elif o.get("merge_divergent"):
            got = got.merge_divergent(estar=o.get("estar", CRITICAL), joint_first=o.get("joint_first", False))
    clubs = list(got)[: o.get("max_clubs")]
    assert len(clubs) == len(result["clubs"]), (result["name"], len(clubs), len(result["clubs"]))
    worst = 0.0
    for theirs, ours in zip(clubs, result["clubs"]):
        assert [frame.index[i] for i in theirs.ids] == ours["members"], result["name"]
        for a, b in (
            (theirs.model.beta, ours["beta"]),
            (theirs.model.std_err, ours["se"]),
            (theirs.model.t_value, ours["t"]),
        ):
            worst = max(worst, abs(a - b) / max(1.0, abs(b)))
    if not o.get("max_clubs"):
        assert [frame.index[i] for i in got.divergent_ids] == result["divergent"], result["name"]
    assert worst < tolerance, (result["name"], worst)
    return "convergence-clubs, %.1e" % worst


# the variants that the smaller panels are run through
VARIANTS = [("defaults", {}), ("aqsb", {"hac": "AQSB"}), ("incremental", {"sieve": "incremental"})]
VARIANTS += [
    ("aqsb incremental", {"hac": "AQSB", "sieve": "incremental"}),
    ("cstar -1.6", {"cstar": -1.6}),
    ("cstar -1.6 incremental", {"cstar": -1.6, "sieve": "incremental"}),
    ("incremental to a low cap", {"sieve": "incremental", "increment": 0.02, "cap": 0.1}),
    ("cstar -1.6 schnurbus", {"cstar": -1.6, "sieve": "schnurbus"}),
    ("cstar 2", {"cstar": 2.0}),
    ("trim 0.25", {"trim": 0.25}),
    ("largest t core", {"core": "max"}),
    ("sorted by the first period", {"sort_period": 0}),
    ("sorted by the last quarter", {"sort_share": 0.25}),
    ("first club", {"max_clubs": 1}),
    ("textbook variance", {"hac": "textbook"}),
    ("PS", {"merge": "PS"}),
    ("PS cstar 2 iterated", {"merge": "PS", "cstar": 2.0, "iterate": True}),
    ("PS aqsb", {"merge": "PS", "hac": "AQSB"}),
    ("PS with divergent", {"merge": "PS", "merge_divergent": True}),
    ("PS with divergent estar -30", {"merge": "PS", "merge_divergent": True, "estar": -30.0}),
    (
        "PS cstar 2 with divergent joint first",
        {"merge": "PS", "cstar": 2.0, "merge_divergent": True, "joint_first": True},
    ),
    ("divergent without merging", {"merge_divergent": True}),
    ("vLT", {"merge": "vLT"}),
    ("vLT cstar 2", {"merge": "vLT", "cstar": 2.0}),
    ("vLT cstar 2 restarting", {"merge": "vLT", "cstar": 2.0, "restart": True}),
    ("vLT aqsb with divergent", {"merge": "vLT", "hac": "AQSB", "merge_divergent": True}),
    ("PS threshold -8", {"merge": "PS", "threshold": -8.0}),
]
STATA = [
    ("stata", {"trim": 0.333}),
    ("stata default kq", {}),
    ("stata merged", {"trim": 0.333, "merge": "PS"}),
    ("stata merged imore", {"trim": 0.333, "merge": "PS", "iterate": True}),
    ("stata merged mdiv", {"trim": 0.333, "merge": "PS", "merge_divergent": True, "divergent_method": "last_club"}),
    ("stata carrying cstar", {"trim": 0.333, "carry": True}),
    ("stata adjust as described", {"trim": 0.333, "sieve": "schnurbus"}),
]


def run(rows, label="", chosen=None, short=False):
    out = []
    for convention, variants in (("R", VARIANTS), ("Stata", STATA)):
        for name, options in variants:
            if chosen and name not in chosen:
                continue
            c = case(rows, (label + " " + name).strip(), convention=convention, **options)
            c["compared"] = compare(rows, c)
            print(c["name"], [len(k["members"]) for k in c["clubs"]], len(c["divergent"]), c["compared"])
            if short:
                c["group_statistics"] = {k: v for k, v in c["group_statistics"].items() if k != "neighbours"}
            out.append(c)
    return out


def write(cases, source, data_source, path="clubs.json", **more):
    with open(path, "w", newline="\n") as f:
        json.dump(
            {"source": source, "data_source": data_source, **more, "cases": cases}, f, indent=1, ensure_ascii=False
        )
        f.write("\n")


def take_r(path, keep):
    """Numbers of R's ConvergenceClubs from r_reference.json, in tests/fixtures of the sdist of convergence-clubs: for the
    panels in `keep` (panel -> names of units; None: those of the file), the panels' values, and r.json."""
    with open(path) as f:
        reference = json.load(f)
    versions = [reference["meta"]["packages"][p] for p in ("ConvergenceClubs", "sandwich", "mFilter")]
    source = "R %s, ConvergenceClubs %s, sandwich %s, mFilter %s, as in the tests of convergence-clubs 0.1.2" % (
        reference["meta"]["R"].split()[2],
        *versions,
    )
    names = {p: keep[p] or reference["datasets"][p]["units"] for p in keep}

    def model(m):
        return {"beta": m["beta"], "se": m["std_err"], "t": m["t_value"], "p": m["p_value"]}

    found = []
    for e in reference["find_clubs"] + reference["merge_clubs"]:
        a = e["args"]
        if a["dataset"] not in names:
            continue
        label = names[a["dataset"]]
        options = {"trim": a["time_trim"], "hac": a["hac_method"], "cstar": a["cstar"], "sieve": a["cstar_method"]}
        if "method" in a:
            options.update(merge=a["method"], merge_divergent=a["merge_divergent"])
        clubs = []
        for c in e["clubs"]:
            club = {"members": [label[i] for i in c["ids"]], **model(c["model"])}
            if c["cstar"] is not None:
                club["cstar"] = c["cstar"]
            if c["merged_from"] is not None:
                club["made_of"] = [int(n[4:]) for n in c["merged_from"]]
            clubs.append(club)
        divergent = [label[i] for i in e["divergent"]]
        found.append({"panel": a["dataset"], "options": options, "clubs": clubs, "divergent": divergent})
    out = {"source": source, "cases": found}
    if "filtered_gdp" in names:
        out["log_t"] = [
            {
                "members": [names["filtered_gdp"][i] for i in e["ids"]],
                "trim": e["time_trim"],
                "hac": e["hac_method"],
                **model(e["model"]),
            }
            for e in reference["log_t"]
        ]
    with open("r.json", "w", newline="\n") as f:
        json.dump(out, f, ensure_ascii=False)
        f.write("\n")
    return {p: (names[p], d["values"]) for p, d in reference["datasets"].items() if p in names}
