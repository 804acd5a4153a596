"""Shared by the make.py scripts of folders stability-*: regressions on explicit dummies by least squares, the files,
and the joint inference over specifications as loops. README.md beside it has the definitions."""

import json
import math
import sys
import warnings
from importlib.metadata import version
from itertools import combinations, product

import numpy as np
import pandas as pd
from scipy import stats

# Files.


def source(packages, more=""):
    python = "Python " + ".".join(map(str, sys.version_info[:3]))
    return ", ".join([python] + [f"{p} {version(p)}" for p in packages]) + more


def write_data(table, name="data.csv"):
    table.to_csv(name, index=False, lineterminator="\n", encoding="utf-8")


def read_data(name="data.csv"):
    return pd.read_csv(name, float_precision="round_trip")


def plain(value):
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, np.ndarray, pd.Series)):
        return [plain(v) for v in value]
    return value.item() if isinstance(value, np.generic) else value


def text(value, indent=0):
    """JSON in which a dict without containers, a list of numbers and every item of other lists is one line."""
    nested = (dict, list)
    pad = " " * (indent + 1)
    if isinstance(value, dict) and any(isinstance(v, nested) for v in value.values()):
        rows = [f"{pad}{json.dumps(k)}: {text(v, indent + 1)}" for k, v in value.items()]
        return "{\n" + ",\n".join(rows) + "\n" + pad[1:] + "}"
    if isinstance(value, list) and any(isinstance(v, nested) for v in value):
        rows = [pad + json.dumps(v, allow_nan=False, ensure_ascii=False) for v in value]
        return "[\n" + ",\n".join(rows) + "\n" + pad[1:] + "]"
    return json.dumps(value, allow_nan=False, ensure_ascii=False)


def write_json(name, values):
    with open(name, "w", encoding="utf-8", newline="\n") as f:
        f.write(text(plain(values)) + "\n")
    print(values["source"])


def check_close(a, b, tol, what=""):
    a, b = np.asarray(a, float), np.asarray(b, float)
    worst = float(np.max(np.abs(a - b) / np.maximum(np.abs(a), np.abs(b)).clip(1e-300), initial=0))
    assert worst < tol, f"{what}: two programs disagree by {worst:.2e} in relative terms"
    return worst


# One regression.


def levels(column):
    return np.unique(np.asarray(column), return_inverse=True)[1]


def dummies(table, effects):
    """0/1 columns: all levels of the first effect, all but one of the others; an intercept without effects."""
    if not effects:
        return np.ones((len(table), 1))
    codes = [levels(table[e]) for e in effects]
    return np.hstack([np.eye(c.max() + 1)[c][:, int(i > 0) :] for i, c in enumerate(codes)])


def without_singletons(table, effects):
    """Rows whose level of an effect has other rows, again and again until none is left out."""
    while True:
        alone = np.zeros(len(table), bool)
        for e in effects:
            c = levels(table[e])
            alone |= np.bincount(c)[c] == 1
        if not alone.any():
            return table
        table = table[~alone]


def nested(table, effect, by):
    """Every level of the effect lies in one cluster of one of the cluster variables."""
    e = levels(table[effect])
    return any(len(set(zip(e, levels(table[v]), strict=True))) == e.max() + 1 for v in by)


def count_K(slopes, table, effects, by=()):
    if not effects:
        return slopes + 1
    K = slopes - (len(effects) - 1)
    return K + sum(1 if nested(table, e, by) else table[e].nunique() for e in effects)


def factor_and_df(n, K, table, by):
    """The small-sample factor and the degrees of freedom of t; by is empty for HC1."""
    if not by:
        return n / (n - K), n - K
    G = min(table[v].nunique() for v in by)
    return G / (G - 1) * (n - 1) / (n - K), G - 1


def sum_of_squares(scores, table, by):
    """Sum of squared sums of scores by row or cluster, several ways with signs."""
    if not by:
        return float(scores @ scores)
    total = 0.0
    for size in range(1, len(by) + 1):
        for chosen in combinations(by, size):
            cell = levels(table[chosen[0]])
            for v in chosen[1:]:
                other = levels(table[v])
                cell = levels(cell * (other.max() + 1) + other)
            sums = np.bincount(cell, scores)
            total += (-1) ** (size + 1) * float(sums @ sums)
    return total


