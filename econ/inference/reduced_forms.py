"""The reduced forms behind two-stage least squares, on which every test of its instruments stands.

The response and the m endogenous regressors are regressed on everything exogenous. A combination of them, such as
y - β d, has the same combination of coefficients and residuals, and any covariance of its l coefficients of the
instruments is that of a regression: no estimator and no covariance is written twice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from econ.design import Design
from econ.errors import IdentificationError, NotDefinedError, OptionError
from econ.formula import Formula
from econ.groups import Matrix, Vector
from econ.linear import linear_fit, reduced
from econ.solve import LeastSquares, beside, weighted, weighted_least_squares
from econ.types import Covariance, Estimator, Fit, Uncertainty

__all__ = ["ROUNDING", "ReducedForm", "ReducedForms", "reduced_forms", "require_residuals", "written"]

ROUNDING = 1e-24  # share of a sum of squares


@dataclass(frozen=True)
class ReducedForm:
    """Least squares of a combination of response and endogenous regressors on everything exogenous.

    Attributes
    ----------
    structural
        The estimator with instruments.
    weights
        (1 + m) of the response and of the endogenous regressors.
    formula
        What is regressed on what.
    """

    structural: Estimator
    weights: tuple[float, ...]
    formula: str

    def fit(self, data: Any) -> Fit:
        """Estimate on a table."""
        return reduced_forms(self.structural.fit(data)).fit(np.array(self.weights))


@dataclass(frozen=True, eq=False)
class ReducedForms:
    """Regressions of the response and of each endogenous regressor on exogenous ones and instruments.

    Attributes
    ----------
    spec, structural
        The estimator with instruments and its arrays.
    design
        The arrays of the regressions: exogenous regressors, then instruments.
    solved
        (1 + m) of the response, then of the endogenous regressors.
    """

    spec: Estimator
    structural: Design
    design: Design
    solved: tuple[LeastSquares, ...]

    @property
    def instruments(self) -> tuple[str, ...]:
        """(l,) names."""
        return self.structural.instruments

    @property
    def endogenous(self) -> tuple[str, ...]:
        """(m,) names."""
        return self.structural.names[-self.structural.endogenous :]

    @cached_property
    def root(self) -> Matrix:
        """(l, l) R: `R' R = Z'WZ` with all else exogenous taken out of Z, so that R makes them orthonormal."""
        T = np.linalg.qr(self.solved[0].root[-len(self.instruments) :].T)[1]
        return np.asarray(np.linalg.inv(T).T, dtype=np.float64)

    @cached_property
    def coefficients(self) -> Matrix:
        """(l, 1 + m) coefficients of the orthonormal instruments: of the response, then of the endogenous ones."""
        return self.root @ np.column_stack([one.params[-len(self.instruments) :] for one in self.solved])

    @property
    def responses(self) -> Matrix:
        """(n, 1 + m) response and endogenous regressors."""
        return self.structural.table[:, [0, *range(-self.structural.endogenous, 0)]]

    @cached_property
    def residuals(self) -> Matrix:
        """(n, 1 + m) residuals."""
        return np.column_stack([one.residuals for one in self.solved])

    @cached_property
    def estimate(self) -> Vector:
        """(m,) the coefficients of two-stage least squares."""
        return np.asarray(np.linalg.lstsq(self.coefficients[:, 1:], self.coefficients[:, 0])[0])

    def fit(self, weights: Vector) -> Fit:
        """The regression of a combination."""
        parts = [(weight, each) for weight, each in zip(weights, self.solved, strict=True) if weight]
        solved = replace(
            self.solved[0],
            params=np.sum([weight * each.params for weight, each in parts], axis=0),
            y=np.sum([weight * each.y for weight, each in parts], axis=0),
            levels=np.sum([weight * each.levels for weight, each in parts], axis=0),
            residuals=self.residuals @ weights,
        )
        formula = written(self.structural.formula, self._shown(weights), self.structural.formula.instruments)
        spec = ReducedForm(self.spec, tuple(float(weight) for weight in weights), formula)
        design = replace(self.design, table=beside(self.responses @ weights, self.design.X))
        return linear_fit(spec, design, solved)

    def _shown(self, weights: Vector) -> str:
        names = (self.structural.formula.response, *self.endogenous)
        parts = zip(weights, names, strict=True)
        return " + ".join(name if weight == 1 else f"{weight:g} * {name}" for weight, name in parts if weight)

    def on_instruments(self, weights: Vector) -> Fit:
        """The regression of a combination, as a fit of the coefficients of the instruments alone."""
        last = np.eye(len(self.design.names))[-len(self.instruments) :]
        return self.fit(weights).combine(last, self.instruments)

    def uncertainty(self, covariance: Covariance, weights: Vector) -> Uncertainty:
        """That of a combination's coefficients of the orthonormal instruments."""
        found = covariance.of(self.on_instruments(weights))
        return replace(found, matrix=self.root @ found.matrix @ self.root.T)

    @cached_property
    def dispersion(self) -> Matrix:
        """(1 + m, 1 + m) sums of squares and products of the residuals."""
        return self.residuals.T @ weighted(self.design.w, self.residuals)

    @cached_property
    def directions(self) -> tuple[Vector, Vector]:
        """(2,) weights of u = y - bx and of sx for one endogenous x: b the estimate, s making u and sx equally large.

        With them as origin and unit of the coefficient, numbers are of one size and lose no digits.
        """
        u = np.array([1.0, -self.estimate[0]])
        size = np.sqrt(max(u @ self.dispersion @ u, 0.0))
        s = size / np.sqrt(self.dispersion[1, 1] + np.sum(self.coefficients[:, 1] ** 2))
        return u, np.array([0.0, s if s > 0 else 1.0])

    def uncertainties(self, covariance: Covariance) -> tuple[Uncertainty, Uncertainty, Uncertainty]:
        """Those of the two directions and of their sum, which tells what is between the two."""
        u, x = self.directions
        return self.uncertainty(covariance, u), self.uncertainty(covariance, x), self.uncertainty(covariance, u + x)


