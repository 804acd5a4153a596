"""Shared by the make.py of the unit-root-* folders: adds the numbers of statsmodels and arch to those that make.R
wrote, and stops where two programs disagree about the same thing."""

import json
import math
import subprocess
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from arch.unitroot import ADF, DFGLS, KPSS, PhillipsPerron
from statsmodels.tsa.stattools import adfuller, kpss, zivot_andrews

warnings.simplefilter("ignore")
COUNTS = {
    "lags",
    "max_lags",
    "nobs",
    "break_position",
    "dates",
    "individual_lags",
    "df",
    "rank",
    "lags_levels",
    "season",
}
LETTERS = {"none": "n", "constant": "c", "trend": "ct", "both": "ct"}


def close(a, b, tolerance=1e-8, what=""):
    assert abs(a - b) <= tolerance * max(abs(a), abs(b), 1e-300), (what, a, b)


def levels(critical):
    return {str(float(k.rstrip("%")) / 100): float(v) for k, v in critical.items()}


def case(test, series, options, statistic, program, **other):
    entry = {
        "test": test, "series": series, "options": options, "statistic": float(statistic), "p_value": None,
        "lags": None, "critical": None, "extra": {}, "program": program, "rtol": 1e-8, "note": None,
    }  # fmt: skip
    entry.update(other)
    return entry


def key(entry):
    return json.dumps([entry["test"], entry["series"], entry["options"]], sort_keys=True)


def integers(value):
    """R's whole numbers as integers, where they are counts."""
    if isinstance(value, dict):
        return {k: as_count(v) if k in COUNTS else integers(v) for k, v in value.items()}
    return value


def as_count(value):
    if isinstance(value, list):
        return [as_count(v) for v in value]
    return int(value) if isinstance(value, (int, float)) and float(value).is_integer() else value


def merge(cases, new, tolerance=1e-8):
    """A case of the same name has to agree; the new one's p value, critical values and extras are added."""
    known = {key(entry): entry for entry in cases}
    for entry in new:
        old = known.get(key(entry))
        if old is None:
            cases.append(entry)
            known[key(entry)] = entry
            continue
        close(old["statistic"], entry["statistic"], tolerance, key(entry))
        assert old["lags"] == entry["lags"], key(entry)
        for shared in set(old["extra"]) & set(entry["extra"]):
            if isinstance(old["extra"][shared], float):
                close(old["extra"][shared], entry["extra"][shared], 1e-7, (shared, key(entry)))
            else:
                assert old["extra"][shared] == entry["extra"][shared], (shared, key(entry))
        for field in ("p_value", "critical"):
            old[field] = entry[field] if entry[field] is not None else old[field]
        old["extra"].update(entry["extra"])
        old["program"] += "; " + entry["program"]
        old["note"] = "; ".join(n for n in (old["note"], entry["note"]) if n) or None


def adf(y, series, lags=(0, 1, 4), max_lags=6):
    for terms in ("none", "constant", "trend"):
        letters = LETTERS[terms]
        for k in lags:
            r = adfuller(y, maxlag=k, regression=letters, autolag=None, result_object=False)
            other = ADF(y, lags=k, trend=letters)
            close(other.stat, r[0])
            close(other.pvalue, r[1])
            extra = {"nobs": int(r[3])}
            yield case("adf", series, {"terms": terms, "lags": k}, r[0], "statsmodels adfuller", p_value=float(r[1]),
                       lags=k, critical=levels(r[4]), extra=extra,
                       note="p value: MacKinnon 1994, asymptotic; critical values: MacKinnon 2010 at nobs")  # fmt: skip
        for rule in ("AIC", "BIC", "t-stat"):
            r = adfuller(y, maxlag=max_lags, regression=letters, autolag=rule, result_object=False)
            other = ADF(y, max_lags=max_lags, trend=letters, method=rule.lower())
            agree = other.lags == r[2]
            if agree:
                close(other.stat, r[0])
            extra = {"nobs": int(r[3]), "arch_lags": int(other.lags), "arch_statistic": float(other.stat)}
            if rule != "t-stat":
                extra["criterion"] = float(r[5])
            yield case("adf", series, {"terms": terms, "rule": rule, "max_lags": max_lags}, r[0],
                       "statsmodels adfuller", p_value=float(r[1]), lags=int(r[2]), critical=levels(r[4]), extra=extra,
                       note="lags 0..max_lags compared on the rows of max_lags, then all rows that the chosen lags "
                       "leave; t-stat: the most lags whose last has |t| >= 1.6448536"
                       + ("" if agree else "; arch chooses other lags, its t having the variance rss/n"))  # fmt: skip


