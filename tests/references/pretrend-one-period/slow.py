"""Slow, independent computations of Roth (2022) for the pretrend-* cases.

The pre-test passes if every pre-period estimate is within z standard errors of zero. Its probability and the
truncated means are Gauss-Legendre products over that box, which is smooth; checked with scipy's multivariate
normal distribution and with a Monte Carlo draw. The slope for a power is a root of that probability."""

import json

import numpy as np
from scipy.optimize import brentq
from scipy.stats import multivariate_normal, norm

NODES = {1: 200, 2: 200, 3: 120, 4: 60, 5: 34}


def box(sigma, alpha):
    return norm.isf(alpha / 2) * np.sqrt(np.diag(sigma))


def integrals(mean, sigma, limits, nodes=None):
    """Probability of the box and the mean of the normal vector within it: the last coordinate given the others
    is a truncated normal, the others are integrated over the product of nodes."""
    P = len(mean)
    if P == 1:
        points, mass = np.zeros((1, 0)), np.ones(1)
    else:
        x, w = np.polynomial.legendre.leggauss(nodes or NODES[P])
        grids = np.meshgrid(*[x] * (P - 1), indexing="ij")
        points = np.stack([g.ravel() for g in grids], 1) * limits[:-1]
        mass = np.ones(1)
        for _ in range(P - 1):
            mass = np.multiply.outer(mass, w).ravel()
        root = np.linalg.cholesky(sigma[:-1, :-1])
        z = np.linalg.solve(root, (points - mean[:-1]).T)
        mass = (
            mass
            * limits[:-1].prod()
            * np.exp(-0.5 * (z**2).sum(0))
            / np.sqrt(2 * np.pi) ** (P - 1)
            / np.diag(root).prod()
        )
    b = np.linalg.solve(sigma[:-1, :-1], sigma[:-1, -1]) if P > 1 else np.zeros(0)
    centre, s = mean[-1] + (points - mean[:-1]) @ b, np.sqrt(sigma[-1, -1] - sigma[-1, :-1] @ b)
    low, high = (-limits[-1] - centre) / s, (limits[-1] - centre) / s
    inside = norm.cdf(high) - norm.cdf(low)
    total = mass @ inside
    last = mass @ (centre * inside + s * (norm.pdf(low) - norm.pdf(high)))
    with np.errstate(invalid="ignore"):
        return total, np.append((mass * inside) @ points, last) / total


def power(delta_pre, sigma_pre, alpha, nodes=None):
    return 1 - integrals(delta_pre, sigma_pre, box(sigma_pre, alpha), nodes)[0]


def slope_for_power(target, sigma_pre, relative, alpha):
    top = 10 * np.max(np.sqrt(np.diag(sigma_pre)) / np.abs(relative))
    return brentq(lambda s: power(s * relative, sigma_pre, alpha) - target, 0, top, xtol=1e-15, rtol=1e-13)


def against(delta, beta, sigma, P, alpha):
    pre, post = slice(0, P), slice(P, None)
    limits = box(sigma[pre, pre], alpha)
    passing, mean = integrals(delta[pre], sigma[pre, pre], limits)
    null = integrals(0 * delta[pre], sigma[pre, pre], limits)[0]
    after = delta[post] + sigma[post, pre] @ np.linalg.solve(sigma[pre, pre], mean - delta[pre])
    inverse = np.linalg.inv(sigma[pre, pre])
    log_density = lambda m: -0.5 * (beta[pre] - m) @ inverse @ (beta[pre] - m)
    return {
        "power": float(1 - passing),
        "size": float(1 - null),
        "bayes_factor": float(passing / null),
        "likelihood_ratio": float(np.exp(log_density(delta[pre]) - log_density(0 * delta[pre]))),
        "expected_after_passing": [float(v) for v in np.r_[mean, after]],
        "bias_after_passing": [float(v) for v in after],
        "trend": [float(v) for v in delta],
    }


