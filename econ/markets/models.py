"""Expected returns: what is estimated before the event, and how uncertain its forecasts are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from econ.errors import IdentificationError
from econ.groups import Mask, Matrix, Vector

__all__ = ["MODELS", "Expected", "expected_returns"]

MODELS = ("mean", "market", "market_adjusted", "factor", "garch")
SINGULAR = 1e-12
ROUNDING = 1e-10  # of the size of the returns: residuals below it are rounding

Cube = Matrix  # (N, days, p)


@dataclass(frozen=True, eq=False)
class Expected:
    """Expected returns of N events over M estimation days and W event days.

    Attributes
    ----------
    residuals
        (N, M) returns less expected ones; missing where there is no return.
    expected
        (N, W) in the event window.
    sd
        (N,) of the residuals.
    count
        (N,) estimation returns.
    parameters
        Number of parameters of the mean.
    X
        (N, W, p) regressors in the event window.
    inverse
        (N, p, p) of their cross products in the estimation window.
    variances
        (N, W) of the returns in the event window over that of the residuals; None where they are equal.
    """

    residuals: Matrix
    expected: Matrix
    sd: Vector
    count: Vector
    parameters: int
    X: Cube
    inverse: Cube
    variances: Matrix | None = None

    def spread(self, chosen: Mask) -> Vector:
        """(N,) standard deviation of the sum of the forecast errors of the chosen (N, W) event days."""
        total = np.einsum("nw,nwp->np", chosen.astype(np.float64), self.X)
        own = chosen.sum(axis=1) if self.variances is None else (chosen * self.variances).sum(axis=1)
        return np.asarray(self.sd * np.sqrt(own + np.einsum("np,npq,nq->n", total, self.inverse, total)))

    def daily(self) -> Matrix:
        """(N, W) standard deviation of each forecast error."""
        own = 1.0 if self.variances is None else self.variances
        factor = own + np.einsum("nwp,npq,nwq->nw", self.X, self.inverse, self.X)
        return np.asarray(self.sd[:, None] * np.sqrt(factor))


def expected_returns(model: str, before: Matrix, inside: Matrix, X: Cube, Z: Cube, *, names: Sequence[str]) -> Expected:
    """Expected returns under a model.

    Parameters
    ----------
    model
        One of `MODELS`.
    before, inside
        (N, M) and (N, W) returns in the estimation and the event window.
    X, Z
        (N, M, f) and (N, W, f) market or factors there; f is zero for the mean model.
    names
        (N,) names of the events, for errors.

    Raises
    ------
    IdentificationError
        If the market or the factors of an event do not vary, or are combinations of each other, or the residuals are
        zero but for rounding.
    """
    if model == "market_adjusted":
        return _adjusted(before, inside, X, Z, names)
    ones = np.ones((*before.shape, 1)), np.ones((*inside.shape, 1))
    inner, outer = np.concatenate([ones[0], X], axis=2), np.concatenate([ones[1], Z], axis=2)
    fitted = _least_squares(before, inner, outer, names)
    if model != "garch":
        return fitted
    from econ.markets.garch import with_garch  # noqa: PLC0415 - an optimiser that other models do not need

    return with_garch(before, inner, fitted)


def _adjusted(before: Matrix, inside: Matrix, X: Cube, Z: Cube, names: Sequence[str]) -> Expected:
    residuals = before - X[:, :, 0]
    count = np.isfinite(residuals).sum(axis=1).astype(np.float64)
    sd = np.sqrt(np.nansum(residuals**2, axis=1) / count)
    _require_spread(sd, before, residuals, names)
    N, W = inside.shape
    return Expected(residuals, Z[:, :, 0], sd, count, 0, np.zeros((N, W, 0)), np.zeros((N, 0, 0)))


def _least_squares(before: Matrix, X: Cube, Z: Cube, names: Sequence[str]) -> Expected:
    known: Mask = np.isfinite(before) & np.asarray(np.isfinite(X).all(axis=2))
    y, x = np.where(known, before, 0.0), np.where(known[:, :, None], X, 0.0)
    gram = np.einsum("nmp,nmq->npq", x, x)
    inverse = _inverses(gram, names)
    beta = np.einsum("npq,nmq,nm->np", inverse, x, y)
    beta += np.einsum("npq,nmq,nm->np", inverse, x, y - np.einsum("nmp,np->nm", x, beta))  # against rounding
    residuals = np.where(known, before - np.einsum("nmp,np->nm", x, beta), np.nan)
    count, p = known.sum(axis=1).astype(np.float64), X.shape[2]
    sd = np.sqrt(np.nansum(residuals**2, axis=1) / (count - p))
    _require_spread(sd, before, residuals, names)
    filled = np.where(np.asarray(np.isfinite(Z).all(axis=2))[:, :, None], Z, np.nan)
    expected = np.einsum("nwp,np->nw", filled, beta)
    return Expected(residuals, expected, sd, count, p, np.nan_to_num(filled), inverse)


def _require_spread(sd: Vector, before: Matrix, residuals: Matrix, names: Sequence[str]) -> None:
    size = np.nanmax(np.where(np.isfinite(residuals), np.abs(before), 0.0), axis=1)
    flat = np.flatnonzero(sd <= ROUNDING * size)
    if flat.size:
        raise IdentificationError(
            f"event {names[flat[0]]}: in its estimation window the returns are constant or those of the market or the "
            f"factors, without residuals to judge the event by ({flat.size} such events); leave the event out, move "
            "the window, or use another model or market"
        )


def _inverses(gram: Cube, names: Sequence[str]) -> Cube:
    """(N, p, p) inverses of cross products, scaled to unit diagonal before they are judged."""
    size = np.sqrt(np.einsum("npp->np", gram))
    size[size == 0] = 1.0
    scaled = gram / size[:, :, None] / size[:, None, :]
    bad = np.flatnonzero(np.linalg.eigvalsh(scaled)[:, 0] <= SINGULAR)
    if bad.size:
        raise IdentificationError(
            f"event {names[bad[0]]}: the market or the factors do not vary in its estimation window, or are "
            "combinations of each other; use model='mean', fewer factors, or a longer window"
        )
    return np.asarray(np.linalg.inv(scaled) / size[:, :, None] / size[:, None, :])
