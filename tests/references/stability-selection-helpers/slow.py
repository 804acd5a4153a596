"""Shared by the make.py scripts of folders stability-selection-*: the rigorous Lasso by slow coordinate descent with its
first-order conditions checked, double selection, and the same with other programs. DEFINITIONS has every rule in words."""

import contextlib
import io
import json
import math
import sys
import warnings
from importlib.metadata import version
from itertools import combinations

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy.stats import norm
from sklearn.linear_model import Lasso

DEFINITIONS = {
    "data": "The outcome, the treatments and the controls are demeaned first. n rows, p controls, G clusters.",
    "equations": "One Lasso of the outcome on all controls (without the treatments), one of each treatment on all controls "
    "(without the other treatments).",
    "objective": "(1/n) sum_i (y_i - x_i'b)^2 + (lambda/n) sum_j psi_j |b_j|: |2 sum_i x_ij (y_i - x_i'b)| <= lambda psi_j, "
    "with equality and the sign of b_j where b_j is not zero.",
    "lambda": "2 c sqrt(n) Phi^-1(1 - gamma/(2p)), c = 1.1, the same for every equation; never multiplied by sigma.",
    "gamma": "0.1/log(n); 0.1/log(G) for loadings 'clustered' (n under the square root stays the number of rows).",
    "loadings": {
        "homoskedastic": "psi_j = sigma sqrt((1/n) sum_i x_ij^2), sigma = sqrt((1/n) sum_i e_i^2)",
        "heteroskedastic": "psi_j = sqrt((1/n) sum_i x_ij^2 e_i^2)",
        "clustered": "psi_j = sqrt((1/n) sum_g (sum_{i in g} x_ij e_i)^2)",
    },
    "start": {
        "correlated": "e are the residuals of least squares on the five controls of largest absolute correlation with y",
        "outcome": "e = y - mean(y)",
        "halved": "as correlated, and the first Lasso has lambda/2 (hdm's rule with post-Lasso); later ones have lambda",
    },
    "iterations": "Repeat at most 15 times: loadings from e; Lasso; e = residuals of least squares on the selected controls "
    "(y - mean(y) if none); stop (settled) when sqrt(sum e^2/(n-1)) changed by less than 1e-5, at first from that of "
    "y - mean(y). It either changes by more than 2e-5 or not at all, so this is: the same controls twice, or none at once. "
    "When settled, one more Lasso with the loadings of the last e selects the same controls. Not settled: the selections "
    "alternate and the fifteenth counts.",
    "double_selection": "Least squares of the outcome on a constant, all treatments and the union of the controls selected in "
    "all equations. K counts all of these. HC1: n/(n-K). CR0: no factor (pdslasso). CR1: G/(G-1) (n-1)/(n-K). hdm: HC0 times "
    "sqrt(n/(n-K+number of treatments)), since hdm counts the constant and the controls only.",
    "keys": {
        "loadings": "in an equation: psi of the last Lasso, in the order of controls. If none are selected at once (iterations "
        "1) they are those of the start; otherwise, when settled, also those of the last e",
        "selected": "in the order of controls; path has the selection of each Lasso",
        "lasso": "coefficients of the last Lasso; post_lasso those of least squares on the selected controls",
        "sigma": "sqrt((1/n) sum e^2) of the last post-Lasso residuals",
        "margin": "over all Lassos of the path, the smallest of 1 - |score_j|/(lambda psi_j) for controls left out and of "
        "|b_j| sd(x_j)/sd(y) for those selected",
    },
}
KINDS = ("homoskedastic", "heteroskedastic")
STARTS = ("correlated", "outcome", "halved")


def read_data(table):
    """Write data.csv and read it back."""
    table.to_csv("data.csv", index=False, lineterminator="\n")
    return pd.read_csv("data.csv", float_precision="round_trip")


def source(packages, more=""):
    return ", ".join(["Python " + sys.version.split()[0]] + [f"{p} {version(p)}" for p in packages]) + more


