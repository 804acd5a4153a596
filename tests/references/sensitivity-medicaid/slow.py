"""Slow, independent computations of Rambachan and Roth (2023) for the sensitivity-* cases.

Periods are numbered -P..-1 (before), 0 (the omitted one) and 1..Q (after); delta_0 = 0.

- Smoothness(M): every second difference of (delta_-P, ..., 0, ..., delta_Q) is within [-M, M].
- Relative magnitudes(Mbar): every |delta_t+1 - delta_t|, t >= 0, is at most Mbar times the largest
  |delta_s+1 - delta_s|, s < 0: the union, over s and the sign of that difference, of polyhedra.
- Fixed-length interval (FLCI): v'beta +- sd(v) cv(bias(v)/sd(v)), v = (v_pre, weights), minimised over
  v_pre; cv(t) is the quantile of |N(t, 1)|. By two methods: a convex program in (v, |second differences'
  coefficients|) by SLSQP, and the frontier of bias and variance (cvxpy) with a scalar search on it.
- Conditional and C-LF: Andrews, Roth and Pakes's tests of theta0, over the vertices of the dual
  {g >= 0, g'X = 0, g'sd = 1}, found by enumeration. The least favorable critical value is by radial
  integration over a scrambled Sobol sequence of directions. Endpoints are found on a grid and then
  bisected, so they carry no grid step.
- Moments: "post" keeps the rows of A with a post-period coefficient (the default of R's HonestDiD when
  there are two or more post periods), "all" keeps the pre-period rows, too (what R's HonestDiD does
  with one post period; for relative magnitudes its rows are |difference_s| <= difference_max).
"""

import contextlib
import io
import json
import warnings
from importlib.metadata import version
from itertools import combinations

import numpy as np
from scipy.optimize import brentq, linprog, minimize, minimize_scalar
from scipy.special import log_ndtr
from scipy.stats import chi, norm, qmc


# Restrictions: polyhedra {delta : A delta <= d}, columns P pre periods, then Q post periods.


def differences(P, Q, order):
    D = np.diff(np.eye(P + Q + 1), n=order, axis=0)
    return np.delete(D, P, axis=1)


def smoothness(P, Q, M):
    D = differences(P, Q, 2)
    A = np.vstack([D, -D])
    return [(A, np.full(len(A), float(M)))]


def relative_magnitudes(P, Q, Mbar):
    D = differences(P, Q, 1)  # rows 0..P-1 are the pre-period differences, the last ends in period 0
    sets = []
    for s in range(P):
        for sign in (1, -1):
            bound = sign * D[s] * np.r_[np.ones(P), np.full(Q, Mbar)][:, None]
            A = np.vstack([D - bound, -D - bound])
            A = A[np.abs(A).max(1) > 0]
            sets.append((A, np.zeros(len(A))))
    return sets


def rows(A, d, P, moments):
    keep = np.abs(A[:, P:]).max(1) > 0 if moments == "post" else np.ones(len(A), bool)
    return A[keep], d[keep]


# Identified set at the point estimates.


def identified_set(sets, beta, weights, P):
    ends = []
    for A, d in sets:
        for sign in (1, -1):
            r = linprog(
                sign * np.asarray(weights, float),
                A_ub=A[:, P:],
                b_ub=d - A[:, :P] @ beta[:P],
                bounds=(None, None),
                method="highs",
            )
            if r.status == 0:
                ends.append(weights @ beta[P:] - sign * r.fun)
    return (min(ends), max(ends)) if ends else (None, None)


# Fixed-length interval.


def critical(t, alpha):
    """Quantile 1 - alpha of |N(t, 1)|."""
    t = abs(t)
    f = lambda x: norm.sf(x - t) + norm.cdf(-x - t) - alpha
    return brentq(f, 0, t + norm.isf(alpha / 2) + 1, xtol=1e-14, rtol=1e-14)


def bias_matrix(P, Q):
    """v'delta = slope (sum of t v_t) + (coefficients) (second differences): those coefficients."""
    t = np.r_[np.arange(-P, 0), np.arange(1, Q + 1)]
    after = [np.where(t > k, t - k, 0) for k in range(1, Q)]
    before = [np.where(-t > k, -t - k, 0) for k in range(P)]
    return np.array(before + after, float), t.astype(float)


