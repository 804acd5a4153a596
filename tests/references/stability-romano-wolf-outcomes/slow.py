"""Stepdown p-values of Romano and Wolf and of Westfall and Young: every vector of signs, every regression refitted.

For each vector v of signs (one sign per cluster, shared by all regressions) the outcome of hypothesis k is made
anew, y* = X b + v u, and its regression estimated again. (b, u) are those of the own regression without the tested
term and t* = b*/se* (null imposed), or those of the full regression and t* = (b* - b)/se* (unrestricted).
"""

import json
import os
import subprocess
import tempfile
import warnings
from importlib.metadata import version
from itertools import product

import numpy as np
import pandas as pd
import pyfixest as pf
import statsmodels.formula.api as smf
from pyfixest.estimation.post_estimation import multcomp
from scipy.stats import t as student

TIE = 1e-8
PACKAGES = ["numpy", "pandas", "scipy", "statsmodels", "pyfixest"]
DEFINITIONS = {
    "rows": "each regression uses the rows on which its own variables are complete; n_k, K_k, G_k are its own counts",
    "statistic": "t_k = b_k / se_k, OLS, CR1: G_k/(G_k-1) (n_k-1)/(n_k-K_k) times the clustered sandwich",
    "draws": "all 2^G vectors of signs of the G clusters of the data, the vector of ones included; the sign of a "
    "cluster is the same in all regressions; y* = X b + v u, refitted, t* with the same CR1 errors",
    "null_imposed": "b and u of the own regression without the tested term; t* = b*/se*",
    "unrestricted": "b and u of the full own regression; t* = (b* - b)/se*; the vector of ones gives t* = 0",
    "unadjusted": "count_k = #(|t*_k| >= |t_k|), p_value = count / draws",
    "romano_wolf": "|t| sorted from the largest; count_j = #(max of |t*| over the hypotheses at places j and later "
    ">= |t_j|); p_value = running maximum of count_j / draws, back in the order of the hypotheses",
    "westfall_young": "p_k and p*_k two-sided of Student's t with G_k - 1 degrees of freedom, from |t_k| and |t*_k|; "
    "p sorted from the smallest; count_j = #(min of p* over the hypotheses at places j and later <= p_j); p_value = "
    "running maximum of count_j / draws",
    "count": "integers, those of romano_wolf and westfall_young after the running maximum",
    "ties": ">= is >= |t| (1 - 1e-8), <= is <= p (1 + 1e-8)",
    "random_draws": "with B random draws instead of all, the convention is (1 + count) / (B + 1)",
}


class Regression:
    """One regression and one of its terms, arrays on its own rows; `cluster` has codes of all the data's clusters."""

    def __init__(self, data, outcome, columns, term, cluster):
        used = data[[outcome, *{c for name in columns for c in name.split(":")}]].notna().all(axis=1)
        rows = data[used]
        self.outcome, self.columns, self.term, self.rows = outcome, columns, term, rows
        self.y = rows[outcome].to_numpy(float)
        parts = [np.prod([rows[c].to_numpy(float) for c in name.split(":")], axis=0) for name in columns]
        self.X = np.column_stack([np.ones(len(rows)), *parts])
        self.k = 1 + columns.index(term)
        labels = sorted(data[cluster].unique())
        self.code = np.array([labels.index(c) for c in rows[cluster]])
        self.formula = f"{outcome} ~ {' + '.join(columns)}"
        self.G = len(set(self.code))

    def estimate(self, y):
        """Coefficient and CR1 error of the term."""
        n, K = self.X.shape
        b = np.linalg.lstsq(self.X, y, rcond=None)[0]
        u = y - self.X @ b
        bread = np.linalg.inv(self.X.T @ self.X)
        meat = np.zeros((K, K))
        for g in set(self.code):
            score = self.X[self.code == g].T @ u[self.code == g]
            meat += np.outer(score, score)
        V = self.G / (self.G - 1) * (n - 1) / (n - K) * bread @ meat @ bread
        return b[self.k], np.sqrt(V[self.k, self.k])

    def star(self, v, impose):
        X = np.delete(self.X, self.k, axis=1) if impose else self.X
        fitted = X @ np.linalg.lstsq(X, self.y, rcond=None)[0]
        b, se = self.estimate(fitted + v[self.code] * (self.y - fitted))
        assert se > 1e-6 * self.estimate(self.y)[1], "a draw without variance"
        return (b if impose else b - self.estimate(self.y)[0]) / se


