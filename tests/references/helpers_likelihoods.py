"""Shared by the cases of likelihoods: Newton's method, entries of covariances from scores,
and Heckman's selection model."""

import numpy as np
import statsmodels.api as sm
from helpers import cr1_factor, cr1_note, entry, influence_covariance, smallest_G
from scipy.optimize import minimize
from scipy.stats import norm
from statsmodels.tools.numdiff import approx_fprime, approx_hess3


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
