"""Two groups in two periods, adjusted for controls: outcome regression, inverse probability weighting, or both.

All are linear in the outcome given the probabilities, so that an effect is that of the later period less that of the
base, and so is its influence: each is a function of one period's outcome.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.errors import CollinearError, IdentificationError
from econ.groups import Mask, Matrix, Vector
from econ.solve import judged_inverse

__all__ = ["ADJUSTMENTS", "Pair", "across", "followed"]

ADJUSTMENTS = ("doubly_robust", "regression", "weighting")
OVERLAP = 0.999  # a probability of being treated beyond which nobody is comparable
STEPS = 50
TOLERANCE = 1e-10
COLLINEAR = 1e-10


@dataclass(frozen=True, eq=False)
class Regression:
    """A regression on some rows: what it predicts in all rows, and its influence.

    Attributes
    ----------
    predicted
        (m, j) predictions of j outcomes.
    gaps
        (m, j) weight times residual on the rows used, zero elsewhere.
    lifted
        (m, q) controls times the inverse of their cross products.
    """

    predicted: Matrix
    gaps: Matrix
    lifted: Matrix

    def influence(self, mean: Vector) -> Matrix:
        """(m, j) influence on predictions at controls `mean` (q,)."""
        return np.asarray((self.lifted @ mean)[:, None] * self.gaps)


@dataclass(frozen=True, eq=False)
class Pair:
    """A treated group and its comparison.

    Attributes
    ----------
    treated
        (m,) which rows are treated.
    X
        (m, q) controls with a constant.
    w
        (m,) weights.
    """

    treated: Mask
    X: Matrix
    w: Vector

    @property
    def compared(self) -> Vector:
        """(m,) weights of the comparison, zero for the treated."""
        return np.asarray(self.w * ~self.treated)

    def nothing(self, Y: Matrix) -> Regression:
        """A regression that predicts zero."""
        return Regression(np.zeros_like(Y), np.zeros_like(Y), np.zeros_like(self.X))


def followed(pair: Pair, Y: Matrix, adjustment: str) -> tuple[Vector, Matrix]:
    """Effects on j outcomes of units that are followed, and (m, j) influences.

    Parameters
    ----------
    pair
        Treated and comparison units.
    Y
        (m, j) outcomes; an effect on a change is that on the later less that on the earlier one.
    adjustment
        One of `ADJUSTMENTS`.

    References
    ----------
    Sant'Anna and Zhao (2020), Journal of Econometrics 219(1), eq. 2.2 and 2.4; Abadie (2005), Review of Economic
    Studies 72(1); Heckman, Ichimura and Todd (1997), Review of Economic Studies 64(4).
    """
    if pair.X.shape[1] == 1:  # nothing to adjust for
        return _difference(pair, Y)
    outcome = pair.nothing(Y) if adjustment == "weighting" else _regression(Y, pair.X, pair.compared)
    effect, psi = _mean(Y - outcome.predicted, pair.w * pair.treated, pair.X, outcome, -1.0)
    if adjustment == "regression":
        return effect, psi
    other, eta = _reweighted(pair, Y, outcome, np.ones(len(Y), dtype=bool))
    return effect - other, psi - eta


def across(pair: Pair, later: Mask, y: Vector, adjustment: str) -> tuple[float, Vector]:
    """The effect in repeated cross-sections, and (m,) its influence: that of the later period less that of the other.

    Parameters
    ----------
    pair
        Treated and comparison rows of both periods.
    later
        (m,) which rows are of the later period.
    y
        (m,) outcome.
    adjustment
        One of `ADJUSTMENTS`.

    References
    ----------
    Sant'Anna and Zhao (2020), Journal of Econometrics 219(1), eq. 3.4 (locally efficient).
    """
    after, before = (_period(pair, rows, y[:, None], adjustment) for rows in (later, ~later))
    return float(after[0][0] - before[0][0]), (after[1] - before[1])[:, 0]


def _period(pair: Pair, rows: Mask, Y: Matrix, adjustment: str) -> tuple[Vector, Matrix]:
    """What one period adds to the effect in repeated cross-sections."""
    X, everyone, mine = pair.X, pair.w * pair.treated, pair.w * pair.treated * rows
    if adjustment == "weighting":
        effect, psi = _mean(Y, mine, X, pair.nothing(Y), 0.0)
        other, eta = _reweighted(pair, Y, pair.nothing(Y), rows)
        return effect - other, psi - eta
    outcome = _regression(Y, X, pair.compared * rows)
    without, psi = _mean(outcome.predicted, everyone, X, outcome, 1.0)
    if adjustment == "regression":
        seen, gain = _mean(Y, mine, X, pair.nothing(Y), 0.0)
        return seen - without, gain - psi
    own = _regression(Y, X, mine)
    seen, gain = _mean(own.predicted, everyone, X, own, 1.0)
    left, rest = _mean(Y - own.predicted, mine, X, own, -1.0)
    other, eta = _reweighted(pair, Y, outcome, rows)
    return seen - without + left - other, gain - psi + rest - eta


def _mean(V: Matrix, weights: Vector, X: Matrix, fitted: Regression, sign: float) -> tuple[Vector, Matrix]:
    """(j,) weighted means of V, in which the predictions of a regression stand with a sign, and their influence."""
    total = weights.sum()
    mean = weights @ V / total
    psi = weights[:, None] * (V - mean) / total
    return mean, psi + sign * fitted.influence(weights @ X / total)


def _difference(pair: Pair, Y: Matrix) -> tuple[Vector, Matrix]:
    """(j,) difference of the weighted means of treated and comparison units, and its influence."""
    arm = pair.treated.astype(np.intp)
    totals = np.bincount(arm, pair.w, minlength=2)
    shares = pair.w / totals[arm]
    means = np.column_stack([np.bincount(arm, shares * y, minlength=2) for y in Y.T])
    return means[1] - means[0], (shares * (2 * arm - 1))[:, None] * (Y - means[arm])


def _reweighted(pair: Pair, Y: Matrix, outcome: Regression, rows: Mask) -> tuple[Vector, Matrix]:
    """Means of what is left of the comparison's outcomes, weighted to look like the treated, and their influence."""
    odds, lifted = _odds(pair.treated, pair.X, pair.w)
    weights = pair.compared * rows * odds
    V = Y - outcome.predicted
    mean, psi = _mean(V, weights, pair.X, outcome, -1.0)
    moved = (weights[:, None] * (V - mean)).T @ pair.X / weights.sum()
    return mean, psi + lifted @ moved.T


