"""Sensitivity to omitted variables (Cinelli and Hazlett 2020): PySensemakr, and loops that omit a variable and put it in.

Needs pandas below 3 (PySensemakr indexes series by position).
"""

import json
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import sensemakr
import statsmodels.formula.api as smf
from scipy import optimize, stats

warnings.simplefilter("ignore")  # of PySensemakr: positions in series, division by a zero f_crit
TOLERANCE = 1e-10
FORMULAS = {
    "t": "estimate / se, classical, dof = n - rank of [1, treatment, covariates, dummies of effects]",
    "partial_r2": "t^2 / (t^2 + dof)",
    "partial_f2": "t^2 / dof",
    "rv": "f = q |t| / sqrt(dof) - f_crit, f_crit = t_{1-alpha/2, dof-1} / sqrt(dof - 1) (0 if alpha is null); "
    "0 if f <= 0, (sqrt(f^4 + 4 f^2) - f^2) / 2 in general, "
    "(q^2 t^2/dof - f_crit^2) / (1 + q^2 t^2/dof) if q |t|/sqrt(dof) > 1/f_crit (constraint: interior)",
    "adjusted_estimate": "sign(est) (|est| - bias), + bias if reduce is false; "
    "bias = sqrt(r2yz_dx r2dz_x / (1 - r2dz_x)) se sqrt(dof)",
    "adjusted_se": "se sqrt((1 - r2yz_dx) / (1 - r2dz_x)) sqrt(dof / (dof - 1))",
    "adjusted_t": "adjusted_estimate / adjusted_se (null if adjusted_se is 0)",
    "ci": "adjusted_estimate -+ t_{1-alpha/2, dof} adjusted_se, the dof of the model without the omitted variable, as "
    "sensemakr; ci_dof_less_one: with dof - 1, those of the model with it",
    "r2dxj_x": "partial R2 of the benchmark with the treatment given the other covariates (in the regression of the treatment on the covariates)",
    "r2yxj_dx": "partial R2 of the benchmark with the outcome given the treatment and the other covariates",
    "r2dz_x": "kd r2dxj_x / (1 - r2dxj_x)",
    "r2yz_dx": "min(1, ((sqrt(ky) + r) / sqrt(1 - r^2))^2 r2yxj_dx / (1 - r2yxj_dx)), "
    "r^2 = kd r2dxj_x^2 / ((1 - kd r2dxj_x) (1 - r2dxj_x)); a group's partial R2 is that of all its terms together",
}


def agree(mine, theirs):
    for a, b in zip(np.atleast_1d(mine), np.atleast_1d(theirs), strict=True):
        if not abs(a - b) <= TOLERANCE * abs(b) + 1e-13:
            raise SystemExit(f"disagreement: {a!r} {b!r}")


def ols(y, X, absorbed=0):
    """Coefficients, classical errors, residual sum of squares, degrees of freedom of full-rank OLS, by QR."""
    Q, R = np.linalg.qr(X)
    b = np.linalg.solve(R, Q.T @ y)
    rss, dof = np.sum((y - X @ b) ** 2), X.shape[0] - X.shape[1] - absorbed
    se = np.sqrt(rss / dof * np.sum(np.linalg.inv(R) ** 2, axis=1))
    return b, se, rss, dof


class Model:
    def __init__(self, data, outcome, treatment, covariates, effects=()):
        self.outcome, self.treatment, self.covariates, self.effects = (
            outcome,
            treatment,
            list(covariates),
            list(effects),
        )
        dummies = [pd.get_dummies(data[e], drop_first=True).to_numpy(float) for e in effects]
        always = np.linalg.qr(np.column_stack([np.ones(len(data)), *dummies]))[0]
        self.absorbed = always.shape[1]
        columns = data[[outcome, treatment, *self.covariates]].to_numpy(float)
        for _ in range(2):  # twice, for the digits that cancel
            columns = columns - always @ (always.T @ columns)
        self.y, self.d, self.x, self.always = columns[:, 0], columns[:, 1], columns[:, 2:], always
        right = " + ".join([treatment, *self.covariates, *(f"C({e})" for e in effects)])
        self.fit = smf.ols(f"{outcome} ~ {right}", data).fit()
        self.b, self.se, _, self.dof = ols(self.y, np.column_stack([self.d, self.x]), self.absorbed)
        agree(
            [self.b[0], self.se[0], self.dof], [self.fit.params[treatment], self.fit.bse[treatment], self.fit.df_resid]
        )

    def without(self, group):
        return self.x[:, [c not in group for c in self.covariates]]

    def within(self, group):
        return self.x[:, [c in group for c in self.covariates]]

    def omitted(self, r2dz_x, r2yz_dx, sign, seed=1):
        """A variable orthogonal to the covariates with these partial R2s; sign 1 pulls the estimate down, -1 up."""
        Q = np.linalg.qr(np.column_stack([self.x, self.d, self.y]))[0]
        e = np.random.default_rng(seed).normal(size=len(self.y))
        for _ in range(2):
            e -= self.always @ (self.always.T @ e)
            e -= Q @ (Q.T @ e)
        k = self.x.shape[1]
        unit = [Q[:, k] * np.sign(Q[:, k] @ self.d), Q[:, k + 1] * np.sign(Q[:, k + 1] @ self.y), e / np.linalg.norm(e)]
        weights = [np.sqrt(r2dz_x), sign * np.sqrt((1 - r2dz_x) * r2yz_dx), np.sqrt((1 - r2dz_x) * (1 - r2yz_dx))]
        return sum(w * u for w, u in zip(weights, unit, strict=True))