def flci(beta, sigma, P, weights, M, alpha=0.05):
    weights = np.asarray(weights, float)
    Q = len(weights)
    C, t = bias_matrix(P, Q)
    assert bias_matches_program(C, P, Q)
    root = np.linalg.cholesky(sigma)
    full = lambda v: np.r_[v, weights]
    sd = lambda v: np.linalg.norm(root.T @ full(v))
    bias = lambda v: M * np.abs(C @ full(v)).sum()
    length = lambda v: sd(v) * critical(bias(v) / sd(v), alpha)

    # First method: convex program with u >= |C v|.
    n, m = P, len(C)
    scale = sd(np.zeros(P))

    def objective(x):
        v, u = x[:n], x[n:]
        s, b = sd(v), M * u.sum()
        c = critical(b / s, alpha)
        # derivative of cv: tilt of the two tails
        up, down = norm.pdf(c - b / s), norm.pdf(c + b / s)
        dcv = (up - down) / (up + down)
        grad_s = (sigma @ full(v))[:n] / s
        return s * c / scale, np.r_[grad_s * (c - dcv * b / s), np.full(m, M * dcv)] / scale

    equal = {"type": "eq", "fun": lambda x: t @ full(x[:n]), "jac": lambda x: np.r_[t[:n], np.zeros(m)]}
    J = np.block([[-C[:, :n], np.eye(m)], [C[:, :n], np.eye(m)]])
    c0 = C[:, n:] @ weights
    above = {"type": "ineq", "fun": lambda x: J @ x + np.r_[-c0, c0], "jac": lambda x: J}
    best = None
    starts = [np.zeros(P)]
    starts[0][-1] = t[P:] @ weights  # all on the last pre period
    even = np.array([-(t[P:] @ weights) * t[:P] / (t[:P] @ t[:P])])[0]
    starts += [even, even * 0.5 + 0.5 * starts[0]]
    for v0 in starts:
        x0 = np.r_[v0, np.abs(C @ full(v0))]
        for _ in range(3):
            r = minimize(
                objective,
                x0,
                jac=True,
                constraints=[equal, above],
                method="SLSQP",
                options={"maxiter": 2000, "ftol": 1e-15},
            )
            x0 = r.x
        v = project(r.x[:n], t, weights, P)
        if best is None or length(v) < length(best):
            best = v
    one = length(best)

    # Second method: smallest standard deviation for each bound on the bias; then a scalar search.
    import cvxpy as cp

    x, cap = cp.Variable(n), cp.Parameter(nonneg=True)
    cons = [t[:n] @ x + t[n:] @ weights == 0]
    mean_sd = np.sqrt(np.diag(sigma)).mean()
    goal = cp.norm(root.T @ cp.hstack([x, weights]) / mean_sd)
    tight = dict(solver=cp.CLARABEL, tol_gap_abs=1e-12, tol_gap_rel=1e-12, tol_feas=1e-12)

    def frontier(b):
        cap.value = b
        problem.solve(**tight)
        return project(np.array(x.value), t, weights, P)

    slope = cp.norm1(C @ cp.hstack([x, weights]))
    low = cp.Problem(cp.Minimize(slope), cons).solve(**tight)
    cp.Problem(cp.Minimize(goal), cons).solve(**tight)
    free = project(np.array(x.value), t, weights, P)
    high = np.abs(C @ full(free)).sum()
    if M == 0 or high - low < 1e-10:
        two_v = free
    else:
        problem = cp.Problem(cp.Minimize(goal), cons + [slope <= cap])
        f = lambda b: length(frontier(b))
        r = minimize_scalar(f, bounds=(low + 1e-9, high), method="bounded", options={"xatol": 1e-10})
        two_v = min([frontier(r.x), free], key=length)
    two = length(two_v)
    v = best if one <= two else two_v
    half = length(v)
    centre = full(v) @ beta
    return {
        "low": centre - half,
        "high": centre + half,
        "half": half,
        "v": v,
        "gap_half": abs(one - two),
        "gap_centre": abs(full(best) @ beta - full(two_v) @ beta),
    }


def project(v, t, weights, P):
    """Exactly orthogonal to linear trends."""
    return v - (t[:P] @ v + t[P:] @ weights) / (t[:P] @ t[:P]) * t[:P]


def bias_matches_program(C, P, Q):
    """The bias's formula is the linear program's optimum."""
    rng = np.random.default_rng(0)
    A, d = smoothness(P, Q, 1.0)[0]
    t = np.r_[np.arange(-P, 0), np.arange(1, Q + 1)]
    v = rng.normal(size=P + Q)
    v -= t * (t @ v) / (t @ t)
    r = linprog(-v, A_ub=A, b_ub=d, bounds=(None, None), method="highs")
    return abs(-r.fun - np.abs(C @ v).sum()) < 1e-7


