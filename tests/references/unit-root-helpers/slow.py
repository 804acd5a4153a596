"""Lee and Strazicich's minimum LM tests (2003: two breaks; 2004, 2013: one), date by date from the definition.

Z_t without its constant is t and, for each break TB, D_t = 1 (t > TB) in model A; model C adds DT_t = t - TB (t > TB).
delta: least squares of Δy_t on ΔZ_t, t = 2..T. psi = y_1 - Z_1 delta. S_t = y_t - psi - Z_t delta, so S_1 = S_T = 0.
The statistic: t of S_{t-1} in the regression of Δy_t on ΔZ_t, S_{t-1} and ΔS_{t-1}..ΔS_{t-p}, t = p+2..T, with
residual variance over rows less columns. ΔZ has the constant 1, the impulse at TB + 1 and, in C, the step from TB + 1.

Dates: 0.1 T <= TB <= 0.9 T, and TB >= (most lags) + 2, or the step is collinear with the constant on the rows that are
left. Two breaks: TB2 >= TB1 + 2 in model A, + 3 in model C (as in two public programs, tspdlib and ur.ls).
Lags: fixed, or "t-stat": at each date the most lags in 1..max_lags whose last coefficient has |t| > 1.645 (10 %, normal),
otherwise 0, each number of lags with all of its own rows. No breaks: Schmidt and Phillips' statistic without correction.
"""

import numpy as np

STEP = {"A": 2, "C": 3}


def design(T, breaks, model):
    t = np.arange(1, T + 1)
    columns = [t.astype(float)]
    for TB in breaks:
        columns.append((t > TB).astype(float))
        if model == "C":
            columns.append(np.where(t > TB, t - TB, 0).astype(float))
    return np.column_stack(columns)


def t_values(y, X):
    b, _, rank, _ = np.linalg.lstsq(X, y, rcond=None)
    assert rank == X.shape[1]
    e = y - X @ b
    inverse = np.linalg.inv(X.T @ X)
    return b / np.sqrt(e @ e / (len(y) - X.shape[1]) * np.diag(inverse))


def statistic(y, breaks, model, lags, rule=None):
    """The t of S_{t-1} and the lags; `lags` are the most with rule "t-stat"."""
    T = len(y)
    Z = design(T, breaks, model)
    dy, dZ = np.diff(y), np.diff(Z, axis=0)
    delta = np.linalg.lstsq(dZ, dy, rcond=None)[0]
    psi = y[0] - Z[0] @ delta
    S = y - psi - Z @ delta
    assert abs(S[0]) < 1e-9 * (1 + abs(y).max()) and abs(S[-1]) < 1e-8 * (1 + abs(y).max())
    dS = np.diff(S)
    choices = range(lags, -1, -1) if rule else [lags]
    for p in choices:
        rows = range(p, T - 1)  # position i of the differences is t = i + 2
        X = np.array([[S[i], *dZ[i], *(dS[i - j] for j in range(1, p + 1))] for i in rows])
        t = t_values(dy[p:], X)
        if rule is None or p == 0 or abs(t[-1]) > 1.645:
            return t[0], p
    raise AssertionError


def dates(T, lags):
    return [TB for TB in range(1, T + 1) if T <= 10 * TB <= 9 * T and TB >= lags + 2]


def one_break(y, model, lags, rule=None):
    return [((TB,), *statistic(y, (TB,), model, lags, rule)) for TB in dates(len(y), lags)]


def two_breaks(y, model, lags, rule=None):
    grid = dates(len(y), lags)
    return [((a, b), *statistic(y, (a, b), model, lags, rule)) for a in grid for b in grid if b >= a + STEP[model]]


# Published critical values of the t statistic at 1, 5 and 10 %, simulated by the authors with T = 100, as they stand in
# two public programs (aptech/tspdlib, src/lm_1br.src and lm_2br.src; hannes101/LeeStrazicichUnitRoot). One source alone
# has those of "two breaks, C, breaks in the null".
CRITICAL = {
    "one break, A": [-4.239, -3.566, -3.211],
    "one break, C, by lambda (symmetric about 0.5)": {
        "0.1": [-5.11, -4.50, -4.21],
        "0.2": [-5.07, -4.47, -4.20],
        "0.3": [-5.15, -4.45, -4.18],
        "0.4": [-5.05, -4.50, -4.18],
        "0.5": [-5.11, -4.51, -4.17],
    },
    "two breaks, A": [-4.545, -3.842, -3.504],
    "two breaks, C, by lambda_1 and lambda_2": {
        "0.2 0.4": [-6.16, -5.59, -5.27],
        "0.2 0.6": [-6.41, -5.74, -5.32],
        "0.2 0.8": [-6.33, -5.71, -5.33],
        "0.4 0.6": [-6.45, -5.67, -5.31],
        "0.4 0.8": [-6.42, -5.65, -5.32],
        "0.6 0.8": [-6.32, -5.73, -5.32],
    },
    "two breaks, C, breaks in the null": [-5.823, -5.286, -4.989],
}


def cases(y, series, fixed=(0, 2), max_lags=8, two=True):
    from univariate import case

    out = []
    crash = {1: CRITICAL["one break, A"], 2: CRITICAL["two breaks, A"]}
    t, p = statistic(y, (), "A", 2)
    out.append(case("lm-unit-root", series, {"breaks": 0, "lags": 2}, t, "slow.py", lags=2,
                    note="Schmidt and Phillips' detrending without breaks, lags of dS, no correction"))  # fmt: skip
    for number, search in ((1, one_break), (2, two_breaks))[: 2 if two else 1]:
        for model in ("A", "C"):
            for lags, rule in [(k, None) for k in fixed] + [(max_lags, "t-stat")]:
                found = search(y, model, lags, rule)
                ordered = sorted(found, key=lambda f: f[1])
                (where, t, p), second = ordered[0], ordered[1]
                options = {"breaks": number, "model": model, "trim": 0.1}
                options |= {"rule": rule, "max_lags": lags} if rule else {"lags": lags}
                grid = dates(len(y), lags)
                extra = {
                    "break_positions": list(where), "fractions": [TB / len(y) for TB in where],
                    "dates": [grid[0], grid[-1]], "nobs": len(y) - p - 1,
                    "runner_up": {"statistic": float(second[1]), "break_positions": list(second[0])},
                }  # fmt: skip
                if number == 1:
                    extra["path"] = [float(f[1]) for f in found]
                    extra["path_lags"] = [f[2] for f in found]
                critical = dict(zip(("0.01", "0.05", "0.1"), crash[number], strict=True)) if model == "A" else None
                out.append(case("lee-strazicich", series, options, t, "slow.py", lags=p, critical=critical,
                                extra=extra))  # fmt: skip
    return out