def residuals(Z, targets):
    """Residuals of the columns of targets on Z, and Z's rank (columns brought to length 1)."""
    Z = Z / np.sqrt((Z**2).sum(axis=0)).clip(1e-300)
    coef, _, rank, _ = np.linalg.lstsq(Z, targets, rcond=1e-11)
    return targets - Z @ coef, rank


def inference(estimate, se, df):
    """Both are None where a two-way variance is negative."""
    p = None if se is None else float(2 * stats.t.sf(abs(estimate / se), df))
    return {"se": se, "p": p, "df": int(df)}


def regress(table, outcome, treatment, controls, effects, covariances):
    """The coefficient of one treatment, by Frisch-Waugh on explicit dummies. The table has complete rows without
    singletons; covariances maps names to lists of cluster variables (empty: HC1)."""
    D = dummies(table, effects)
    Z = np.column_stack([table[controls].to_numpy(float), D]) if controls else D
    r, rank = residuals(Z, table[[outcome, treatment]].to_numpy(float))
    y, x = r.T
    assert x @ x > 1e-9 * (table[treatment] ** 2).sum(), "the treatment is absorbed"
    b = float(x @ y / (x @ x))
    scores = x * (y - b * x) / (x @ x)
    kept = rank - np.linalg.matrix_rank(D) if controls else 0
    result = {"nobs": len(table), "left_out": len(controls) - int(kept), "estimate": b}
    for name, by in covariances.items():
        K = count_K(1 + kept, table, effects, by)
        c, df = factor_and_df(len(table), K, table, by)
        variance = c * sum_of_squares(scores, table, by)
        result[name] = inference(b, math.sqrt(variance) if variance > 0 else None, df)
    return result


# A grid of specifications.


def grid(outcomes, treatments, controls, effects, samples):
    """In this order: the last varies fastest; subsets of controls by size, then in the order of the list."""
    subsets = [list(s) for size in range(len(controls) + 1) for s in combinations(controls, size)]
    names = ("outcome", "treatment", "controls", "effects", "sample")
    return [
        dict(zip(names, values, strict=True)) for values in product(outcomes, treatments, subsets, effects, samples)
    ]


def rows_of(data, spec):
    """The rows of one specification: its sample, complete in its own columns, without singletons."""
    table = data if spec["sample"] == "all" else data[data[spec["sample"]] == 1]
    table = table.dropna(subset=[spec["outcome"], spec["treatment"], *spec["controls"]])
    return without_singletons(table, spec["effects"])


def estimate(table, spec, covariances):
    return regress(table, spec["outcome"], spec["treatment"], spec["controls"], spec["effects"], covariances)


def curve(data, specs, covariances, check_every=1):
    """Every specification here and by pyfixest."""
    import pyfixest as pf

    demeaner = pf.MapDemeaner(fixef_tol=1e-12, fixef_maxiter=100_000)
    warnings.filterwarnings("ignore", message="(?s).*multicollinearity")
    rows, worst = [], 0.0
    for i, spec in enumerate(specs):
        got = estimate(rows_of(data, spec), spec, covariances)
        rows.append({**spec, **got})
        if i % check_every:
            continue
        right = " + ".join([spec["treatment"], *spec["controls"]])
        right += " | " + " + ".join(spec["effects"]) if spec["effects"] else ""
        sample = data if spec["sample"] == "all" else data[data[spec["sample"]] == 1]
        for name, by in covariances.items():
            vcov = {"CRV1": "+".join(by)} if by else "hetero"
            m = pf.feols(f"{spec['outcome']} ~ {right}", sample, vcov=vcov, demeaner=demeaner)
            t = spec["treatment"]
            assert m._N == got["nobs"] and len(m._collin_vars) == got["left_out"], (spec, m._N, m._collin_vars)
            ours = [got["estimate"], got[name]["se"]]
            worst = max(worst, check_close(ours, [m.coef()[t], m.se()[t]], 1e-9, spec))
            p = got[name]["p"]
            assert abs(m.pvalue()[t] - p) < 1e-9 * max(p, 1e-4), (spec, m.pvalue()[t], p)
    print(f"{len(specs)} specifications, pyfixest within {worst:.1e}")
    return rows


