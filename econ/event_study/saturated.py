"""Least squares in which every arm has its own periods, and contrasts of them are what is wanted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from econ.design import Design
from econ.errors import CollinearError, IdentificationError
from econ.event_study.elimination import Elimination, Loads
from econ.event_study.panel import EventPanel
from econ.groups import Codes, Effect, Matrix, Vector
from econ.scores import Part, Tabulated
from econ.solve import LeastSquares, judged_inverse, weighted, weighted_least_squares
from econ.types import Estimator, Fit

__all__ = ["DenseHat", "Saturated", "contrasts_of"]

COLLINEAR = 1e-10
MOST_NUMBERS = 50_000_000  # of the dense regressors, beyond which leverages are out of reach


@dataclass(frozen=True, eq=False)
class DenseHat:
    """The same regression with its regressors written out, solved when a leverage is asked for.

    Attributes
    ----------
    design
        Outcome, weights, effects, and the names of the regressors.
    elimination
        Arms and periods of the rows.
    indicators
        (A, T, c) the regressors of each arm in each period.
    controls
        (n, q) controls, which stand after them.
    """

    design: Design
    elimination: Elimination
    indicators: Matrix
    controls: Matrix

    @cached_property
    def solved(self) -> LeastSquares:
        """The regression on dense columns."""
        dense = self.indicators[self.elimination.arms, self.elimination.time]
        table = np.asfortranarray(np.column_stack([self.design.y, dense, self.controls]))
        return weighted_least_squares(replace(self.design, table=table), self.design.y.copy(), self.design.w)

    @property
    def X(self) -> Matrix:
        """(n, q) regressors, residualised on the effects."""
        return self.solved.X

    @property
    def w(self) -> Vector | None:
        """(n,) weights."""
        return self.solved.w

    @property
    def root(self) -> Matrix:
        """(q, q): `root @ root.T` is the inverse of `X'WX`."""
        return self.solved.root

    @property
    def errors(self) -> Vector:
        """(n,) residuals."""
        return self.solved.errors

    @property
    def variances(self) -> Vector | None:
        """(n,) variances of the responses, up to scale."""
        return self.solved.variances

    def diagonal(self) -> Vector | None:
        """(n,) leverages."""
        return self.solved.diagonal()

    def residualize(self, V: Matrix) -> Matrix:
        """(n, m) residuals of columns on the absorbed effects."""
        return self.solved.residualize(V)


@dataclass(frozen=True, eq=False)
class Saturated:
    """Least squares on effects of units and of the periods of every arm, and on controls.

    Attributes
    ----------
    panel
        Outcome, weights and controls.
    effects
        Those of the equivalent regression on indicators.
    elimination
        Units, arms and periods.
    """

    panel: EventPanel
    effects: tuple[Effect, ...]
    elimination: Elimination

    @property
    def w(self) -> Vector | None:
        """(n,) weights."""
        return self.panel.w

    @cached_property
    def split(self) -> tuple[Matrix, Loads]:
        """(n, 1 + q) residuals of outcome and controls on the effects, and what the effects are."""
        return self.elimination.residualize(np.column_stack([self.panel.y, self.panel.X]))

    @property
    def X(self) -> Matrix:
        """(n, q) residualised controls."""
        return self.split[0][:, 1:]

    @cached_property
    def inverse(self) -> Matrix:
        """(q, q) inverse of the residualised controls' cross products."""
        return _inverse(self.panel, self.X)

    @cached_property
    def beta(self) -> Vector:
        """(q,) slopes of the controls."""
        return np.asarray(self.inverse @ (self.X.T @ weighted(self.w, self.split[0][:, 0])))

    @cached_property
    def residuals(self) -> Vector:
        """(n,) residuals."""
        return np.asarray(self.split[0][:, 0] - self.X @ self.beta)

    def fit(self, spec: Estimator, contrasts: Matrix, own: Codes, names: tuple[str, ...]) -> Fit:
        """Contrasts of periods of arms, and the slopes of the controls.

        Parameters
        ----------
        spec
            The estimator.
        contrasts
            (A, T, c) weights of the periods in each contrast.
        own
            (c,) the arm whose effect a contrast is; its other weights are those of the comparison.
        names
            (c,) what the contrasts are called.

        Raises
        ------
        CollinearError, IdentificationError
            If a control is a combination of the effects, or there are not more rows than parameters.
        """
        panel = self.panel
        design = replace(panel.design, names=(*names, *panel.controls), effects=self.effects)
        through = np.einsum("atc,atm->cm", contrasts, self.split[1].periods)
        solved = self.elimination.inverses @ contrasts
        c = len(names)
        bread = _bread(contrasts.reshape(-1, c).T @ solved.reshape(-1, c), through[:, 1:], self.inverse)
        rank, e = _rank(design), self.residuals
        rss = float(e @ weighted(self.w, e))
        centred = design.y - np.average(design.y, weights=self.w)
        tss = float(centred @ weighted(self.w, centred))
        return Fit(
            spec=spec,
            names=design.names,
            params=np.append(through[:, 0] - through[:, 1:] @ self.beta, self.beta),
            scores=self._scores(solved, through[:, 1:], bread),
            bread=bread,
            rank=rank,
            df=design.nobs - rank,
            effects=design.effects,
            sample=design.sample,
            residuals=e,
            fitted=design.y - e,
            classical=bread * rss / (design.nobs - rank),
            hat=_dense(design, self.elimination, contrasts, own, panel.X),
            statistics={
                "r2": 1 - rss / tss if tss > 0 else np.nan,
                "rmse": float(np.sqrt(rss / (design.nobs - rank))),
            },
        )

    def _scores(self, solved: Matrix, slopes: Matrix, bread: Matrix) -> Tabulated:
        """Scores whose product with the bread is the influence."""
        out, (A, T) = self.elimination, self.elimination.shape
        signal, back, c = weighted(self.w, self.residuals), np.linalg.inv(bread), solved.shape[2]
        units, codes = _unit_table(out, solved)
        parts = [
            Part(signal, out.arms * T + out.time, solved.reshape(A * T, c) @ back[:c]),
            Part(signal, codes, -units @ back[:c]),
        ]
        table = np.column_stack([-self.inverse @ slopes.T, self.inverse]) @ back
        zeros = np.zeros(signal.size, dtype=np.intp)
        parts += [Part(signal * x, zeros, row[None, :]) for x, row in zip(self.X.T, table, strict=True)]
        return Tabulated(tuple(parts))


