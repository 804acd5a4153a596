"""Shared by the make.py scripts: writes data.csv and values.json, and holds the
small-sample factors that turn another program's covariance into ours."""

import json
import sys
from importlib.metadata import version
from itertools import combinations

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats
from scipy.optimize import linprog, minimize
from scipy.stats import norm
from statsmodels.tools.numdiff import approx_fprime, approx_hess3


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


# Likelihoods.


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


def robust_entries(est, psi, data, ways, K, program, white=("HC0", "HC1")):
    """White and clustered entries from influences (n, k); `ways` lists cluster columns."""
    n = len(data)
    assert psi.shape == (n, len(est))

    def one(name, args, V, **kwargs):
        return entry(name, args, est, dict(zip(est, np.sqrt(np.diag(V)))), **kwargs)

    def clustered(by, correction=None):
        V, df = influence_covariance(psi, data[list(by)]), smallest_G(data, by) - 1
        if correction is not None:
            return one("Clustered", by, V, df=df, correction=correction, note=program)
        note = f"{program}; {cr1_note(data, by, K)}"
        return one("Clustered", by, V * cr1_factor(data, by, K), df=df, note=note)

    V0 = influence_covariance(psi)
    notes = {"HC0": program, "HC1": f"HC0 times n/(n-K), with K = {K}"}
    factors = {"HC0": 1.0, "HC1": n / (n - K)}
    out = [one("White", [kind], V0 * factors[kind], note=notes[kind]) for kind in white]
    out += [clustered(by) for by in ways]
    return out + [clustered(by, "CR0") for by in ways[:1]]


def newton(start, derivatives, steps=100):
    """Newton's method on a log-likelihood; `derivatives` gives scores (n, k) and the
    information (k, k). After a step this small the next one is below rounding."""
    theta = np.asarray(start, float)
    for _ in range(steps):
        scores, information = derivatives(theta)
        move = np.linalg.solve(information, scores.sum(axis=0))
        theta = theta + move
        if np.max(np.abs(move) / np.sqrt(np.diag(np.linalg.inv(information)))) < 1e-10:
            return theta
    raise RuntimeError("Newton's method did not converge")


# Instrumental variables.


def without(columns, exogenous, weights=None):
    """Columns without what the exogenous ones explain, rows scaled by the roots of the weights."""
    root = np.ones(len(exogenous)) if weights is None else np.sqrt(np.asarray(weights, float))
    q, _ = np.linalg.qr(np.asarray(exogenous, float) * root[:, None])
    scaled = np.asarray(columns, float) * root[:, None]
    return scaled - q @ (q.T @ scaled)


def instrument_entries(name, d, Z, way, K, by=None, kind="HC1", check=None):
    """First stage and effective F of one endogenous variable: `d` and `Z` are without the
    exogenous columns. K counts the first stage."""
    n, L = Z.shape
    bread = np.linalg.inv(Z.T @ Z)
    b = bread @ (Z.T @ d)
    e = d - Z @ b
    psi = (Z * e[:, None]) @ bread
    if kind == "Classical":
        V, df = bread * (e @ e) / (n - K), n - K
    elif by is None:
        V, df = influence_covariance(psi) * n / (n - K), n - K
    else:
        V, df = influence_covariance(psi, by) * cr1_factor(by, list(by), K), smallest_G(by, list(by)) - 1
    F = float(b @ np.linalg.solve(V, b)) / L
    effective = float(b @ (Z.T @ Z) @ b / np.trace(V @ (Z.T @ Z)))
    if check is not None:
        check_close([F], [check], 1e-7)
    kwargs = {"endogenous": name, "covariance": way}
    expected = {"statistic": F, "df_num": L, "df": int(df), "p_value": float(stats.f.sf(F, L, df))}
    return [
        test_entry(
            "first_stage",
            kwargs,
            expected,
            f"F that the excluded instruments are zero in the first stage, with K = {K}",
        ),
        test_entry(
            "effective_f",
            kwargs,
            {"statistic": effective},
            "b'Z'Z b / tr(V Z'Z): b first-stage coefficients of the instruments, V their covariance with its "
            f"small-sample factor (K = {K}), Z the instruments without the exogenous columns and effects",
        ),
    ]


def chi2_test(function, test, kwargs=None, note=None):
    """A chi-squared test of linearmodels."""
    expected = {"statistic": float(test.stat), "df": int(test.df), "p_value": float(test.pval)}
    return test_entry(function, kwargs or {}, expected, note)