def clear(a, b):
    """No comparison near a tie without being one."""
    gap = np.abs(np.asarray(a) / b - 1)
    assert not np.any((gap > TIE / 100) & (gap < 100 * TIE)), "too near to a tie"


def stepdown(extreme, observed, larger):
    """Counts after the running maximum; extreme is (draws, m)."""
    order = sorted(range(len(observed)), key=lambda k: -observed[k] if larger else observed[k])
    counts, before = [0] * len(observed), 0
    for place, k in enumerate(order):
        count = 0
        for draw in extreme:
            later = [draw[h] for h in order[place:]]
            value = max(later) if larger else min(later)
            clear(value, observed[k])
            count += value >= observed[k] * (1 - TIE) if larger else value <= observed[k] * (1 + TIE)
        before = max(before, int(count))
        counts[k] = before
    return counts


def in_r(stars, observed):
    """multtest's sd.maxT, ties counted by lowering the statistics a little."""
    with tempfile.TemporaryDirectory() as folder:
        names = [os.path.join(folder, n) for n in ("stars.csv", "observed.csv", "out.csv")]
        np.savetxt(names[0], stars, delimiter=",", fmt="%.17g")
        np.savetxt(names[1], observed * (1 - TIE), fmt="%.17g")
        script = (
            "suppressMessages(library(multtest)); a <- commandArgs(TRUE); o <- scan(a[2], quiet = TRUE)\n"
            "null <- t(as.matrix(read.csv(a[1], header = FALSE)))\n"
            "r <- sd.maxT(null, rbind(o, 1, 1), 'greater', FALSE, FALSE, TRUE)$adjp\n"
            "write(format(r, digits = 17), a[3], ncolumns = 1)\n"
            "cat(as.character(packageVersion('multtest')))"
        )
        done = subprocess.run(["Rscript", "-e", script, *names], check=True, capture_output=True, text=True)
        return np.loadtxt(names[2]), done.stdout.strip()


def adjusted(regressions, stars):
    """Entries of one variant, and checks of the stepdown by other programs."""
    t = np.array([b / se for b, se in (r.estimate(r.y) for r in regressions)])
    df = np.array([r.G - 1 for r in regressions])
    B, m = stars.shape
    size, p, p_star = np.abs(stars), 2 * student.sf(np.abs(t), df), 2 * student.sf(np.abs(stars), df)
    single = []
    for k in range(m):
        clear(size[:, k], abs(t[k]))
        single.append(sum(int(s >= abs(t[k]) * (1 - TIE)) for s in size[:, k]))
    rw, wy = stepdown(size, np.abs(t), True), stepdown(p_star, p, False)
    if len(set(df)) == 1:
        assert rw == wy
    # pyfixest's stepdown of the same draws: (1 + count) / (B + 1) and count / B
    np.testing.assert_allclose(multcomp._get_rwolf_pval(np.abs(t) * (1 - TIE), stars), (1 + np.array(rw)) / (B + 1))
    np.testing.assert_allclose(multcomp._get_wyoung_pval(p * (1 + TIE), p_star), np.array(wy) / B)
    r_version = None
    if m > 1:
        check, r_version = in_r(size, np.abs(t))
        np.testing.assert_allclose(check, np.array(rw) / B)
        check, _ = in_r(-np.log(p_star), -np.log(p))
        np.testing.assert_allclose(check, np.array(wy) / B)
    entry = {
        name: {"count": list(map(int, c)), "p_value": [int(x) / B for x in c]}
        for name, c in (("unadjusted", single), ("romano_wolf", rw), ("westfall_young", wy))
    }
    return entry, r_version