def _dense(
    design: Design, elimination: Elimination, contrasts: Matrix, own: Codes, controls: Matrix
) -> DenseHat | None:
    """The regression on written-out columns; None where these are too many, or some effects are not estimated."""
    if design.nobs * len(design.names) > MOST_NUMBERS:
        return None
    indicators = np.zeros(contrasts.shape)
    for arm in np.unique(own):
        mine, seen = own == arm, np.unique(elimination.time[elimination.arms == arm])
        if mine.sum() < seen.size - 1:
            return None
        indicators[arm][:, mine] = np.linalg.pinv(contrasts[arm][:, mine].T)  # up to a constant, which units absorb
    return DenseHat(design, elimination, indicators, controls)


def contrasts_of(shape: tuple[int, int], arms: Matrix, periods: Matrix) -> Matrix:
    """(A, T, c) weights of differences in differences.

    Parameters
    ----------
    shape
        Number of arms and of periods.
    arms, periods
        (c, 2) the arm with the effect and that of its comparison; the period of the effect and that of its base.
    """
    weights = np.zeros((*shape, len(arms)))
    column = np.arange(len(arms))
    for arm, sign in zip(arms.T, (1.0, -1.0), strict=True):
        weights[arm, periods[:, 0], column] = sign
        weights[arm, periods[:, 1], column] = -sign
    return weights


def _inverse(panel: EventPanel, X: Matrix) -> Matrix:
    """(q, q) inverse of the residualised controls' cross products."""
    gram = X.T @ weighted(panel.w, X)
    whole = np.sum(panel.X * weighted(panel.w, panel.X), axis=0)
    gone = tuple(np.array(panel.controls)[np.diag(gram) <= COLLINEAR**2 * whole].tolist())
    if gone:
        raise CollinearError(
            f"control {', '.join(gone)} does not vary once units and periods of cohorts are taken out; leave it out",
            gone,
        )
    inverse = judged_inverse(gram, COLLINEAR)
    if inverse is None:
        raise CollinearError(f"the controls {', '.join(panel.controls)} are combinations of each other; drop one")
    return inverse


def _bread(within: Matrix, slopes: Matrix, B: Matrix) -> Matrix:
    """(c + q, c + q) inverse of the cross products of contrasts' regressors and controls."""
    corner = -slopes @ B
    return np.block([[within - corner @ slopes.T, corner], [corner.T, B]])


def _unit_table(elimination: Elimination, solved: Matrix) -> tuple[Matrix, Codes]:
    """What units take out of contrasts, and which row of it each row has: one an arm where its units are alike."""
    first = np.array([np.flatnonzero(elimination.members(arm))[0] for arm in range(elimination.shape[0])])
    alike = elimination.profiles[first]
    if np.array_equal(alike[elimination.arm_of], elimination.profiles):
        return np.einsum("at,atc->ac", alike, solved), elimination.arms
    return elimination.through(solved), elimination.units.codes


def _rank(design: Design) -> int:
    levels = sum(effect.count for effect in design.effects)
    rank = len(design.names) + levels - max(len(design.effects) - 1, 0)
    if design.nobs <= rank:
        raise IdentificationError(
            f"{design.nobs} rows for {rank} parameters ({len(design.names)} of effects and controls); use more units, "
            "a comparison group, or TWFE, which has one effect for each event time"
        )
    return rank
