"""Beta and sigma convergence by the formulas, with statsmodels, scipy and convergence-clubs beside them.

Beta (Barro and Sala-i-Martin 1992): g_i = log(y_iT/y_i0)/T = a + b log y_i0 + e_i, T years apart.
    speed = -log(1 + bT)/T (none if 1 + bT <= 0), its error se(b)/(1 + bT) by the delta method;
    half-life = log 2/speed (none if speed <= 0), error log 2/speed^2 se(speed).
Nonlinear: g_i = a - (1 - exp(-speed T))/T log y_i0 + e_i by nonlinear least squares; with one period length it is the same
fit, so the same speed, and Gauss-Newton's errors are the delta method's. With periods of several lengths it is not.
Errors: "classic" s^2 (n-k), "HC1" n/(n-k). k counts the intercepts and the speed.

Sigma: by year, across units. sd and variance of logs with divisor N-1; CV = sd/mean of levels, N-1 (cv0: divisor N); Gini of levels
sum_ij |x_i-x_j|/(2 N^2 mean), no N/(N-1); Theil = mean (x/m) log(x/m); mld = mean log(m/x). Trend: least squares on a constant and the
year, Newey-West with Bartlett weights 1 - j/(lags+1); "corrected": times n/(n-2).

Tests of equal variances of logs in the first and last year, s1^2 and sT^2, covariance c, N units:
    T1 = s1^2/sT^2 (Lichtenberg 1994), F(N-2, N-2) or, as var.test and R's REAT have it, F(N-1, N-1); ignores the covariance;
    T2 = (N-2.5) log(1 + (s1^2-sT^2)^2/(4 (s1^2 sT^2 - c^2))), chi^2(1): likelihood ratio of a bivariate normal with Bartlett's
         factor N - 1 - (2*2+5)/6; equals -(N-2.5) log(1-r^2), r the correlation of sum and difference of the logs;
    T3 = sqrt(N) (s1^2/sT^2 - 1)/(2 sqrt(1-p^2)), N(0,1), p the slope of the last on the first logs (none if |p| >= 1);
         "T3_correlation" has their correlation, which is its value under equal variances
(Carree and Klomp 1997; two-sided p here, for T3 also the upper tail). Pitman-Morgan: t = r sqrt((N-2)/(1-r^2)), t(N-2), exact.
"""

import math

import numpy as np
import statsmodels.api as sm
from scipy import optimize, stats


def speeds(b, se, years):
    base = 1 + b * years
    if base <= 0:
        return {"speed": None, "speed_se": None, "half_life": None, "half_life_se": None}
    s = -math.log(base) / years
    e = se / base
    half = (math.log(2) / s, math.log(2) / s**2 * e) if s > 0 else (None, None)
    return {"speed": s, "speed_se": e, "half_life": half[0], "half_life_se": half[1]}


def linear(first, last, years, controls=None):
    g = (last - first) / years
    x = np.column_stack([np.ones(len(g)), first] + ([] if controls is None else [controls]))
    out = {}
    for kind, cov in (("classic", "nonrobust"), ("HC0", "HC0"), ("HC1", "HC1"), ("HC2", "HC2"), ("HC3", "HC3")):
        f = sm.OLS(g, x).fit(cov_type=cov)
        b, se = float(f.params[1]), float(f.bse[1])
        out[kind] = {"terms": list(map(float, f.params)), "se": list(map(float, f.bse)), **speeds(b, se, years)}
        out[kind]["p_t"] = float(2 * stats.t.sf(abs(b / se), len(g) - x.shape[1]))
    inv = np.linalg.inv(x.T @ x)
    coef = inv @ x.T @ g
    u = g - x @ coef
    hc1 = inv @ (x.T * u**2) @ x @ inv * len(g) / (len(g) - x.shape[1])
    assert np.allclose(coef, out["HC1"]["terms"], rtol=1e-9) and np.allclose(
        np.sqrt(np.diag(hc1)), out["HC1"]["se"], rtol=1e-9
    )
    return {"nobs": len(g), "years": years, "r2": float(1 - u @ u / ((g - g.mean()) @ (g - g.mean()))), "errors": out}


