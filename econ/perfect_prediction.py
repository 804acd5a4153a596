"""Responses that a combination of regressors predicts perfectly: the likelihood has no maximum.

A vector z = Xγ ≠ 0 with z ≥ 0 where the response is at its upper end, z ≤ 0 where it is at its lower end
and z = 0 in between certifies it: along γ the likelihood rises forever (Albert and Anderson 1984,
Biometrika 71(1)). It is looked for only where Newton's method failed: a maximum that was found is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import scipy.sparse as sp

from econ.design import INTERCEPT, Design
from econ.errors import ConvergenceError, IdentificationError
from econ.groups import Codes, Mask, Vector
from econ.separation import all_columns
from econ.solve import weighted_least_squares

__all__ = ["explaining", "predictors"]

NEGLIGIBLE = 1e-6  # of the largest coefficient, regressors of unit size


@contextmanager
def explaining(design: Design, upper: Mask, lower: Mask) -> Iterator[None]:
    """Where an estimation inside fails because of perfect prediction, say so.

    Parameters
    ----------
    design
        What is estimated.
    upper, lower
        (n,) rows whose response is at its upper and lower end.

    Raises
    ------
    IdentificationError
        With the regressors that predict the response.
    """
    try:
        yield
    except (ConvergenceError, IdentificationError) as error:
        weighted_least_squares(design, design.y, design.w)  # a collinear regressor is named as such
        names = predictors(design, upper, lower)
        if not names:
            raise
        raise IdentificationError(
            f"{design.formula.text!r}: {', '.join(names)} perfectly predicts the response in some or all rows, so that "
            "its coefficient is infinite; leave it out, or leave out the rows that it predicts"
        ) from error


def predictors(design: Design, upper: Mask, lower: Mask) -> tuple[str, ...]:
    """The regressors of a combination that predicts perfectly, as few as can be; none where there is none."""
    slopes = np.array([name != INTERCEPT for name in design.names])
    direction = _direction(all_columns(design), upper, lower, np.flatnonzero(slopes))
    if direction is None:
        return ()
    sizes = np.abs(direction[: slopes.size]) * slopes
    found = sizes > NEGLIGIBLE * np.abs(direction).max()
    return tuple(name for name, one in zip(design.names, found, strict=True) if one) or design.names[:1]


def _direction(A: sp.csr_array, upper: Mask, lower: Mask, counted: Codes) -> Vector | None:
    """γ with the least sum of absolute values whose z has mean distance one from zero, by a linear programme."""
    from scipy.optimize import linprog  # noqa: PLC0415 - only failures need it

    signs = upper.astype(np.float64) - lower
    ends = upper | lower
    outward = sp.csr_array(signs[ends, None] * A[ends])
    sizes = sp.csr_array((np.ones(counted.size), (np.arange(counted.size), counted)), (counted.size, A.shape[1]))
    none = sp.csr_array((outward.shape[0], counted.size))
    unit = sp.eye_array(counted.size)
    equal = sp.vstack([A[~ends], sp.csr_array(outward.sum(axis=0)[None])])
    result = linprog(
        np.repeat([0.0, 1.0], [A.shape[1], counted.size]),
        A_ub=sp.vstack([sp.hstack([-outward, none]), sp.hstack([sizes, -unit]), sp.hstack([-sizes, -unit])]),
        b_ub=np.zeros(outward.shape[0] + 2 * counted.size),
        A_eq=sp.hstack([equal, sp.csr_array((equal.shape[0], counted.size))]),
        b_eq=np.append(np.zeros(equal.shape[0] - 1), outward.shape[0]),
        bounds=(None, None),
        method="highs",
    )
    return result.x[: A.shape[1]] if result.success else None
