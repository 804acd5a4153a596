"""Goodman-Bacon's (2021) decomposition and de Chaisemartin and D'Haultfoeuille's (2020) weights by brute force.

For cohorts k < l with shares n_k, n_l of the units and shares D_k > D_l of treated periods, n = n_k/(n_k + n_l)
and V the variance of the twice demeaned treatment, the theorem's weights are

    k against never (U):  (n_k + n_U)^2 n (1 - n) D_k (1 - D_k) / V
    k against l:          ((n_k + n_l)(1 - D_l))^2 n (1 - n) (D_k - D_l)/(1 - D_l) (1 - D_k)/(1 - D_l) / V
    l against k:          ((n_k + n_l) D_k)^2 n (1 - n) D_l/D_k (D_k - D_l)/D_k / V

(k always treated, D_k = 1: only the last is left). Estimates are differences of means of means. Each component
is computed a second time as a two-way fixed effects regression on its two cohorts and its window."""

import json
from itertools import combinations

import numpy as np
import pandas as pd

import warnings

warnings.simplefilter("ignore")


def twice_demeaned(wide):
    return wide - wide.mean(1, keepdims=True) - wide.mean(0, keepdims=True) + wide.mean()


def slope(y, d):
    d = twice_demeaned(d)
    return (d * y).sum() / (d * d).sum()


def simulated(seed, cohorts, periods):
    """Units in years from 2001 on by cohort (year, units; None: never), with effects that grow with time treated."""
    rng = np.random.default_rng(seed)
    years = np.arange(2001, 2001 + periods)
    first = np.repeat([k if k else np.nan for k, _ in cohorts], [n for _, n in cohorts])
    units = len(first)
    effect = np.maximum(years[None] - first[:, None] + 1, 0)
    y = (
        rng.normal(size=units)[:, None]
        + 0.1 * (years - 2001)[None] ** 1.2
        + 0.3 * np.nan_to_num(effect) * (1 + 0.1 * (years[None] % 3))
        + rng.normal(size=(units, len(years)))
    )
    data = pd.DataFrame(
        {
            "unit": np.repeat(np.arange(1, units + 1), len(years)),
            "year": np.tile(years, units),
            "y": y.round(6).ravel(),
            "cohort": pd.array(
                np.where(np.isnan(np.repeat(first, len(years))), -1, np.repeat(first, len(years))), dtype="Float64"
            ),
        }
    )
    data["cohort"] = data["cohort"].astype("Int64").mask(data["cohort"] == -1)
    data.sample(frac=1, random_state=0).to_csv("data.csv", index=False, lineterminator="\n")
    return pd.read_csv("data.csv", float_precision="round_trip")


