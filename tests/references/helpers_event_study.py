"""Shared by the make.py scripts of folders event-*: writes event_study.json, and computes the
estimators slowly from their definitions, without any other program.

Influences are kept by row of the data (a dict from row number to number). A standard error is the
root of the sum of squared sums of influences over clusters, without any factor (CR0).

The two-by-two comparisons of CallawaySantAnna are solved as stacked estimating equations: nuisance
parameters and means are one vector p with sum g_i(p) = 0, and the influence is -(dG/dp)^-1 g_i, with
derivatives by central differences. Formulas of influences are nowhere used.
"""

import json
import sys
from importlib.metadata import version

import numpy as np
import pandas as pd

EXACT = {"rtol_estimate": 1e-8, "rtol_se": 1e-6, "why_looser": None}


# Writing.


def source(packages):
    python = "Python " + ".".join(map(str, sys.version_info[:3]))
    return ", ".join([python] + [f"{p} {version(p)}" for p in packages])


def write_data(table):
    """Cohorts as whole numbers, empty for the never treated."""
    table = table.copy()
    for column in table.columns:
        values = table[column]
        if values.dtype.kind == "f" and (values.dropna() % 1 == 0).all():
            table[column] = values.astype("Int64")
    table.to_csv("data.csv", index=False, lineterminator="\n", encoding="utf-8")


def read_data():
    return pd.read_csv("data.csv", float_precision="round_trip")


def spec(estimator, outcome, unit, time, cohort, **options):
    base = {
        "estimator": estimator,
        "outcome": outcome,
        "unit": unit,
        "time": time,
        "cohort": cohort,
        "controls": None,
        "comparison": "never",
        "base": "universal",
        "anticipation": 0,
        "weights": None,
        "window": None,
    }
    if estimator == "CallawaySantAnna":
        base["adjustment"] = "doubly_robust"
    if estimator in ("Stacked", "LocalProjection"):
        base["weighting"] = "treated"
    assert set(options) <= set(base)
    return {**base, **options}


def covariance(*by):
    return {"name": "Clustered", "args": list(by), "kwargs": {"correction": "CR0"}}


def entry(aggregate, across, by, terms, program, note, rtol_estimate=1e-8, rtol_se=1e-6, why_looser=None):
    """terms: name to estimate, or to (estimate, se)."""
    assert (why_looser is None) == (rtol_estimate <= 1e-8 and rtol_se <= 1e-6)
    written = {}
    for name, value in terms.items():
        value = value if isinstance(value, tuple) else (value,)
        assert len(value) <= 2 and all(np.isfinite(v) for v in value)
        written[str(name)] = {k: float(v) for k, v in zip(("estimate", "se"), value)}
    assert written
    return {
        "aggregate": aggregate,
        "across": across,
        "covariance": covariance(*by),
        "terms": written,
        "rtol_estimate": rtol_estimate,
        "rtol_se": rtol_se,
        "why_looser": why_looser,
        "program": program,
        "note": note,
    }


def case(packages, data_source, spec, nobs, entries):
    return {
        "source": source(packages),
        "data_source": data_source,
        "spec": spec,
        "nobs": int(nobs),
        "entries": entries,
    }


def write_cases(cases):
    with open("event_study.json", "w", encoding="utf-8", newline="\n") as f:
        json.dump(cases, f, indent=1, ensure_ascii=False, allow_nan=False)
        f.write("\n")
    print(len(cases), "specs,", sum(len(c["entries"]) for c in cases), "entries;", cases[0]["source"])


def close(ours, theirs, rtol=1e-8, atol=1e-11, what=""):
    """Compare two dicts of terms (numbers or pairs) on the terms both have; at least one."""
    shared = [k for k in ours if k in theirs]
    assert shared, f"{what}: no shared terms {list(ours)[:4]} {list(theirs)[:4]}"
    for k in shared:
        a, b = np.atleast_1d(ours[k]).astype(float), np.atleast_1d(theirs[k]).astype(float)
        n = min(len(a), len(b))
        np.testing.assert_allclose(a[:n], b[:n], rtol=rtol, atol=atol, err_msg=f"{what} {k}")
    return shared


# Standard errors of influences.


def se(psi, clusters):
    """Root of the sum of squared cluster sums; psi: row to influence."""
    sums = {}
    for row, value in psi.items():
        sums[clusters[row]] = sums.get(clusters[row], 0.0) + value
    return float(np.sqrt(sum(v * v for v in sums.values())))


def combine(parts):
    """Sum of influences; parts: list of (factor, psi)."""
    total = {}
    for factor, psi in parts:
        for row, value in psi.items():
            total[row] = total.get(row, 0.0) + factor * value
    return total


# Callaway and Sant'Anna (2021).


def _logit(X, D, w):
    b = np.zeros(X.shape[1])
    for _ in range(100):
        p = 1 / (1 + np.exp(-X @ b))
        step = np.linalg.solve((X.T * (w * p * (1 - p))) @ X, X.T @ (w * (D - p)))
        b = b + step
        if np.max(np.abs(step)) < 1e-14:
            return b
    raise RuntimeError("the propensity score did not converge")


def _wls(X, y, w):
    return np.linalg.solve((X.T * w) @ X, X.T @ (w * y))


def _influence(moments, p, combination):
    """-(dG/dp)^-1 g_i, times the combination of parameters."""
    p = np.asarray(p, float)
    g = moments(p)
    assert np.max(np.abs(g.sum(0))) < 1e-7 * max(1.0, np.max(np.abs(g))), np.max(np.abs(g.sum(0)))
    A = np.empty((len(p), len(p)))
    for j in range(len(p)):
        h = 1e-5 * max(1.0, abs(p[j]))
        up, down = p.copy(), p.copy()
        up[j], down[j] = up[j] + h, down[j] - h
        A[:, j] = (moments(up).sum(0) - moments(down).sum(0)) / (2 * h)
    return -(g @ np.linalg.inv(A).T) @ np.asarray(combination, float)


