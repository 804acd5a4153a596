"""Shared by the make.py of the cointegration-* folders: Johansen's statistics from the definition, for five choices of
terms, against urca's and statsmodels'."""

import math
import subprocess

import numpy as np
import scipy.linalg
import univariate
from statsmodels.tsa.vector_ar.vecm import coint_johansen
from univariate import case, close, key

TERMS = ("none", "restricted constant", "unrestricted constant", "restricted trend", "unrestricted trend")
STATSMODELS = {"none": -1, "unrestricted constant": 0}


def eigen(x, terms, lags_levels, season=None):
    """Reduced rank regression of dx_t on (x_{t-1}, restricted terms) given lags of dx and the other terms."""
    T, n = x.shape
    p = lags_levels - 1
    d = np.diff(x, axis=0)
    rows = np.arange(p, T - 1)  # d[i] is x[i+1] - x[i]
    Z0, Z1 = d[rows], x[rows]
    Z2 = [d[rows - j] for j in range(1, p + 1)]
    one, trend = np.ones((len(rows), 1)), rows[:, None] + 1.0
    if terms == "restricted constant":
        Z1 = np.hstack([Z1, one])
    if terms == "restricted trend":
        Z1 = np.hstack([Z1, trend])
    if terms in ("unrestricted constant", "restricted trend", "unrestricted trend"):
        Z2.append(one)
    if terms == "unrestricted trend":
        Z2.append(trend)
    if season:
        dummies = (np.eye(season) - 1 / season)[np.arange(T) % season][:, : season - 1]
        Z2.append(dummies[rows + 1])
    if Z2:
        Z2 = np.hstack(Z2)

        def out(Z):
            return Z - Z2 @ np.linalg.lstsq(Z2, Z, rcond=None)[0]

        R0, R1 = out(Z0), out(Z1)
    else:
        R0, R1 = Z0, Z1
    N = len(rows)
    S00, S01, S11 = R0.T @ R0 / N, R0.T @ R1 / N, R1.T @ R1 / N
    # scaled, for scipy
    s = np.sqrt(np.diag(S11))
    values, vectors = scipy.linalg.eigh(S01.T @ np.linalg.solve(S00, S01) / np.outer(s, s), S11 / np.outer(s, s))
    first = vectors[:, -1] / s
    first /= first[0]
    loading = S01 @ first / (first @ S11 @ first)
    return np.sort(values)[::-1][:n], N, first, loading


def statistics(values, N):
    trace = [-N * sum(math.log(1 - v) for v in values[r:]) for r in range(len(values))]
    largest = [-N * math.log(1 - v) for v in values]
    return {"johansen-trace": trace, "johansen-max": largest}


LEVELS = ("0.1", "0.05", "0.01")
TESTS = (("johansen-trace", "lr1", "cvt"), ("johansen-max", "lr2", "cvm"))


def definition(x, series, K):
    """Every choice of terms, with statsmodels' numbers where it has the same."""
    for terms in TERMS:
        for k in K:
            values, N, _, _ = eigen(x, terms, k)
            found = statistics(values, N)
            theirs = coint_johansen(x, STATSMODELS[terms], k - 1) if terms in STATSMODELS else None
            for rank in range(len(values)):
                for test, column, cv in TESTS:
                    critical, program = None, "johansen.py"
                    if theirs is not None:
                        close(found[test][rank], getattr(theirs, column)[rank], 1e-7, (test, terms, k, rank))
                        critical = dict(zip(LEVELS, map(float, getattr(theirs, cv)[rank]), strict=True))
                        program += "; statsmodels coint_johansen " + univariate.version("statsmodels")
                    options = {"terms": terms, "lags_levels": k, "rank": rank}
                    extra = {"eigenvalues": values.tolist(), "nobs": N}
                    yield case(test, series, options, found[test][rank], program, lags=k - 1, critical=critical,
                               extra=extra)  # fmt: skip


def detrended(x, series, K):
    """statsmodels' det_order = 1."""
    X = np.c_[np.ones(len(x)), np.arange(len(x))]
    for k in K:
        theirs = coint_johansen(x, 1, k - 1)
        values, N, _, _ = eigen(x - X @ np.linalg.lstsq(X, x, rcond=None)[0], "unrestricted constant", k)
        for rank in range(len(values)):
            for test, column, cv in TESTS:
                close(statistics(values, N)[test][rank], getattr(theirs, column)[rank], 1e-7, (test, "det 1", k, rank))
                options = {"terms": "detrended levels", "lags_levels": k, "rank": rank, "variant": "statsmodels"}
                yield case(
                    test, series, options, getattr(theirs, column)[rank],
                    "statsmodels coint_johansen " + univariate.version("statsmodels"), lags=k - 1,
                    critical=dict(zip(LEVELS, map(float, getattr(theirs, cv)[rank]), strict=True)),
                    extra={"eigenvalues": values.tolist(), "nobs": N},
                    note="det_order = 1: a line is taken out of each level first, then the unrestricted constant; "
                    "neither the restricted nor the unrestricted trend")  # fmt: skip


def make(K=(2, 3)):
    subprocess.run(["Rscript", "make.R"], check=True)
    out = univariate.read_cases()
    cases = out["cases"]
    series = cases[0]["series"]
    x = univariate.read_data()[series].to_numpy(float)
    for e in cases:
        o = e["options"]
        values, N, first, loading = eigen(x, o["terms"], o["lags_levels"], o.get("season", 0))
        if "first_vector" in e["extra"]:
            np.testing.assert_allclose(e["extra"]["first_vector"], first, rtol=1e-7)
            np.testing.assert_allclose(e["extra"]["first_loading"], loading, rtol=1e-7)
        assert e["extra"]["nobs"] == N
        close(statistics(values, N)[e["test"]][o["rank"]], e["statistic"], 1e-7, key(e))
    known = {key(e): e for e in cases}
    for e in [*definition(x, series, K), *detrended(x, series, K)]:
        old = known.get(key(e))
        if old is None:
            cases.append(e)
            continue
        close(old["statistic"], e["statistic"], 1e-7, key(e))
        old["critical"] = e["critical"]
        old["program"] += "; " + e["program"]
    for e in cases:
        e["rtol"] = 1e-7
    univariate.write(out, [univariate.versions("statsmodels", "numpy", "scipy")])
