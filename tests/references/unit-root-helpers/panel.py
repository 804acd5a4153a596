"""Shared by the make.py of the panel-unit-root-* folders: computes plm's numbers again by loops, adds IPS and Fisher
tests with statsmodels' p values, CADF regressions without lags, and stops where they disagree."""

import math
import subprocess
import warnings

import numpy as np
import univariate
from scipy import stats
from statsmodels.tsa.stattools import adfuller
from univariate import LETTERS, case, close, key

warnings.simplefilter("ignore")
BOUNDS = {"none": (-6.12, 4.16), "constant": (-6.19, 2.61), "trend": (-6.42, 1.70)}


def ols_t(y, X):
    b = np.linalg.lstsq(X, y, rcond=None)[0]
    e = y - X @ b
    return b / np.sqrt(e @ e / (len(y) - X.shape[1]) * np.diag(np.linalg.inv(X.T @ X)))


def deterministic(terms, rows):
    return {"none": [], "constant": [1.0], "trend": [1.0, rows]}[terms]


def cadf(data, terms, lags):
    """Pesaran (2007): dy_it on y_i,t-1, dy_i,t-j, ybar_t-1, dybar_t, dybar_t-j and terms; means over all units."""
    mean = data.mean(axis=1)
    out = []
    for i in range(data.shape[1]):
        y = data[:, i]
        dy, dm = np.diff(y), np.diff(mean)
        X = [
            [
                y[t], mean[t], dm[t], *deterministic(terms, float(t)),
                *(dy[t - j] for j in range(1, lags + 1)), *(dm[t - j] for j in range(1, lags + 1)),
            ]
            for t in range(lags, len(y) - 1)
        ]  # fmt: skip
        out.append(ols_t(dy[lags:], np.array(X))[0])
    return out


def cips(data, terms, lags, truncated):
    low, high = BOUNDS[terms]
    t = cadf(data, terms, lags)
    return t, float(np.mean([min(max(v, low), high) for v in t] if truncated else t))


def cips_cases(data, series, lags):
    for terms in BOUNDS:
        for k in lags:
            for truncated in (False, True):
                t, statistic = cips(data, terms, k, truncated)
                yield case("cips", series, {"terms": terms, "lags": k, "truncated": truncated}, statistic, "panel.py",
                           lags=k, extra={"individual": [float(v) for v in t]})  # fmt: skip


def fisher(p):
    N = len(p)
    P = -2 * np.sum(np.log(p))
    k = 3 * (5 * N + 4) / (math.pi**2 * N * (5 * N + 2))
    Z = np.sum(stats.norm.ppf(p)) / math.sqrt(N)
    L = math.sqrt(k) * np.sum(np.log(p / (1 - p)))
    Pm = (P - 2 * N) / (2 * math.sqrt(N))
    return {
        "madwu": (P, stats.chi2.sf(P, 2 * N)), "pm": (Pm, stats.norm.sf(Pm)), "invnormal": (Z, stats.norm.cdf(Z)),
        "logit": (L, stats.t.cdf(L, 5 * N + 4)),
    }  # fmt: skip


def fisher_statsmodels(data, series, lags, rules=()):
    for terms in ("none", "constant", "trend"):
        for spec in (*lags, *rules):
            if isinstance(spec, tuple):
                options = {"terms": terms, "rule": spec[0], "max_lags": spec[1], "p_values": "MacKinnon 1994"}
                run = {"maxlag": spec[1], "autolag": spec[0]}
            else:
                options = {"terms": terms, "lags": spec, "p_values": "MacKinnon 1994"}
                run = {"maxlag": spec, "autolag": None}
            found = [adfuller(y, regression=LETTERS[terms], result_object=False, **run) for y in data.T]
            p = np.array([f[1] for f in found])
            extra = {
                "individual": [float(f[0]) for f in found], "individual_p_values": p.tolist(),
                "individual_lags": [int(f[2]) for f in found],
            }  # fmt: skip
            for name, (statistic, p_value) in fisher(p).items():
                if np.isfinite(statistic):
                    yield case("fisher-" + name, series, options, statistic, "panel.py with statsmodels adfuller " + univariate.version("statsmodels"),
                               p_value=float(p_value), lags=None, extra=extra,
                               note="individual p values: statsmodels (MacKinnon 1994, asymptotic)")  # fmt: skip