def level(n, p, groups=None):
    gamma = 0.1 / math.log(n if groups is None else groups)
    return gamma, 2 * 1.1 * math.sqrt(n) * norm.ppf(1 - gamma / (2 * p))


def loadings(kind, x, e, codes):
    if kind == "homoskedastic":
        return np.sqrt((e**2).mean()) * np.sqrt((x**2).mean(axis=0))
    if kind == "heteroskedastic":
        return np.sqrt((x**2 * e[:, None] ** 2).mean(axis=0))
    sums = np.array([(x[codes == g] * e[codes == g, None]).sum(axis=0) for g in np.unique(codes)])
    return np.sqrt((sums**2).sum(axis=0) / len(e))


def least_squares(x, y):
    return np.linalg.lstsq(x, y, rcond=None)[0]


def lasso(x, y, penalties):
    """Coordinate descent from zero until no coefficient moves, then the linear equations of the selected controls exactly;
    the first-order conditions are checked. Returns the coefficients and the margin."""
    xx, xy, scale = x.T @ x, x.T @ y, np.sqrt((x**2).mean(axis=0) / (y**2).mean())
    b, move = np.zeros(x.shape[1]), 1.0
    while move > 1e-12:
        old = b.copy()
        for j in range(len(b)):
            r = xy[j] - xx[j] @ b + xx[j, j] * b[j]
            b[j] = math.copysign(max(abs(r) - penalties[j] / 2, 0), r) / xx[j, j]
        move = np.max(np.abs(b - old) * scale)
    on = np.flatnonzero(b)
    exact = np.zeros_like(b)
    if len(on):
        exact[on] = np.linalg.solve(xx[np.ix_(on, on)], xy[on] - penalties[on] * np.sign(b[on]) / 2)
    assert np.max(np.abs(exact - b) * scale) < 1e-9 and np.array_equal(np.sign(exact), np.sign(b))
    score = 2 * x.T @ (y - x @ exact) / penalties
    assert np.allclose(score[on], np.sign(exact[on]), rtol=0, atol=1e-10)
    margin = min([1 - abs(score[j]) for j in range(len(b)) if not exact[j]] + [abs(exact[j]) * scale[j] for j in on])
    assert margin > 1e-5, margin
    other = (
        Lasso(alpha=0.5 / len(y), fit_intercept=False, tol=1e-15, max_iter=10**6).fit(x / penalties, y).coef_
        / penalties
    )
    assert np.max(np.abs(other - exact) * scale) < 1e-6 and np.array_equal(other != 0, exact != 0)
    return exact, margin


def rigorous(x, y, names, lam, kind, start, codes):
    """One equation: x and y demeaned."""
    n = len(y)
    e = y
    if start != "outcome":
        correlation = np.abs(x.T @ y) / np.sqrt((x**2).sum(axis=0) * (y @ y))
        near = np.argsort(-correlation)[:5]
        assert correlation[near[4]] - np.sort(correlation)[-6] > 1e-5
        e = y - x[:, near] @ least_squares(x[:, near], y)
    old, margins, path = math.sqrt(y @ y / (n - 1)), [], []
    for iteration in range(1, 16):
        psi = loadings(kind, x, e, codes)
        b, margin = lasso(x, y, lam * psi / (2 if start == "halved" and iteration == 1 else 1))
        on = np.flatnonzero(b)
        post = least_squares(x[:, on], y)
        e = y - x[:, on] @ post
        new = math.sqrt(e @ e / (n - 1))
        margins.append(margin)
        path.append([names[j] for j in on])
        if settled := abs(new - old) < 1e-5:
            break
        assert abs(new - old) > 2e-5, (new - old, path[-2:])
        old = new
    if settled:
        assert abs(new - old) < 1e-12
        following = loadings(kind, x, e, codes)
        again, margin = lasso(x, y, lam * following)
        margins.append(margin)
        assert np.array_equal(again != 0, b != 0) and (
            iteration == 1 or np.allclose(psi, following, rtol=1e-12, atol=0)
        )
    return {
        "settled": settled,
        "iterations": iteration,
        "path": path,
        "selected": path[-1],
        "lasso": {names[j]: b[j] for j in on},
        "post_lasso": dict(zip(path[-1], post)),
        "loadings": psi,
        "sigma": math.sqrt((e**2).mean()),
        "margin": min(margins),
    }


