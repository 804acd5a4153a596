"""Distances between compositions: shares of a whole that sum to one."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import pandas as pd

from econ.errors import DataError, OptionError
from econ.groups import Matrix, Vector

__all__ = ["Distance", "distance", "pairwise", "require_compositions", "require_distance"]

CLOSED = 1e-6  # by which the sum of a row may miss one
BLOCK = 4_096  # pairs at once: their shares stay in the cache


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
        (t, parts) or (parts,): shares of zero or more that sum to one in each row (within 1e-6: divide rounded shares
        by their sum, `p.div(p.sum(axis=1), axis=0)`); one composition in place of `q` is
        compared with each row of `p`. Parts of two pandas objects are matched by their labels, and rows that have the
        same labels in another order.
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
    require_distance(kind)
    P, Q = _composition("p", p), _composition("q", _aligned(p, q))
    if P.shape[1] == Q.shape[1] and len(Q) == 1:
        Q = np.broadcast_to(Q, P.shape)
    if P.shape != Q.shape:
        raise DataError(f"p has shape {P.shape} and q {Q.shape}; compare rows of the same parts")
    return kind.between(P, Q)


def pairwise(shares: Any, *, kind: Distance) -> pd.DataFrame:
    """Distances between all pairs of units.

    Parameters
    ----------
    shares
        (N, parts): a row a unit, shares of zero or more that sum to one. The index of a pandas table labels the units.
    kind
        Which distance, such as `TotalVariation()` or `Aitchison()`.

    Returns
    -------
    DataFrame
        (N, N) distances, labelled by unit on both sides.

    Raises
    ------
    DataError, OptionError
        If there is one unit, a row is not a composition (the message names it), or `kind` is no distance.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ.convergence import TotalVariation, pairwise
    >>> shares = pd.DataFrame({"deposits": [0.5, 0.2, 0.1], "equity": [0.5, 0.8, 0.9]}, index=["JPN", "DEU", "USA"])
    >>> pairwise(shares, kind=TotalVariation()).loc["JPN"].round(2).to_dict()
    {'JPN': 0.0, 'DEU': 0.3, 'USA': 0.4}
    """
    require_distance(kind)
    P = _composition("shares", shares)
    N = len(P)
    if N < 2:  # noqa: PLR2004
        raise DataError("there is one unit, and a distance is one between two; give a row for each of several units")
    first, second = np.triu_indices(N, 1)
    found = np.empty(first.size)
    for start in range(0, first.size, BLOCK):
        rows = slice(start, start + BLOCK)
        found[rows] = kind.between(P[first[rows]], P[second[rows]])
    D = np.full((N, N), getattr(kind, "identical", 0.0))
    D[first, second] = D[second, first] = found
    labels = getattr(shares, "index", None)
    labels = pd.RangeIndex(N) if labels is None or callable(labels) else labels
    return pd.DataFrame(D, index=labels, columns=labels)


def require_distance(kind: object) -> None:
    """Stop at what is no distance.

    Raises
    ------
    OptionError
        If it is a class, a text or anything else without `between`.
    """
    if not callable(getattr(kind, "between", None)) or isinstance(kind, type):
        raise OptionError(f"{kind!r} is no distance; give a value such as TotalVariation()")


def _aligned(p: Any, q: Any) -> Any:
    """`q` with its parts in the order of those of `p`, where both are labelled."""
    theirs, ours = (getattr(one, "columns", getattr(one, "index", None)) for one in (p, q))
    if not isinstance(theirs, pd.Index) or not isinstance(ours, pd.Index):  # lists have a method `index`
        return q
    if set(theirs) != set(ours):
        raise DataError(f"p has the parts {list(theirs)} and q {list(ours)}; compare the same parts")
    q = q[list(theirs)]
    if isinstance(p, pd.DataFrame) and isinstance(q, pd.DataFrame) and len(p) == len(q) and not p.index.equals(q.index):
        return q.loc[p.index] if p.index.is_unique and set(p.index) == set(q.index) else q
    return q


def _composition(name: str, shares: Any) -> Matrix:
    try:
        array = np.atleast_2d(np.asarray(shares, dtype=np.float64))
    except (TypeError, ValueError) as error:
        raise DataError(f"{name} holds something that is not a number: {error}") from error
    require_compositions(name, array, pd.RangeIndex(len(array)))
    return array


def require_compositions(name: str, shares: Matrix, labels: pd.Index) -> None:
    """Stop at a row of (n, parts) shares that is not a composition.

    Raises
    ------
    DataError
        With the row's label.
    """
    if shares.ndim != 2 or shares.shape[1] < 2:  # noqa: PLR2004
        raise DataError(f"{name} has shape {shares.shape}; a composition has two parts or more, a column each")
    sums = shares.sum(axis=1)
    wrong = np.flatnonzero(~((shares >= 0).all(axis=1) & (np.abs(sums - 1) <= CLOSED)))
    if wrong.size:
        row = shares[wrong[0]].tolist()
        remedy = (
            "divide amounts by their sum" if (shares[wrong[0]] >= 0).all() else "a missing or negative part is no share"
        )
        raise DataError(
            f"row {labels[wrong[0]]} of {name} is not a composition: {row}; shares are zero or more and sum to one "
            f"(within {CLOSED:g}; this row: {sums[wrong[0]]:.9g}); {remedy}"
        )