def panel_cell(dy, D, X, w, adjustment):
    """ATT and influences from changes of units."""
    k = X.shape[1]
    C = 1 - D
    if adjustment == "regression":
        b = _wls(X, dy, w * C)
        a = np.sum(w * D * (dy - X @ b)) / np.sum(w * D)

        def moments(p):
            r = dy - X @ p[:k]
            return np.column_stack([X * (w * C * r)[:, None], w * D * (r - p[k])])

        return a, _influence(moments, [*b, a], [0] * k + [1])
    c = _logit(X, D, w)
    odds = np.exp(X @ c)
    if adjustment == "weighting":
        a = np.sum(w * D * dy) / np.sum(w * D)
        m = np.sum(w * C * odds * dy) / np.sum(w * C * odds)

        def moments(p):
            q = X @ p[:k]
            score = X * (w * (D - 1 / (1 + np.exp(-q))))[:, None]
            return np.column_stack([score, w * D * (dy - p[k]), w * C * np.exp(q) * (dy - p[k + 1])])

        return a - m, _influence(moments, [*c, a, m], [0] * k + [1, -1])
    b = _wls(X, dy, w * C)
    r = dy - X @ b
    a = np.sum(w * D * r) / np.sum(w * D)
    m = np.sum(w * C * odds * r) / np.sum(w * C * odds)

    def moments(p):
        q, r = X @ p[:k], dy - X @ p[k : 2 * k]
        score = X * (w * (D - 1 / (1 + np.exp(-q))))[:, None]
        return np.column_stack(
            [score, X * (w * C * r)[:, None], w * D * (r - p[2 * k]), w * C * np.exp(q) * (r - p[2 * k + 1])]
        )

    return a - m, _influence(moments, [*c, *b, a, m], [0] * (2 * k) + [1, -1])


def sections_cell(y, D, post, X, w, adjustment):
    """ATT and influences from repeated cross-sections: the locally efficient doubly robust
    estimator of Sant'Anna and Zhao (2020), regression, or weights that sum to one."""
    k = X.shape[1]
    C, pre = 1 - D, 1 - post
    mean = lambda v, weight: np.sum(weight * v) / np.sum(weight)
    if adjustment == "regression":
        b0, b1 = _wls(X, y, w * C * pre), _wls(X, y, w * C * post)
        means = [mean(y, w * D * post), mean(y, w * D * pre), mean(X @ (b1 - b0), w * D)]

        def moments(p):
            b0, b1, (t1, t0, m) = p[:k], p[k : 2 * k], p[2 * k :]
            return np.column_stack(
                [
                    X * (w * C * pre * (y - X @ b0))[:, None],
                    X * (w * C * post * (y - X @ b1))[:, None],
                    w * D * post * (y - t1),
                    w * D * pre * (y - t0),
                    w * D * (X @ (b1 - b0) - m),
                ]
            )

        signs = [1, -1, -1]
        return np.dot(signs, means), _influence(moments, [*b0, *b1, *means], [0] * (2 * k) + signs)
    c = _logit(X, D, w)
    odds = np.exp(X @ c)
    if adjustment == "weighting":
        sets = [w * D * post, w * D * pre, w * C * post * odds, w * C * pre * odds]
        means = [mean(y, s) for s in sets]

        def moments(p):
            q, m = X @ p[:k], p[k:]
            o = np.exp(q)
            score = X * (w * (D - o / (1 + o)))[:, None]
            return np.column_stack(
                [
                    score,
                    w * D * post * (y - m[0]),
                    w * D * pre * (y - m[1]),
                    w * C * post * o * (y - m[2]),
                    w * C * pre * o * (y - m[3]),
                ]
            )

        signs = [1, -1, -1, 1]
        return np.dot(signs, means), _influence(moments, [*c, *means], [0] * k + signs)
    bs = [_wls(X, y, w * g * t) for g in (C, D) for t in (pre, post)]

    def parts(odds, bs):
        c0, c1, d0, d1 = (X @ b for b in bs)
        r = y - post * c1 - pre * c0
        gain1, gain0 = d1 - c1, d0 - c0
        return [
            (w * D * post, r, 1),
            (w * D * pre, r, -1),
            (w * C * post * odds, r, -1),
            (w * C * pre * odds, r, 1),
            (w * D, gain1, 1),
            (w * D * post, gain1, -1),
            (w * D, gain0, -1),
            (w * D * pre, gain0, 1),
        ]

    start = parts(odds, bs)
    means, signs = [mean(v, weight) for weight, v, _ in start], [s for _, _, s in start]

    def moments(p):
        q = X @ p[:k]
        o = np.exp(q)
        bs = [p[k * (j + 1) : k * (j + 2)] for j in range(4)]
        columns = [X * (w * (D - o / (1 + o)))[:, None]]
        for b, (g, t) in zip(bs, [(g, t) for g in (C, D) for t in (pre, post)]):
            columns.append(X * (w * g * t * (y - X @ b))[:, None])
        for (weight, v, _), m in zip(parts(o, bs), p[5 * k :]):
            columns.append(weight * (v - m))
        return np.column_stack(columns)

    p = np.concatenate([c, *bs, means])
    return np.dot(signs, means), _influence(moments, p, [0] * (5 * k) + signs)


