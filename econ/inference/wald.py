"""Joint tests of linear hypotheses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, chdtri, fdtrc, fdtri

from econ.errors import DataError, IdentificationError, OptionError
from econ.groups import Matrix, Vector
from econ.outcomes import Test
from econ.types import Covariance, Fit, Uncertainty, require_covariance

__all__ = ["FDistribution", "distribution", "quadratic_form", "wald_test"]

SINGULAR = 1e-12


def wald_test(
    fit: Fit,
    covariance: Covariance,
    *,
    terms: Sequence[str] | None = None,
    weights: Matrix | None = None,
    null: Vector | float = 0.0,
) -> Test:
    r"""Wald test that linear combinations of the parameters have some values.

    :math:`Q = (R\hat\theta - r)' (R \hat V R')^{-1} (R\hat\theta - r)`. With q combinations, F = Q / q has q and the
    covariance's degrees of freedom (infinite: Q is chi-squared with q). Under `Clustered(correction="CR2")` in
    one way, F = Q (η - q + 1) / (η q) has q and η - q + 1 degrees of freedom with η of the approximating
    Hotelling T² (AHT), the only one of these that holds its size with few clusters.

    Parameters
    ----------
    fit, covariance
        What was estimated, and how uncertainty is measured.
    terms
        Terms that are jointly equal to `null`; None for all but the intercept.
    weights
        (q, k) the combinations, instead of terms.
    null
        (q,) values under the hypothesis, or one number for all.

    Raises
    ------
    OptionError, DataError, NotDefinedError
        If both or neither of terms and weights fit, or a term does not exist.
    IdentificationError
        If the combinations are linearly dependent under the covariance, as with more of them than clusters.

    References
    ----------
    Wald (1943), Transactions of the American Mathematical Society 54(3); Pustejovsky and Tipton (2018),
    Journal of Business & Economic Statistics 36(4), section 3.2.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import OLS, Classical, wald_test
    >>> data = pd.DataFrame({"y": [1.0, 2, 4, 3, 5], "x": [0.0, 1, 2, 3, 4], "z": [1.0, 0, 1, 0, 0]})
    >>> round(wald_test(OLS("y ~ x + z").fit(data), Classical()).p_value, 4)
    0.11
    """
    require_covariance(covariance)
    R, title = _combinations(fit, terms, weights)
    r = _values(null, len(R))
    uncertainty = covariance.of(fit)
    Q = quadratic_form(R @ fit.params - r, R @ uncertainty.matrix @ R.T)
    law = distribution(fit, covariance, uncertainty, R)
    shown = ", ".join(f"{name} = {value:g}" for name, value in zip(title, r, strict=True))
    method = f"Wald test, {uncertainty.label}" + (", approximate Hotelling T²" if law.hotelling else "")
    return Test(shown, law.factor * Q, (float(law.q), law.df), law.p_value(Q), method, remarks=uncertainty.remarks)


@dataclass(frozen=True)
class FDistribution:
    """The distribution of a quadratic form Q under its hypothesis.

    Attributes
    ----------
    q
        Number of restrictions.
    df
        Degrees of freedom of the denominator of F; infinite where Q is chi-squared.
    hotelling
        Whether Q is an approximate Hotelling T² with df + q - 1 degrees of freedom.
    """

    q: int
    df: float
    hotelling: bool

    @property
    def factor(self) -> float:
        """F is this times Q."""
        return (self.df / (self.df + self.q - 1) if self.hotelling else 1.0) / self.q

    def p_value(self, Q: float) -> float:
        """Probability of a larger Q."""
        return float(chdtrc(self.q, Q) if np.isinf(self.df) else fdtrc(self.q, self.df, self.factor * Q))

    def critical(self, level: float) -> float:
        """The Q below which the share `level` lies."""
        if np.isinf(self.df):
            return float(chdtri(self.q, 1 - level))
        return float(fdtri(self.q, self.df, level) / self.factor)


def distribution(fit: Fit, covariance: Covariance, uncertainty: Uncertainty, R: Matrix) -> FDistribution:
    """The distribution of the quadratic form of the combinations R (q, k).

    Raises
    ------
    IdentificationError
        If the covariance leaves no degrees of freedom.
    """
    q, joint = len(R), getattr(covariance, "joint_df", None)
    eta = None if joint is None else joint(fit, R)
    df = float(np.min(uncertainty.df)) if eta is None else eta - q + 1
    if df <= 0:
        raise IdentificationError(
            f"{q} restrictions leave {df:.3g} degrees of freedom; test fewer at once, or use wild_bootstrap"
        )
    return FDistribution(q, df, eta is not None)


def _combinations(fit: Fit, terms: Sequence[str] | None, weights: Matrix | None) -> tuple[Matrix, tuple[str, ...]]:
    if terms is not None and weights is not None:
        raise OptionError("give terms or weights, not both")
    if weights is None:
        if terms is not None and (isinstance(terms, str) or not isinstance(terms, Sequence)):
            raise OptionError(f"terms={terms!r}: give a list of terms, such as {list(fit.names)[:2]!r}")
        chosen = tuple(name for name in fit.names if name != "Intercept") if terms is None else tuple(terms)
        if not chosen or len(set(chosen)) < len(chosen):
            raise OptionError(f"terms={terms!r}: give a list of different terms, such as {list(fit.names)[:2]!r}")
        return np.eye(len(fit.names))[[fit.position(name) for name in chosen]], chosen
    try:
        R = np.atleast_2d(np.asarray(weights, dtype=np.float64))
    except (TypeError, ValueError) as error:
        raise DataError(f"weights are not an array of numbers: {error}") from error
    if R.shape[1:] != (len(fit.names),) or not np.isfinite(R).all():
        raise DataError(f"weights have shape {R.shape}; finite weights of shape (q, {len(fit.names)}) are needed")
    return R, tuple(_sum_of_terms(row, fit.names) for row in R)


def _sum_of_terms(weights: Vector, names: tuple[str, ...]) -> str:
    """A combination as it is written: `a - 2 b`."""
    parts = [(weight, name) for weight, name in zip(weights, names, strict=True) if weight]
    shown = [
        f"{'-' if weight < 0 else '+'} {'' if abs(weight) == 1 else f'{abs(weight):g} '}{name}"
        for weight, name in parts
    ]
    return " ".join(shown).removeprefix("+ ") or "nothing"


def _values(null: Vector | float, count: int) -> Vector:
    try:
        values = np.broadcast_to(np.asarray(null, dtype=np.float64), (count,))
    except (TypeError, ValueError) as error:
        raise OptionError(f"null={null!r}: give one number, or {count}, one for each combination") from error
    if not np.isfinite(values).all():
        raise OptionError(f"null={null!r}: give finite numbers")
    return values


def quadratic_form(gap: Vector, V: Matrix) -> float:
    """The quadratic form of (q,) distances in the inverse of their covariance (q, q).

    Raises
    ------
    IdentificationError
        If the covariance is singular.
    """
    size = np.sqrt(np.abs(np.diag(V)))
    if not (size > 0).all():
        raise IdentificationError("a combination has variance zero under this covariance; leave it out")
    scaled = V / np.outer(size, size)
    if np.linalg.eigvalsh(scaled)[0] <= SINGULAR:
        raise IdentificationError(
            f"the {len(gap)} combinations are linearly dependent under this covariance (it may have fewer clusters "
            "than restrictions); test fewer at once"
        )
    return float(gap / size @ np.linalg.solve(scaled, gap / size))