def check(cases, data):
    for e in cases:
        o, x, n = e["options"], e["extra"], data.shape[1]
        variant = "variant" in o
        if e["test"].startswith(("ips", "fisher")) and "individual" in x:
            letters = LETTERS[o["terms"]]
            each = x.get("individual_lags") or [o["lags"]] * n
            for y, t, k in zip(data.T, x["individual"], each, strict=True):
                rows, columns = len(data) - k - 1, 1 + k + {"constant": 1, "trend": 2}[o["terms"]]
                scale = math.sqrt(rows / (rows - columns)) if variant else 1.0
                close(adfuller(y, maxlag=k, autolag=None, regression=letters, result_object=False)[0] * scale, t, 1e-7)
        if e["test"].startswith("fisher") and "individual_p_values" in x:
            statistic, p = fisher(np.array(x["individual_p_values"]))[e["test"][7:]]
            close(statistic, e["statistic"], 1e-8, key(e))
            close(p, e["p_value"], 1e-6, key(e))
        if e["test"] in ("ips-wtbar", "ips-ztbar"):
            W = math.sqrt(n) * (x["tbar"] - x["moments_mean"]) / math.sqrt(x["moments_variance"])
            close(W, e["statistic"], 1e-8, key(e))
        if e["test"] == "hadri":
            T = len(data)
            X = np.c_[np.ones(T), np.arange(T)][:, : 1 + (o["terms"] == "trend")]
            E = data - X @ np.linalg.lstsq(X, data, rcond=None)[0]
            s2 = (E**2).sum(axis=0) / (T - (X.shape[1] if variant else 0))
            top = (np.cumsum(E, axis=0) ** 2).sum(axis=0) / T**2
            LM = np.mean(top / s2) if o["heteroskedastic"] else np.mean(top) / np.mean(s2)
            mean, var = {"constant": (1 / 6, 1 / 45), "trend": (1 / 15, 11 / 6300)}[o["terms"]]
            close(math.sqrt(n) * (LM - mean) / math.sqrt(var), e["statistic"], 1e-7, key(e))


def merge_cips(cases, new):
    known = {key(e): e for e in cases}
    for e in new:
        old = known.get(key(e))
        if old is None:
            cases.append(e)
            continue
        for a, b in zip(old["extra"]["individual"], e["extra"]["individual"], strict=True):
            close(a, b, 1e-6, key(e))
        close(old["statistic"], e["statistic"], 1e-6, key(e))
        old["program"] += "; panel.py"


def merge_fisher(cases, new):
    """plm's MacKinnon 1994 are statsmodels' polynomials, without its bounds where p is 0 or 1."""
    known = {key(e): e for e in cases}
    for e in new:
        old = known.get(key(e))
        if old is None:
            cases.append(e)
            continue
        close(old["statistic"], e["statistic"], 1e-7, key(e))
        close(old["p_value"], e["p_value"], 1e-6, key(e))
        old["program"] += "; " + e["program"]
        old["extra"].update(e["extra"])


def make(cips_lags, lags, rules=()):
    subprocess.run(["Rscript", "make.R"], check=True)
    out = univariate.read_cases()
    data, cases = univariate.read_data(), out["cases"]
    series = cases[0]["series"]
    y = data[series].to_numpy(float)
    check(cases, y)
    merge_cips(cases, list(cips_cases(y, series, cips_lags)))
    merge_fisher(cases, fisher_statsmodels(y, series, lags, rules))
    for e in cases:
        e["rtol"] = 1e-7
    univariate.write(out, [univariate.versions("statsmodels", "numpy", "scipy")])