class Study:
    """Cells (cohort, period) with estimates and influences by row, and their averages."""

    def __init__(self, data, spec):
        self.data, self.spec = data.reset_index(drop=True), spec
        d = self.data
        self.cohort = d[spec["cohort"]].to_numpy(float)
        self.time = d[spec["time"]].to_numpy(float)
        self.y = d[spec["outcome"]].to_numpy(float)
        self.w = np.ones(len(d)) if spec["weights"] is None else d[spec["weights"]].to_numpy(float)
        names = [] if spec["controls"] is None else [v.strip() for v in spec["controls"].split("+")]
        self.X = np.column_stack([np.ones(len(d)), *(d[v].to_numpy(float) for v in names)])
        self.periods = sorted(set(self.time))
        self.unit = None if spec["unit"] is None else d[spec["unit"]].to_numpy()
        self.cells, self.psi = {}, {}
        self.rows = {}
        if self.unit is not None:
            for i in range(len(d)):
                assert (self.unit[i], self.time[i]) not in self.rows
                self.rows[self.unit[i], self.time[i]] = i
        self._fit()

    def _fit(self):
        s, early = self.spec, self.spec["anticipation"]
        for g in sorted(set(self.cohort[~np.isnan(self.cohort)])):
            before = [t for t in self.periods if t + early < g]
            if not before:
                continue
            for position, t in enumerate(self.periods):
                base = before[-1]
                if t < g - early and s["base"] == "varying":
                    if position == 0:
                        continue
                    base = self.periods[position - 1]
                if t == base:
                    continue
                self._cell(g, t, base)

    def _comparison(self, g, t, base):
        """Which rows belong to units that may be compared with cohort g."""
        never = np.isnan(self.cohort)
        if self.spec["comparison"] == "never":
            return never
        return never | ((self.cohort > max(t, base) + self.spec["anticipation"]) & (self.cohort != g))

    def _cell(self, g, t, base):
        treated, comparison = self.cohort == g, self._comparison(g, t, base)
        if self.unit is None:
            take = np.flatnonzero((treated | comparison) & ((self.time == t) | (self.time == base)))
            D, post = treated[take].astype(float), (self.time[take] == t).astype(float)
            if not all(np.any((D == a) & (post == b)) for a in (0, 1) for b in (0, 1)):
                return
            estimate, psi = sections_cell(self.y[take], D, post, self.X[take], self.w[take], self.spec["adjustment"])
        else:
            now, past = [], []
            for i in np.flatnonzero((treated | comparison) & (self.time == t)):
                j = self.rows.get((self.unit[i], base))
                if j is not None:
                    now.append(i)
                    past.append(j)
            D = treated[now].astype(float)
            if not now or D.min() == 1 or D.max() == 0:
                return
            take = np.array(past if base < t else now)  # covariates and weights of the earlier period
            estimate, psi = panel_cell(
                self.y[now] - self.y[past], D, self.X[take], self.w[take], self.spec["adjustment"]
            )
        self.cells[g, t] = float(estimate)
        self.psi[g, t] = {int(row): float(v) for row, v in zip(take, psi)}

    def sizes(self):
        """Weight of each cohort and of each of its units, put on one row of the unit; rows are units
        without a unit column."""
        share, size = {}, {}
        seen = set()
        for i in range(len(self.data)):
            key = i if self.unit is None else self.unit[i]
            if key in seen or np.isnan(self.cohort[i]):
                continue
            seen.add(key)
            g = self.cohort[i]
            share[i] = (g, self.w[i])
            size[g] = size.get(g, 0.0) + self.w[i]
        return share, size

    def average(self, keys, sized=True):
        """Average of cells by size of their cohorts, with the influence of the sizes."""
        share, size = self.sizes()
        weights = {k: size[k[0]] if sized else 1.0 for k in keys}
        total = sum(weights.values())
        estimate = sum(weights[k] * self.cells[k] for k in keys) / total
        parts = [(weights[k] / total, self.psi[k]) for k in keys]
        if sized:
            by_cohort = {}
            for k in keys:
                by_cohort[k[0]] = by_cohort.get(k[0], 0.0) + (self.cells[k] - estimate) / total
            parts.append((1.0, {i: w * by_cohort.get(g, 0.0) for i, (g, w) in share.items()}))
        return estimate, combine(parts)

    def aggregate(self, name, across=None):
        """Terms to (estimate, influences)."""
        keys = sorted(self.cells)
        after = [k for k in keys if k[1] >= k[0]]
        text = lambda v: str(int(round(v)))
        if name == "cohort_time":
            return {f"{text(g)}:{text(t)}": (self.cells[g, t], self.psi[g, t]) for g, t in keys}
        if name == "event_time":
            events = sorted({t - g for g, t in keys})
            return {text(e): self.average([k for k in keys if k[1] - k[0] == e]) for e in events}
        if name == "calendar":
            return {text(t): self.average([k for k in after if k[1] == t]) for t in sorted({k[1] for k in after})}
        if name == "cohort":
            return {
                text(g): self.average([k for k in after if k[0] == g], sized=False)
                for g in sorted({k[0] for k in after})
            }
        assert name == "overall"
        if across == "cells":
            return {"overall": self.average(after)}
        parts = self.aggregate(across)
        if across == "cohort":
            share, size = self.sizes()
            weights = {k: size[float(k)] for k in parts}
            total = sum(weights.values())
            estimate = sum(weights[k] * parts[k][0] for k in parts) / total
            pieces = [(weights[k] / total, parts[k][1]) for k in parts]
            extra = {
                i: w * (parts[str(int(g))][0] - estimate) / total for i, (g, w) in share.items() if str(int(g)) in parts
            }
            return {"overall": (estimate, combine([*pieces, (1.0, extra)]))}
        if across == "event_time":
            parts = {k: v for k, v in parts.items() if int(k) >= 0}
        estimate = sum(v[0] for v in parts.values()) / len(parts)
        return {"overall": (estimate, combine([(1 / len(parts), v[1]) for v in parts.values()]))}

    def terms(self, name, across=None, by=None):
        """Terms to (estimate, standard error) with clusters `by`, the unit if not given."""
        by = by or self.spec["unit"]
        clusters = np.arange(len(self.data)) if by is None else self.data[by].to_numpy()
        return {k: (e, se(psi, clusters)) for k, (e, psi) in self.aggregate(name, across).items()}


# Least squares with dummies.


def dummies(values, drop_first=False):
    levels = sorted(set(values))[int(drop_first) :]
    return np.column_stack([(np.asarray(values) == v).astype(float) for v in levels])


def least_squares(y, X, w=None):
    """Coefficients and influences (rows by coefficients), by a pseudo-inverse of X'WX: columns may
    be dependent, as long as the wanted coefficients are identified."""
    w = np.ones(len(y)) if w is None else w
    bread = np.linalg.pinv((X.T * w) @ X, rcond=1e-12, hermitian=True)
    b = bread @ (X.T @ (w * y))
    return b, (X * (w * (y - X @ b))[:, None]) @ bread


def two_way_regression(columns, y, unit, time, w=None):
    """Coefficients and influences of the columns, with unit and time effects."""
    names = list(columns)
    X = np.column_stack([*(columns[n] for n in names), dummies(unit), dummies(time, drop_first=True)])
    b, psi = least_squares(y, X, w)
    return {n: (b[j], dict(enumerate(psi[:, j]))) for j, n in enumerate(names)}


