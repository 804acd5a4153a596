"""Randomization tests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from econ.absorb import Layout
from econ.absorb.exact import Exact
from econ.absorb.wide import Wide
from econ.design import Design
from econ.errors import EconError, IdentificationError, NotDefinedError, OptionError
from econ.groups import Groups, Matrix, Vector
from econ.inference.assignments import assignments
from econ.inference.clustered import Clustered, signed_combinations
from econ.inference.white import White
from econ.outcomes import Test
from econ.solve import weighted
from econ.types import Covariance, Fit, Hat

__all__ = ["randomization_test"]

TIE = 1e-10
ROUNDING = 1e-13


def randomization_test(
    fit: Fit,
    term: str,
    covariance: Covariance | None = None,
    *,
    by: str | None = None,
    strata: str | None = None,
    reps: int = 9_999,
    seed: int = 0,
) -> Test:
    """Fisher's test that a treatment had no effect on anybody, by permuting who got it.

    Parameters
    ----------
    fit
        Any estimation with the treatment among its regressors.
    term
        The treatment: a column of the table that stands alone as a term.
    covariance
        Its t is the statistic, which is also valid for the weaker hypothesis of a zero mean effect in large
        samples (Wu and Ding 2021); None for the coefficient itself.
    by
        Column of the units that were assigned as a whole, such as creditors or packages; None for rows.
    strata
        Column within which treatments are exchanged.
    reps, seed
        Assignments that are drawn, and the seed. Where there are no more different ones, all are enumerated.

    Returns
    -------
    Test
        The p-value is the share of assignments, the actual one among them, with a statistic at least as far
        from zero.

    Raises
    ------
    OptionError, DataError, IdentificationError
        If the treatment is no column on its own, differs within a unit, or cannot be permuted.
    NotDefinedError
        If the estimator cannot be run again.

    Notes
    -----
    For least squares with the coefficient, White HC0, HC1 or Clustered CR0, CR1 nothing is estimated again:
    the regressors and effects are projected out of all assignments at once. Otherwise each assignment is
    a refit; assignments that cannot be estimated are left out and counted in `details`.

    References
    ----------
    Fisher (1935), The Design of Experiments; Young (2019), Quarterly Journal of Economics 134(2); Wu and Ding
    (2021), Journal of the American Statistical Association 116(536).

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import OLS, randomization_test
    >>> data = pd.DataFrame({"y": [1.0, 2, 4, 3, 5, 7], "treated": [0.0, 0, 0, 1, 1, 1]})
    >>> randomization_test(OLS("y ~ treated").fit(data), "treated").p_value
    0.2
    """
    design = _design(fit, term)
    treatment = design.X[:, design.names.index(term)]
    units, within = (None if name is None else fit.sample.groups(name) for name in (by, strata))
    possible = assignments(fit.sample, treatment, by=units, strata=within, reps=reps, seed=seed)
    statistics = _statistics(fit, design, term, covariance)
    found = np.concatenate(possible.each(statistics.of))
    actual = statistics.of(treatment[:, None])[0]
    usable = np.isfinite(found)
    if not np.isfinite(actual) or not usable.any():
        raise IdentificationError(
            f"the statistic of {term} cannot be computed for the actual assignment, or for no other; choose another "
            "covariance, or the coefficient"
        )
    beyond = int((np.abs(found[usable]) >= abs(actual) * (1 - TIE)).sum())
    p_value = beyond / usable.sum() if possible.exact else (1 + beyond) / (1 + usable.sum())
    row = None if covariance is None else fit.inference(covariance)
    shown = float(fit.params[fit.position(term)]) if row is None else float(row.row(term)["statistic"])
    many = f"all {possible.count:,} assignments" if possible.exact else f"{reps:,} random assignments"
    what = "coefficient" if row is None else f"t, errors {row.label}"
    where = "".join([f" of whole {by}" if by else "", f" within {strata}" if strata else ""])
    return Test(
        title=f"{term} has no effect",
        statistic=shown,
        df=(),
        p_value=float(p_value),
        method=f"randomization test, {many}{where}; {what}",
        details={"assignments": float(usable.sum()), "not estimable": float((~usable).sum())},
    )


def _design(fit: Fit, term: str) -> Design:
    if fit.design is None or fit.derived:
        raise NotDefinedError(
            f"a {type(fit.spec).__name__} of combinations, transformed or stacked equations cannot be run again on "
            "another treatment; use the fit itself, or permute by hand"
        )
    if term not in fit.sample.data.columns or term not in fit.design.names:
        raise OptionError(f"{term!r} is no column that stands alone among the regressors; they are {fit.names!r}")
    pattern = [name for name in fit.design.names if name != term and term in name.replace("*", ":").split(":")]
    if pattern:
        raise OptionError(f"{term} also stands in {', '.join(pattern)}, which a permutation would have to change too")
    return fit.design


def _statistics(fit: Fit, design: Design, term: str, covariance: Covariance | None) -> Projected | Refitted:
    layout = Layout(design.effects)
    known = covariance is None or _is_projected(covariance)
    linear = fit.hat is not None and np.isfinite(fit.df) and not design.instruments
    if not (known and linear and (not design.effects or layout.fits)):
        return Refitted(fit, design, term, covariance)
    assert fit.hat is not None
    ways: tuple[tuple[int, Groups], ...] = ()
    if isinstance(covariance, Clustered):
        ways = tuple(signed_combinations(tuple(fit.groups(name) for name in covariance.columns)))
    elif covariance is not None:
        ways = ((1, Groups("row", np.arange(fit.nobs), fit.nobs)),)
    wide = Wide(Exact(layout, design.w)) if design.effects else None
    return Projected(fit.hat, fit.params, fit.names.index(term), wide, ways)


def _is_projected(covariance: Covariance) -> bool:
    """Whether it is a sum of squares by row or cluster, which needs no refit; not so where it is repaired."""
    if isinstance(covariance, Clustered):
        as_it_is = len(covariance.columns) == 1 or not covariance.semi_definite
        return covariance.correction in {"CR0", "CR1"} and as_it_is
    return isinstance(covariance, White) and covariance.kind in {"HC0", "HC1"}


@dataclass(frozen=True, eq=False)
class Projected:
    """Statistics of least squares under other assignments, by projection.

    Attributes
    ----------
    hat, params, position
        The regression, its coefficients, and the place of the treatment.
    wide
        Takes the effects out of assignments.
    ways
        Clusters of the errors with their signs; none for the coefficient.
    """

    hat: Hat
    params: Vector
    position: int
    wide: Wide | None
    ways: tuple[tuple[int, Groups], ...]

    @cached_property
    def response(self) -> Vector:
        """(n,) the response less what the other regressors and the effects explain of it."""
        whole = self.hat.errors + self.hat.X @ self.params
        Q = self.basis
        return np.asarray(whole - Q @ (Q.T @ weighted(self.hat.w, whole)))

    @cached_property
    def basis(self) -> Matrix:
        """(n, k - 1) the other regressors, orthonormal under the weights."""
        others = np.delete(self.hat.X, self.position, axis=1)
        half = None if self.hat.w is None else np.sqrt(self.hat.w)
        _, R = np.linalg.qr(weighted(half, others))
        return np.asarray(np.linalg.solve(R.T, others.T).T) if others.shape[1] else others

    def of(self, D: Matrix) -> Vector:
        """(m,) statistics of (n, m) assignments."""
        w, Q = self.hat.w, self.basis
        WD = weighted(w, D)
        loads = Q.T @ WD
        top = self.response @ WD
        whole = np.einsum("nm,nm->m", D, WD)
        if not self.ways:
            bottom = whole - np.square(loads).sum(axis=0)
            bottom -= 0.0 if self.wide is None else self.wide.explained(D)
            return _ratio(top, bottom, whole)
        left = (D if self.wide is None else self.wide.residualize(D)) - Q @ loads
        bottom = np.einsum("nm,nm->m", left, weighted(w, left))
        slope = _ratio(top, bottom, whole)
        scores = weighted(w, left * (self.response[:, None] - left * slope))
        variance = np.zeros(slope.size)
        for sign, groups in self.ways:
            variance += sign * np.square(_summed(groups, scores)).sum(axis=0)
        return np.asarray(slope / np.sqrt(np.where(variance > 0, variance, np.nan)) * bottom)


def _summed(groups: Groups, scores: Matrix) -> Matrix:
    if groups.count == groups.codes.size:
        return scores
    import scipy.sparse as sp  # noqa: PLC0415

    n = groups.codes.size
    return np.asarray(sp.csr_array((np.ones(n), (groups.codes, np.arange(n))), shape=(groups.count, n)) @ scores)


def _ratio(top: Vector, bottom: Vector, whole: Vector) -> Vector:
    """Coefficients; missing where nothing but rounding is left of the treatment's (m,) squares."""
    return np.asarray(top / np.where(bottom > ROUNDING * whole, bottom, np.nan))


@dataclass(frozen=True, eq=False)
class Refitted:
    """Statistics under other assignments, by estimating again."""

    fit: Fit
    design: Design
    term: str
    covariance: Covariance | None

    def of(self, D: Matrix) -> Vector:
        """(m,) statistics of (n, m) assignments; missing where one cannot be estimated."""
        return np.array([self._one(column) for column in D.T])

    def _one(self, column: Vector) -> float:
        table = self.design.table.copy(order="F")
        table[:, 1 + self.design.names.index(self.term)] = column
        try:
            again = self.fit.spec.estimate(replace(self.design, table=table))  # type: ignore[attr-defined]
            if self.covariance is None:
                return float(again.params[again.position(self.term)])
            return float(again.inference(self.covariance).row(self.term)["statistic"])
        except EconError:
            return float("nan")