def kpss_cases(y, series, lags=(0, 4, 8)):
    for terms in ("constant", "trend"):
        for k in (*lags, "auto"):
            r = kpss(y, regression=LETTERS[terms], nlags=k, result_object=False)
            other = KPSS(y, lags=r[2], trend=LETTERS[terms])
            close(other.stat, r[0])
            options = {"terms": terms, "lags": k} if k != "auto" else {"terms": terms, "rule": "Hobijn"}
            extra = {"p_value_arch": float(other.pvalue), "critical_arch": levels(other.critical_values)}
            yield case("kpss", series, options, r[0], "statsmodels kpss; arch KPSS", p_value=float(r[1]),
                       lags=int(r[2]), critical=levels(r[3]), extra=extra,
                       note="p value: the four critical values interpolated, never outside [0.01, 0.1]; "
                       "p_value_arch: arch's own simulations")  # fmt: skip


def dfgls(y, series, lags=(0, 1, 4), max_lags=6):
    for terms in ("constant", "trend"):
        for k in lags:
            r = DFGLS(y, lags=k, trend=LETTERS[terms])
            yield case("df-gls", series, {"terms": terms, "lags": k}, r.stat, "arch DFGLS", p_value=float(r.pvalue),
                       lags=k, critical=levels(r.critical_values), extra={"nobs": int(r.nobs)},
                       note="p and critical values: arch's simulations, critical values at nobs")  # fmt: skip
        for rule in ("AIC", "BIC", "t-stat"):
            r = DFGLS(y, trend=LETTERS[terms], max_lags=max_lags, method=rule.lower())
            if rule != "t-stat":
                t = np.arange(1.0, len(y) + 1)
                Z = np.c_[np.ones(len(y)), t][:, : 1 + (terms == "trend")]
                left = y - Z @ np.linalg.lstsq(Z, y, rcond=None)[0]
                assert adfuller(left, max_lags, "n", rule, result_object=False)[2] == r.lags
            yield case("df-gls", series, {"terms": terms, "rule": rule, "max_lags": max_lags}, r.stat, "arch DFGLS",
                       p_value=float(r.pvalue), lags=int(r.lags), critical=levels(r.critical_values),
                       extra={"nobs": int(r.nobs)},
                       note="arch chooses the lags with the series detrended by OLS (Perron and Qu), "
                       "no terms, rows of max_lags; its t has the variance rss/n")  # fmt: skip


def phillips_perron(y, series, lags=(1, 4)):
    n = len(y) - 1
    rule = [int(m * (n / 100) ** 0.25) for m in (4, 12)]
    for terms in ("none", "constant", "trend"):
        for k in dict.fromkeys((0, *lags, *rule)):
            for kind in ("tau", "rho"):
                r = PhillipsPerron(y, lags=k, trend=LETTERS[terms], test_type=kind)
                close(r.stat, pp_by_hand(y, terms, k, kind), 1e-7, (series, terms, k, kind))
                yield case("phillips-perron-" + kind, series, {"terms": terms, "lags": k}, r.stat,
                           "arch PhillipsPerron", p_value=float(r.pvalue), lags=k,
                           critical=levels(r.critical_values), extra={"nobs": int(r.nobs)})  # fmt: skip