def weighted_sum(parts):
    """parts: list of (weight, (estimate, influences))."""
    return sum(w * v[0] for w, v in parts), combine([(w, v[1]) for w, v in parts])


def errors(terms, clusters):
    return {k: (e, se(psi, clusters)) for k, (e, psi) in terms.items()}


def controls(d, s):
    names = [] if s["controls"] is None else [v.strip() for v in s["controls"].split("+")]
    return {v: d[v].to_numpy(float) for v in names}


def sun_abraham(d, s):
    """Cells (cohort, event time) of the saturated regression and their averages by rows."""
    d = d.reset_index(drop=True)
    cohort, time = d[s["cohort"]].to_numpy(float), d[s["time"]].to_numpy(float)
    w = None if s["weights"] is None else d[s["weights"]].to_numpy(float)
    event = time - cohort
    pairs = sorted({(g, e) for g, e in zip(cohort, event) if not np.isnan(g) and e != -1 - s["anticipation"]})
    columns = {p: ((cohort == p[0]) & (event == p[1])).astype(float) for p in pairs}
    extra = controls(d, s)
    fit = two_way_regression({**columns, **extra}, d[s["outcome"]].to_numpy(float), d[s["unit"]], time, w)
    counts = {p: float(columns[p].sum()) if w is None else float((columns[p] * w).sum()) for p in pairs}

    def average(keys):
        total = sum(counts[k] for k in keys)
        return weighted_sum([(counts[k] / total, fit[k]) for k in keys])

    events = sorted({e for _, e in pairs})
    by_event = {str(int(e)): average([p for p in pairs if p[1] == e]) for e in events}
    cells = {f"{int(g)}:{int(g + e)}": fit[g, e] for g, e in pairs}
    overall = {"overall": average([p for p in pairs if p[1] >= 0])}
    return by_event, cells, overall


def dynamic_two_way(d, s):
    d = d.reset_index(drop=True)
    time = d[s["time"]].to_numpy(float)
    event = time - d[s["cohort"]].to_numpy(float)
    w = None if s["weights"] is None else d[s["weights"]].to_numpy(float)
    events = sorted({e for e in event if not np.isnan(e) and e != -1 - s["anticipation"]})
    columns = {str(int(e)): (event == e).astype(float) for e in events}
    extra = controls(d, s)
    fit = two_way_regression({**columns, **extra}, d[s["outcome"]].to_numpy(float), d[s["unit"]], time, w)
    return {k: fit[k] for k in columns}


def imputation(d, s):
    """Borusyak, Jaravel and Spiess (2024): effects of treated rows against the least squares fit of the
    untreated rows. The weight of each untreated row in an average is written out; the influence of a
    row is its weight times its residual, that of a treated row is from the average of its cohort and
    period. Returns event times (with the pre-treatment regression), cohorts, cells and overall."""
    d = d.reset_index(drop=True)
    cohort, time = d[s["cohort"]].to_numpy(float), d[s["time"]].to_numpy(float)
    y = d[s["outcome"]].to_numpy(float)
    weight = np.ones(len(d)) if s["weights"] is None else d[s["weights"]].to_numpy(float)
    treated = time >= cohort  # false for the never treated, whose cohort is not a number
    X = np.column_stack([dummies(d[s["unit"]]), dummies(time, drop_first=True), *controls(d, s).values()])
    X0, X1 = X[~treated], X[treated]
    w0 = weight[~treated]
    bread = np.linalg.pinv((X0.T * w0) @ X0, rcond=1e-12, hermitian=True)
    b = bread @ (X0.T @ (w0 * y[~treated]))
    effect = np.full(len(d), np.nan)
    effect[treated] = y[treated] - X1 @ b
    # a treated row is imputed only if its row of X is spanned by the untreated rows
    spanned = np.abs(X1 @ bread @ ((X0.T * w0) @ X0) - X1).max(axis=1) < 1e-7
    rows = [i for i, ok in zip(np.flatnonzero(treated), spanned) if ok]
    residual = y - X @ b
    cells = {}
    for i in rows:
        cells.setdefault((cohort[i], time[i]), []).append(i)
    untreated = np.flatnonzero(~treated)

    def average(which):
        total = sum(weight[i] for i in which)
        share = {i: weight[i] / total for i in which}
        estimate = sum(share[i] * effect[i] for i in which)
        direction = bread @ sum(share[i] * X[i] for i in which)
        psi = {int(i): float(-w * (x @ direction) * residual[i]) for i, w, x in zip(untreated, w0, X0)}
        for key, members in cells.items():
            mine = [i for i in members if i in share]
            if mine:
                # averages with squared weights, as in the paper; equal weights give plain averages
                squares = sum(share[i] ** 2 for i in mine)
                centre = sum(share[i] ** 2 * effect[i] for i in mine) / squares
                for i in mine:
                    psi[int(i)] = float(share[i] * (effect[i] - centre))
        return estimate, psi

    events = {}
    pre = sorted({e for e in (time - cohort)[~treated] if not np.isnan(e) and e <= -2})
    columns = {str(int(e)): ((time - cohort) == e).astype(float)[untreated] for e in pre}
    fit = least_squares(y[untreated], np.column_stack([*columns.values(), X0]), w0)
    for j, name in enumerate(columns):
        events[name] = (fit[0][j], {int(i): float(v) for i, v in zip(untreated, fit[1][:, j])})
    for e in sorted({time[i] - cohort[i] for i in rows}):
        events[str(int(e))] = average([i for i in rows if time[i] - cohort[i] == e])
    by_cohort = {str(int(g)): average([i for i in rows if cohort[i] == g]) for g in sorted({cohort[i] for i in rows})}
    by_cell = {f"{int(k[0])}:{int(k[1])}": average(cells[k]) for k in sorted(cells)}
    return events, by_cohort, by_cell, {"overall": average(rows)}


