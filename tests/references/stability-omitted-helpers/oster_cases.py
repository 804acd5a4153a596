"""Coefficient stability (Oster 2019): the formulas, an omitted variable put into the data at each root, and StatsPAI."""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from statspai.diagnostics import _oster

FORMULAS = {
    "short": "y on x and the always-included controls m: beta_short, r2_short",
    "long": "y on x, the controls and m: beta_long, r2_long (R2 about the mean of y, also with m)",
    "sigma_yy": "variance of y (not residualised on m)",
    "sigma_xx": "variance of the residual of x on m (of x without m)",
    "tau_x": "variance of the residual of x on the controls and m; all three with n - 1, which cancels",
    "quantities": "nu = beta_long - beta, A = beta_short - beta_long, S = (r2_long - r2_short) sigma_yy, U = (r_max - r2_long) sigma_yy",
    "delta": "nu tau_x (S + sigma_xx A^2 + 2 sigma_xx A nu + (sigma_xx - tau_x) nu^2) / "
    "((sigma_xx A + (sigma_xx - tau_x) nu) (U + tau_x nu^2))",
    "roots": "beta = beta_long - nu, nu the real roots of (delta - 1) tau_x (sigma_xx - tau_x) nu^3 + "
    "(delta - 2) tau_x sigma_xx A nu^2 + (delta U (sigma_xx - tau_x) - S tau_x - sigma_xx tau_x A^2) nu + delta U sigma_xx A = 0",
    "model": "y = beta x + W1 + W2 + m'c + e, W1 the controls times their coefficients in this regression, W2 the omitted index, "
    "orthogonal to controls and m; R2 = r_max; delta = [cov(W2, x) / var(W2)] / [cov(W1, x) / var(W1)], all residualised on m",
    "assumption_3": "cov(x, W1) at this root has the sign of cov(x, controls times their coefficients in the long regression), "
    "both residualised on m. The second is sigma_xx A, the first sigma_xx A + (sigma_xx - tau_x) nu",
    "psacalc_rule": "sign(beta - beta_long) = sign(beta_long - beta_short), which psacalc and robomit test instead",
    "psacalc_choice": "the root StatsPAI returns, by the rule of psacalc: closest to beta_long among those that keep the rule "
    "if any; the only real root whether it keeps the rule or not",
    "approximation": "beta_long - delta A (r_max - r2_long) / (r2_long - r2_short)",
}


def residuals(v, X):
    for _ in range(2):
        v = v - X @ np.linalg.lstsq(X, v, rcond=None)[0]
    return v


def close(a, b, tolerance=1e-8):
    if not abs(a - b) <= tolerance * max(abs(b), 1e-4):
        raise SystemExit(f"disagreement: {a!r} {b!r}")


class Setting:
    def __init__(self, data, outcome, treatment, controls, always=(), effects=()):
        self.spec = {
            "outcome": outcome,
            "treatment": treatment,
            "controls": list(controls),
            "always": list(always),
            "effects": list(effects),
        }
        dummies = {f"{e}={v}": (data[e] == v).astype(float) for e in effects for v in sorted(data[e].unique())[1:]}
        table = pd.DataFrame({c: data[c].astype(float) for c in [outcome, treatment, *controls, *always]} | dummies)
        always = [*always, *dummies]
        self.y, self.x = table[outcome].to_numpy(), table[treatment].to_numpy()
        self.w = table[list(controls)].to_numpy()
        self.m = np.column_stack([np.ones(len(table)), table[always].to_numpy()])
        self.theirs = _oster.oster_inputs(table, outcome, treatment, list(controls), always)
        self.values = self.inputs(1)
        names = {
            "beta_short": "beta_o",
            "r2_short": "r_o",
            "beta_long": "beta_t",
            "r2_long": "r_t",
            "sigma_yy": "sigma_yy",
            "sigma_xx": "sigma_xx",
            "tau_x": "t_x",
        }
        for mine, other in names.items():
            close(self.values[mine], self.theirs[other])

    def inputs(self, ddof):
        every = np.column_stack([self.w, self.m])
        y_m, x_m, x_all = residuals(self.y, self.m), residuals(self.x, self.m), residuals(self.x, every)
        short = (x_m @ y_m) / (x_m @ x_m)
        long = (x_all @ self.y) / (x_all @ x_all)
        total = np.sum((self.y - self.y.mean()) ** 2)
        rss = [np.sum((y_m - short * x_m) ** 2), np.sum(residuals(self.y, np.column_stack([self.x, every])) ** 2)]
        return {
            "beta_short": float(short),
            "r2_short": float(1 - rss[0] / total),
            "beta_long": float(long),
            "r2_long": float(1 - rss[1] / total),
            "sigma_yy": float(np.var(self.y, ddof=ddof)),
            "sigma_xx": float(np.sum(x_m**2) / (len(self.y) - ddof)),
            "tau_x": float(np.sum(x_all**2) / (len(self.y) - ddof)),
        }