def nonlinear(pieces):
    """pieces: (first logs, last logs, years) of each period, an intercept each and one speed."""
    g = np.concatenate([(b - a) / n for a, b, n in pieces])
    x = np.concatenate([a for a, b, n in pieces])
    n = np.concatenate([np.full(len(a), float(m)) for a, b, m in pieces])
    d = np.concatenate([np.tile(np.eye(len(pieces))[i], (len(p[0]), 1)) for i, p in enumerate(pieces)])

    def profile(s):
        slope = (1 - np.exp(-s * n)) / n
        z = g + slope * x
        a = np.array([z[d[:, i] == 1].mean() for i in range(d.shape[1])])
        return a, z - d @ a

    fit = optimize.least_squares(
        lambda q: (g - d @ q[:-1] + (1 - np.exp(-q[-1] * n)) / n * x) * 100,
        np.append(np.zeros(d.shape[1]), 0.01),
        xtol=1e-15,
        ftol=1e-15,
        gtol=1e-15,
    )

    def score(s):
        # the concentrated first-order condition: exp(-speed T) is the same within a period, so its intercept centres x
        centred = x - d @ np.array([x[d[:, i] == 1].mean() for i in range(d.shape[1])])
        return float(profile(s)[1] @ (np.exp(-s * n) * centred))

    near = fit.x[-1]
    s = optimize.brentq(score, near - 1e-4, near + 1e-4, xtol=1e-16, rtol=1e-15)
    a, u = profile(s)
    j = np.column_stack([d, -np.exp(-s * n) * x])
    inv = np.linalg.inv(j.T @ j)
    k = j.shape[1]
    classic = inv * (u @ u) / (len(g) - k)
    hc1 = inv @ (j.T * u**2) @ j @ inv * len(g) / (len(g) - k)
    assert abs(s - near) < 1e-6
    out = {
        "nobs": len(g),
        "years": [float(p[2]) for p in pieces],
        "intercepts": list(map(float, a)),
        "speed": s,
        "half_life": math.log(2) / s if s > 0 else None,
        "ssr": float(u @ u),
        "errors": {},
    }
    for kind, v in (("classic", classic), ("HC1", hc1)):
        e = np.sqrt(np.diag(v))
        out["errors"][kind] = {
            "intercepts": list(map(float, e[:-1])),
            "speed": float(e[-1]),
            "half_life": float(math.log(2) / s**2 * e[-1]) if s > 0 else None,
        }
    return out


def dispersion(levels):
    """levels: units by years."""
    logs = np.log(levels)
    n = len(levels)
    m = levels.mean(axis=0)
    gini = np.array([np.abs(c[:, None] - c[None, :]).sum() / (2 * n * n * c.mean()) for c in levels.T])
    ranked = np.sort(levels, axis=0)
    again = (2 * (np.arange(1, n + 1)[:, None] * ranked).sum(axis=0) / (n * ranked.sum(axis=0))) - (n + 1) / n
    assert np.abs(gini - again).max() < 1e-12
    r = levels / m
    out = {
        "sd": logs.std(axis=0, ddof=1),
        "variance": logs.var(axis=0, ddof=1),
        "cv": levels.std(axis=0, ddof=1) / m,
        "cv0": levels.std(axis=0) / m,
        "gini": gini,
        "theil": (r * np.log(r)).mean(axis=0),
        "mld": -np.log(r).mean(axis=0),
    }
    return {k: list(map(float, v)) for k, v in out.items()}


def trend(series, years, lags):
    x = np.column_stack([np.ones(len(years)), np.asarray(years, float)])
    out = {"lags": lags, "change": series[-1] / series[0] - 1}
    for label, correct in (("plain", False), ("corrected", True)):
        f = sm.OLS(np.array(series), x).fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": correct})
        out["slope"] = float(f.params[1])
        out[label] = {"se": float(f.bse[1]), "t": float(f.tvalues[1]), "p": float(f.pvalues[1])}
    c = x - x.mean(axis=0)
    c = c[:, 1]
    y = np.array(series)
    b = c @ y / (c @ c)
    v = c * (y - y.mean() - b * c)
    total = v @ v + 2 * sum((1 - j / (lags + 1)) * (v[j:] @ v[:-j]) for j in range(1, lags + 1))
    assert abs(math.sqrt(total) / (c @ c) / out["plain"]["se"] - 1) < 1e-6 and abs(b / out["slope"] - 1) < 1e-6
    # years near 2000 cost digits in X'X: the centred values are the ones kept
    for label, factor in (("plain", 1.0), ("corrected", len(y) / (len(y) - 2))):
        se = math.sqrt(total * factor) / (c @ c)
        out[label] = {"se": se, "t": b / se, "p": float(2 * stats.norm.sf(abs(b / se)))}
    out["slope"] = float(b)
    return out