def stacked(d, s):
    """Effects of each treated cohort within its window, from units observed in all of it, against clean
    controls; averaged by numbers of treated units, or pooled least squares. Returns event times, cells
    (only from averages) and the plain average of event times from 0."""
    d = d.reset_index(drop=True)
    lo, hi = s["window"]
    unit, time = d[s["unit"]].to_numpy(), d[s["time"]].to_numpy(float)
    cohort, y = d[s["cohort"]].to_numpy(float), d[s["outcome"]].to_numpy(float)
    row = {(u, t): i for i, (u, t) in enumerate(zip(unit, time))}
    group = {u: g for u, g in zip(unit, cohort)}
    periods = sorted(set(time))
    stacks = {}
    for g in sorted({g for g in cohort if not np.isnan(g)}):
        if not all(g + e in periods for e in range(lo, hi + 1)):
            continue
        full = [u for u in sorted(group) if all((u, g + e) in row for e in range(lo, hi + 1))]
        D = [u for u in full if group[u] == g]
        if s["comparison"] == "never":
            C = [u for u in full if np.isnan(group[u])]
        else:
            C = [u for u in full if np.isnan(group[u]) or group[u] > g + hi]
        if D and C:
            stacks[g] = (D, C)
    events = [e for e in range(lo, hi + 1) if e != -1]
    terms, by_cell = {}, {}
    if s["weighting"] == "treated":
        for g, (D, C) in stacks.items():
            for e in events:
                change = {u: y[row[u, g + e]] - y[row[u, g - 1]] for u in D + C}
                m1, m0 = np.mean([change[u] for u in D]), np.mean([change[u] for u in C])
                psi = {row[u, g + e]: (change[u] - m1) / len(D) for u in D}
                psi.update({row[u, g + e]: -(change[u] - m0) / len(C) for u in C})
                by_cell[f"{int(g)}:{int(g + e)}"] = (m1 - m0, psi)
        total = sum(len(D) for D, _ in stacks.values())
        for e in events:
            terms[str(e)] = weighted_sum(
                [(len(stacks[g][0]) / total, by_cell[f"{int(g)}:{int(g + e)}"]) for g in stacks]
            )
    else:
        table = [
            (g, u, e, float(u in D), row[u, g + e])
            for g, (D, C) in ((g, (set(a), b)) for g, (a, b) in stacks.items())
            for u in [*sorted(D), *C]
            for e in range(lo, hi + 1)
        ]
        effects = [dummies([f"{g} {u}" for g, u, *_ in table]), dummies([f"{g} {e}" for g, _, e, *_ in table])]
        columns = [np.array([r[3] * (r[2] == e) for r in table]) for e in events]
        b, psi = least_squares(np.array([y[r[4]] for r in table]), np.column_stack([*columns, *effects]))
        for j, e in enumerate(events):
            sums = {}
            for r, v in zip(table, psi[:, j]):
                sums[r[4]] = sums.get(r[4], 0.0) + v
            terms[str(e)] = (b[j], sums)
    after = [terms[str(e)] for e in events if e >= 0]
    overall = {"overall": weighted_sum([(1 / len(after), v) for v in after])}
    return terms, by_cell, overall, stacks


def local_projection(d, s, errors_of="regression"):
    """Dube, Girardi, Jorda and Taylor: y(t+h) - y(t-1) of the newly treated against clean controls.

    weighting "treated": least squares with weights 1 / (1 - share newly treated at t), which gives each
    newly treated unit the same weight. errors_of: "regression" (residuals of that regression), "within"
    (influences around the means of each date, dates' shares given)."""
    d = d.reset_index(drop=True)
    unit, time = d[s["unit"]].to_numpy(), d[s["time"]].to_numpy(float)
    cohort, y = d[s["cohort"]].to_numpy(float), d[s["outcome"]].to_numpy(float)
    row = {(u, t): i for i, (u, t) in enumerate(zip(unit, time))}
    lo, hi = s["window"]
    terms, sizes, counts = {}, {}, {}
    for h in range(lo, hi + 1):
        if h == -1:
            continue
        take = []
        for i in range(len(d)):
            t, g = time[i], cohort[i]
            last, past = row.get((unit[i], t + h)), row.get((unit[i], t - 1))
            if last is None or past is None:
                continue
            new = g == t
            clean = np.isnan(g) or (s["comparison"] == "notyet" and g > t + max(h, 0))
            if new or clean:
                take.append((t, float(new), y[last] - y[past], i))
        dates = sorted({t for t, new, *_ in take if new})
        share = {t: np.mean([r[1] for r in take if r[0] == t]) for t in dates}
        dates = [t for t in dates if share[t] < 1]
        take = [r for r in take if r[0] in dates] if s["weighting"] == "treated" else take
        if not take or not dates:
            continue
        t, D, change = (np.array([r[k] for r in take]) for k in range(3))
        w = np.array([1 / (1 - share[r[0]]) for r in take]) if s["weighting"] == "treated" else None
        if s["weighting"] == "treated" and errors_of == "within":
            n, total, psi = D.sum(), 0.0, np.zeros(len(take))
            for date in dates:
                a, c = (t == date) & (D == 1), (t == date) & (D == 0)
                total += a.sum() / n * (change[a].mean() - change[c].mean())
                psi[a] = (change[a] - change[a].mean()) / n
                psi[c] = -(change[c] - change[c].mean()) / c.sum() * a.sum() / n
            estimate = total
        else:
            b, influences = least_squares(change, np.column_stack([D, dummies(t)]), w)
            estimate, psi = b[0], influences[:, 0]
        terms[str(h)] = (estimate, {r[3]: float(v) for r, v in zip(take, psi)})
        sizes[str(h)] = len(take)
        counts[str(h)] = len(set(t))
    return terms, sizes, counts


# Other programs.

AGGREGATES = [
    ("cohort_time", None),
    ("event_time", None),
    ("cohort", None),
    ("calendar", None),
    ("overall", "cells"),
    ("overall", "event_time"),
    ("overall", "cohort"),
    ("overall", "calendar"),
]

CSDID_METHOD = {"doubly_robust": "dr", "regression": "reg", "weighting": "ipw"}