def pp_by_hand(y, terms, lags, kind, variant=None):
    """Without a variant as arch (and Hamilton): n se/s, so the sum of squares of y_{t-1} within terms. "determinant" is
    tseries, Phillips and Perron's printed n^6/(24 det X'X) with a trend: that sum times 1 - 1/n^2. "urca" has the
    determinant and takes y_t for y_{t-1}."""
    y1, y0, n = y[1:], y[:-1], len(y) - 1
    trend = np.arange(1.0, n + 1)
    Z = {"none": np.empty((n, 0)), "constant": np.ones((n, 1)), "trend": np.c_[np.ones(n), trend]}[terms]

    def within(v):
        return v - Z @ np.linalg.lstsq(Z, v, rcond=None)[0] if Z.shape[1] else v

    x = within(y0)
    rho = x @ y1 / (x @ x)
    e = within(y1) - rho * x
    gamma = e @ e / n
    se = math.sqrt(e @ e / (n - 1 - Z.shape[1]) / (x @ x))
    long_run = gamma + 2 / n * sum((1 - j / (lags + 1)) * (e[j:] @ e[:-j]) for j in range(1, lags + 1))
    m = within(y1 if variant == "urca" else y0)
    m = m @ m / n**2
    if variant and terms == "trend":
        m *= 1 - 1 / n**2
    if kind == "rho":
        return n * (rho - 1) - 0.5 * (long_run - gamma) / m
    return math.sqrt(gamma / long_run) * (rho - 1) / se - 0.5 * (long_run - gamma) / math.sqrt(long_run * m)


def check_pp_variants(cases, data):
    for entry in cases:
        if entry["test"].startswith("phillips-perron") and "variant" in entry["options"]:
            y, o = column(data, entry["series"]), entry["options"]
            kind = entry["test"].rsplit("-", 1)[1]
            close(entry["statistic"], pp_by_hand(y, o["terms"], o["lags"], kind, o["variant"]), 1e-7, key(entry))


def za(y, series, lags=(1, 4), trim=0.15):
    for breaks, letters in {"constant": "c", "trend": "t", "both": "ct"}.items():
        for k in lags:
            r = zivot_andrews(y, trim=trim, maxlag=k, regression=letters, autolag=None)
            extra = {"break_position": int(r[4]) + (breaks != "trend"), "bpidx_statsmodels": int(r[4]),
                     "critical_statsmodels": levels(r[2]), "p_value_statsmodels": float(r[1])}  # fmt: skip
            yield case("zivot-andrews", series, {"breaks": breaks, "lags": k, "trim": trim}, r[0],
                       "statsmodels zivot_andrews", lags=k, extra=extra)  # fmt: skip


def column(data, series):
    return data[series].dropna().to_numpy(float)


def read_data(file="data.csv"):
    return pd.read_csv(file, float_precision="round_trip")


def write(out, source=(), file="unit_root.json"):
    out["source"] = "; ".join([out["source"], *source])
    keys = [key(entry) for entry in out["cases"]]
    assert len(set(keys)) == len(keys), "two cases of the same name"
    text = json.dumps(out, indent=1, allow_nan=False)
    Path(file).write_text(text + "\n", encoding="utf-8", newline="\n")


def tidy(cases):
    out = [integers(entry) for entry in cases]
    for entry in out:
        entry["extra"] = entry["extra"] or {}
    return out


def read_cases():
    """What make.R wrote."""
    out = json.loads(Path("unit_root.json").read_text(encoding="utf-8"))
    out["cases"] = tidy(out["cases"])
    return out


def versions(*packages):
    return ", ".join(f"{p} {version(p)}" for p in packages)


def make(before_r=None, za_lags=(1, 4)):
    """Runs make.R, which writes data.csv and the numbers of R's programs, and adds Python's."""
    if before_r is not None:
        before_r()
    subprocess.run(["Rscript", "make.R"], check=True)
    out = read_cases()
    data, cases = read_data(), out["cases"]
    check_pp_variants(cases, data)
    for series in dict.fromkeys(entry["series"] for entry in cases):
        y = column(data, series)
        for add in (adf, kpss_cases, dfgls, phillips_perron, za):
            new = za(y, series, za_lags) if add is za else add(y, series)
            merge(cases, list(new), 1e-7 if add is za else 1e-8)
    versioned(cases)
    for entry in cases:  # what the programs agree to, at least
        if entry["test"].startswith(("zivot", "phillips")):
            entry["rtol"] = 1e-7
    write(out, [versions("statsmodels", "arch", "numpy", "scipy")])


def versioned(cases):
    for entry in cases:
        for package in ("statsmodels", "arch"):
            parts = entry["program"].split("; ")
            entry["program"] = "; ".join(
                f"{p} {version(package)}" if p.startswith(package + " ") and p.count(" ") == 1 else p for p in parts
            )