# Conditional and hybrid tests.


def vertices(A, sigma, weights, P):
    """Vertices of the dual, the coefficient of theta, and the covariance of the moments."""
    Q = len(weights)
    pivot = int(np.argmax(np.abs(weights)))
    change = np.vstack([weights, np.delete(np.eye(Q), pivot, axis=0)])
    At = A[:, P:] @ np.linalg.inv(change)
    S = A @ sigma @ A.T
    sd = np.sqrt(np.diag(S))
    equations = np.vstack([At[:, 1:].T, sd])
    found = []
    right = np.r_[np.zeros(Q - 1), 1.0]
    rank = np.linalg.matrix_rank(equations)
    assert rank == Q
    bases = np.array(list(combinations(range(len(A)), Q)))
    blocks = np.moveaxis(equations[:, bases], 1, 0)
    scaled = blocks / np.linalg.norm(equations, axis=1)[:, None]
    good = np.linalg.svd(scaled, compute_uv=False)[:, -1] > 1e-9
    for base, block in zip(bases[good], blocks[good]):
        g = np.linalg.solve(block, right)
        if (g * sd[base]).min() > -1e-10:
            full = np.zeros(len(A))
            full[base] = np.maximum(g, 0)
            found.append(full)
    found = np.array(found)
    found = found[np.unique(np.round(found * sd, 9), axis=0, return_index=True)[1]]
    return found, At[:, 0], S


def least_favorable(G, A, sigma, kappa, log2=16, seeds=4):
    """Quantile 1 - kappa of max over vertices of g'A x, x ~ N(0, sigma); its simulation error."""
    W = G @ A @ np.linalg.cholesky(sigma)
    U, s, V = np.linalg.svd(W, full_matrices=False)
    r = int((s > 1e-10 * s[0]).sum())
    W = U[:, :r] * s[:r]
    values = []
    for seed in range(seeds):
        z = (
            norm.ppf(qmc.Sobol(r, seed=seed).random_base2(log2) * (1 - 1e-12) + 5e-13)
            if r > 1
            else np.array([[-1.0], [1.0]])
        )
        u = z / np.linalg.norm(z, axis=1, keepdims=True)
        h = np.concatenate([(part @ W.T).max(1) for part in np.array_split(u, 64)])
        h = np.sort(np.maximum(h, 0))
        pos = h[h > 1e-14]

        def exceed(c):
            return chi.sf(c / pos, r).sum() / len(h) - kappa

        values.append(brentq(exceed, 1e-6, 50))
        if r == 1:
            break
    return float(np.mean(values)), float(np.std(values) / np.sqrt(max(len(values) - 1, 1)))


def log_interval(a, b):
    """log of Phi(b) - Phi(a), a <= b, without loss in the tails."""
    flip = a > 0
    a, b = np.where(flip, -b, a), np.where(flip, -a, b)
    la, lb = log_ndtr(a), log_ndtr(b)
    with np.errstate(divide="ignore", invalid="ignore"):
        return lb + np.log1p(-np.exp(np.minimum(la - lb, 0)))