def parts(v, r_max):
    S, U = (v["r2_long"] - v["r2_short"]) * v["sigma_yy"], (r_max - v["r2_long"]) * v["sigma_yy"]
    return v["beta_short"] - v["beta_long"], S, U, v["sigma_xx"], v["tau_x"]


def delta_formula(v, r_max, beta):
    A, S, U, sxx, tau = parts(v, r_max)
    nu = v["beta_long"] - beta
    above = nu * tau * (S + sxx * A**2 + 2 * sxx * A * nu + (sxx - tau) * nu**2)
    return above / ((sxx * A + (sxx - tau) * nu) * (U + tau * nu**2))


def roots_formula(v, r_max, delta):
    A, S, U, sxx, tau = parts(v, r_max)
    c = [
        (delta - 1) * tau * (sxx - tau),
        (delta - 2) * tau * sxx * A,
        delta * U * (sxx - tau) - S * tau - sxx * tau * A**2,
        delta * U * sxx * A,
    ]
    c = np.trim_zeros([a * abs(A) ** (3 - i) for i, a in enumerate(c)], "f")  # nu in units of |A|
    found = np.roots(c)
    real = np.real(found[np.abs(found.imag) < 1e-7 * np.abs(found)])
    for _ in range(3):
        real = real - np.polyval(c, real) / np.polyval(np.polyder(c), real)
    return sorted(float(v["beta_long"] - abs(A) * nu) for nu in real)


def omitted(s, r_max, beta):
    """An omitted index that makes beta the coefficient and r_max the R2, and what the regression with it says."""
    v = s.values
    every = np.column_stack([s.w, s.m])
    x_all, y_all = residuals(s.x, every), residuals(s.y, np.column_stack([s.x, every]))
    e = residuals(np.random.default_rng(5).normal(size=len(s.y)), np.column_stack([s.y, s.x, every]))
    p = (r_max - v["r2_long"]) / (1 - v["r2_long"])
    W2 = (
        (v["beta_long"] - beta) * x_all
        + p * y_all
        + np.sqrt(max(p * (1 - p), 0)) * e * np.linalg.norm(y_all) / np.linalg.norm(e)
    )
    X = np.column_stack([s.x, W2, every])
    b = np.linalg.lstsq(X, s.y, rcond=None)[0]
    close(b[0], beta)
    close(b[1], 1)
    close(1 - np.sum((s.y - X @ b) ** 2) / np.sum((s.y - s.y.mean()) ** 2), r_max)
    k = s.w.shape[1]
    x, W1 = residuals(s.x, s.m), residuals(s.w @ b[2 : 2 + k], s.m)
    W2 = residuals(W2, s.m)
    close(1 + W1 @ W2 / (W1 @ W1), 1)
    estimated = residuals(s.w @ np.linalg.lstsq(np.column_stack([s.w, s.x, s.m]), s.y, rcond=None)[0][:k], s.m)
    delta = (W2 @ x / (W2 @ W2)) / (W1 @ x / (W1 @ W1))
    return float(delta), bool(np.sign(x @ W1) == np.sign(x @ estimated)), [W2 @ x * (W1 @ W1), W1 @ x * (W2 @ W2)]