def decompose(data, outcome, unit, time, cohort):
    y = data.pivot(index=unit, columns=time, values=outcome)
    periods = y.columns.to_numpy()
    first = data.groupby(unit)[cohort].first().reindex(y.index).to_numpy(float)
    y = y.to_numpy(float)
    assert np.isfinite(y).all()
    first = np.where(first > periods.max(), np.nan, first)
    d = (periods[None] >= first[:, None]).astype(float)
    total, V = slope(y, d), (twice_demeaned(d) ** 2).mean()
    never, always = np.isnan(first), first <= periods.min()
    groups = {k: first == k for k in np.unique(first[~never & ~always])}
    share = lambda g: g.mean()
    fraction = lambda k: (periods >= k).mean()
    parts = []

    def add(treated, comparison, kind, on, off, window, after, weight):
        """on, off: unit masks; window: periods used; after: those where `on` is treated and was not before."""
        change = lambda g: y[g][:, window & after].mean() - y[g][:, window & ~after].mean()
        estimate = change(on) - change(off)
        rows = on | off
        second = slope(y[rows][:, window], (on[rows][:, None] & after[window][None]).astype(float))
        assert abs(second - estimate) < 1e-10
        parts.append(
            {
                "treated": treated,
                "comparison": comparison,
                "kind": kind,
                "estimate": float(estimate),
                "weight": float(weight),
            }
        )

    everything = np.ones(len(periods), bool)
    for k, g in groups.items():
        D = fraction(k)
        for other, name, kind in ((never, "never", "treated vs never"), (always, "always", "treated vs always")):
            if other.any():
                a, b = share(g), share(other)
                n = a / (a + b)
                add(
                    int(k), name, kind, g, other, everything, periods >= k, (a + b) ** 2 * n * (1 - n) * D * (1 - D) / V
                )
    for k, l in combinations(groups, 2):
        a, b = share(groups[k]), share(groups[l])
        n, Dk, Dl = a / (a + b), fraction(k), fraction(l)
        add(
            int(k),
            int(l),
            "earlier vs later",
            groups[k],
            groups[l],
            periods < l,
            periods >= k,
            ((a + b) * (1 - Dl)) ** 2 * n * (1 - n) * (Dk - Dl) / (1 - Dl) * (1 - Dk) / (1 - Dl) / V,
        )
        add(
            int(l),
            int(k),
            "later vs earlier",
            groups[l],
            groups[k],
            periods >= k,
            periods >= l,
            ((a + b) * Dk) ** 2 * n * (1 - n) * Dl / Dk * (Dk - Dl) / Dk / V,
        )
    weights = np.array([p["weight"] for p in parts])
    assert abs(weights.sum() - 1) < 1e-12
    assert abs(weights @ [p["estimate"] for p in parts] - total) < 1e-12

    # Frisch-Waugh: total is the sum over treated cells of weight times the cell's outcome against no effect.
    r = np.zeros_like(d)
    U, T = d.shape
    dummies = np.hstack([np.kron(np.eye(U), np.ones((T, 1))), np.kron(np.ones((U, 1)), np.eye(T))])
    flat = d.ravel()
    residual = flat - dummies @ np.linalg.lstsq(dummies, flat, rcond=None)[0]
    assert np.allclose(residual, twice_demeaned(d).ravel(), atol=1e-9)
    w = residual[flat == 1] / residual[flat == 1].sum()
    assert abs((residual @ y.ravel()) / (residual @ flat) - total) < 1e-10
    negative = w < -1e-12
    cells = pd.DataFrame(
        {"cohort": np.repeat(first, T)[flat == 1], "time": np.tile(periods, U)[flat == 1], "weight": w}
    )
    spread = np.sqrt(((w - 1 / len(w)) ** 2).mean()) * len(w)
    table = cells.groupby(["cohort", "time"])["weight"].agg(["size", "sum", "first"]).reset_index()
    return {
        "twfe": float(total),
        "components": parts,
        "negative_weights": {
            "count": int(negative.sum()),
            "sum": float(w[negative].sum()),
            "treated_cells": int(len(w)),
            "positive_sum": float(w[~negative].sum()),
            "zero": int((np.abs(w) <= 1e-12).sum()),
            "standard_deviation_of_weights": float(spread),
            "cohort_time": [
                {"cohort": int(c), "time": int(t), "units": int(s), "weight_each": float(f)}
                for c, t, s, f in table[["cohort", "time", "size", "first"]].to_numpy()
            ],
        },
    }


def diff_diff(data, spec):
    from diff_diff import bacon_decompose

    d = data.copy()
    d[spec["cohort"]] = d[spec["cohort"]].fillna(0)
    r = bacon_decompose(d, outcome=spec["outcome"], unit=spec["unit"], time=spec["time"], first_treat=spec["cohort"])
    return r


def statspai(data, spec):
    import statspai as sp

    d = data.copy()
    d["on"] = (d[spec["time"]] >= d[spec["cohort"]]).astype(float)
    return sp.bacon_decomposition(d, y=spec["outcome"], treat="on", time=spec["time"], id=spec["unit"]), d


def compare(result, data, spec):
    notes = {}
    ours = {
        (p["treated"], str(p["comparison"]).replace("always", "never"), round(p["estimate"], 9)): p["weight"]
        for p in result["components"]
    }
    r = diff_diff(data, spec)
    pairs = []
    for c in r.comparisons:
        pairs.append((c.estimate, c.weight))
    notes["diff-diff"] = match(result, pairs, float(r.twfe_estimate))
    b, d = statspai(data, spec)
    t = b.decomposition if hasattr(b, "decomposition") else b["decomposition"]
    notes["StatsPAI"] = match(result, list(zip(t["estimate"], t["weight"])), float(getattr(b, "beta_twfe", np.nan)))
    import statspai as sp

    w = sp.twowayfeweights(d, y=spec["outcome"], group=spec["unit"], time=spec["time"], treat="on")
    notes["StatsPAI twowayfeweights"] = {
        k: v
        for k, v in w.model_info.items()
        if isinstance(v, (int, float)) and not isinstance(v, bool) and np.isfinite(v)
    }
    return notes


def match(result, pairs, total):
    ours = sorted((p["estimate"], p["weight"]) for p in result["components"])
    pairs = sorted((float(e), float(w)) for e, w in pairs)
    out = {"components": len(pairs), "twfe": total if np.isfinite(total) else None}
    if len(ours) == len(pairs):
        gap = np.abs(np.array(ours) - np.array(pairs)).max(0)
        out |= {"largest_difference_of_estimates": float(gap[0]), "largest_difference_of_weights": float(gap[1])}
    return out


def write(source, data_source, spec, result, **more):
    values = {"source": source, "data_source": data_source, "spec": spec, **result, **more}
    with open("bacon.json", "w", encoding="utf-8", newline="\n") as f:
        json.dump(values, f, indent=1, ensure_ascii=False, allow_nan=False)
        f.write("\n")
