"""Shared by the make.py scripts of the breaks-* folders: plain loops from the definitions. They check breaks.json as
make.R left it (stop if they disagree) and add the cases that strucchange has not: the tests of Bai and Perron."""

import itertools
import json
import re
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import integrate, optimize, stats
from statsmodels.stats.diagnostic import breaks_cusumolsresid, recursive_olsresiduals

# Bai and Perron tabulate up to so many breaks for each trimming; UDmax takes at most five.
MOST = {0.05: 5, 0.10: 5, 0.15: 5, 0.20: 3, 0.25: 2}


def write(values, file="breaks.json"):
    text = json.dumps(values, indent=1, ensure_ascii=False, allow_nan=False)
    plain = r"\[\s*((?:[-+0-9.eE]+|null)(?:,\s*(?:[-+0-9.eE]+|null))*)\s*\]"
    text = re.sub(plain, lambda m: "[" + re.sub(r"\s+", " ", m.group(1)) + "]", text)
    Path(file).write_text(text + "\n", encoding="utf-8", newline="\n")


def close(a, b, tol=1e-8, what=""):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    worst = np.max(np.abs(a - b) / np.maximum(np.abs(b), 1e-300), initial=0)
    if not worst < tol:
        raise SystemExit(f"{Path.cwd().name}: two programs disagree by {worst} in relative terms: {what}")


def close_p(a, b, what="", tol=1e-9):
    """R computes them as 1 - p, so only the absolute difference says something."""
    if not np.max(np.abs(np.asarray(a) - np.asarray(b))) < tol:
        raise SystemExit(f"{Path.cwd().name}: p-values disagree: {a} {b} {what}")


def design(formula, data):
    left, right = (side.strip() for side in formula.split("~"))
    columns = [c.strip() for c in right.split("+")]
    X = np.column_stack([np.ones(len(data)) if c == "1" else data[c].to_numpy(float) for c in columns])
    if "1" not in columns:
        X = np.column_stack([np.ones(len(data)), X])
    return data[left].to_numpy(float), X


# ---- partitions ------------------------------------------------------------------------------------------------------


def ssr(y, X):
    r = y - X @ np.linalg.lstsq(X, y, rcond=None)[0]
    return float(r @ r)


def ssr_table(y, X, h):
    """S[i, j]: of the observations i, ..., j - 1 (from 0); infinite for fewer than h."""
    n = len(y)
    S = np.full((n + 1, n + 1), np.inf)
    for i in range(n):
        for j in range(i + h, n + 1):
            if i == 0 or i >= h:
                S[i, j] = ssr(y[i:j], X[i:j])
    return S


def try_all(S, n, h, m, limit=200_000):
    """The best of all partitions, one after the other; None if they are too many."""
    if m == 0:
        return [], S[0, n]
    best, where, count = np.inf, None, 0
    for first in itertools.combinations(range(h, n - 2 * h + 1), m - 1) if m > 1 else [()]:
        count += 1
        if count > limit:
            return None
        cuts = (0, *first)
        if any(b - a < h for a, b in itertools.pairwise(cuts)):
            continue
        last = np.arange(cuts[-1] + h, n - h + 1)
        if not len(last):
            continue
        total = sum(S[a, b] for a, b in itertools.pairwise(cuts)) + S[cuts[-1], last] + S[last, n]
        k = int(np.argmin(total))
        if total[k] < best:
            best, where = total[k], [*first, int(last[k])]
    return [int(b) for b in where], float(best)


def bellman(S, n, h, m):
    """For numbers of breaks too many to try; only where make.R and ruptures are there too."""
    cost, back = S[0].copy(), []
    for _ in range(m):
        new, arg = np.full(n + 1, np.inf), np.zeros(n + 1, int)
        for j in range(h, n + 1):
            total = cost[:j] + S[:j, j]
            arg[j], new[j] = np.argmin(total), np.min(total)
        back.append(arg)
        cost = new
    breaks, j = [], n
    for arg in reversed(back):
        j = int(arg[j])
        breaks.append(j)
    return breaks[::-1], float(cost[n])


# ---- covariances -----------------------------------------------------------------------------------------------------


