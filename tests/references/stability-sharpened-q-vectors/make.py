"""Sharpened q-values of Benjamini, Krieger and Yekutieli (2006), Anderson (2008), of several vectors of p-values.

The two-stage procedure at level q is run in exact arithmetic on the decimals of data.csv. Its rejections grow with q
(the first stage rejects more, so the level of the second rises) and a level at which a hypothesis is just rejected
counts, so "the smallest q that rejects" exists and needs no convention about gaps.
"""

import json
import subprocess
import warnings
from bisect import bisect_left
from fractions import Fraction
from importlib.metadata import version

import numpy as np
import pandas as pd
from scipy.stats import norm
from statsmodels.stats.multitest import multipletests

rng = np.random.default_rng(200)
z = rng.normal(size=200) + np.where(np.arange(200) % 10 < 3, 2.8, 0.0)  # 60 of 200 are not null
dense = rng.normal(size=20) + np.where(np.arange(20) < 17, 3.0, 0.0)
BH_1995 = "0.0001 0.0004 0.0019 0.0095 0.0201 0.0278 0.0298 0.0344 0.0459 0.3240 0.4262 0.5719 0.6528 0.7590 1.0000"
VECTORS = {
    "bh-1995": BH_1995.split(),
    "bh-1995-shuffled": [BH_1995.split()[i] for i in np.random.default_rng(1).permutation(15)],
    "all-null": "0.9813 0.0731 0.4427 0.6119 0.2236 0.8851 0.3317 0.1723 0.5538 0.7341".split(),
    "all-tiny": "1e-12 3e-10 2.5e-9 4e-15 7e-8 1.3e-6".split(),
    "ties": "0.013 0.041 0.013 0.29 0.041 0.041 0.0007 0.29 0.87 0.013 0.0007 0.87".split(),
    "all-equal": ["0.037"] * 5,
    "ones-and-zeros": "0 1 0.03 1 0 0.21 0.008 1".split(),
    "all-ones": ["1"] * 4,
    "all-zeros": ["0"] * 3,
    "one": ["0.032"],
    "one-large": ["0.62"],
    "one-half": ["0.5"],
    "two": "0.021 0.36".split(),
    "below-p": "0.011 0.002 0.0003 0.019 0.007 0.024 0.0011 0.015 0.11".split(),
    "first-stage-all": "0.31 0.46 0.28 0.49 0.44".split(),
    "exact-grid": "0.2 0.2 0.2".split(),
    "dense-20": [f"{p:.6f}" for p in 2 * norm.sf(np.abs(dense))],
    "simulated-200": [f"{p:.6f}" for p in 2 * norm.sf(np.abs(z))],
}
rows = [(name, i, p) for name, ps in VECTORS.items() for i, p in enumerate(ps)]
pd.DataFrame(rows, columns=["vector", "position", "p"]).to_csv("data.csv", index=False, lineterminator="\n")
data = pd.read_csv("data.csv", dtype={"p": str})


def step_up(p, level):
    """Benjamini and Hochberg: which are rejected; p may be in any order."""
    m, ordered = len(p), sorted(p)
    largest = 0
    for rank in range(1, m + 1):
        if ordered[rank - 1] * m <= level * rank:
            largest = rank
    return [largest > 0 and value <= ordered[largest - 1] for value in p]


def two_stage(p, q):
    """Definition 6 of Benjamini, Krieger and Yekutieli: step-up at q/(1+q), then at q/(1+q) m/(m - r)."""
    m, level = len(p), q / (1 + q)
    first = step_up(p, level)
    r = sum(first)
    if r in (0, m):
        return first
    return step_up(p, level * m / (m - r))


def on_grid(p):
    """Levels 1, 0.999, ..., 0.001: the smallest that rejects; 1 also if none does."""
    found, before = [1000] * len(p), None
    for k in range(1000, 0, -1):
        rejected = two_stage(p, Fraction(k, 1000))
        assert before is None or all(b or not r for b, r in zip(before, rejected)), "not monotone"
        found, before = [k if r else f for r, f in zip(rejected, found)], rejected
    return found


