"""Distances between compositions: shares of a whole that sum to one."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from econ.errors import DataError, OptionError
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
        (t, parts) or (parts,): shares of zero or more that sum to one in each row. Parts of two pandas
        objects are matched by their labels.
    kind
        Which distance, such as `TotalVariation()` or `Aitchison()`.

    Returns
    -------
    numpy.ndarray
        (t,) distances.

    Raises
    ------
    DataError, OptionError
        If the shapes or parts differ, a row is not a composition (the message names it), or `kind` is no distance.

    Examples
    --------
    >>> from econ.convergence import TotalVariation, distance
    >>> distance([0.5, 0.3, 0.2], [0.2, 0.3, 0.5], kind=TotalVariation()).round(12)
    array([0.3])
    """
    if not callable(getattr(kind, "between", None)) or isinstance(kind, type):
        raise OptionError(f"{kind!r} is no distance; give a value such as TotalVariation()")
    P, Q = _composition("p", p), _composition("q", _aligned(p, q))
    if P.shape != Q.shape:
        raise DataError(f"p has shape {P.shape} and q {Q.shape}; compare rows of the same parts")
    return kind.between(P, Q)


def _aligned(p: Any, q: Any) -> Any:
    """`q` with its parts in the order of those of `p`, where both are labelled."""
    theirs, ours = (getattr(one, "columns", getattr(one, "index", None)) for one in (p, q))
    if theirs is None or ours is None or callable(theirs) or callable(ours):  # lists have a method `index`
        return q
    if set(theirs) != set(ours):
        raise DataError(f"p has the parts {list(theirs)} and q {list(ours)}; compare the same parts")
    return q[list(theirs)]


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