class Test:
    def __init__(self, A, d, beta, sigma, weights, P, alpha, kappa=None, moments="post"):
        A, d = rows(A, d, P, moments)
        self.G, theta, S = vertices(A, sigma, np.asarray(weights, float), P)
        self.y, self.slope = self.G @ (A @ beta - d), self.G @ theta
        self.V = self.G @ S @ self.G.T
        self.A, self.sigma, self.alpha, self.kappa = A, sigma, alpha, kappa
        self.cv, self.cv_error = None, 0.0
        if kappa is not None:
            self.cv, self.cv_error = least_favorable(self.G, A, sigma, kappa)

    def accepts(self, theta, cv=None):
        theta = np.atleast_1d(theta)
        cv = self.cv if cv is None else cv
        y = self.y - theta[:, None] * self.slope
        best = y.argmax(1)
        eta = y[np.arange(len(theta)), best]
        var = self.V[best, best]
        out = eta <= 0
        test = ~out & (var > 1e-20)
        out[~out & (var <= 1e-20)] = eta[~out & (var <= 1e-20)] <= 1e-12
        i = np.flatnonzero(test)
        b = self.V[best[i]] / var[i, None]
        rest = y[i] - b * eta[i, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = rest / (1 - b)
        lo = np.where(b < 1 - 1e-9, ratio, -np.inf).max(1)
        up = np.where(b > 1 + 1e-9, ratio, np.inf).min(1)
        size = self.alpha
        reject = np.zeros(len(i), bool)
        if cv is not None:
            reject |= eta[i] > cv
            up = np.minimum(up, cv)
            size = (self.alpha - self.kappa) / (1 - self.kappa)
        sd = np.sqrt(var[i])
        e, lo, up = eta[i] / sd, np.minimum(lo / sd, eta[i] / sd), np.maximum(up / sd, eta[i] / sd)
        log_p = log_interval(e, up) - log_interval(lo, up)
        reject |= ~(log_p >= np.log(size))
        out[i] = ~reject
        return out


def ends(tests, centre, reach, points=4001, cv=None):
    """Smallest and largest accepted value of the union of the tests."""
    grid = centre + np.linspace(-reach, reach, points)
    low, high, pieces = [], [], []
    for k, test in enumerate(tests):
        c = None if cv is None else cv[k]
        ok = test.accepts(grid, c)
        if not ok.any():
            continue
        first, last = np.flatnonzero(ok)[[0, -1]]
        assert first > 0 and last < points - 1, "widen the grid"
        pieces.append(ok)
        for at, step, store in ((first, -1, low), (last, 1, high)):
            a, r = grid[at], grid[at + step]
            for _ in range(60):
                mid = (a + r) / 2
                if test.accepts(mid, c)[0]:
                    a = mid
                else:
                    r = mid
            store.append(a)
    if not low:
        return None, None, 0
    union = np.any(pieces, axis=0)
    runs = int((np.diff(union.astype(int)) == 1).sum())
    return min(low), max(high), runs


def confidence(restriction, bound, beta, sigma, P, weights, method, level=0.95, moments="post"):
    alpha = 1 - level
    kappa = alpha / 10 if method == "C-LF" else None
    weights = np.asarray(weights, float)
    sets = {"smoothness": smoothness, "relative_magnitudes": relative_magnitudes}[restriction](P, len(weights), bound)
    if restriction == "relative_magnitudes" and bound == 0 and moments == "post":
        sets = sets[:1]  # all the same
    tests = [Test(A, d, beta, sigma, weights, P, alpha, kappa, moments) for A, d in sets]
    se = np.sqrt(weights @ sigma[P:, P:] @ weights)
    centre = weights @ beta[P:]
    reach = 20 * se
    while True:
        try:
            low, high, runs = ends(tests, centre, reach)
            break
        except AssertionError:
            reach *= 2
    out = {"low": low, "high": high, "runs": runs}
    if kappa is not None and low is not None:
        out["error"] = noise = 0.0
        for name, wiggle in (("error", 3 * max(t.cv_error for t in tests) + 1e-5), ("noise", None)):
            change = 0.0
            for sign in (1, -1):
                if wiggle is None:  # a critical value simulated with 1000 draws, two standard errors
                    cvs = [t.cv + sign * 2 * simulation_error(t, 1000) for t in tests]
                else:
                    cvs = [t.cv + sign * wiggle for t in tests]
                l, h, _ = ends(tests, centre, reach, cv=cvs)
                if l is not None:
                    change = max(change, abs(l - low), abs(h - high))
            out[name] = change
        out["cv"] = [t.cv for t in tests]
    return out


def simulation_error(test, draws):
    """Standard error of the critical value were it the quantile of so many draws."""
    up, _ = least_favorable(test.G, test.A, test.sigma, test.kappa * 0.8, 14, 1)
    down, _ = least_favorable(test.G, test.A, test.sigma, test.kappa * 1.25, 14, 1)
    density = test.kappa * 0.45 / max(up - down, 1e-9)
    return np.sqrt(test.kappa * (1 - test.kappa) / draws) / density


# The file.


def entry(restriction, bound, weights, method, low, high, tolerance, why, program, **more):
    number = lambda x: None if x is None else float(x)
    return {
        "restriction": restriction,
        "bound": float(bound),
        "weights": [float(w) for w in weights],
        "level": 0.95,
        "method": method,
        **more,
        "low": number(low),
        "high": number(high),
        "tolerance": float(tolerance),
        "why": why,
        "program": program,
    }


def write(source, data_source, beta, sigma, P, Q, entries, **more):
    values = {
        "source": source,
        "data_source": data_source,
        "beta": [float(b) for b in beta],
        "sigma": [[float(s) for s in row] for row in sigma],
        "pre": P,
        "post": Q,
        **more,
        "entries": entries,
    }
    with open("sensitivity.json", "w", encoding="utf-8", newline="\n") as f:
        json.dump(values, f, indent=1, ensure_ascii=False, allow_nan=False)
        f.write("\n")


# The other programs, and the entries.

warnings.simplefilter("ignore")
SOURCE = ", ".join(f"{p} {version(p)}" for p in ("StatsPAI", "moderndid", "honestdid", "numpy", "scipy", "cvxpy"))
POINTS = 401
FAST = {"StatsPAI"}


def grid_of(case, low, high, centre, se):
    """A grid around the slow answer, half as wide again on each side."""
    reach = 1.3 * max(high - centre, centre - low, se)
    return centre - reach, centre + reach


def statspai(restriction, bound, beta, sigma, P, weights, method, lo, hi):
    import statspai as sp

    name = {"smoothness": "smoothness", "relative_magnitudes": "relative_magnitude"}[restriction]
    out = sp.honest_did_from_moments(
        beta,
        sigma,
        num_pre_periods=P,
        m_grid=[float(bound)],
        method=name,
        honestdid_method=method,
        l_vec=list(map(float, weights)),
        grid_lb=lo,
        grid_ub=hi,
        grid_points=POINTS,
        grid_expand=False,
    )
    return float(out["ci_lower"].iloc[0]), float(out["ci_upper"].iloc[0])


def accepted(result):
    grid, accept = np.ravel(result["grid"]), np.ravel(result["accept"])
    return float(grid[accept == 1].min()), float(grid[accept == 1].max())


def moderndid(restriction, bound, beta, sigma, P, weights, method, lo, hi):
    import moderndid.didhonest as md

    weights, Q = np.asarray(weights, float), len(weights)
    if method == "FLCI":
        return tuple(map(float, md.compute_flci(beta, sigma, bound, P, Q, weights).flci))
    if method == "identified set":
        f = {"smoothness": md.compute_identified_set_sd, "relative_magnitudes": md.compute_identified_set_rm}
        r = f[restriction](bound, beta, weights, P, Q)
        return float(r.id_lb), float(r.id_ub)
    f = {"smoothness": md.compute_conditional_cs_sd, "relative_magnitudes": md.compute_conditional_cs_rm}
    flag = {"C-LF": "LF", "Conditional": "ARP"}[method]
    r = f[restriction](
        beta, sigma, P, Q, weights, bound, hybrid_flag=flag, grid_points=POINTS, grid_lb=lo, grid_ub=hi, seed=0
    )
    return accepted(r if isinstance(r, dict) else vars(r) if hasattr(r, "__dict__") else r._asdict())


def honestdid(restriction, bound, beta, sigma, P, weights, method, lo, hi):
    import honestdid as hd

    column, Q = np.asarray(weights, float).reshape(-1, 1), len(weights)
    if method == "FLCI":
        r = hd.find_optimal_flci(beta, sigma, float(bound), P, Q, column)
        return tuple(map(float, r["FLCI"]))
    f = {"smoothness": hd.computeConditionalCS_DeltaSD, "relative_magnitudes": hd.computeConditionalCS_DeltaRM}
    flag = {"C-LF": "LF", "Conditional": "ARP"}[method]
    more = {"M": bound} if restriction == "smoothness" else {"Mbar": bound}
    r = f[restriction](beta, sigma, P, Q, column, hybrid_flag=flag, gridPoints=POINTS, grid_lb=lo, grid_ub=hi, **more)
    return accepted(r)


PROGRAMS = {"StatsPAI": statspai, "moderndid": moderndid, "honestdid": honestdid}


def compare(case, ours, noise, beta, sigma, P, slow_programs):
    restriction, bound, weights, method, moments = case
    low, high = ours
    weights = np.asarray(weights, float)
    centre, se = weights @ beta[P:], np.sqrt(weights @ sigma[P:, P:] @ weights)
    lo, hi = grid_of(case, low, high, centre, se)
    step = (hi - lo) / (POINTS - 1)
    seen = {}
    for name, f in PROGRAMS.items():
        if method == "identified set" and (name != "moderndid" or P == 1):  # moderndid refuses one pre period
            continue
        if method == "FLCI" and P == 1 and name == "moderndid":  # its search does not end
            continue
        if method in ("C-LF", "Conditional") and name not in FAST and not slow_programs:
            continue
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                theirs = f(restriction, bound, beta, sigma, P, weights, method, lo, hi)
        except Exception as error:
            seen[name] = f"failed: {type(error).__name__}: {str(error)[:100]}"
            continue
        if not np.all(np.isfinite(theirs)):
            seen[name] = "no interval"
            continue
        gap = max(abs(theirs[0] - low), abs(theirs[1] - high))
        allowed = {"FLCI": 2e-3 * (high - low), "identified set": 1e-6 * (1 + abs(high))}.get(
            method, 1.01 * step + 2 * noise
        )
        seen[name] = {"low": theirs[0], "high": theirs[1], "gap": gap, "agrees": bool(gap <= allowed)}
        if method in ("C-LF", "Conditional"):
            seen[name]["step"] = step
    return seen


def build(cases, beta, sigma, P, published=(), slow_programs=lambda case: False, moments_published="post"):
    entries, found = [], {}
    for case in cases:
        restriction, bound, weights, method, moments = case
        w, noise, more = np.asarray(weights, float), 0.0, {}
        if method == "FLCI":
            r = flci(beta, sigma, P, w, bound)
            low, high = r["low"], r["high"]
            scale = high - low
            assert r["gap_half"] < 1e-7 * scale, r
            # at a flat optimum the centre may move where the length does not
            tolerance = max(2 * r["gap_centre"], 1e-7 * scale)
            why = "two methods of minimisation: half-lengths differ by %.1e, centres by %.1e" % (
                r["gap_half"],
                r["gap_centre"],
            )
            more = {"pre_weights": [float(x) for x in r["v"]]}
        elif method == "identified set":
            sets = {"smoothness": smoothness, "relative_magnitudes": relative_magnitudes}[restriction](P, len(w), bound)
            low, high = identified_set(sets, beta, w, P)
            tolerance, why = 1e-8, "linear program"
            if low is None:
                tolerance, why = 0, "empty: the estimates' own pre-period second differences exceed the bound"
        else:
            r = confidence(restriction, bound, beta, sigma, P, w, method, moments=moments)
            low, high = r["low"], r["high"]
            more = {"moments": moments, "runs": r["runs"]}
            if low is None:
                tolerance, why = 0, "empty: every value is rejected"
            else:
                scale = high - low
                tolerance = max(1e-7 * scale, 1e-9)
                why = "endpoints by bisection, no grid"
                if method == "C-LF":
                    noise = r["noise"]
                    tolerance = max(tolerance, 2 * r["error"])
                    why += "; least favorable critical value by quasi-random radial integration"
                    more |= {"critical_values": sorted({round(c, 6) for c in r["cv"]}), "noise_1000": float(noise)}
        seen = {}
        # StatsPAI, as R, keeps all the moments with one post period; but not for relative magnitudes
        theirs = "all" if len(w) == 1 and restriction == "smoothness" else "post"
        if low is not None and moments in (None, theirs):
            seen = compare(case, (low, high), noise, beta, sigma, P, slow_programs(case))
        for name, s in seen.items():
            if isinstance(s, dict) and not s["agrees"]:
                print("DIFFERS", case, name, (low, high), s)
            elif not isinstance(s, dict):
                print(name, case, s)
        e = entry(restriction, bound, w, method, low, high, tolerance, why, "slow.py", **more)
        if seen:
            e["others"] = seen
        entries.append(e)
        found[(restriction, float(bound), tuple(w), method, moments)] = (low, high, noise)
    for restriction, weights, method, rounding, where, table in published:
        w = np.asarray(weights, float)
        se = np.sqrt(w @ sigma[P:, P:] @ w)
        for bound, (low, high) in table.items():
            moments = moments_published if method in ("C-LF", "Conditional") else None
            a, b, noise = found[(restriction, float(bound), tuple(w), method, moments)]
            if method == "FLCI":
                tolerance = rounding + 8e-3 * (b - a)
                why = "rounded as printed; a simulated quantile and a coarse search: where the optimum is flat the centre moves"
            else:
                tolerance = rounding + 1.01 * 40 * se / 999 + noise
                why = "rounded as printed; grid step of 40 standard errors / 999; 1000 draws of the critical value"
            rounding_high = max(rounding, 5e-4 if abs(high) >= 0.1 and rounding < 5e-4 else 0)
            gap = max(abs(a - low), abs(b - high) - (rounding_high - rounding))
            tolerance += rounding_high - rounding
            if gap > tolerance:
                print("PUBLISHED DIFFERS", restriction, bound, weights, method, (low, high), (a, b))
            more = {"moments": moments} if moments else {}
            entries.append(entry(restriction, bound, w, method, low, high, tolerance, why, where, **more))
    return entries