def exact(p):
    """The smallest level in [0, 1] that rejects, else 1.

    q/(1+q) at which anything can change: p_(j) m/j (first stage) and p_(j) (m-r)/j (second, r rejected in the first).
    """
    m, ordered = len(p), sorted(p)
    levels = {value * (m - r) / j for j, value in enumerate(ordered, 1) for r in range(m)} | {Fraction(0)}
    candidates = sorted(v / (1 - v) for v in levels if v <= Fraction(1, 2))  # q <= 1
    cache = {}

    def rejects(c, i):
        if c not in cache:
            cache[c] = two_stage(p, candidates[c])
        return cache[c][i]

    out = []
    for i in range(m):
        c = bisect_left(range(len(candidates)), True, key=lambda c: rejects(c, i))
        out.append(candidates[c] if c < len(candidates) else Fraction(1))
        if c < len(candidates) and candidates[c] > 0:  # a little below it is not rejected
            assert not two_stage(p, candidates[c] * (1 - Fraction(1, 10**12)))[i]
    return out, [c is not None and two_stage(p, c)[i] for i, c in enumerate(out)]


def formula(p):
    """The same from adjusted p-values a of Benjamini and Hochberg: min over r of max(a_(r), a_i (m-r)/m) = q/(1+q)."""
    a = multipletests(p, method="fdr_bh")[1]
    m, ladder = len(p), np.concatenate([[0.0], np.sort(a)])
    level = np.array([min(max(ladder[r], ai * (m - r) / m) for r in range(m + 1)) for ai in a])
    return np.where(level <= 0.5, level / (1 - np.minimum(level, 0.5)), 1.0)


def in_floats(p):
    """The published program's arithmetic: q from 1 by repeated subtraction of 0.001 while q > 0, in doubles."""
    p = np.asarray(p)
    m, q, found = len(p), 1.0, np.ones(len(p))
    order = np.argsort(p, kind="stable")
    rank = np.empty(m)
    rank[order] = np.arange(1, m + 1)
    while q > 0:
        level = q / (1 + q)
        r = max(rank * (level * rank / m >= p))
        second = level * (m / (m - r)) if r < m else np.inf
        found[rank <= max(rank * (second * rank / m >= p))] = q
        q -= 0.001
    return found


def in_r(p, level):
    """Rejections of multtest's TSBH (its adjusted p-values against q/(1+q))."""
    script = (
        "suppressMessages(library(multtest)); p <- scan('stdin', quiet = TRUE)\n"
        f"a <- mt.rawp2adjp(p, 'TSBH', alpha = {level})\n"
        "x <- a$adjp[order(a$index), 2]; cat(format(x, digits = 17), as.character(packageVersion('multtest')))"
    )
    text = "\n".join(repr(float(v)) for v in p)
    done = subprocess.run(["Rscript", "-e", script], input=text, check=True, capture_output=True, text=True)
    *values, r_version = done.stdout.split()
    return np.array(values, float), r_version


