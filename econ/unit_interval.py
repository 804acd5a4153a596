"""Index models of a response between zero and one."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from scipy.special import xlogy

from econ.design import Design
from econ.errors import DataError, FormulaError, IdentificationError
from econ.groups import Groups, Mask, Vector
from econ.index_model import Family, maximise
from econ.perfect_prediction import explaining
from econ.solve import parameters, weighted, without_instruments
from econ.types import Estimator, Fit

__all__ = [
    "Iterated",
    "Link",
    "estimate",
    "require_binary",
    "require_equal_weights",
    "require_shares",
    "without_effects",
]

EQUAL = 1e-9


class Iterated(Estimator, Protocol):
    """An estimator that is steered by two numbers."""

    @property
    def tolerance(self) -> float:
        """Largest change at which the iteration ends."""
        ...

    @property
    def iterations(self) -> int:
        """Most steps."""
        ...


class Link(Family, Protocol):
    """A family whose mean is a function of the index."""

    def mean(self, eta: Vector) -> Vector:
        """(n,) expected response."""
        ...


def require_binary(design: Design, estimator: str) -> None:
    """Stop at a response that is not zero or one.

    Raises
    ------
    DataError
        With the row.
    """
    wrong = (design.y != 0) & (design.y != 1)
    _refuse(design, wrong, f"{estimator} takes zeros and ones; recode it, or use FractionalLogit for shares")


def require_shares(design: Design, estimator: str) -> None:
    """Stop at a response outside of zero and one.

    Raises
    ------
    DataError
        With the row.
    """
    _refuse(design, (design.y < 0) | (design.y > 1), f"{estimator} takes shares between zero and one; rescale it")


def require_equal_weights(design: Design, groups: Groups) -> None:
    """Stop at weights that differ within a group whose rows depend on each other.

    Raises
    ------
    DataError
        With a row.
    """
    if design.w is None:
        return
    first = np.zeros(groups.count)
    first[groups.codes] = design.w
    unequal = np.flatnonzero(~np.isclose(design.w, first[groups.codes], rtol=EQUAL, atol=0))
    if unequal.size:
        raise DataError(
            f"the weight of row {design.sample.labels[unequal[0]]!r} differs from that of other rows of its "
            f"{groups.name}; give one weight for each {groups.name}"
        )


def without_effects(design: Design, estimator: str, instead: str) -> None:
    """Stop at a formula with absorbed effects or instruments.

    Raises
    ------
    FormulaError
        With what to use instead of effects.
    """
    without_instruments(design, estimator)
    if design.effects:
        raise FormulaError(f"{design.formula.text!r}: {estimator} absorbs no effects; {instead}")


def _refuse(design: Design, wrong: Mask, why: str) -> None:
    rows = np.flatnonzero(wrong)
    if rows.size:
        raise DataError(
            f"{design.formula.response!r} is {design.y[rows[0]]:g} in row {design.sample.labels[rows[0]]!r} "
            f"({rows.size} such rows); {why}"
        )


def estimate(spec: Iterated, design: Design, link: Link) -> Fit:
    """The maximum of the likelihood y log p + (1 - y) log(1 - p) as a fit."""
    rank = parameters(design)
    if (design.y == design.y[0]).all() and design.y[0] in {0, 1}:
        raise IdentificationError(
            f"{design.formula.response!r} is {design.y[0]:g} in every row used; nothing can be estimated"
        )
    with explaining(design, design.y == 1, design.y == 0):
        solved = maximise(design, link, spec.tolerance, spec.iterations)
    mean = link.mean(solved.eta)
    return Fit(
        spec=spec,
        names=design.names,
        params=solved.params,
        scores=solved.scores,
        bread=solved.hat.inverse,
        rank=rank,
        df=np.inf,
        effects=(),
        sample=design.sample,
        residuals=design.y - mean,
        fitted=mean,
        classical=solved.hat.inverse,
        hat=solved.hat,
        statistics=_statistics(design, solved.point.loss),
        design=design,
    )


def _statistics(design: Design, loss: Vector) -> dict[str, float]:
    y, w = design.y, design.w
    share = np.average(y, weights=w)
    likelihood = -weighted(w, loss).sum()
    null = weighted(w, xlogy(y, share) + xlogy(1 - y, 1 - share)).sum()
    perfect = weighted(w, xlogy(y, y) + xlogy(1 - y, 1 - y)).sum()  # zero for zeros and ones
    return {
        "log_likelihood": float(likelihood),
        "pseudo_r2": float(1 - likelihood / null),
        "deviance": float(2 * (perfect - likelihood)),
        "null_deviance": float(2 * (perfect - null)),
        "aic": float(2 * (len(design.names) - likelihood)),
    }
