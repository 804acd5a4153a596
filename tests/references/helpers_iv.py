"""Shared by the cases of instrumental variables: the first stage and the effective F by
plain algebra, and tests of linearmodels."""

import numpy as np
from helpers import check_close, cr1_factor, influence_covariance, smallest_G, test_entry
from scipy import stats


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
