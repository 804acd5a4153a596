"""Log t regressions of many groups of units at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from econ.convergence.log_t_errors import LogTErrors
from econ.errors import IdentificationError
from econ.groups import Codes, Matrix, Vector

__all__ = ["Regressions", "Transitions"]

LEAST = 5  # periods of a regression


@dataclass(frozen=True, eq=False, repr=False)
class Regressions:
    """Slopes of B log t regressions.

    Attributes
    ----------
    beta, se
        (B,) slopes and their errors.
    """

    beta: Vector
    se: Vector

    @property
    def t(self) -> Vector:
        """(B,) t statistics."""
        return np.asarray(self.beta / self.se)


@dataclass(frozen=True, eq=False, repr=False)
class Transitions:
    """Paths of N units over T periods.

    Attributes
    ----------
    values
        (T, N) long-run paths.
    units, periods
        Their labels.
    trim
        Share of the first periods that are left out.
    errors
        How the error of a slope is measured.
    remarks
        What a reader must know of the panel.
    """

    values: Matrix
    units: pd.Index
    periods: pd.Index
    trim: float
    errors: LogTErrors
    remarks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        T = len(self.values)
        if T - self.first < LEAST:
            raise IdentificationError(
                f"{T} periods with trim={self.trim:.3g} leave {T - self.first}; a log t regression needs {LEAST}"
            )

    @property
    def N(self) -> int:
        """Number of units."""
        return int(self.values.shape[1])

    @property
    def first(self) -> int:
        """Periods that are left out; at least one, since log log 1 does not exist."""
        return max(round(self.trim * len(self.values)), 1)

    @cached_property
    def x(self) -> Vector:
        """(n,) log t."""
        return np.log(np.arange(self.first + 1, len(self.values) + 1))

    @cached_property
    def _centred(self) -> tuple[Matrix, Vector]:
        """(N, T) values less the mean of all units, and that mean: differences are summed without cancellation."""
        mean = self.values.mean(axis=1)
        return np.ascontiguousarray((self.values - mean[:, None]).T), mean

    def responses(self, H: Matrix) -> Matrix:
        """(B, n) responses of the regressions from (B, T) dispersions."""
        with np.errstate(divide="ignore", invalid="ignore"):  # units that are equal at some time: no test
            return np.asarray(np.log(H[:, :1] / H[:, self.first :]) - 2 * np.log(self.x))

    def regress(self, H: Matrix) -> Regressions:
        """Log t regressions from (B, T) dispersions."""
        y, gaps = self.responses(H), self.x - self.x.mean()
        y = np.where(np.isfinite(y).all(axis=1, keepdims=True), y, np.nan)
        beta = y @ gaps / (gaps @ gaps)
        u = y - y.mean(axis=1, keepdims=True) - beta[:, None] * gaps
        return Regressions(beta, np.sqrt(self.errors.variances(u, self.x)))

    def dispersions(self, groups: Codes) -> Matrix:
        """(B, T) dispersions of groups of equal size, (B, size) places of units."""
        d, mean = self._centred
        members = d[groups]
        return _dispersion(members.sum(axis=1), (members**2).sum(axis=1), groups.shape[1], mean)

    def nested(self, order: Codes) -> Regressions:
        """Of the first two, three, ... units of an order."""
        d, mean = self._centred
        members = d[order]
        sums, squares = np.cumsum(members, axis=0)[1:], np.cumsum(members**2, axis=0)[1:]
        return self.regress(_dispersion(sums, squares, np.arange(2.0, order.size + 1)[:, None], mean))

    def with_each(self, group: Codes, others: Codes) -> Regressions:
        """Of a group with each of some other units."""
        d, mean = self._centred
        own, one = d[group], d[others]
        return self.regress(_dispersion(own.sum(axis=0) + one, (own**2).sum(axis=0) + one**2, group.size + 1, mean))

    def group(self, group: Codes) -> Regressions:
        """Of one group."""
        return self.regress(self.dispersions(group[None]))

    def pairs(self, order: Codes) -> Regressions:
        """Of neighbours in an order."""
        return self.regress(self.dispersions(np.column_stack([order[:-1], order[1:]])))


def _dispersion(sums: Matrix, squares: Matrix, sizes: Matrix | int, mean: Vector) -> Matrix:
    """(B, T) mean squared deviations of relative paths from one, from sums of deviations from the mean of all."""
    centre = sums / sizes
    return np.asarray((squares / sizes - centre**2) / (mean + centre) ** 2)