def check(result, sigma, P, alpha, draws=400_000, seed=1):
    """Against scipy's distribution function and simulation."""
    delta, S = np.array(result["trend"]), sigma[:P, :P]
    limits = box(S, alpha)
    if P > 1:
        cdf = multivariate_normal(delta[:P], S, maxpts=4_000_000, abseps=1e-8, releps=1e-8).cdf(
            limits, lower_limit=-limits
        )
    else:
        cdf = norm.cdf((limits[0] - delta[0]) / S[0, 0] ** 0.5) - norm.cdf((-limits[0] - delta[0]) / S[0, 0] ** 0.5)
    x = np.random.default_rng(seed).multivariate_normal(delta, sigma, draws)
    passed = (np.abs(x[:, :P]) <= limits).all(1)
    error = np.sqrt(passed.mean() * (1 - passed.mean()) / draws)
    assert abs(1 - cdf - result["power"]) < 2e-7, (cdf, result["power"])
    assert abs(passed.mean() + result["power"] - 1) < 4.5 * error
    means = x[passed].mean(0)
    spread = x[passed].std(0) / np.sqrt(passed.sum())
    assert (np.abs(means - result["expected_after_passing"]) < 4.5 * spread).all()
    fine = power(delta[:P], S, alpha, NODES[P] + (2 if P > 3 else 10))
    assert abs(fine - result["power"]) < 1e-10, fine - result["power"]


def statspai_agrees(slopes, beta, sigma, times, reference):
    """StatsPAI's pretrends_power and pretrends_slope_for_power, where its times fit (-1 omitted)."""
    import statspai as sp

    relative = {}
    for target, slope in slopes.items():
        r = sp.pretrends_slope_for_power(beta, target_power=target, sigma=sigma, event_times=list(times))
        relative[target] = abs(abs(r["slope"]) / slope - 1)
    return relative


def case(source, data_source, beta, sigma, times, reference, extra=(), level=0.95, published=None, compare=True):
    beta, sigma, times = np.asarray(beta, float), np.asarray(sigma, float), np.asarray(times, float)
    alpha, P = 1 - level, int((times < reference).sum())
    relative = times - reference
    slopes = {t: slope_for_power(t, sigma[:P, :P], relative[:P], alpha) for t in (0.5, 0.8)}
    trends = [(f"slope for power {t}", s * relative) for t, s in slopes.items()]
    trends += [(f"slope {s}", s * relative) for s in extra if np.isscalar(s)]
    trends += [(name, np.asarray(d)) for name, d in (e for e in extra if not np.isscalar(e))]
    results = []
    for name, delta in trends:
        r = against(delta, beta, sigma, P, alpha)
        check(r, sigma, P, alpha)
        results.append(
            {"name": name, **({"slope": float(delta[0] / relative[0])} if name.startswith("slope") else {}), **r}
        )
    others = {}
    if compare:
        others["StatsPAI"] = {str(k): v for k, v in statspai_agrees(slopes, beta, sigma, times, reference).items()}
        print("StatsPAI, relative difference of slopes:", others["StatsPAI"])
    values = {
        "source": source,
        "data_source": data_source,
        "beta": beta.tolist(),
        "sigma": sigma.tolist(),
        "times": [int(t) for t in times],
        "reference": reference,
        "pre": P,
        "post": len(beta) - P,
        "level": level,
        "slopes": [{"power": t, "slope": float(s), "tolerance": 1e-9} for t, s in slopes.items()],
        "against": results,
        "tolerance": 1e-8,
        "why": "Gauss-Legendre product; more nodes change the power by less than 1e-10, scipy's distribution function by less than 2e-7",
        "slope_ratio_of_others": others,
    }
    if published is not None:
        values["published"] = published
    with open("pretrend.json", "w", encoding="utf-8", newline="\n") as f:
        json.dump(values, f, indent=1, ensure_ascii=False, allow_nan=False)
        f.write("\n")
    return slopes, results
