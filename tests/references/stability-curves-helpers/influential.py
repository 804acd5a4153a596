"""Broderick, Giordano and Meager (2020): how a coefficient and its error react to the weights of rows, and the fewest
rows whose removal changes a conclusion, by the linear approximation and again without these rows."""

import math
from itertools import combinations

import numpy as np
import slow
from scipy import stats

LEVEL = 0.05


class Problem:
    """One treatment of a weighted regression on explicit dummies; the factor and the critical value stay fixed."""

    def __init__(self, table, outcome, treatment, controls, effects, by):
        self.table, self.effects, self.by = table, effects, by
        self.slopes = 1 + len(controls)
        self.y = table[outcome].to_numpy(float)
        self.X = np.column_stack([table[[treatment, *controls]].to_numpy(float), slow.dummies(table, effects)])
        self.cluster = slow.levels(table[by[0]]) if by else np.arange(len(table))
        self.factor, self.df = slow.factor_and_df(len(table), self.K(table), table, by)
        self.crit = float(stats.t.isf(LEVEL / 2, self.df))

    def K(self, table):
        return slow.count_K(self.slopes, table, self.effects, self.by)

    def weighted(self, w):
        """beta(w) and se(w); w may be complex, so nothing is conjugated."""
        WX = self.X * w[:, None]
        bread = np.linalg.inv(WX.T @ self.X)
        b = bread @ (WX.T @ self.y)
        a = (self.X @ bread[0]) * (self.y - self.X @ b)
        sums = np.zeros(self.cluster.max() + 1, dtype=np.asarray(w).dtype)
        np.add.at(sums, self.cluster, w * a)
        return b[0], np.sqrt(self.factor * np.sum(sums**2))

    def derivatives(self):
        """By complex steps, and by central differences as a check."""
        n = len(self.y)
        out, central = np.empty((n, 2)), np.empty((n, 2))
        for i in range(n):
            w = np.ones(n, complex)
            w[i] += 1e-30j
            out[i] = [v.imag / 1e-30 for v in self.weighted(w)]
            step = np.eye(n)[i] * 1e-5
            up, down = self.weighted(1 + step), self.weighted(1 - step)
            central[i] = [(u - d) / 2e-5 for u, d in zip(up, down, strict=True)]
        assert np.all(np.abs(out - central).max(axis=0) < 1e-6 * np.abs(out).max(axis=0))
        return out

    def again(self, rows):
        """Without these rows: the se with the fixed factor, and the se, p and df that these rows alone would get."""
        kept = np.setdiff1d(np.arange(len(self.y)), rows)
        X = self.X[kept][:, np.abs(self.X[kept]).sum(axis=0) > 0]
        b, _, rank, _ = np.linalg.lstsq(X, self.y[kept], rcond=1e-12)
        if rank < X.shape[1]:
            return None
        a = (X @ np.linalg.inv(X.T @ X)[0]) * (self.y[kept] - X @ b)
        variance = float(np.sum(np.bincount(self.cluster[kept], a) ** 2))
        rest = slow.without_singletons(self.table.iloc[kept], self.effects)
        factor, df = slow.factor_and_df(len(rest), self.K(rest), rest, self.by)
        estimate, own = float(b[0]), math.sqrt(factor * variance)
        return {"estimate": estimate, "se": math.sqrt(self.factor * variance), "own": slow.inference(estimate, own, df)}


def targets(b, se, crit):
    """Functions s b + m crit se with the sign that the change must lead to; s is the sign of b now."""
    s = 1 if b > 0 else -1
    significant = abs(b) > crit * se
    return {
        "sign": (s, 0, -1),
        "significance": (s, -1, -1 if significant else 1),
        "opposite_significant": (s, 1, -1),
    }


def fewest(problem, b, se, d, s, m, direction):
    value = s * b + m * problem.crit * se
    move = -(s * d[:, 0] + m * problem.crit * d[:, 1])
    order = np.argsort(-direction * move, kind="stable")
    order = order[direction * move[order] > 0]
    path = value + np.cumsum(move[order])
    reached = np.flatnonzero(direction * path > 0)
    result = {"function": {"s": s, "m": m, "goal": direction}, "value": value}
    if not len(reached):
        return {**result, "count": None}
    rows = order[: reached[0] + 1]
    approximate = {"estimate": b - d[rows, 0].sum(), "se": se - d[rows, 1].sum(), "value": path[reached[0]]}
    again = problem.again(rows)
    if again:
        again["value"] = s * again["estimate"] + m * problem.crit * again["se"]
        again["reached"] = bool(direction * again["value"] > 0)
    return {**result, "count": len(rows), "rows": rows, "approximate": approximate, "again": again}


def largest_change(problem, b, d, share):
    """The floor(share n) rows that by approximation move the coefficient most, up and down."""
    count = math.floor(share * len(d))
    out = {"share": share, "count": count}
    for name, direction in (("increase", 1), ("decrease", -1)):
        rows = np.argsort(direction * d[:, 0], kind="stable")[:count]
        out[name] = {"rows": rows, "approximate": b - d[rows, 0].sum(), "again": problem.again(rows)["estimate"]}
    return out


def case(table, outcome, treatment, controls, effects, by, shares=(0.01, 0.05)):
    problem = Problem(table, outcome, treatment, controls, effects, by)
    b, se = map(float, problem.weighted(np.ones(len(table))))
    check = slow.regress(table, outcome, treatment, controls, effects, {"errors": by})
    slow.check_close([b, se], [check["estimate"], check["errors"]["se"]], 1e-9)
    d = problem.derivatives()
    sets = {name: fewest(problem, b, se, d, *f) for name, f in targets(b, se, problem.crit).items()}
    return {
        "outcome": outcome,
        "treatment": treatment,
        "controls": controls,
        "effects": effects,
        "clusters": by,
        "nobs": len(table),
        "estimate": b,
        **check["errors"],
        "se": se,
        "factor": problem.factor,
        "critical": problem.crit,
        "significant": bool(abs(b) > problem.crit * se),
        "d_estimate": d[:, 0],
        "d_se": d[:, 1],
        "sets": sets,
        "largest_change": [largest_change(problem, b, d, share) for share in shares],
    }


def brute(table, outcome, treatment, controls, effects, by, most=6):
    """The true smallest sets, by all subsets and refits with the fixed factor and critical value."""
    problem = Problem(table, outcome, treatment, controls, effects, by)
    b, se = map(float, problem.weighted(np.ones(len(table))))
    out = {}
    for name, (s, m, direction) in targets(b, se, problem.crit).items():
        for size in range(1, most + 1):
            found = []
            for rows in combinations(range(len(table)), size):
                again = problem.again(rows)
                if again and direction * (s * again["estimate"] + m * problem.crit * again["se"]) > 0:
                    found.append(list(rows))
            if found:
                break
        out[name] = {"count": size if found else None, "sets": found, "tried_up_to": size}
    return out