def csdid_terms(data, s, **options):
    """(aggregate, across) to terms with standard errors, by csdid (analytic errors)."""
    import contextlib
    import io

    from csdid.att_gt import ATTgt

    table = data.copy()
    table[s["cohort"]] = table[s["cohort"]].fillna(0).astype(int)
    arguments = {
        "yname": s["outcome"],
        "tname": s["time"],
        "idname": s["unit"],
        "gname": s["cohort"],
        "data": table,
        "control_group": ["nevertreated" if s["comparison"] == "never" else "notyettreated"],
        "xformla": None if s["controls"] is None else f"{s['outcome']} ~ {s['controls']}",
        "anticipation": s["anticipation"],
        "weights_name": s["weights"],
        "panel": s["unit"] is not None,
        **options,
    }
    out = {}
    with contextlib.redirect_stdout(io.StringIO()):
        fit = ATTgt(**arguments).fit(est_method=CSDID_METHOD[s["adjustment"]], base_period=s["base"], bstrap=False)
        r = fit.results
        out["cohort_time", None] = {
            f"{int(g)}:{int(t)}": (float(a), float(e))
            for g, t, a, e in zip(r["group"], r["year"], r["att"], r["se"])
            if np.isfinite(e) and e > 0
        }
        for kind, name in (("dynamic", "event_time"), ("group", "cohort"), ("calendar", "calendar")):
            fit.aggte(kind)
            a = fit.atte
            out[name, None] = {
                str(int(k)): (float(v), float(e))
                for k, v, e in zip(a["egt"], np.ravel(a["att_egt"]), np.ravel(a["se_egt"]))
                if np.isfinite(e)
            }
            out["overall", name] = {"overall": (float(a["overall_att"]), float(np.ravel(a["overall_se"])[0]))}
        fit.aggte("simple")
        a = fit.atte
        out["overall", "cells"] = {"overall": (float(a["overall_att"]), float(np.ravel(a["overall_se"])[0]))}
    return out


def moderndid_terms(data, s, aggregates=("dynamic", "group", "calendar", "simple"), **options):
    """The same by moderndid."""
    import moderndid as md

    table = data.copy()
    table[s["cohort"]] = table[s["cohort"]].fillna(0).astype(int)
    fit = md.att_gt(
        data=table,
        yname=s["outcome"],
        tname=s["time"],
        idname=s["unit"],
        gname=s["cohort"],
        xformla=None if s["controls"] is None else f"~ {s['controls']}",
        weightsname=s["weights"],
        est_method=CSDID_METHOD[s["adjustment"]],
        control_group="nevertreated" if s["comparison"] == "never" else "notyettreated",
        anticipation=s["anticipation"],
        base_period=s["base"],
        panel=s["unit"] is not None,
        boot=False,
        cband=False,
        **options,
    )
    out = {
        ("cohort_time", None): {
            f"{int(g)}:{int(t)}": (float(a), float(e))
            for g, t, a, e in zip(fit.groups, fit.times, fit.att_gt, fit.se_gt)
            if np.isfinite(e) and e > 0
        }
    }
    names = {"dynamic": "event_time", "group": "cohort", "calendar": "calendar", "simple": "cells"}
    for kind in aggregates:
        a = md.aggte(fit, type=kind)
        out["overall", names[kind]] = {"overall": (float(a.overall_att), float(a.overall_se))}
        if kind != "simple":
            out[names[kind], None] = {
                str(int(k)): (float(v), float(e))
                for k, v, e in zip(a.event_times, a.att_by_event, a.se_by_event)
                if np.isfinite(e)
            }
    return out


def study_entries(study, programs, aggregates=AGGREGATES, by=None, note="", skip=(), rtol=1e-6):
    """Entries of a Study after each program's terms have been compared with it. programs: name to
    terms of csdid_terms and alike. skip: terms left out."""
    found = []
    for key in aggregates:
        ours = {k: v for k, v in study.terms(*key, by=by).items() if k not in skip}
        agreed = []
        for name, theirs in programs.items():
            if key in theirs:
                close(ours, theirs[key], rtol, 1e-9, f"{name} {key}")
                missing = set(ours) - set(theirs[key])
                if all(len(np.atleast_1d(v)) == 1 for v in theirs[key].values()) and "estimates" not in name:
                    name += " (estimates)"
                agreed.append(name if not missing else f"{name} (without {', '.join(sorted(missing))})")
        program = ", ".join(agreed + ["brute force"])
        found.append(entry(*key, [by or study.spec["unit"]], ours, program, note))
    return found


def feols(table, outcome, columns, effects, cluster, weights=None):
    """pyfixest: coefficients and clustered covariance without factors. columns: name to array."""
    import pyfixest as pf

    names = {f"c{j}": name for j, name in enumerate(columns)}
    data = table.reset_index(drop=True).assign(**{k: columns[name] for k, name in names.items()})
    fit = pf.feols(
        f"{outcome} ~ {' + '.join(names)} | {' + '.join(effects)}",
        data,
        vcov={"CRV1": cluster},
        ssc=pf.ssc(k_adj=False, G_adj=False),
        weights=weights,
        fixef_rm="none",
        demeaner=pf.MapDemeaner(fixef_tol=1e-13, fixef_maxiter=100_000),
    )
    assert [names[k] for k in fit._coefnames] == list(columns), "pyfixest left out a column"
    return dict(zip(columns, fit._beta_hat)), pd.DataFrame(fit._vcov, index=list(columns), columns=list(columns))


def lincom(coefficients, covariance, weights):
    """Estimate and standard error of a weighted sum of coefficients."""
    names = list(weights)
    w = np.array([weights[n] for n in names])
    V = covariance.loc[names, names].to_numpy()
    return float(sum(weights[n] * coefficients[n] for n in names)), float(np.sqrt(w @ V @ w))