def quadratic_spectral(V):
    """Andrews (1991) as in Perron's programs: bandwidth by an AR(1) of each column, no intercept; over n - d."""
    n, d = V.shape
    top = bottom = 0.0
    for v in V.T:
        b = v[1:] @ v[:-1] / (v[:-1] @ v[:-1])
        s2 = np.sum((v[1:] - b * v[:-1]) ** 2) / (n - 1)
        top += 4 * b**2 * s2**2 / (1 - b) ** 8
        bottom += s2**2 / (1 - b) ** 4
    width = 1.3221 * (top / bottom * n) ** 0.2
    total = V.T @ V
    for j in range(1, n):
        z = 6 * np.pi * j / width / 5
        w = 3 * (np.sin(z) / z - np.cos(z)) / z**2
        G = V[j:].T @ V[:-j]
        total = total + w * (G + G.T)
    return total / (n - d)


def prewhitened(V):
    A = np.linalg.lstsq(V[:-1], V[1:], rcond=None)[0].T
    inner = quadratic_spectral(V[1:] - V[:-1] @ A.T)
    D = np.linalg.inv(np.eye(V.shape[1]) - A)
    return D @ inner @ D.T


def delta_and_V(y, X, cuts, kind):
    """Coefficients by segment and their covariance. RSS over n where it is pooled, as in Perron's programs."""
    q, n = X.shape[1], len(y)
    parts = list(itertools.pairwise([0, *cuts, n]))
    beta = [np.linalg.lstsq(X[a:b], y[a:b], rcond=None)[0] for a, b in parts]
    u = [y[a:b] - X[a:b] @ c for (a, b), c in zip(parts, beta, strict=True)]
    V = np.zeros((q * len(parts), q * len(parts)))
    s2 = sum(r @ r for r in u) / n
    for j, ((a, b), r) in enumerate(zip(parts, u, strict=True)):
        Z = X[a:b]
        bread = np.linalg.inv(Z.T @ Z)
        if kind == "const":
            block = s2 * bread
        elif kind == "by segment":
            block = r @ r / (b - a) * bread
        elif kind == "HC0":
            block = bread @ (Z.T * r**2) @ Z @ bread
        else:
            block = bread @ ((b - a) * prewhitened(Z * r[:, None])) @ bread
        V[j * q : (j + 1) * q, j * q : (j + 1) * q] = block
    return np.concatenate(beta), V


def F(y, X, cuts, kind):
    """(T - (m+1)q) / (T m) times the Wald statistic that all coefficients are the same: Bai and Perron's F times q."""
    q, n, m = X.shape[1], len(y), len(cuts)
    delta, V = delta_and_V(y, X, cuts, kind)
    R = np.kron(np.diff(np.eye(m + 1), axis=0), np.eye(q))
    d = R @ delta
    return float((n - (m + 1) * q) / (n * m) * d @ np.linalg.solve(R @ V @ R.T, d))


KINDS = {
    "const": "RSS over T for all segments",
    "by segment": "RSS over T_j of each segment",
    "HC0": "White's, by segment",
    "QS, prewhitened": "quadratic spectral with Andrews' bandwidth and AR(1) prewhitening, by segment",
}


