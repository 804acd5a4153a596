"""Shared by the make.py scripts: writes data.csv and values.json, and holds the
small-sample factors that turn another program's covariance into ours."""

import json
import sys
from importlib.metadata import version
from itertools import combinations

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy.optimize import linprog


def write_data(data):
    """Floats are written with as many digits as give the same double back."""
    data.to_csv("data.csv", index=False, lineterminator="\n", encoding="utf-8")


def read_data():
    return pd.read_csv("data.csv", float_precision="round_trip")


def entry(name, args, estimate, se, df=None, correction=None, note=None):
    """One covariance of a case; estimate and se map terms to numbers."""
    assert list(estimate) == list(se) and all(np.isfinite(v) for v in se.values())
    return {
        "covariance": {
            "name": name,
            "args": list(args),
            "kwargs": {} if correction is None else {"correction": correction},
        },
        "terms": {t: {"estimate": float(estimate[t]), "se": float(se[t])} for t in estimate},
        "scale_note": note,
        "df": None if df is None else int(df),
    }


def test_entry(function, kwargs, expected, note=None):
    """Another function's result. A covariance among the kwargs is written by choice()."""
    return {"function": function, "kwargs": kwargs, "expected": expected, "note": note}


def choice(name, *args, **kwargs):
    return {"name": name, "args": list(args), "kwargs": kwargs}


def write_values(
    packages,
    data_source,
    estimator,
    formula,
    nobs,
    covariances,
    weights=None,
    rtol_estimate=1e-8,
    rtol_se=1e-6,
    why_looser=None,
    drops=None,
    options=None,
    statistics=None,
    tests=None,
):
    python = "Python " + ".".join(map(str, sys.version_info[:3]))
    values = {
        "source": ", ".join([python] + [f"{p} {version(p)}" for p in packages]),
        "data_source": data_source,
        "spec": {"estimator": estimator, "formula": formula, "weights": weights, **(options or {})},
        "nobs": int(nobs),
        "rtol_estimate": rtol_estimate,
        "rtol_se": rtol_se,
        "why_looser": why_looser,
    }
    if drops is not None:
        values["drops"] = drops
    values["covariances"] = covariances
    if statistics is not None:
        values["statistics"] = statistics
    if tests is not None:
        values["tests"] = tests
    with open("values.json", "w", encoding="utf-8", newline="\n") as f:
        json.dump(values, f, indent=1, ensure_ascii=False, allow_nan=False)
        f.write("\n")
    print(values["source"])


# Small-sample factors.


def count_K(slopes, levels=(), nested=None):
    """Parameters: slopes (with the intercept if nothing is absorbed) plus levels,
    one redundancy for each effect after the first; effects flagged in `nested` lie
    inside a cluster variable and count one each instead of their levels."""
    K = slopes + sum(levels) - max(len(levels) - 1, 0)
    for size, inside in zip(levels, nested or [False] * len(levels)):
        if inside:
            K += 1 - size
    return K


def smallest_G(data, by):
    return min(data[v].nunique() for v in by)


def cr1_factor(data, by, K):
    """Factor of Clustered(*by): the smallest dimension, for every term."""
    G, n = smallest_G(data, by), len(data)
    return G / (G - 1) * (n - 1) / (n - K)


def cr1_note(data, by, K):
    return (
        f"covariance without factor times G/(G-1) (n-1)/(n-K) = "
        f"{cr1_factor(data, by, K)!r}, with G = {smallest_G(data, by)}, K = {K}"
    )


def se_of(covariance):
    return [t["se"] for t in covariance["terms"].values()]


def check_close(a, b, tol=1e-8):
    a, b = np.asarray(list(a), float), np.asarray(list(b), float)
    worst = float(np.max(np.abs(a / b - 1)))
    assert worst < tol, f"two programs disagree by {worst:.2e} in relative terms"


def dummies(data, effects):
    """0/1 columns: all levels of the first effect, all but one of the others."""
    blocks = [
        pd.get_dummies(data[e].astype(str), prefix=e, drop_first=i > 0, dtype=float) for i, e in enumerate(effects)
    ]
    return pd.concat(blocks, axis=1)


# Poisson regression.


def separated(y, X):
    """Rows with y = 0 that some combination of the columns separates.

    The linear programme looks for z = X g with z = 0 where y > 0 and 0 <= z <= 1
    elsewhere, with the largest sum: z is positive on every row that can be separated.
    """
    X = X / np.abs(X).max(axis=0)
    zero = y == 0
    result = linprog(
        -X[zero].sum(axis=0),
        A_ub=np.vstack([X[zero], -X[zero]]),
        b_ub=np.repeat([1.0, 0.0], zero.sum()),
        A_eq=X[~zero],
        b_eq=np.zeros((~zero).sum()),
        bounds=(None, None),
        method="highs",
    )
    assert result.status == 0, result.message
    rows = np.zeros(len(y), bool)
    rows[zero] = X[zero] @ result.x > 1e-6
    return rows


def poisson(y, X):
    """Poisson maximum likelihood, started again at the solution."""
    model = sm.GLM(y, X, family=sm.families.Poisson())
    first = model.fit(tol=1e-14, tol_criterion="params", maxiter=200)
    return model.fit(start_params=first.params, tol=1e-14, tol_criterion="params", maxiter=200)


def poisson_sandwich(fit, clusters=None):
    """Standard errors of the sandwich without factor, by row or by cluster."""
    X, mu = fit.model.exog, fit.fittedvalues
    bread = np.linalg.inv((X.T * mu) @ X)
    scores = X * (fit.model.endog - mu)[:, None]
    if clusters is not None:
        scores = pd.DataFrame(scores).groupby(np.asarray(clusters)).sum().to_numpy()
    return np.sqrt(np.diag(bread @ (scores.T @ scores) @ bread))


# Influences.


def influence_covariance(psi, clusters=None):
    """Covariance of influences (n, k), by row or by the columns of a table of clusters,
    without any factor; several ways are summed with signs."""
    if clusters is None:
        return psi.T @ psi
    total = np.zeros((psi.shape[1], psi.shape[1]))
    for size in range(1, clusters.shape[1] + 1):
        for chosen in combinations(clusters.columns, size):
            cells = clusters.groupby(list(chosen)).ngroup().to_numpy()
            sums = pd.DataFrame(psi).groupby(cells).sum().to_numpy()
            total -= (-1.0) ** size * (sums.T @ sums)
    return total