def estimates(data, outcome, treatments, union, codes):
    design = sm.add_constant(data[treatments + union])
    model = sm.OLS(data[outcome], design)
    n, k = design.shape
    fits = {"HC0": model.fit(cov_type="HC0"), "HC1": model.fit(cov_type="HC1")}
    if codes is not None:
        for name in ("CR0", "CR1"):
            fits[name] = model.fit(cov_type="cluster", cov_kwds={"groups": codes, "use_correction": name == "CR1"})
    x, e = design.to_numpy(float), fits["HC0"].resid.to_numpy()
    bread = np.linalg.inv(x.T @ x)
    hc0 = np.sqrt(np.diag(bread @ (x.T * e**2) @ x @ bread))
    assert np.allclose(hc0, fits["HC0"].bse, rtol=1e-8) and np.allclose(
        hc0 * math.sqrt(n / (n - k)), fits["HC1"].bse, rtol=1e-8
    )
    rows = {}
    for t in treatments:
        se = {name: fit.bse[t] for name, fit in fits.items()}
        rows[t] = {"estimate": fits["HC0"].params[t], **se, "hdm": se["HC0"] * math.sqrt(n / (n - k + len(treatments)))}
    return k, rows


def case(data, outcome, treatments, controls, kind, start, codes=None):
    values = data[controls].to_numpy(float)
    x = values - values.mean(axis=0)
    assert (kind == "clustered") <= (codes is not None)
    gamma, lam = level(*x.shape, groups=len(np.unique(codes)) if kind == "clustered" else None)
    equations = {}
    for name in [outcome] + treatments:
        y = data[name].to_numpy(float)
        equations[name] = rigorous(x, y - y.mean(), controls, lam, kind, start, codes)
    union = [c for c in controls if any(c in q["selected"] for q in equations.values())]
    k, rows = estimates(data, outcome, treatments, union, codes) if treatments else (None, {})
    return {
        "loadings": kind,
        "start": start,
        "gamma": gamma,
        "lambda": lam,
        "equations": equations,
        "union": union,
        "K": k,
        "estimates": rows,
    }


def others(data, outcome, treatments, controls, cases, codes=None):
    """hdm's algorithm by two ports, against the cases with start 'halved': the selections, lambda, loadings and, with one
    treatment, the estimate and its error. hdmpy works in single precision."""
    import hdmpy
    from statspai.rlasso import rlasso, rlasso_effect

    x = data[controls].to_numpy(float)
    checked = []
    for c in (c for c in cases if c["start"] == "halved"):
        homo = c["loadings"] == "homoskedastic"
        grouped = codes if c["loadings"] == "clustered" else None
        spread = np.sqrt(((x - x.mean(axis=0)) ** 2).mean(axis=0)) if homo else np.ones(x.shape[1])
        scale = math.sqrt(len(x) / (len(x) - 1)) if homo else 1
        for name, q in c["equations"].items():
            y = data[name].to_numpy(float)
            fit = rlasso(x / spread, y, penalty={"homoscedastic": homo}, cluster=grouped, colnames=controls)
            assert fit.selected == q["selected"], (name, fit.selected, q["selected"])
            assert math.isclose(fit.lambda0, c["lambda"], rel_tol=1e-12)
            if q["selected"] and q["settled"]:
                assert np.allclose(fit.loadings * spread, q["loadings"] * scale, rtol=1e-9)
            if q["selected"]:
                assert np.allclose(fit.beta[fit.index] / spread[fit.index], list(q["post_lasso"].values()), rtol=1e-8)
            if grouped is None:
                port = hdmpy.rlasso(pd.DataFrame(x / spread, columns=controls), y[:, None], homoskedastic=homo).est
                found = [n for n, i in zip(controls, np.asarray(port["index"]).ravel()) if i]
                assert found == q["selected"], (name, found)
        checked.append("statspai rlasso" + ("" if grouped is not None else " and hdmpy") + ": " + c["loadings"])
        if len(treatments) == 1:
            (t,) = treatments
            fit = rlasso_effect(
                x / spread,
                data[outcome].to_numpy(float),
                data[t].to_numpy(float),
                method="double selection",
                penalty={"homoscedastic": homo},
                cluster=grouped,
            )
            row = c["estimates"][t]
            assert math.isclose(fit.alpha, row["estimate"], rel_tol=1e-9)
            assert math.isclose(fit.se, row["hdm" if grouped is None else "CR0"], rel_tol=1e-9), (fit.se, row)
    return checked


