"""Distances between compositions: shares of a whole that sum to one."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from econ.errors import DataError
from econ.groups import Matrix, Vector

__all__ = ["Distance", "distance"]

CLOSED = 1e-6


class Distance(Protocol):
    """A frozen choice of distance."""

    def between(self, p: Matrix, q: Matrix) -> Vector:
        """(t,) distances between the rows of two (t, parts) arrays of shares."""
        ...


def distance(p: Any, q: Any, *, kind: Distance) -> Vector:
    """Distance between compositions, row by row.

    Parameters
    ----------
    p, q
        (t, parts) or (parts,): shares of zero or more that sum to one in each row.
    kind
        Which distance, such as `TotalVariation()` or `Aitchison()`.

    Returns
    -------
    numpy.ndarray
        (t,) distances.

    Raises
    ------
    DataError
        If the shapes differ, or a row is not a composition; the message names the row.

    Examples
    --------
    >>> from econ.convergence import TotalVariation, distance
    >>> distance([0.5, 0.3, 0.2], [0.2, 0.3, 0.5], kind=TotalVariation()).round(12)
    array([0.3])
    """
    P, Q = _composition("p", p), _composition("q", q)
    if P.shape != Q.shape:
        raise DataError(f"p has shape {P.shape} and q {Q.shape}; compare rows of the same parts")
    return kind.between(P, Q)


def _composition(name: str, shares: Any) -> Matrix:
    try:
        array = np.atleast_2d(np.asarray(shares, dtype=np.float64))
    except (TypeError, ValueError) as error:
        raise DataError(f"{name} holds something that is not a number: {error}") from error
    wrong = np.flatnonzero(~((array >= 0).all(axis=1) & (np.abs(array.sum(axis=1) - 1) <= CLOSED)))
    if wrong.size:
        row = array[wrong[0]].tolist()
        raise DataError(f"row {wrong[0]} of {name} is not a composition: {row}; shares are zero or more and sum to one")
    return array