def sun_abraham_pyfixest(d, s, cluster):
    """The saturated regression by pyfixest, averaged by (weighted) numbers of rows."""
    d = d.reset_index(drop=True)
    cohort, time = d[s["cohort"]].to_numpy(float), d[s["time"]].to_numpy(float)
    w = np.ones(len(d)) if s["weights"] is None else d[s["weights"]].to_numpy(float)
    event = time - cohort
    pairs = sorted({(g, e) for g, e in zip(cohort, event) if not np.isnan(g) and e != -1 - s["anticipation"]})
    columns = {p: ((cohort == p[0]) & (event == p[1])).astype(float) for p in pairs}
    count = {p: float((columns[p] * w).sum()) for p in pairs}
    extra = controls(d, s)
    b, V = feols(d, s["outcome"], {**columns, **extra}, [s["unit"], s["time"]], cluster, s["weights"])

    def average(keys):
        return lincom(b, V, {k: count[k] / sum(count[j] for j in keys) for k in keys})

    events = {str(int(e)): average([p for p in pairs if p[1] == e]) for e in sorted({e for _, e in pairs})}
    cells = {f"{int(g)}:{int(g + e)}": lincom(b, V, {(g, e): 1.0}) for g, e in pairs}
    return events, cells, {"overall": average([p for p in pairs if p[1] >= 0])}


def two_way_pyfixest(d, s, cluster):
    d = d.reset_index(drop=True)
    event = d[s["time"]].to_numpy(float) - d[s["cohort"]].to_numpy(float)
    events = sorted({e for e in event if not np.isnan(e) and e != -1 - s["anticipation"]})
    columns = {str(int(e)): (event == e).astype(float) for e in events}
    extra = controls(d, s)
    b, V = feols(d, s["outcome"], {**columns, **extra}, [s["unit"], s["time"]], cluster, s["weights"])
    return {k: lincom(b, V, {k: 1.0}) for k in columns}


def stacked_pyfixest(d, s, stacks, cluster):
    """The stacked data by pyfixest. "variance": pooled, with unit-by-stack and time-by-stack effects.
    "treated": one effect for each stack and event time, averaged by treated units; the estimates are
    also those of pooled regressions with the weights of Wing, Freedman and Hollingsworth (2024) (1 for
    treated rows; for the controls of a stack its share of the treated over its share of the controls),
    whose errors are returned as alternatives."""
    lo, hi = s["window"]
    d = d.reset_index(drop=True)
    row = {(u, t): i for i, (u, t) in enumerate(zip(d[s["unit"]], d[s["time"]]))}
    n1 = sum(len(D) for D, _ in stacks.values())
    n0 = sum(len(C) for _, C in stacks.values())
    rows = []
    for g, (D, C) in stacks.items():
        for group, treated, weight in ((D, 1.0, 1.0), (C, 0.0, (len(D) / n1) / (len(C) / n0))):
            for u in group:
                for e in range(lo, hi + 1):
                    i = row[u, g + e]
                    rows.append((int(g), e, treated, weight, d[s["outcome"]][i], u, d[cluster][i]))
    table = pd.DataFrame(rows, columns=["stack", "event", "treated", "q", "y", "unit", "cluster"])
    table["unit_stack"] = table["unit"].astype(str) + " " + table["stack"].astype(str)
    table["event_stack"] = table["event"].astype(str) + " " + table["stack"].astype(str)
    table["event_text"] = table["event"].astype(str)
    events = [e for e in range(lo, hi + 1) if e != -1]
    after = [str(e) for e in events if e >= 0]
    within = ["unit_stack", "event_stack"]
    columns = {str(e): (table["treated"] * (table["event"] == e)).to_numpy() for e in events}
    if s["weighting"] == "variance":
        b, V = feols(table, "y", columns, within, "cluster")
        terms = {k: lincom(b, V, {k: 1.0}) for k in columns}
        return terms, {"overall": lincom(b, V, {k: 1 / len(after) for k in after})}, {}, {}, len(table)
    each = {
        (g, str(e)): (table["treated"] * (table["event"] == e) * (table["stack"] == g)).to_numpy()
        for g in stacks
        for e in events
    }
    b, V = feols(table, "y", each, within, "cluster")
    share = {g: len(D) / n1 for g, (D, _) in stacks.items()}
    terms = {k: lincom(b, V, {(g, k): share[g] for g in stacks}) for k in columns}
    overall = {"overall": lincom(b, V, {(g, k): share[g] / len(after) for g in stacks for k in after})}
    cells = {f"{int(g)}:{int(g + int(k))}": lincom(b, V, {(g, k): 1.0}) for g, k in each}
    alternatives = {}
    for name, extra, effects in (
        ("pooled with effects of stacks", {}, within),
        ("pooled without effects of stacks", {"treated": table["treated"].to_numpy()}, ["event_text"]),
    ):
        b, V = feols(table, "y", {**columns, **extra}, effects, "cluster", "q")
        alternatives[name] = {k: lincom(b, V, {k: 1.0}) for k in columns}
        close({k: v[:1] for k, v in terms.items()}, {k: v[:1] for k, v in alternatives[name].items()}, 1e-7, 1e-10)
    return terms, overall, cells, alternatives, len(table)


def without_factor(value, error, G, n, K):
    """A CR1 standard error with G/(G-1) (n-1)/(n-K) divided out."""
    return float(value), float(error) / np.sqrt(G / (G - 1) * (n - 1) / (n - K))


def regression_entry(aggregate, across, by, ours, programs, note, rtol=1e-7, alternatives=None, **looser):
    """programs: name to terms (with or without errors). alternatives: name to terms whose standard errors
    follow another definition."""
    agreed = []
    for name, theirs in programs.items():
        close(ours, theirs, rtol, 1e-9, f"{name} {aggregate} {across}")
        missing = set(ours) - set(theirs)
        kind = "" if all(len(np.atleast_1d(v)) == 2 for v in theirs.values()) else " (estimates)"
        agreed.append(name + kind + (f" (without {', '.join(sorted(missing))})" if missing else ""))
    written = entry(aggregate, across, [by], ours, ", ".join(agreed + ["brute force"]), note, **looser)
    if alternatives:
        written["alternative_se"] = {n: {k: float(v[1]) for k, v in t.items()} for n, t in alternatives.items()}
    return written