def partial(v, given, target):
    """Partial R2 of the columns of `target` with v given the columns of `given`."""
    short, full = ols(v, given)[2], ols(v, np.column_stack([given, target]))[2]
    return (short - full) / short


def adjusted(m, r2dz_x, r2yz_dx, reduce=True):
    """Estimate and error after an actual regression that has the omitted variable."""
    sign = (1 if m.b[0] > 0 else -1) * (1 if reduce else -1)
    z = m.omitted(r2dz_x, r2yz_dx, sign)
    b, se, _, dof = ols(m.y, np.column_stack([m.d, z, m.x]), m.absorbed)
    assert dof == m.dof - 1
    return b[0], se[0]


def intervals(estimate, se, dof, alpha):
    half = [stats.t.ppf(1 - alpha / 2, k) * se for k in (dof, dof - 1)]
    return {
        "alpha": alpha,
        "ci": [estimate - half[0], estimate + half[0]],
        "ci_dof_less_one": [estimate - half[1], estimate + half[1]],
    }


def adjusted_case(m, r2dz_x, r2yz_dx, reduce=True):
    options = {"model": m.fit, "treatment": m.treatment}
    estimate = float(sensemakr.adjusted_estimate(r2dz_x, r2yz_dx, reduce=reduce, **options))
    se = float(sensemakr.adjusted_se(r2dz_x, r2yz_dx, **options))
    agree(adjusted(m, r2dz_x, r2yz_dx, reduce), [estimate, se])
    if r2yz_dx < 1:
        t = float(sensemakr.adjusted_t(r2dz_x, r2yz_dx, reduce=reduce, **options))
        agree(estimate / se, t)
    else:
        t, se = None, 0.0
    return {
        "adjusted_estimate": estimate,
        "adjusted_se": se,
        "adjusted_t": t,
        "intervals": [intervals(estimate, se, m.dof, alpha) for alpha in (0.05, 0.1)],
    }


def robustness(t, dof, q, alpha):
    """The robustness value from its definition: the least bound on both partial R2s that lets the effect be q times
    smaller (alpha None), or no longer differ from (1 - q) estimate at level alpha.
    """
    f, free = q * abs(t), dof - 1
    critical = 0.0 if alpha is None else stats.t.ppf(1 - alpha / 2, free)

    def excess(r, s):
        scale = np.sqrt((1 - s) / (1 - r) * dof / free)
        return f - np.sqrt(s * r / (1 - r) * dof) - critical * scale

    def least(r):
        inside = optimize.minimize_scalar(
            lambda s: excess(r, s), bounds=(0, r), method="bounded", options={"xatol": 1e-12}
        )
        return min(excess(r, 0.0), excess(r, r), inside.fun)

    if f - critical * np.sqrt(dof / free) <= 0:
        return 0.0, "none needed"
    value = optimize.brentq(least, 0.0, 1 - 1e-9, xtol=1e-15, rtol=1e-14)
    return value, "interior" if least(value) < excess(value, value) - 1e-9 else "binding"


