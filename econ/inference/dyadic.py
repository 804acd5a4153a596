"""Covariances robust to dependence between rows that share a member."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import pandas as pd

from econ.errors import IdentificationError, OptionError
from econ.groups import Codes, Groups, Matrix, factorize, renumbered
from econ.inference.definiteness import semi_definite
from econ.inference.small_sample import clustered_rank, residual_factor
from econ.types import Fit, Uncertainty

__all__ = ["Dyadic"]

CORRECTIONS = ("CR0", "CR1")


@dataclass(frozen=True, init=False)
class Dyadic:
    r"""Covariance robust to any dependence between rows that share a member, in whatever role.

    :math:`c \left[\sum_m \psi_m \psi_m' - \sum_d \psi_d \psi_d'\right]` with :math:`\psi_m` the sum of the
    influences of the rows in which member m occurs in either column, and :math:`\psi_d` that of the rows of
    the unordered dyad d, whose two members count each of its pairs twice.

    Parameters
    ----------
    *names
        Columns of members, such as creditor and debtor; a label stands for the same member in all of them.
        With three columns or more, pairs of rows that share several members count once, too.
    correction
        `CR1`: c = (n - 1) / (n - K) · G / (G - 1), with G the number of members and K leaving out effects
        nested in one of the columns. `CR0`: c = 1.
    semi_definite
        Whether negative eigenvalues of the sum, scaled to unit diagonal, are set to zero.

    Raises
    ------
    OptionError
        If fewer than two columns are named, one is named twice, or there is no such correction.
    DataError
        From `of`, if a column does not exist, is missing in rows used, or has labels unlike the others.
    IdentificationError
        From `of`, if every pair of rows shares a member: the sum of all influences is zero.
    NotDefinedError
        From `of`, if a variance is negative and `semi_definite` is False.

    Notes
    -----
    Tests use t with G - 1 degrees of freedom. Where no label occurs in both columns, the sum is that of
    `Clustered` by the two columns. The factor and the degrees of freedom are those of clusters, not of the
    paper, which has none.

    References
    ----------
    Aronow, Samii and Assenova (2015), Political Analysis 23(4), eq. 4; Cameron and Miller (2014), Robust
    inference for dyadic data; Tabord-Meehan (2019), Journal of Business & Economic Statistics 37(4).

    Examples
    --------
    >>> import pandas as pd
    >>> from econ import OLS, Dyadic
    >>> data = pd.DataFrame({"y": [1.0, 2, 4, 3, 5, 4], "x": [0.0, 1, 2, 3, 4, 5], "from": list("aaabbc"),
    ...                      "to": list("bcdcdd")})
    >>> estimates = OLS("y ~ x").fit(data).inference(Dyadic("from", "to"))
    >>> estimates.clusters, estimates.df.tolist()
    ({'from or to': 4}, [3.0, 3.0])
    """

    columns: tuple[str, ...]
    correction: str = field(default="CR1", kw_only=True)
    semi_definite: bool = field(default=True, kw_only=True)

    def __init__(
        self,
        *names: str,
        columns: tuple[str, ...] = (),
        correction: str = "CR1",
        semi_definite: bool = True,
    ) -> None:
        chosen = (*names, *columns)  # `replace` gives the field by its name
        texts = all(isinstance(name, str) for name in chosen)
        if len(chosen) < 2 or not texts or len(set(chosen)) < len(chosen):  # noqa: PLR2004
            raise OptionError(f"Dyadic{chosen!r}: name two columns of members as texts; for one use Clustered")
        if correction not in CORRECTIONS:
            raise OptionError(f"no correction {correction!r}; there are {', '.join(CORRECTIONS)}")
        object.__setattr__(self, "columns", chosen)
        object.__setattr__(self, "correction", correction)
        object.__setattr__(self, "semi_definite", semi_definite)

    def of(self, fit: Fit) -> Uncertainty:
        """Uncertainty of a fit."""
        roles = tuple(fit.groups(column) for column in self.columns)
        members, G = _members(fit, self.columns)
        total = self._factor(fit, roles, G) * _shared(fit, members)
        matrix, remarks = semi_definite(fit, total, kind="dyadic", repair=self.semi_definite)
        label = f"dyadic by {' and '.join(self.columns)} ({self.correction})"
        return Uncertainty(matrix, float(G - 1), label, {" or ".join(self.columns): G}, remarks)

    def _factor(self, fit: Fit, roles: tuple[Groups, ...], G: int) -> float:
        if self.correction == "CR0":
            return 1.0
        return residual_factor(fit.nobs, clustered_rank(fit, roles)) * G / (G - 1)


def _members(fit: Fit, columns: tuple[str, ...]) -> tuple[Codes, int]:
    """(n, p) members of each row in order of their labels, so that roles do not matter, and their number."""
    labels = pd.concat([fit.sample.column(column) for column in columns], ignore_index=True)
    groups = factorize(" or ".join(columns), labels.to_numpy())
    return np.sort(groups.codes.reshape(len(columns), -1).T, axis=1), groups.count


def _shared(fit: Fit, members: Codes) -> Matrix:
    """(k, k) sum over the pairs of rows that share a member.

    Pairs that share s members are met s times by member, so that those that share two are subtracted and so on.
    """
    distinct = np.diff(members, axis=1, prepend=-1) > 0
    total, pairs = np.zeros((len(fit.names), len(fit.names))), 0
    for size in range(1, members.shape[1] + 1):
        sums, rows = _by_members(fit, members, distinct, size)
        sign = 1 if size % 2 else -1
        total += sign * (sums.T @ sums)
        pairs += sign * int(rows @ rows)
    if pairs == fit.nobs**2:
        raise IdentificationError(
            f"every pair of the {fit.nobs} rows used shares a member, so that their influences sum to zero; "
            "use White('HC1'), or cluster by what does not occur in all rows"
        )
    return total


def _by_members(fit: Fit, members: Codes, distinct: np.ndarray, size: int) -> tuple[Matrix, Codes]:
    """Sums of the influence, (sets, k), and number of rows for every set of so many members; a row has several."""
    chosen = [list(columns) for columns in combinations(range(members.shape[1]), size)]
    present = np.array([distinct[:, columns].all(axis=1) for columns in chosen])
    sets = _numbered(np.array([members[:, columns] for columns in chosen])[present])
    places = np.full(present.shape, sets.count)  # where a row has no such set, it is put last and left out
    places[present] = sets.codes
    sums = [fit.sums(Groups("", place, sets.count + 1)) for place in places]
    return np.sum(sums, axis=0)[:-1], sets.sizes


def _numbered(sets: Codes) -> Groups:
    """Groups of equal rows of a table (m, size) of codes."""
    first, *others = sets.T
    groups = renumbered("", first)
    for other in others:
        groups = renumbered("", groups.codes * (int(other.max(initial=0)) + 1) + other)
    return groups