def multiple_case(y, X, S, h, share, most, kind, critical):
    q, n = X.shape[1], len(y)
    best = []
    for m in range(most + 1):
        if (m + 1) * h > n:
            break
        best.append(try_all(S, n, h, m, 60_000) or bellman(S, n, h, m))
    most = len(best) - 1
    sup = [F(y, X, best[m][0], kind) for m in range(1, most + 1)]
    ud = max(sup)
    wd = {}
    for level in ("0.1", "0.05", "0.025", "0.01"):
        c = [critical["supF", share, float(level), q, m] for m in range(1, most + 1)]
        wd[level] = max(f * c[0] / c[i] for i, f in enumerate(sup))
    steps = []
    for k in range(most):
        cuts = [0, *best[k][0], n]
        rows = []
        for a, b in itertools.pairwise(cuts):
            taus = np.arange(a + h, b - h + 1)
            if not len(taus):
                continue
            split = S[a, taus] + S[taus, b]
            tau = int(taus[np.argmin(split)])
            rows.append((F(y[a:b], X[a:b], [tau - a], kind), tau, S[a, b] - float(split.min())))
        step = {"breaks_before": k}
        if not rows:
            steps.append({**step, "statistic": 0.0, "new_break": None})
            continue
        top = max(rows)
        step |= {"statistic": top[0], "new_break": top[1]}
        if kind == "const":
            gain = max(rows, key=lambda r: r[2])
            s = best[k][1]
            step |= {
                "new_break_pooled": gain[1],
                "pooled_variance_before": gain[2] / (s / (n - (k + 1) * q)),
                "pooled_variance_after": gain[2] / ((s - gain[2]) / (n - (k + 2) * q)),
            }
        steps.append(step)
    chosen = {}
    for level in ("0.1", "0.05", "0.025", "0.01"):
        m = 0
        while m < most and steps[m]["statistic"] > critical["supF(l+1|l)", share, float(level), q, m]:
            m += 1
        chosen[level] = m
    return {
        "kind": "multiple",
        "h": h,
        "h_share": share,
        "max_breaks": most,
        "covariance": kind,
        "covariance_is": KINDS[kind],
        "breaks": [b for b, _ in best[1:]],
        "supF": sup,
        "UDmax": ud,
        "WDmax": wd,
        "sequential": steps,
        "sequential_choice": chosen,
    }


def critical_values():
    out = {}
    for name in ("supF", "sequential", "udmax"):
        t = pd.read_csv(f"../breaks-critical-values/critical_{name}.csv", sep=";")
        for r in t.itertuples():
            out[r.test, r.eps, r.level, r.q, int(r.m)] = r.value
    return out


# ---- the distribution of the break's estimate ------------------------------------------------------------------------


def argmax_density(s, xi, phi1, phi2):
    """Of the argmax of W1(-s) - |s|/2 on the left, sqrt(xi) phi2/phi1 W2(s) - xi s/2 on the right: the maximum is m and
    first reached at s, and the other side stays below m."""
    right = s > 0
    sig2, mu = (xi * (phi2 / phi1) ** 2, xi / 2) if right else (1.0, 0.5)
    other2, mu2 = (1.0, 0.5) if right else (xi * (phi2 / phi1) ** 2, xi / 2)
    t = abs(s)

    def inside(m):
        hit = m / np.sqrt(2 * np.pi * sig2 * t**3) * np.exp(-((m + mu * t) ** 2) / (2 * sig2 * t))
        return 2 * mu / sig2 * hit * -np.expm1(-2 * mu2 * m / other2)

    return integrate.quad(inside, 0, 12 * np.sqrt(sig2 * t), epsabs=1e-13, epsrel=1e-11, limit=200)[0]


def argmax_cdf(x, xi, phi1, phi2):
    """By integrating the density out from x, which is where it is smooth."""
    g = lambda r: 2 * r * argmax_density(np.sign(x) * r * r, xi, phi1, phi2)
    end = np.sqrt(abs(x)) + 1
    total, step = 0.0, 1.0
    low = np.sqrt(abs(x))
    while True:
        add = integrate.quad(g, low, end, epsabs=1e-12, epsrel=1e-10, limit=200)[0]
        total += add
        if add < 1e-13 and end > low + step:
            break
        low, end = end, end + 2 * step
        if end > 400:
            break
    return 1 - total if x > 0 else total


# ---- checks ----------------------------------------------------------------------------------------------------------


def bartlett(V, lags=4):
    S = V.T @ V
    for j in range(1, lags + 1):
        G = V[j:].T @ V[:-j]
        S = S + (1 - j / (lags + 1)) * (G + G.T)
    return S