def heckman(y, chosen, X, Z, start=None):
    """Maximum likelihood of Heckman's selection model: Newton's method with exact
    derivatives from `start`, or from the best of three searches from probit and least
    squares. Parameters are (b, g, log(sigma), atanh(rho)). Returns the estimates, the
    scores (n, k) and the observed information (k, k)."""
    X, y = np.where(chosen[:, None], X, 0.0), np.where(chosen, y, 0.0)
    n_x, n_z = X.shape[1], Z.shape[1]
    only_g = np.column_stack([np.zeros_like(X), Z, np.zeros((len(y), 2))])
    only_atanh = np.zeros(n_x + n_z + 2)
    only_atanh[-1] = 1.0

    def residuals(theta):
        w, a = Z @ theta[n_x:-2], theta[-1]
        r = (y - X @ theta[:n_x]) / np.exp(theta[-2])
        return r, w, np.where(chosen, np.cosh(a) * w + np.sinh(a) * r, -w)

    def loglike(theta):
        r, _, A = residuals(theta)
        return (chosen * (norm.logpdf(r) - theta[-2]) + norm.logcdf(A)).sum()

    def derivatives(theta):
        sigma, a = np.exp(theta[-2]), theta[-1]
        r, w, A = residuals(theta)
        dA_da = np.where(chosen, np.sinh(a) * w + np.cosh(a) * r, 0.0)
        mills = np.exp(norm.logpdf(A) - norm.logcdf(A))
        dr = np.column_stack([-X / sigma, np.zeros_like(Z), -r * chosen, np.zeros(len(y))])
        dA = np.where(chosen, np.cosh(a), -1.0)[:, None] * only_g + np.sinh(a) * dr + np.outer(dA_da, only_atanh)
        scores = mills[:, None] * dA - (r * chosen)[:, None] * dr
        scores[:, -2] -= chosen
        hessian = -(dA.T * (mills * (A + mills))) @ dA - (dr.T * chosen) @ dr
        pull = chosen * (mills * np.sinh(a) - r)  # on the second derivatives of r
        cross = (X * pull[:, None]).sum(axis=0) / sigma
        hessian[:n_x, -2] += cross
        hessian[-2, :n_x] += cross
        hessian[-2, -2] += (pull * r).sum()
        mixed = (mills * chosen) @ (np.sinh(a) * only_g + np.cosh(a) * dr)  # of A with atanh(rho)
        hessian[-1] += mixed
        hessian[:, -1] += mixed
        hessian[-1, -1] += (mills * chosen * A).sum()
        return scores, -hessian

    probit = sm.Probit(chosen.astype(float), Z).fit(method="newton", tol=1e-12, disp=False)
    ols = sm.OLS(y[chosen], X[chosen]).fit()
    unit = np.concatenate([ols.bse, probit.bse, [0.1, 0.1]])

    def minus(u):
        theta = u * unit
        return -loglike(theta), -derivatives(theta)[0].sum(axis=0) * unit

    if start is not None:
        theta = newton(start, derivatives)
        return theta, *derivatives(theta)
    starts = [np.concatenate([ols.params, probit.params, [0.5 * np.log(ols.scale), a]]) for a in (-1.0, 0.0, 1.0)]
    found = [minimize(minus, start / unit, jac=True, method="BFGS", options={"maxiter": 2000}) for start in starts]
    theta = newton(min(found, key=lambda f: f.fun).x * unit, derivatives)
    return theta, *derivatives(theta)


def check_heckman(theta, information, y, chosen, X, Z):
    """The likelihood once more, in sigma and rho, differentiated by statsmodels in units
    of the standard errors: the gradient is zero and the information the same."""
    se = np.sqrt(np.diag(np.linalg.inv(information)))

    def loglike(u):
        at = theta + se * u
        b, g, sigma, rho = at[: X.shape[1]], at[X.shape[1] : -2], np.exp(at[-2]), np.tanh(at[-1])
        e = y[chosen] - X[chosen] @ b
        given = (Z[chosen] @ g + rho * e / sigma) / np.sqrt(1 - rho**2)
        return (norm.logpdf(e, scale=sigma) + norm.logcdf(given)).sum() + norm.logsf(Z[~chosen] @ g).sum()

    zero = np.zeros(len(theta))
    assert np.max(np.abs(approx_fprime(zero, loglike, centered=True))) < 1e-6
    numeric = -approx_hess3(zero, loglike, epsilon=np.full(len(theta), 1e-4))
    ours = information * np.outer(se, se)
    assert np.max(np.abs(numeric - ours)) < 1e-4 + 1e-6 * np.abs(ours).max()
    return loglike(zero)