def variances(first, last):
    n = len(first)
    s1, st = first.var(ddof=1), last.var(ddof=1)
    c = float(np.cov(first, last)[0, 1])
    f = s1 / st
    t2 = (n - 2.5) * math.log(1 + (s1 - st) ** 2 / (4 * (s1 * st - c * c)))
    r = np.corrcoef(first + last, first - last)[0, 1]
    half = (s1 + st) / 2
    assert abs(t2 + (n - 2.5) * math.log(1 - r * r)) < 1e-8
    assert abs(t2 - (n - 2.5) * math.log((half**2 - c * c) / (s1 * st - c * c))) < 1e-8
    slope, rho = c / s1, c / math.sqrt(s1 * st)
    t = r * math.sqrt((n - 2) / (1 - r * r))
    out = {"n": n, "variance_first": float(s1), "variance_last": float(st), "covariance": c}
    out["T1"] = {
        "statistic": float(f),
        "p_upper_N-2": float(stats.f.sf(f, n - 2, n - 2)),
        "p_upper_N-1": float(stats.f.sf(f, n - 1, n - 1)),
    }
    out["T2"] = {"statistic": t2, "p": float(stats.chi2.sf(t2, 1))}
    out["T3"] = {"slope": slope, "statistic": None}
    if abs(slope) < 1:
        t3 = math.sqrt(n) * (f - 1) / (2 * math.sqrt(1 - slope**2))
        out["T3"].update(statistic=t3, p=float(2 * stats.norm.sf(abs(t3))), p_upper=float(stats.norm.sf(t3)))
    t3 = math.sqrt(n) * (f - 1) / (2 * math.sqrt(1 - rho**2))
    out["T3_correlation"] = {
        "correlation": rho,
        "statistic": t3,
        "p": float(2 * stats.norm.sf(abs(t3))),
        "p_upper": float(stats.norm.sf(t3)),
    }
    out["pitman_morgan"] = {"r": float(r), "statistic": float(t), "p": float(2 * stats.t.sf(abs(t), n - 2))}
    return out


def everything(frame, controls=None, pooled=(), groups=None):
    """frame: units by years, levels. Stops if convergence-clubs differs where it does the same."""
    import convergence_clubs as cc

    years = [int(y) for y in frame.columns]
    logs = np.log(frame.to_numpy())
    first, last, length = logs[:, 0], logs[:, -1], years[-1] - years[0]
    out = {"years": years, "beta": linear(first, last, length)}
    port = cc.beta_convergence(frame)
    mine = out["beta"]["errors"]["HC1"]
    for a, b in (
        (port.beta, mine["terms"][1]),
        (port.std_err, mine["se"][1]),
        (port.p_value, mine["p_t"]),
        (port.speed, mine["speed"]),
    ):
        assert abs(a - b) < 1e-8 * max(1e-3, abs(b)), (a, b)
    if mine["half_life"]:
        assert abs(port.half_life - mine["half_life"]) < 1e-8 * mine["half_life"]
    out["nonlinear"] = nonlinear([(first, last, length)])
    for kind in ("classic", "HC1"):
        assert abs(out["nonlinear"]["speed"] - out["beta"]["errors"][kind]["speed"]) < 1e-10
        assert abs(out["nonlinear"]["errors"][kind]["speed"] / out["beta"]["errors"][kind]["speed_se"] - 1) < 1e-6
    if pooled:
        cut = [(logs[:, years.index(a)], logs[:, years.index(b)], b - a) for a, b in pooled]
        out["pooled"] = {"periods": [list(p) for p in pooled], **nonlinear(cut)}
    if controls is not None:
        out["conditional"] = {"controls": list(controls.columns), **linear(first, last, length, controls.to_numpy())}
        port = cc.beta_convergence(frame, controls=controls)
        assert abs(port.beta - out["conditional"]["errors"]["HC1"]["terms"][1]) < 1e-10
        assert abs(port.std_err - out["conditional"]["errors"]["HC1"]["se"][1]) < 1e-10
    out["sigma"] = {}
    for name, members in {"all": list(frame.index), **(groups or {})}.items():
        part = frame.loc[members]
        d = dispersion(part.to_numpy())
        part_logs = np.log(part.to_numpy())
        one = {"n": len(part), "series": d, "trends": {k: trend(v, years, 3) for k, v in d.items()}}
        one["tests"] = variances(part_logs[:, 0], part_logs[:, -1])
        for measure, key in (("sd", "sd"), ("var", "variance"), ("cv", "cv")):
            p = cc.sigma_convergence(part, measure=measure, hac_lags=3)
            assert np.abs(p.series["all units"].to_numpy() - d[key]).max() < 1e-12
            row = p.trend().iloc[0]
            assert (
                abs(row["slope"] / one["trends"][key]["slope"] - 1) < 1e-6
                and abs(row["std_err"] / one["trends"][key]["plain"]["se"] - 1) < 1e-6
            )
        if groups and name != "all":
            b = linear(part_logs[:, 0], part_logs[:, -1], length)
            one["beta"], one["members"] = b, members
        out["sigma"][name] = one
    return out
