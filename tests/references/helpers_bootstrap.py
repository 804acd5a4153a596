"""Shared by the cases of the wild bootstrap: every vector of signs, each with its own refit.

Definition: t uses CR1 errors. For each vector v of signs, one for each cluster, the outcome
is made anew, y* = X b + v u, the model is estimated again and t* computed in the same way;
(b, u) are estimates and residuals with the null imposed, and t* tests it, or those without
it, and t* tests the estimate. All 2^G vectors count, the one of ones (the data themselves)
and its opposite included: p = #(|t*| >= |t|) / 2^G, ties counted, |t*| >= |t| (1 - 1e-10).
"""

from itertools import combinations, product

import helpers as h
import numpy as np

TIE = 1e-10


def signs(G):
    """All vectors of signs, (2^G, G); the first is all ones."""
    return np.array(list(product([1.0, -1.0], repeat=G)))


def codes(labels):
    return np.unique(np.asarray(labels), return_inverse=True)[1]


def cluster_variance(psi, clusters, factor):
    """CR1 variance of one coefficient from influences (n,); several ways with signs."""
    total = 0.0
    for size in range(1, len(clusters) + 1):
        for chosen in combinations(clusters, size):
            cells = codes(["|".join(map(str, key)) for key in zip(*chosen)])
            total -= (-1.0) ** size * np.sum(np.bincount(cells, psi) ** 2)
    return factor * total


def least_squares(X, y):
    return np.linalg.lstsq(X, y, rcond=None)[0]


class Wild:
    """Least squares of y on X (n, k), rows scaled by the roots of weights, if any.

    `clusters` are the ways of the errors, `boot` the one whose signs are drawn; K is the
    number of parameters of the factor of CR1.
    """

    def __init__(self, y, X, position, clusters, boot, K):
        self.y, self.X, self.position, self.clusters = y, X, position, clusters
        self.boot = codes(boot)
        n, G = len(y), min(len(set(c)) for c in clusters)
        self.factor = G / (G - 1) * (n - 1) / (n - K)
        self.row = np.linalg.pinv(X)[position]  # influence of each row on the coefficient

    def statistic(self, y, value):
        b = least_squares(self.X, y)
        psi = self.row * (y - self.X @ b)
        variance = cluster_variance(psi, self.clusters, self.factor)
        assert abs(variance) > 1e-8 * np.sum(psi**2), "rounding decides about the sign"
        if variance <= 0:  # a sum over several ways may be negative
            return np.nan
        return (b[self.position] - value) / np.sqrt(variance)

    def draws(self, value, impose_null):
        """t and the t* of all vectors of signs."""
        others = np.delete(self.X, self.position, axis=1)
        column = self.X[:, self.position]
        t = self.statistic(self.y, value)
        if impose_null:
            fitted = value * column + others @ least_squares(others, self.y - value * column)
        else:
            b = least_squares(self.X, self.y)
            fitted, value = self.X @ b, b[self.position]
        residual = self.y - fitted
        table = signs(self.boot.max() + 1)
        return t, np.array([self.statistic(fitted + v[self.boot] * residual, value) for v in table])


def count(t, stars):
    """#(|t*| >= |t|), ties counted; nothing else may come near."""
    ratio = np.abs(stars) / abs(t)
    assert not np.any((np.abs(ratio - 1) > TIE / 10) & (np.abs(ratio - 1) < 1e-7)), "too near to a tie"
    return int(np.sum(ratio >= 1 - TIE))


def count_strict(t, stars):
    return int(np.sum(np.abs(stars) / abs(t) > 1 + TIE))


def expected(t, stars):
    """Draws whose variance is negative have no t* and are left out of count and draws."""
    feasible = stars[~np.isnan(stars)]
    n = count(t, feasible)
    out = {"statistic": float(t), "p_value": n / len(feasible), "count": n, "draws": len(feasible)}
    if len(feasible) < len(stars):
        out["infeasible"] = len(stars) - len(feasible)
    return out


def test_entry(kwargs, t, stars, note):
    return h.test_entry("wild_bootstrap", kwargs, expected(t, stars), note)


def wildboottest_draws(X, y, cluster, position, impose_null):
    """All t* of the package wildboottest, which tests zero and enumerates the signs, too."""
    from wildboottest.wildboottest import WildboottestCL

    R = np.eye(X.shape[1])[position]
    other = WildboottestCL(X=X, Y=y, cluster=codes(cluster), R=R, B=99999, seed=1, parallel=False)
    other.get_scores(bootstrap_type="11", impose_null=impose_null)
    other.get_weights("rademacher")
    other.get_numer()
    other.get_denom()
    other.get_tboot()
    return other.t_boot


NOTE = (
    "t with CR1 errors; p = #(|t*| >= |t|) / draws over all vectors of signs, the vector of ones and its "
    "opposite included, ties within 1e-10 counted; each draw estimated again by least squares"
)
