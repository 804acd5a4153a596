"""Regressions again without each row and without each group, on explicit dummies by least squares."""

import math

import numpy as np
import slow
import statsmodels.api as sm
from statsmodels.stats.outliers_influence import OLSInfluence


def design(table, regressors, effects):
    return np.column_stack([table[regressors].to_numpy(float), slow.dummies(table, effects)])


def fit(table, spec):
    """Coefficients, rank, weighted residual sum of squares and (X'WX)^-1."""
    X, y = design(table, spec["regressors"], spec["effects"]), table[spec["outcome"]].to_numpy(float)
    w = table[spec["weights"]].to_numpy(float) if spec["weights"] else np.ones(len(table))
    root = np.sqrt(w)
    b, _, rank, _ = np.linalg.lstsq(X * root[:, None], y * root, rcond=1e-12)
    assert rank == X.shape[1]
    return b, rank, float(w @ (y - X @ b) ** 2), np.linalg.inv((X.T * w) @ X)


def cr1(table, spec, by):
    """Errors clustered by one variable, with the factor of these rows."""
    X, y = design(table, spec["regressors"], spec["effects"]), table[spec["outcome"]].to_numpy(float)
    w = table[spec["weights"]].to_numpy(float) if spec["weights"] else np.ones(len(table))
    b, _, _, bread = fit(table, spec)
    scores = (X * (w * (y - X @ b))[:, None]) @ bread
    K = slow.count_K(len(spec["regressors"]), table, spec["effects"], [by])
    c, _ = slow.factor_and_df(len(table), K, table, [by])
    return [math.sqrt(c * slow.sum_of_squares(scores[:, j], table, [by])) for j in range(len(spec["regressors"]))]


def without_rows(table, spec):
    b, K, rss, bread = fit(table, spec)
    s2 = rss / (len(table) - K)
    shown = len(spec["regressors"]) + (not spec["effects"])
    k = len(spec["regressors"])
    XWX, variance = np.linalg.inv(bread), np.linalg.inv(bread[:k, :k])
    out = {"without": [], "dfbeta": [], "dfbetas": [], "s": [], "cooks": [], "cooks_slopes": []}
    for i in range(len(table)):
        bi, Ki, rssi, _ = fit(table.drop(index=table.index[i]), spec)
        assert Ki == K
        change = b - bi
        si = math.sqrt(rssi / (len(table) - 1 - Ki))
        out["without"].append(bi[:shown])
        out["dfbeta"].append(change[:shown])
        out["dfbetas"].append((change / (si * np.sqrt(np.diag(bread))))[:shown])
        out["s"].append(si)
        out["cooks"].append(change @ XWX @ change / (K * s2))
        out["cooks_slopes"].append(change[:k] @ variance @ change[:k] / (k * s2))
    check(table, spec, out, shown)
    names = spec["regressors"] + ["Intercept"][: shown - k]
    for key in ("without", "dfbeta", "dfbetas"):
        out[key] = dict(zip(names, np.array(out[key]).T, strict=True))
    return {
        "nobs": len(table),
        "K": int(K),
        "s": math.sqrt(s2),
        "estimate": dict(zip(names, b, strict=False)),
        "rows": out,
    }


def check(table, spec, out, shown):
    """statsmodels, with rows times the root of their weight."""
    X, y = design(table, spec["regressors"], spec["effects"]), table[spec["outcome"]].to_numpy(float)
    root = np.sqrt(table[spec["weights"]].to_numpy(float)) if spec["weights"] else np.ones(len(table))
    influence = OLSInfluence(sm.OLS(y * root, X * root[:, None]).fit())
    for ours, theirs in (
        (np.array(out["dfbeta"]), influence.dfbeta[:, :shown]),
        (np.array(out["dfbetas"]), influence.dfbetas[:, :shown]),
        (np.array(out["cooks"]), influence.cooks_distance[0]),
        (np.array(out["s"]) ** 2, influence.sigma2_not_obsi),
    ):
        assert np.max(np.abs(ours - theirs)) < 1e-9 * np.max(np.abs(theirs)), spec


def without_groups(table, spec, by):
    """Rows of a group left out; then rows alone in an effect, which changes errors only."""
    b = fit(table, spec)[0]
    k = len(spec["regressors"])
    results = []
    for g in sorted(table[by].unique()):
        rest = slow.without_singletons(table[table[by] != g], spec["effects"])
        bg, se = fit(rest, spec)[0][:k], cr1(rest, spec, by)
        named = {
            key: dict(zip(spec["regressors"], v, strict=True))
            for key, v in (("estimate", bg), ("dfbeta", b[:k] - bg), ("se", se))
        }
        results.append({"group": g, "nobs": len(rest), **named})
    return results


def regression(data, spec, groups):
    table = slow.without_singletons(data.dropna(subset=[spec["outcome"], *spec["regressors"]]), spec["effects"])
    left = sorted(set(data.index) - set(table.index))
    return {
        **spec,
        "rows_left_out_before": left,
        **without_rows(table, spec),
        "groups": {by: without_groups(table, spec, by) for by in groups},
    }