def check(values, y, X, tables):
    n, k = X.shape
    for case in values["cases"]:
        kind = case["kind"]
        if kind == "partition":
            h = case["h"]
            tables.setdefault(h, ssr_table(y, X, h))
            for model in case["models"]:
                found = try_all(tables[h], n, h, model["m"])
                model["all_partitions_tried"] = found is not None
                found = found or bellman(tables[h], n, h, model["m"])
                if found[0] != model["breaks"]:
                    raise SystemExit(f"{Path.cwd().name}: breaks differ: {found} {model['breaks']}")
                close(found[1], model["rss"], 1e-9, "RSS")
                p = (model["m"] + 1) * (k + 1)
                ll = -n / 2 * (np.log(2 * np.pi * model["rss"] / n) + 1)
                close([ll, -2 * ll + p * np.log(n), -2 * ll + 2 * p], [model[c] for c in ("loglik", "bic", "aic")])
        elif kind == "interval" and case["level"] == 0.95:
            ends(case, y, X)
        elif kind == "segments":
            segments(case, y, X)
        elif kind == "F":
            series(case, y, X)
        elif kind == "chow":
            t = case["point"]
            s0, s1 = ssr(y, X), ssr(y[:t], X[:t]) + ssr(y[t:], X[t:])
            f = (s0 - s1) / k / (s1 / (n - 2 * k))
            close([f, k * f], [case["F"], case["chi2"]])
            close_p([stats.f.sf(f, k, n - 2 * k), stats.chi2.sf(k * f, k)], [case["p"], case["p_chi2"]])
        elif kind == "cusum":
            cusum(case, y, X)
        elif kind == "recursive residuals":
            w = recursive_olsresiduals(sm.OLS(y, X).fit())[4][k:]
            if len(w) != len(case["values"]):
                raise SystemExit("recursive residuals: another number")
            if np.max(np.abs(w - case["values"])) > 1e-7 * np.std(y):
                raise SystemExit(f"{Path.cwd().name}: recursive residuals differ")


def ends(case, y, X):
    """Quantiles of the distribution by integration, scaled as in Bai and Perron."""
    if case["covariance"].startswith("QS") or None in case["lower_exact"]:
        return
    n = len(y)
    parts = list(itertools.pairwise([0, *case["breaks"], n]))
    fits = [np.linalg.lstsq(X[a:b], y[a:b], rcond=None)[0] for a, b in parts]
    u = [y[a:b] - X[a:b] @ c for (a, b), c in zip(parts, fits, strict=True)]
    everything = np.concatenate(u)

    def omega(Z, r):
        if case["covariance"] == "HC0":
            return (Z.T * r**2) @ Z / len(r)
        if case["covariance"].startswith("Bartlett"):
            return bartlett(Z * r[:, None]) / len(r)
        return r @ r / len(r) * (Z.T @ Z) / len(r)

    for j in range(len(parts) - 1):
        d = fits[j + 1] - fits[j]
        quads = []
        for i in (j, j + 1):
            (a, b), r = parts[i], u[i]
            Q = X[a:b].T @ X[a:b] / (b - a) if case["het_reg"] else X.T @ X / n
            if case["covariance"] == "const":
                s2 = r @ r / (b - a) if case["het_err"] else everything @ everything / n
                quads.append((d @ Q @ d, s2))
            else:
                O = omega(X[a:b], r) if case["het_err"] else omega(X, everything)
                quads.append((d @ Q @ d, d @ O @ d / (d @ Q @ d)))
        (q1, f1), (q2, f2) = quads
        close(
            [q2 / q1, np.sqrt(f1), np.sqrt(f2), q1],
            [case[c][j] for c in ("xi", "phi1", "phi2", "scale")],
            1e-8,
            "argmax parameters",
        )
        for p, end in ((0.975, case["lower_exact"][j]), (0.025, case["upper_exact"][j])):
            quantile = (case["breaks"][j] - end) * q1 / f1
            got = argmax_cdf(quantile, q2 / q1, np.sqrt(f1), np.sqrt(f2))
            if abs(got - p) > 2e-7:
                raise SystemExit(f"{Path.cwd().name}: argmax distribution {got} at {quantile}, not {p}")


def segments(case, y, X):
    if case["covariance"].startswith("QS"):
        return
    for j, (a, b) in enumerate(itertools.pairwise([0, *case["breaks"], len(y)])):
        m = sm.OLS(y[a:b], X[a:b]).fit()
        Z, r = X[a:b], m.resid
        V = {
            "const": lambda m=m: m.cov_params() * m.df_resid / m.nobs,
            "HC0": lambda m=m: m.cov_HC0,
            "HC1": lambda m=m: m.cov_HC1,
        }.get(
            case["covariance"],
            lambda Z=Z, r=r: np.linalg.inv(Z.T @ Z) @ bartlett(Z * r[:, None]) @ np.linalg.inv(Z.T @ Z),
        )()
        if np.max(np.abs(m.params - case["coef"][j])) > 1e-8 * np.max(np.abs(m.params)):
            raise SystemExit("coefficients differ")
        close(np.sqrt(np.diag(V)), case["se"][j], 1e-7, "errors of segments")