def everything(data, outcome, treatments, controls, kinds=KINDS, codes=None):
    cases = [case(data, outcome, treatments, controls, kind, start, codes) for kind in kinds for start in STARTS]
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        agreed = others(data, outcome, treatments, controls, cases, codes)
    return {
        "outcome": outcome,
        "treatments": treatments,
        "controls": controls,
        "n": len(data),
        "p": len(controls),
        "agreed": agreed,
        "cases": cases,
    }


def schools(first):
    """The districts of statsmodels star98 from row `first` on: ten controls in standard units, their squares and products."""
    raw = sm.datasets.star98.load_pandas().data.iloc[first:]
    base = [
        "LOWINC",
        "PERASIAN",
        "PERBLACK",
        "PERHISP",
        "PERMINTE",
        "AVYRSEXP",
        "AVSALK",
        "PCTAF",
        "PCTCHRT",
        "PCTYRRND",
    ]
    z = ((raw[base] - raw[base].mean()) / raw[base].std(ddof=0)).rename(columns=str.lower)
    share = raw["NABOVE"] / (raw["NABOVE"] + raw["NBELOW"]) * 100
    columns = {"share": share, "spending": raw["PERSPENK"], "ratio": raw["PTRATIO"]}
    columns |= {c: z[c] for c in z} | {f"{c}_2": z[c] ** 2 for c in z}
    columns |= {f"{a}_{b}": z[a] * z[b] for a, b in combinations(z, 2)}
    return pd.DataFrame(columns).round(4)


def plain(value):
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(v) for v in value]
    return value.item() if isinstance(value, np.generic) else value


def text(value, depth=0):
    """JSON with a line for every list and for every dict without containers."""
    pad = " " * (depth + 1)
    if isinstance(value, dict) and any(isinstance(v, (dict, list)) for v in value.values()):
        return (
            "{\n"
            + ",\n".join(pad + json.dumps(k) + ": " + text(v, depth + 1) for k, v in value.items())
            + "\n"
            + pad[1:]
            + "}"
        )
    if isinstance(value, list) and any(isinstance(v, dict) for v in value):
        return "[\n" + ",\n".join(pad + text(v, depth + 1) for v in value) + "\n" + pad[1:] + "]"
    return json.dumps(value, allow_nan=False)


PACKAGES = ("numpy", "scipy", "statsmodels", "scikit-learn", "hdmpy", "StatsPAI")


def write(data_source, values, notes=()):
    out = {
        "source": source(PACKAGES),
        "data_source": data_source,
        "definitions": DEFINITIONS,
        "notes": list(notes),
        **values,
    }
    with open("selection.json", "w", newline="\n") as f:
        f.write(text(plain(out)) + "\n")
    for c in values["cases"]:
        print(c["loadings"], c["start"], round(c["lambda"], 3), "union", c["union"])
        for name, q in c["equations"].items():
            print(
                "   ",
                name,
                q["settled"],
                q["iterations"],
                [len(s) for s in q["path"]],
                q["selected"],
                "margin %.1e" % q["margin"],
            )
        print("   ", {t: {k: round(float(v), 5) for k, v in row.items()} for t, row in c["estimates"].items()})