# Joint inference over the specifications.


def joint(results, covariance, dominant):
    b = np.array([r["estimate"] for r in results])
    p = np.array([r[covariance]["p"] for r in results], float)
    known = ~np.isnan(p)
    statistics = {
        "median": float(np.median(b)),
        "significant": int(((p < 0.05) & (np.sign(b) == dominant)).sum()),
        "stouffer": float((np.sign(b) * stats.norm.isf(p / 2))[known].sum() / math.sqrt(known.sum())),
    }
    return statistics if known.all() else {**statistics, "undefined": int((~known).sum())}


def extremes(observed, replicates):
    """How many replicates are at least as extreme: in absolute value, significant ones by their number."""
    return {
        "median": sum(abs(r["median"]) >= abs(observed["median"]) for r in replicates),
        "significant": sum(r["significant"] >= observed["significant"] for r in replicates),
        "stouffer": sum(abs(r["stouffer"]) >= abs(observed["stouffer"]) for r in replicates),
    }


def block(actual, runs, covariance, **description):
    dominant = int(np.sign(np.median([r["estimate"] for r in actual])))
    observed = joint(actual, covariance, dominant)
    replicates = [joint(r, covariance, dominant) for r in runs]
    return {
        **description,
        "covariance": covariance,
        "specifications": len(actual),
        "dominant_sign": dominant,
        "observed": observed,
        "replicates": replicates,
        "at_least_as_extreme": extremes(observed, replicates),
    }


def permuted(data, treatment, order, cluster=None):
    """x_new[i] = x[order[i]], over rows or over the sorted labels of clusters."""
    data = data.copy()
    if cluster is None:
        data[treatment] = data[treatment].to_numpy()[order]
        return data
    by_cluster = data.groupby(cluster)[treatment].first().to_numpy()
    data[treatment] = by_cluster[order][levels(data[cluster])]
    return data


def permutation(data, specs, covariances, orders, cluster=None):
    """Results of all specifications (of one treatment) for every permutation."""
    runs = []
    for order in orders.to_numpy().T:
        new = permuted(data, specs[0]["treatment"], order, cluster)
        runs.append([estimate(rows_of(new, s), s, covariances) for s in specs])
    return runs


def bootstrap(data, specs, estimates, covariances, cluster, multiplicities, relabel):
    """Results of all specifications for every replicate, with y - b x as the outcome. A cluster drawn twice is two
    clusters; effects in `relabel` also get levels of their own for each copy."""
    labels = levels(data[cluster])
    tables = []
    for spec, b in zip(specs, estimates, strict=True):
        table = rows_of(data.assign(row=np.arange(len(data))), spec)
        tables.append(table.assign(null=table[spec["outcome"]] - b * table[spec["treatment"]]))
    runs = []
    for counts in multiplicities.to_numpy().T:
        run = []
        for spec, table in zip(specs, tables, strict=True):
            own = counts[labels[table["row"].to_numpy()]]
            copies = pd.concat([table[own > k].assign(copy=k) for k in range(counts.max())])
            new = levels(copies[cluster]) * counts.max() + copies["copy"].to_numpy()
            copies["drawn"] = new
            copies = copies.assign(**{e: levels(copies[e]) * counts.max() + copies["copy"] for e in relabel})
            copies = without_singletons(copies, spec["effects"]) if relabel else copies
            by = {name: ["drawn"] for name in covariances}
            run.append(estimate(copies, {**spec, "outcome": "null"}, by))
        runs.append(run)
    return runs


def draw_multiplicities(rng, G, replicates):
    draws = {f"r{i}": np.bincount(rng.integers(0, G, G), minlength=G) for i in range(replicates)}
    return pd.DataFrame(draws)


def draw_permutations(rng, n, replicates):
    return pd.DataFrame({f"p{i}": rng.permutation(n) for i in range(replicates)})