def statistics_cases(m, qs=(1, 0.5), alphas=(None, 0.05, 0.1)):
    cases = []
    for term in [m.treatment, *m.covariates]:
        estimate, se, t = (float(v[term]) for v in (m.fit.params, m.fit.bse, m.fit.tvalues))
        r2 = float(sensemakr.partial_r2(m.fit, term))
        f2 = float(sensemakr.partial_f2(m.fit, term).iloc[0])
        own = [m.treatment, *m.covariates].index(term)
        columns = np.column_stack([m.d, m.x])
        agree(partial(m.y, np.delete(columns, own, 1), columns[:, [own]]), r2)
        agree(f2, r2 / (1 - r2))
        values = []
        for q in qs:
            for alpha in alphas:
                theirs = float(sensemakr.robustness_value(m.fit, term, q=q, alpha=alpha or 1.0).iloc[0])
                mine, constraint = robustness(t, m.dof, q, alpha)
                agree(mine, theirs)
                values.append({"q": q, "alpha": alpha, "rv": theirs, "constraint": constraint})
        cases.append(
            {
                "kind": "statistics",
                "term": term,
                "estimate": estimate,
                "se": se,
                "t": t,
                "dof": m.dof,
                "partial_r2": r2,
                "partial_f2": f2,
                "robustness": values,
            }
        )
    return cases


def benchmark_cases(m, groups, strengths):
    cases = []
    for group in groups:
        r2d = float(partial(m.d, m.without(group), m.within(group)))
        r2y = float(partial(m.y, np.column_stack([m.d, m.without(group)]), m.within(group)))
        agree(sensemakr.group_partial_r2(m.fit, group if len(group) > 1 else group[0]), r2y)
        possible = [
            (kd, ky) for kd, ky in strengths if kd * r2d / (1 - r2d) < 1 and kd * r2d**2 < (1 - kd * r2d) * (1 - r2d)
        ]
        kds, kys = zip(*possible, strict=True)
        bounds = sensemakr.ovb_partial_r2_bound(
            m.fit,
            m.treatment,
            benchmark_covariates=[group if len(group) > 1 else group[0]],
            kd=list(kds),
            ky=np.array(kys),
        )
        for (kd, ky), r2dz, r2yz in zip(possible, bounds["r2dz_x"], bounds["r2yz_dx"], strict=True):
            r2dz, r2yz = float(r2dz), float(r2yz)
            r = np.sqrt(kd * r2d**2 / ((1 - kd * r2d) * (1 - r2d)))
            implied = ((np.sqrt(ky) + r) / np.sqrt(1 - r**2)) ** 2 * r2y / (1 - r2y)
            agree([kd * r2d / (1 - r2d), min(1.0, implied)], [r2dz, r2yz])
            if implied < 1:
                attained(m, group, kd, ky, r2d, r2y, r2dz, r2yz)
            cases.append(
                {
                    "kind": "benchmark",
                    "benchmark": group,
                    "kd": kd,
                    "ky": ky,
                    "r2dxj_x": r2d,
                    "r2yxj_dx": r2y,
                    "r2dz_x": r2dz,
                    "r2yz_dx": r2yz,
                    "r2yz_dx_unclipped": float(implied),
                    **adjusted_case(m, r2dz, r2yz),
                }
            )
    return cases


def attained(m, group, kd, ky, r2d, r2y, r2dz, r2yz):
    """The omitted variable at the bound is kd and ky times as strong as the benchmark: with one covariate exactly, for one
    of the two signs; with a group it is at least ky times as strong, so none that is ky times as strong is beyond it.
    """
    rest = m.without(group)
    found = []
    for sign in (1, -1):
        z = m.omitted(r2dz, r2yz, sign)[:, None]
        agree(partial(m.d, rest, z) / r2d, kd)
        found.append(partial(m.y, np.column_stack([m.d, rest]), z) / r2y)
    if len(group) == 1:
        agree(min(found), ky)
    assert min(found) > ky - 1e-9, found


def pair_cases(m, pairs):
    return [
        {"kind": "pair", "r2dz_x": a, "r2yz_dx": b, "reduce": reduce, **adjusted_case(m, a, b, reduce)}
        for a, b in pairs
        for reduce in (True, False)
    ]


def write(source, m, cases, notes, published=None):
    result = {
        "source": source,
        "packages": {p: version(p) for p in ("PySensemakr", "statsmodels", "scipy", "numpy", "pandas")},
        "formulas": FORMULAS,
        "spec": {"outcome": m.outcome, "treatment": m.treatment, "covariates": m.covariates, "effects": m.effects},
        "nobs": len(m.y),
        "published": published,
        "notes": notes,
        "cases": cases,
    }
    Path("omitted.json").write_text(json.dumps(result, indent=1) + "\n")
    print(source, len(cases), "cases")