def series(case, y, X):
    n, k = X.shape
    got = case["series"]
    s0 = ssr(y, X)
    every = 1 if case["covariance"] == "const" else 7
    for i, t in list(enumerate(range(case["first"], case["last"] + 1)))[::every]:
        if case["covariance"] == "const":
            s1 = ssr(y[:t], X[:t]) + ssr(y[t:], X[t:])
            close((s0 - s1) / (s1 / (n - 2 * k)), got[i], 1e-6, "F")
        elif not case["covariance"].startswith("QS"):
            Z = np.column_stack([X, X * (np.arange(n) >= t)[:, None]])
            how = (
                {"cov_type": case["covariance"]}
                if case["covariance"].startswith("HC")
                else {"cov_type": "HAC", "cov_kwds": {"maxlags": 4, "use_correction": False}}
            )
            m = sm.OLS(y, Z).fit(**how)
            b = m.params[k:]
            close(b @ np.linalg.solve(m.cov_params()[k:, k:], b), got[i], 1e-6, "robust F")
    f = np.array(got)
    close(
        [f.max(), f.mean(), np.log(np.mean(np.exp(f / 2 - f.max() / 2))) + f.max() / 2],
        [case[c]["statistic"] for c in ("supF", "aveF", "expF")],
        1e-9,
    )


def cusum(case, y, X):
    n, k = X.shape
    fit = sm.OLS(y, X).fit()
    if case["type"] == "OLS-CUSUM":
        process = np.concatenate([[0], np.cumsum(fit.resid)]) / np.sqrt(fit.ssr / (n - k)) / np.sqrt(n)
        statistic, p, _ = breaks_cusumolsresid(fit.resid, ddof=k)
        close(statistic, case["statistic"], 1e-8, "OLS-CUSUM")
        close_p(p, case["p"], "OLS-CUSUM")
    else:
        w = recursive_olsresiduals(fit)[4][k:]
        process = np.concatenate([[0], np.cumsum(w)]) / np.std(w, ddof=1) / np.sqrt(n - k)
        j = np.arange(1, n - k + 1) / (n - k)
        s = np.max(np.abs(process[1:] / (1 + 2 * j)))
        close(s, case["statistic"], 1e-6, "Rec-CUSUM")
        c = stats.norm.cdf
        p = 2 * (1 - c(3 * s) + np.exp(-4 * s**2) * (c(s) + c(5 * s) - 1) - np.exp(-16 * s**2) * (1 - c(s)))
        close_p(p if s >= 0.3 else 1 - 0.1465 * s, case["p"], "Rec-CUSUM", 1e-7)
    if np.max(np.abs(process - case["process"])) > 1e-6:
        raise SystemExit("CUSUM processes differ")


def run(shares=(0.05, 0.10, 0.15, 0.20, 0.25), kinds=("const", "by segment", "HC0", "QS, prewhitened"), after=None):
    values = json.loads(Path("breaks.json").read_text(encoding="utf-8"))
    values["cases"] = [c for c in values["cases"] if c["kind"] != "multiple"]
    data = pd.read_csv("data.csv")
    y, X = design(values["formula"], data)
    tables = {}
    check(values, y, X, tables)
    critical = critical_values()
    for share in shares:
        h = int(np.floor(share * len(y) + 1e-9))
        if h <= X.shape[1] + 2:
            continue
        S = tables.setdefault(h, ssr_table(y, X, h))
        for kind in kinds:
            if kind.startswith("QS") and h < 10:
                continue
            values["cases"].append(multiple_case(y, X, S, h, share, MOST[share], kind, critical))
    programs = "slow.py (numpy %s, scipy %s, statsmodels %s)" % tuple(
        version(p) for p in ("numpy", "scipy", "statsmodels")
    )
    values["source"] = values["source"].split("; slow")[0] + "; " + programs
    if after:
        after(values, y, X, tables)
    write(values)
    print(Path.cwd().name, "agrees,", sum(c["kind"] == "multiple" for c in values["cases"]), "cases added")