def suite(d, columns, by, packages, data_source, windows, lp_window, weights=None, extra_controls=None, full=True):
    """Cases of all estimators on one panel with never treated units, compared with csdid, moderndid,
    pyfixest and diff-diff. columns: outcome, unit, time, cohort. by: columns to cluster by, the unit first.
    weights and extra_controls: a column each, for further cases of the estimators that take them. Without
    full only Stacked and LocalProjection."""
    import diff_diff

    outcome, unit, time, cohort = columns
    named = {"outcome": outcome, "unit": unit, "time": time}
    zeros = d.fillna({cohort: 0}).astype({cohort: int})
    zeros["treat_"] = ((zeros[cohort] > 0) & (zeros[time] >= zeros[cohort])).astype(int)
    cases = []

    def add(s, entries):
        cases.append(case(packages, data_source, s, len(d), entries))

    def frame_terms(fit):
        frame = fit.aggregate("event_study").to_dataframe()
        frame = frame[~frame["is_reference"]]
        return {str(int(k)): (a, b) for k, a, b in zip(frame["event_time"], frame["att"], frame["se"])}

    if full:
        for comparison in ("never", "notyet"):
            for base in ("varying", "universal"):
                s = spec("CallawaySantAnna", *columns, comparison=comparison, base=base)
                study = Study(d, s)
                programs = {"csdid": csdid_terms(d, s), "moderndid": moderndid_terms(d, s)}
                entries = study_entries(study, programs, note="no factor; analytic standard errors of csdid, moderndid")
                for other in by[1:]:
                    text = "sum of squared sums of the units' influences over clusters, no factor"
                    entries += study_entries(study, {}, [("event_time", None), ("overall", "cells")], other, text)
                add(s, entries)
    variants = [{}] + ([{"weights": weights}] if weights else [])
    variants += [{"controls": extra_controls}] if extra_controls else []
    free = "pyfixest without small-sample factors"
    for options in variants if full else []:
        s = spec("SunAbraham", *columns, **options)
        entries = []
        for name in by:
            found = zip(
                [("event_time", None), ("cohort_time", None), ("overall", "cells")],
                sun_abraham(d, s),
                sun_abraham_pyfixest(d, s, name),
            )
            note = free + "; shares of cohorts as given, by " + ("sums of weights" if s["weights"] else "rows")
            for key, t, p in found:
                entries.append(regression_entry(*key, name, errors(t, d[name].to_numpy()), {"pyfixest": p}, note))
        add(s, entries)
        s = spec("TWFE", *columns, **options)
        entries = []
        for name in by:
            ours, theirs = errors(dynamic_two_way(d, s), d[name].to_numpy()), two_way_pyfixest(d, s, name)
            entries.append(regression_entry("event_time", None, name, ours, {"pyfixest": theirs}, free))
        add(s, entries)
        s = spec("Imputation", *columns, **options)
        entries = []
        for name in by:
            events, cohorts, cells, overall = (errors(t, d[name].to_numpy()) for t in imputation(d, s))
            programs, whole = {}, {}
            note = "averages by cohort and period are plain ones; leads are relative to -1, without factor"
            if s["weights"]:
                note = "averages by cohort and period have squared weights; leads are relative to -1, without factor"
            else:
                names = None if s["controls"] is None else [s["controls"]]
                fit = diff_diff.ImputationDiD(pretrends=True, cluster=name).fit(
                    zeros, first_treat=cohort, covariates=names, **named
                )
                terms = frame_terms(fit)
                programs["diff-diff"] = {k: v if int(k) >= 0 else v[:1] for k, v in terms.items()}
                whole["diff-diff"] = {"overall": (fit.overall_att, fit.overall_se)}
                note += "; of diff-diff's leads only estimates are compared"
            entries.append(regression_entry("event_time", None, name, events, programs, note))
            entries.append(regression_entry("overall", "cells", name, overall, whole, note))
            entries.append(regression_entry("cohort", None, name, cohorts, {}, note))
        add(s, entries)
    for comparison in ("never", "notyet"):
        for weighting in ("treated", "variance"):
            for window in windows:
                s = spec("Stacked", *columns, comparison=comparison, weighting=weighting, window=window)
                entries = []
                for name in by:
                    terms, cells, overall, stacks = stacked(d, s)
                    terms, cells, overall = (errors(t, d[name].to_numpy()) for t in (terms, cells, overall))
                    peer, peer_overall, peer_cells, others, rows = stacked_pyfixest(d, s, stacks, name)
                    note = f"cohorts {', '.join(str(int(g)) for g in stacks)}; {rows} stacked rows; {free}"
                    if others:
                        note += (
                            "; errors of the average of the stacks' effects, shares as given (event-mpdta-regressions)"
                        )
                    programs = {"pyfixest": peer}
                    entries.append(
                        regression_entry("event_time", None, name, terms, programs, note, alternatives=others)
                    )
                    entries.append(
                        regression_entry("overall", "event_time", name, overall, {"pyfixest": peer_overall}, note)
                    )
                    if cells:
                        entries.append(
                            regression_entry("cohort_time", None, name, cells, {"pyfixest": peer_cells}, note)
                        )
                add(s, entries)
            s = spec("LocalProjection", *columns, comparison=comparison, weighting=weighting, window=lp_window)
            entries = []
            found, sizes, dates = local_projection(d, s)
            for name in by:
                terms, others = errors(found, d[name].to_numpy()), {}
                if weighting == "treated":
                    within = local_projection(d, s, "within")[0]
                    others["around the means of each date"] = errors(within, d[name].to_numpy())
                fit = diff_diff.LPDiD(
                    pre_window=-lp_window[0],
                    post_window=lp_window[1],
                    control_group="never_treated" if comparison == "never" else "clean",
                    reweight=weighting == "treated",
                    cluster=name,
                    rank_deficient_action="silent",
                ).fit(zeros, treatment="treat_", **named)
                theirs = {}
                kept = ["horizon", "coefficient", "se", "n_obs", "n_clusters"]
                for k, value, error, m, g in fit.event_study[kept].to_numpy():
                    if k != -1 and np.isfinite(value):
                        assert m == sizes[str(int(k))]
                        theirs[str(int(k))] = without_factor(value, error, g, m, 1 + dates[str(int(k))])
                note = "diff-diff's with G/(G-1) (n-1)/(n-K) divided out, K the dates and one; rows: "
                note += ", ".join(f"{k} {v}" for k, v in sizes.items())
                if others:
                    note += "; errors of the reweighted regression (event-mpdta-regressions)"
                entries.append(
                    regression_entry("event_time", None, name, terms, {"diff-diff": theirs}, note, alternatives=others)
                )
            add(s, entries)
    return cases