def pyfixest_enumerated(regressions, cluster):
    """pyfixest's rwolf and wyoung with all vectors of signs (null imposed), and rwolf with random ones."""
    models = [pf.feols(r.formula, data=r.rows.assign(**{cluster: r.code}), vcov={"CRV1": cluster}) for r in regressions]
    (term,) = {r.term for r in regressions}
    out = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, function, row in (("rwolf", pf.rwolf, "RW Pr(>|t|)"), ("wyoung", pf.wyoung, "WY Pr(>|t|)")):
            for draws, reps in (("all", 99999), ("random", 2 ** min(r.G for r in regressions) - 2)):
                table = function(models, term, reps=reps, seed=11)
                out[f"{name}_{draws}"] = [float(x) for x in table.loc[row]]
    return out


def family(name, hypotheses, data, cluster, others=None):
    """hypotheses: (outcome, columns, term) each; returns a case and the versions of R's multtest used."""
    regressions = [Regression(data, *h, cluster) for h in hypotheses]
    entries = []
    for r in regressions:
        b, se = r.estimate(r.y)
        check = smf.ols(r.formula, r.rows).fit(cov_type="cluster", cov_kwds={"groups": r.code}, use_t=True)
        np.testing.assert_allclose([b, se], [check.params[r.term], check.bse[r.term]], rtol=1e-9)
        counts = {"nobs": len(r.y), "clusters": r.G, "parameters": r.X.shape[1], "df": r.G - 1}
        p = float(2 * student.sf(abs(b / se), r.G - 1))
        numbers = {"estimate": float(b), "se": float(se), "statistic": float(b / se), "p_value_t": p}
        entries.append({"outcome": r.outcome, "formula": r.formula, "term": r.term, **numbers, **counts})
    G = data[cluster].nunique()
    signs = [np.array(v) for v in product([1.0, -1.0], repeat=G)]
    variants = {}
    for variant, impose in (("null_imposed", True), ("unrestricted", False)):
        stars = np.empty((len(signs), len(regressions)))
        for i, v in enumerate(signs):
            for k, r in enumerate(regressions):
                stars[i, k] = r.star(v, impose)
        variants[variant], r_version = adjusted(regressions, stars)
    case = {"name": name, "clusters": G, "draws": 2**G, "hypotheses": entries, **variants}
    if others:
        case["pyfixest"] = others(regressions, cluster)
    return case, r_version


def write(cases, cluster, data_source, notes):
    r_version = next(v for _, v in cases if v)
    packages = {p: version(p) for p in PACKAGES} | {"multtest (R)": r_version}
    out = {
        "source": "loops that refit every regression; stepdown also by pyfixest and R's multtest, t by statsmodels",
        "packages": packages,
        "data_source": data_source,
        "data": "data.csv",
        "cluster": cluster,
        "definitions": DEFINITIONS,
        "notes": notes,
        "cases": [c for c, _ in cases],
    }
    with open("multiple.json", "w", newline="\n") as f:
        json.dump(out, f, indent=1, allow_nan=False)
        f.write("\n")
    for c, _ in cases:
        print("\n" + c["name"])
        table = pd.DataFrame(c["hypotheses"])[["outcome", "term", "statistic", "nobs", "clusters", "p_value_t"]]
        for v in ("null_imposed", "unrestricted"):
            for kind in ("unadjusted", "romano_wolf", "westfall_young"):
                table[f"{v[:1]}_{kind[:2]}"] = c[v][kind]["p_value"]
        for key, values in c.get("pyfixest", {}).items():
            if isinstance(values, list):
                table[key] = values
        print(table.round(5).to_string())