def reduced_forms(fit: Fit) -> ReducedForms:
    """The reduced forms of an estimation with instruments.

    Raises
    ------
    OptionError, NotDefinedError
        If it is no fit, or one without instruments.
    """
    if not isinstance(fit, Fit):
        raise OptionError(f"{fit!r} is no fit; give what IV(...).fit(data) returns")
    if fit.design is None or not fit.design.instruments:
        raise NotDefinedError(
            f"{type(fit.spec).__name__} has no instruments to test; fit IV('y ~ x | endogenous ~ instruments')"
        )
    structural, design = fit.design, reduced(fit.design)
    responses = [structural.y, *structural.X[:, -structural.endogenous :].T]
    solved = tuple(weighted_least_squares(design, response, design.w) for response in responses)
    return ReducedForms(fit.spec, structural, design, solved)


def require_residuals(forms: ReducedForms) -> None:
    """Stop at an endogenous regressor that the instruments explain but for rounding.

    Raises
    ------
    IdentificationError
        With its name.
    """
    left, explained = np.diag(forms.dispersion)[1:], np.square(forms.coefficients[:, 1:]).sum(axis=0)
    without = [name for name, gone in zip(forms.endogenous, left <= ROUNDING * explained, strict=True) if gone]
    if without:
        raise IdentificationError(
            f"the instruments explain {', '.join(without)} without residual, so that it is as exogenous as they are; "
            "name it among the exogenous regressors"
        )


def written(formula: Formula, response: str, more: str) -> str:
    """The text of a regression on the exogenous regressors, more of them and the absorbed effects."""
    effects = " + ".join(effect.name for effect in formula.effects)
    return f"{response} ~ {formula.regressors} + {more}" + (f" | {effects}" if effects else "")