def count(s, r_max, delta, found):
    """That no root is missing: the condition on covariances, computed with omitted variables, is a cubic in nu."""
    v = s.values
    unit = abs(v["beta_short"] - v["beta_long"])
    points = np.array([-3.0, -1.0, 1.5, 4.0, 0.5])
    sides = np.array([omitted(s, r_max, v["beta_long"] - unit * u)[2] for u in points])
    left, right = sides[:, 0], sides[:, 1]
    c = np.polyfit(points, left - delta * right, 3)
    assert np.allclose(np.polyval(c, points), left - delta * right, rtol=1e-6, atol=1e-9 * np.abs(sides).max())
    c = np.where(np.abs(c) < 1e-9 * np.abs(c).max(), 0, c)
    nu = np.roots(np.trim_zeros(c, "f"))
    nu = np.sort(v["beta_long"] - unit * np.real(nu[np.abs(nu.imag) < 1e-5 * np.abs(nu)]))
    assert len(nu) == len(found) and np.allclose(nu, found, rtol=1e-5, atol=1e-6 * unit), (nu, found)


def beta_case(s, r_max, delta):
    v = s.values
    A = v["beta_short"] - v["beta_long"]
    found = roots_formula(v, r_max, delta)
    count(s, r_max, delta, found)
    theirs = _oster.oster_beta_exact(s.theirs, r_max, float(delta))
    for a, b in zip(found, sorted(theirs["roots"]), strict=True):
        close(a, b, 1e-7)
    roots = []
    for beta in found:
        close(delta_formula(v, r_max, beta), delta)
        implied, third, _ = omitted(s, r_max, beta)
        close(implied, delta, 1e-7)
        rule = bool(np.sign(beta - v["beta_long"]) == np.sign(-A))
        nu = v["beta_long"] - beta
        assert third == (np.sign(nu) == np.sign(delta * A)) and (rule == third if delta > 0 else third and not rule)
        roots.append({"beta": beta, "assumption_3": third, "psacalc_rule": rule})
    choice = min(found, key=lambda b: abs(b - theirs["beta"]))
    kept = [r["beta"] for r in roots if r["assumption_3"]]
    if delta > 0 and kept:
        assert choice == min(kept, key=lambda b: abs(b - v["beta_long"]))
    return {
        "kind": "beta",
        "r_max": r_max,
        "delta": delta,
        "roots": roots,
        "psacalc_choice": choice if delta > 0 else None,
        "approximation": v["beta_long"] - delta * A * (r_max - v["r2_long"]) / (v["r2_long"] - v["r2_short"]),
    }


def delta_case(s, r_max, beta):
    delta = delta_formula(s.values, r_max, beta)
    close(delta, _oster.oster_delta_exact(s.theirs, r_max, beta))
    close(delta_formula(s.inputs(0), r_max, beta), delta)
    implied, third, _ = omitted(s, r_max, beta)
    close(implied, delta, 1e-7)
    return {"kind": "delta", "r_max": r_max, "beta": beta, "delta": delta, "assumption_3": third}


def cases(s, betas=(), deltas=(1, 0.5, -1, 2), r_maxs=()):
    v = s.values
    rs = [min(1.0, 1.3 * v["r2_long"]), 1.0, *r_maxs]
    rs = [r for i, r in enumerate(rs) if r not in rs[:i]]
    assert min(rs) > v["r2_long"]
    targets = [0.0, v["beta_long"] / 2, *betas]
    found = [delta_case(s, r, b) for r in rs for b in targets] + [beta_case(s, r, d) for r in rs for d in deltas]
    return {**s.spec, **v, "results": found}


def write(source, settings, notes, published=None):
    result = {
        "source": source,
        "packages": {p: version(p) for p in ("StatsPAI", "numpy", "pandas")},
        "formulas": FORMULAS,
        "published": published,
        "notes": notes,
        "cases": settings,
    }
    Path("oster.json").write_text(json.dumps(result, indent=1) + "\n")
    for case in settings:
        print(
            case["treatment"],
            case["always"],
            case["effects"],
            round(case["beta_short"], 4),
            round(case["beta_long"], 4),
            round(case["r2_short"], 4),
            round(case["r2_long"], 4),
        )
        for r in case["results"]:
            print(
                "  ",
                r["kind"],
                round(r["r_max"], 4),
                r["delta"],
                r.get("beta"),
                [(round(b["beta"], 4), b["assumption_3"]) for b in r.get("roots", [])],
            )