def _odds(treated: Mask, X: Matrix, w: Vector) -> tuple[Vector, Matrix]:
    """(m,) odds of being treated by a logit on the controls, and (m, q) the influence on its coefficients.

    Raises
    ------
    IdentificationError
        If the controls nearly predict who is treated.
    """
    scale = np.abs(X).max(axis=0)
    Z = X / np.where(scale > 0, scale, 1.0)
    gamma = np.zeros(Z.shape[1])
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-np.clip(Z @ gamma, -500, 500)))
        bread = _inverse(Z.T @ (Z * (w * p * (1 - p))[:, None]))
        step = bread @ (Z.T @ (w * (treated - p)))
        gamma = gamma + step
        if np.abs(step).max() <= TOLERANCE:
            break
        if p[~treated].max(initial=0.0) > OVERLAP:
            raise _no_overlap()
    else:
        raise _no_overlap()
    return np.exp(Z @ gamma), (w * (treated - p))[:, None] * (Z @ bread) / np.where(scale > 0, scale, 1.0)


def _no_overlap() -> IdentificationError:
    return IdentificationError(
        "the controls tell treated from comparison units almost without error, so that nobody is comparable; use fewer "
        "controls, or adjustment='regression'"
    )


def _regression(Y: Matrix, X: Matrix, weights: Vector) -> Regression:
    """Least squares on the rows with weights above zero."""
    bread = _inverse(X.T @ (X * weights[:, None]))
    predicted = X @ (bread @ (X.T @ (weights[:, None] * Y)))
    return Regression(predicted, weights[:, None] * (Y - predicted), X @ bread)


def _inverse(gram: Matrix) -> Matrix:
    """The inverse of cross products.

    Raises
    ------
    CollinearError
        If the controls are combinations of each other on the rows compared.
    """
    inverse = judged_inverse(gram, COLLINEAR)
    if inverse is None:
        raise CollinearError(
            "the controls are combinations of each other, or constant, among the units compared; use fewer of them"
        )
    return inverse