cases, r_version = [], None
for name, group in data.groupby("vector", sort=False):
    texts = list(group["p"])
    p, doubles = [Fraction(t) for t in texts], [float(t) for t in texts]
    grid, (smallest, attained) = on_grid(p), exact(p)
    q = [float(s) for s in smallest]
    np.testing.assert_allclose(formula(doubles), q, rtol=1e-12, atol=1e-15)
    # rounding up to the grid, 0.001 at least
    assert grid == [max(1, min(1000, -((-1000 * s).numerator // (1000 * s).denominator))) for s in smallest]
    if name.startswith("bh-1995"):  # Benjamini, Krieger and Yekutieli: 4 by one stage, 8 by two at 0.05
        assert sum(step_up(p, Fraction(1, 20))) == 4 and sum(two_stage(p, Fraction(1, 20))) == 8
    floats = in_floats(doubles)
    off = [i for i in range(len(p)) if abs(floats[i] - grid[i] / 1000) > 1e-9]
    case = {
        "name": name,
        "p": doubles,
        "sharpened_q": q,
        "sharpened_q_grid": [k / 1000 for k in grid],
        "rejected_at_some_q_up_to_1": [bool(x) for x in attained],
        "grid_in_doubles_differs": {str(i): float(floats[i]) for i in off},
        "benjamini_hochberg": [float(x) for x in multipletests(doubles, method="fdr_bh")[1]],
        "holm": [float(x) for x in multipletests(doubles, method="holm")[1]],
        "fdr_tsbky": {},
        "two_stage_rejects": {},
    }
    for level in ("0.05", "0.1"):
        rejected = two_stage(p, Fraction(level))
        assert rejected == [s <= Fraction(level) and a for s, a in zip(smallest, attained)]
        theirs, adjusted, *_ = multipletests(doubles, alpha=float(level), method="fdr_tsbky")
        assert list(theirs) == rejected
        case["two_stage_rejects"][level] = rejected
        case["fdr_tsbky"][level] = [float(x) for x in adjusted]
        if len(p) > 1 and name in ("bh-1995", "below-p", "ties", "dense-20", "simulated-200"):
            tsbh, r_version = in_r(doubles, level)
            assert list(tsbh <= float(level) / (1 + float(level))) == rejected
    cases.append(case)
    print(f"\n{name}: off the grid in doubles {case['grid_in_doubles_differs']}")
    if len(p) <= 20:
        columns = {k: case[k] for k in ("p", "sharpened_q", "sharpened_q_grid", "benjamini_hochberg", "holm")}
        print(pd.DataFrame(columns | {f"tsbky {k}": v for k, v in case["fdr_tsbky"].items()}).to_string())
    print("below p:", sum(a < b for a, b in zip(q, doubles)))

out = {
    "source": "exact arithmetic with fractions; Benjamini-Hochberg, Holm and fdr_tsbky by statsmodels; rejections also "
    "by statsmodels and R's multtest",
    "packages": {k: version(k) for k in ("numpy", "pandas", "scipy", "statsmodels")} | {"multtest (R)": r_version},
    "data_source": "Benjamini and Hochberg (1995), section 3.2, and vectors written or simulated (seed 200) in make.py",
    "data": "data.csv",
    "definitions": {
        "two_stage": "level q: Benjamini-Hochberg step-up at q/(1+q) rejects r of m; if r is 0 or m stop, else step-up "
        "at q/(1+q) m/(m-r); a p equal to its bound is rejected",
        "sharpened_q": "the smallest q in [0, 1] at which two_stage rejects the hypothesis; 1 if none does. Rejections "
        "grow with q and the bounds are closed, so it is attained. q/(1+q) is min over r = 0..m of max(a_(r), a_i "
        "(m-r)/m), a the adjusted p of Benjamini-Hochberg, a_(0) = 0; above 1/2 the q-value is 1. p = 0 has q = 0",
        "sharpened_q_grid": "the smallest of 0.001, 0.002, ..., 1 at which two_stage rejects, 1 if none does: "
        "sharpened_q rounded up to the grid, at least 0.001",
        "grid_in_doubles_differs": "position -> value of the published loop in doubles (q from 1, minus 0.001 again "
        "and again while q > 0), where it is not sharpened_q_grid: rounding, where a bound is met exactly",
        "rejected_at_some_q_up_to_1": "false where sharpened_q is 1 only by convention",
        "benjamini_hochberg, holm": "statsmodels multipletests fdr_bh and holm",
        "fdr_tsbky": "statsmodels multipletests, by alpha: adjusted p for that alpha only, a_i (1 + alpha) (m-r)/m, at "
        "most 1, r of the first stage at that alpha (the factor (m-r)/m is left out if r is 0 or m); not q-values, but "
        "their rejections at alpha are those of two_stage at q = alpha",
        "two_stage_rejects": "by q; also the rejections of fdr_tsbky",
    },
    "cases": cases,
}
with open("multiple.json", "w", newline="\n") as f:
    json.dump(out, f, indent=1, allow_nan=False)
    f.write("\n")
