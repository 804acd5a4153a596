"""What stands in for shares of zero where log-ratios are taken."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from econ.errors import DataError, OptionError
from econ.groups import Matrix

__all__ = ["Multiplicative", "replacements", "require_rule", "without_zeros"]


@dataclass(frozen=True)
class Multiplicative:
    r"""A small share in place of each zero; the other shares shrink in proportion, so that their ratios stay.

    :math:`x_j \to \delta` where :math:`x_j = 0` and :math:`x_j (1 - m \delta)` elsewhere, with m zeros in the row.

    Parameters
    ----------
    delta
        The share, such as two thirds of the smallest that the source would print.

    Raises
    ------
    OptionError
        If it is not above zero and below one.

    References
    ----------
    Martín-Fernández, Barceló-Vidal and Pawlowsky-Glahn (2003), Mathematical Geology 35(3), eq. 6.

    Examples
    --------
    >>> import numpy as np
    >>> from econ.convergence import Multiplicative
    >>> Multiplicative(0.01).replace(np.array([[0.0, 0.5, 0.5]])).tolist()
    [[0.01, 0.495, 0.495]]
    """

    delta: float

    def __post_init__(self) -> None:
        if (
            not isinstance(self.delta, int | float | np.number)
            or isinstance(self.delta, bool)
            or not 0 < self.delta < 1
        ):
            raise OptionError(f"delta={self.delta!r}: give a share above zero and below one, such as 0.001")

    def replace(self, shares: Matrix) -> Matrix:
        """(n, parts) shares above zero.

        Raises
        ------
        DataError
            If so many zeros of a row are replaced that nothing is left of its other shares.
        """
        zero = shares == 0
        left = 1 - self.delta * zero.sum(axis=1, keepdims=True)
        crowded = np.flatnonzero(left[:, 0] <= 0)
        if crowded.size:
            raise DataError(
                f"row {crowded[0]} has {zero[crowded[0]].sum()} zeros, whose replacements by {self.delta:g} would fill "
                "the whole; give a smaller delta"
            )
        return np.where(zero, self.delta, shares * left)


def without_zeros(shares: Matrix, rule: Multiplicative | None, labels: pd.Index | None = None) -> Matrix:
    """(n, parts) shares of which log-ratios exist.

    Raises
    ------
    DataError
        If a share is zero and there is no rule, or a part is zero in every row; the message names the row or part.
    """
    zero = shares == 0
    if not zero.any():
        return shares
    if rule is None:
        row = np.flatnonzero(zero.any(axis=1))[0]
        row = row if labels is None else labels[row]
        raise DataError(
            f"row {row} has a share of zero, of which the log-ratio is not defined; merge parts, say what stands in "
            "for it, such as zeros=Multiplicative(0.001), or use TotalVariation() or Hellinger()"
        )
    return rule.replace(shares)


def replacements(shares: Matrix, rule: Multiplicative | None) -> dict[str, float]:
    """What a fit's statistics say of zeros that a rule replaced; nothing where there is no rule."""
    return {} if rule is None else {"zeros_replaced": float((shares == 0).sum())}


def require_rule(zeros: object) -> None:
    """Stop at what is no rule for zeros.

    Raises
    ------
    OptionError
        With what to give.
    """
    if zeros is not None and not isinstance(zeros, Multiplicative):
        raise OptionError(f"zeros={zeros!r}: give Multiplicative({zeros!r}), or None to stop at a zero")
