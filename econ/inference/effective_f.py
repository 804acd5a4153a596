"""The effective F statistic of Montiel Olea and Pflueger (2013) and the values it has to exceed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import chndtrix

from econ.groups import Matrix
from econ.inference.reduced_forms import ReducedForms
from econ.types import Covariance

__all__ = ["EffectiveF", "effective_f"]

BIASES = (0.05, 0.1, 0.2, 0.3)
SIZE = 0.05
DIRECTIONS = 181  # of (1, β) in which the worst bias is looked for before it is refined


@dataclass(frozen=True)
class EffectiveF:
    """The effective F of one endogenous regressor.

    Attributes
    ----------
    statistic
        The effective F.
    critical
        By share τ of the worst-case bias: above it, a bias of two-stage least squares larger than τ is rejected at 5 %.
    conservative
        The same, without regard to how the residuals of the two reduced forms are related: never smaller.
    """

    statistic: float
    critical: Mapping[float, float]
    conservative: Mapping[float, float]


def effective_f(forms: ReducedForms, covariance: Covariance) -> EffectiveF:
    r"""The effective F of the only endogenous regressor and its critical values.

    With orthonormal instruments, first-stage coefficients p and their covariance W₂,

    .. math:: F = \frac{p'p}{\mathrm{tr}\, W_2}, \qquad
       K = \frac{(\mathrm{tr}\, W_2)^2 (1 + 2x)}{\mathrm{tr}(W_2^2) + 2 x\, \mathrm{tr}(W_2) \max \mathrm{eig}(W_2)},

    and the critical value is the 95 % quantile of χ² with K degrees of freedom and noncentrality xK, over K
    (Patnaik's approximation). x = 1 / τ is conservative, x = B / τ that of two-stage least squares, with the worst
    ratio of Nagar bias and benchmark over all β and all directions c of the first stage,

    .. math:: B = \sup \frac{|\mathrm{tr}\, S_{12} - 2 c' S_{12} c|}{\sqrt{\mathrm{tr}\, S_1\, \mathrm{tr}\, S_2}},
       \quad S_1 = W_1 - 2 \beta W_{12} + \beta^2 W_2,\ S_{12} = W_{12} - \beta W_2,\ S_2 = W_2.
    """
    p = forms.coefficients @ forms.directions[1]
    W1, W2, both = (one.matrix for one in forms.uncertainties(covariance))
    B = worst_ratio(W1, (both - W1 - W2) / 2, W2)
    return EffectiveF(
        statistic=float(p @ p / np.trace(W2)),
        critical={tau: critical_value(W2, B / tau) for tau in BIASES},
        conservative={tau: critical_value(W2, 1 / tau) for tau in BIASES},
    )


def worst_ratio(W1: Matrix, W12: Matrix, W2: Matrix) -> float:
    """B from the symmetric part of W₁₂, by a grid of directions on the circle of (1, β), refined around the best."""
    from scipy.optimize import minimize_scalar  # noqa: PLC0415 - keeps the import of the package light

    def ratio(angle: float) -> float:
        one, beta = np.cos(angle), np.sin(angle)
        S12 = one * W12 - beta * W2
        S1 = one**2 * np.trace(W1) - 2 * one * beta * np.trace(W12) + beta**2 * np.trace(W2)
        extremes = np.linalg.eigvalsh(S12)[[0, -1]]
        benchmark = np.sqrt(max(S1, 0.0) * np.trace(W2))
        return float(np.abs(np.trace(S12) - 2 * extremes).max() / benchmark) if benchmark > 0 else 1.0

    angles = np.linspace(-np.pi / 2, np.pi / 2, DIRECTIONS)
    ratios = [ratio(angle) for angle in angles]
    best, step = angles[int(np.argmax(ratios))], angles[1] - angles[0]
    refined = minimize_scalar(lambda angle: -ratio(angle), bounds=(best - step, best + step), method="bounded")
    return min(max(*ratios, -float(refined.fun)), 1.0)


def critical_value(W2: Matrix, x: float) -> float:
    """The value that the effective F exceeds with probability 5 % at noncentrality x."""
    trace = np.trace(W2)
    K = trace**2 * (1 + 2 * x) / (np.sum(W2**2) + 2 * x * trace * np.linalg.eigvalsh(W2)[-1])
    return float(chndtrix(1 - SIZE, K, x * K) / K)
