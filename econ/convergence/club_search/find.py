"""Convergence clubs as a result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from econ.convergence.club_search.mergers.phillips_sul import PhillipsSul
from econ.convergence.club_search.search import search
from econ.convergence.club_search.sieve import CRITICAL, Merger, Sieve, require_number
from econ.convergence.club_search.sieves.single import SingleSieve
from econ.convergence.log_t import LogT
from econ.convergence.transitions import Transitions
from econ.errors import NotDefinedError, OptionError
from econ.estimates import require_share, require_whole
from econ.groups import Codes, Vector

__all__ = ["Clubs", "clubs"]

LARGEST = ("absolute", "value")


def clubs(
    data: Any,
    log_t: LogT,
    *,
    sieve: Sieve = SingleSieve(),  # noqa: B008 - a frozen value
    largest: str = "absolute",
    order_by: Any = None,
    order_share: float | None = None,
    most: int | None = None,
) -> Clubs:
    """Find groups of units that converge to a path of their own.

    Units are put in order of their last values. A core is made of neighbours in that order that pass the log t test,
    other units join it by the sieve, and the search goes on among those that are left.

    Parameters
    ----------
    data, log_t
        The panel, and the test with its columns, trim, trend and errors.
    sieve
        Which units join a core: `SingleSieve()`, `RaisedSieve()` or `GrownSieve()`.
    largest
        The core is the group of neighbours whose statistic has the largest `absolute` value, as in R's
        ConvergenceClubs, or the largest `value`, as in the papers.
    order_by
        The period whose values give the order; None for the last.
    order_share
        Share of the last periods whose mean gives the order, in place of one period.
    most
        Largest number of clubs to look for; None for all.

    Returns
    -------
    Clubs
        `table`, `memberships`, `transition_paths`, and `merge(...)` for a copy with fewer clubs.

    Raises
    ------
    OptionError, DataError, IdentificationError
        As from `LogT`, or if an option has no meaning.

    References
    ----------
    Phillips and Sul (2007), Econometrica 75(6), section 4.2; Sichera and Pizzuto (2019), The R Journal 11(2).

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from econ.convergence import LogT, clubs
    >>> year, unit = np.meshgrid(range(1, 41), range(8))
    >>> data = pd.DataFrame({"unit": unit.ravel(), "year": year.ravel()})
    >>> rich = data["unit"] >= 4  # two groups, whose own differences vanish
    >>> data["y"] = 5 + (0.1 + 0.1 * rich) * data["year"] + (data["unit"] % 4 - 1.5) / data["year"]
    >>> clubs(data, LogT("y", unit="unit", time="year")).memberships.to_dict()
    {0: 2, 1: 2, 2: 2, 3: 2, 4: 1, 5: 1, 6: 1, 7: 1}
    """
    if not isinstance(log_t, LogT):
        raise OptionError(f"{log_t!r} is no log t test; give LogT(value, unit=..., time=...)")
    if not callable(getattr(sieve, "of", None)) or isinstance(sieve, type):
        raise OptionError(f"sieve={sieve!r}: give SingleSieve(), RaisedSieve() or GrownSieve()")
    if largest not in LARGEST:
        raise OptionError(f"largest={largest!r}: there are {', '.join(LARGEST)}")
    require_whole("most", most, least=1, optional=True)
    transitions = log_t.transitions(data)
    order = np.argsort(-_keys(transitions, order_by, order_share), kind="stable")
    with np.errstate(divide="ignore", invalid="ignore"):
        tied = int((~np.isfinite(transitions.pairs(order).t)).sum())
    note = f"; {tied} pairs of neighbours are equal at some time, and count as not converging" if tied else ""
    found, divergent, left = search(transitions, order, sieve, largest=largest, most=most)
    return Clubs(
        log_t,
        transitions,
        tuple(one.members for one in found),
        divergent,
        left,
        tuple(one.core for one in found),
        f"clubs by {sieve!r}{note}",
    )


def _keys(transitions: Transitions, period: Any, share: float | None) -> Vector:
    """(N,) values by which units are put in order."""
    if share is not None:
        if period is not None:
            raise OptionError("order_by and order_share exclude each other; give one")
        require_share("order_share", share)
        T = len(transitions.values)
        return np.asarray(transitions.values[-max(T - int((1 - share) * T), 1) :].mean(axis=0))
    if period is None:
        return np.asarray(transitions.values[-1])
    places = np.flatnonzero(transitions.periods == period)
    if not places.size:
        first, last = transitions.periods[0], transitions.periods[-1]
        raise OptionError(f"order_by={period!r} is no period; they are from {first} to {last}")
    return np.asarray(transitions.values[places[0]])


@dataclass(frozen=True, eq=False, repr=False)
class Clubs:
    """Convergence clubs.

    Attributes
    ----------
    log_t, transitions
        The test, and the paths of the units.
    groups
        Places of the members of each club, from the highest.
    divergent, left
        Places of units that belong to no club, and of those that were not looked at.
    cores
        Places of the members of each core; empty after a merger.
    method
        How they were found.
    """

    log_t: LogT
    transitions: Transitions
    groups: tuple[Codes, ...]
    divergent: Codes
    left: Codes
    cores: tuple[Codes, ...]
    method: str

    def members(self, club: int) -> list[Any]:
        """Names of the members of a club, which are numbered from one.

        Raises
        ------
        OptionError
            If there is no such club.
        """
        if not isinstance(club, int | np.integer) or not 1 <= club <= len(self.groups):
            raise OptionError(f"no club {club!r}; they are numbered from 1 to {len(self.groups)}")
        return list(self.transitions.units[self.groups[club - 1]])

    @property
    def divergent_units(self) -> list[Any]:
        """Names of the units that belong to no club."""
        return list(self.transitions.units[self.divergent])

    @property
    def memberships(self) -> pd.Series:
        """(N,) number of each unit's club in the order of the panel; missing where it belongs to none."""
        numbers = np.zeros(self.transitions.N, dtype=np.int64)
        for number, group in enumerate(self.groups, start=1):
            numbers[group] = number
        found = pd.Series(numbers, index=self.transitions.units, name="club", dtype="Int64")
        return found.mask(found == 0)

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a club, then one for divergent units: club, units, beta, se, t, p_value, converges.

        A club may fail its own test: `SingleSieve()` does not test it again.
        """
        groups = [*((str(number), group) for number, group in enumerate(self.groups, start=1))]
        groups += [("divergent", self.divergent)] if self.divergent.size else []
        return pd.DataFrame([self._row(name, group) for name, group in groups], columns=COLUMNS)

    def _row(self, name: str, group: Codes) -> tuple[Any, ...]:
        from scipy.special import ndtr  # noqa: PLC0415 - keeps the import of the package light

        if group.size == 1:
            return name, 1, np.nan, np.nan, np.nan, np.nan, pd.NA
        found = self.transitions.group(group)
        t = float(found.t[0])
        return name, int(group.size), float(found.beta[0]), float(found.se[0]), t, float(ndtr(t)), t > CRITICAL

    def merge(self, merger: Merger = PhillipsSul()) -> Clubs:  # noqa: B008 - a frozen value
        """A copy in which clubs are merged: `PhillipsSul()` or `VonLynckerThoennessen()`."""
        if not callable(getattr(merger, "of", None)) or isinstance(merger, type):
            raise OptionError(f"{merger!r} is no merger; give PhillipsSul() or VonLynckerThoennessen()")
        merged = tuple(merger.of(self.transitions, list(self.groups)))
        return replace(self, groups=merged, cores=(), method=f"{self.method}, merged by {merger!r}")

    def merge_divergent(self, *, threshold: float = CRITICAL, joint_first: bool = False) -> Clubs:
        """A copy in which divergent units join the club that they fit best.

        Parameters
        ----------
        threshold
            The value that the statistic of a unit with a club has to exceed; the largest of all pairs joins first.
        joint_first
            Whether all divergent units become a club of their own if they pass the test together.

        References
        ----------
        von Lyncker and Thoennessen (2017), Empirical Economics 52(2).
        """
        require_number("threshold", threshold)
        groups, divergent = list(self.groups), self.divergent
        if joint_first and divergent.size > 1 and self.transitions.group(divergent).t[0] > threshold:
            groups, divergent = [*groups, divergent], divergent[:0]
        while divergent.size and groups:
            t = np.array([self.transitions.with_each(group, divergent).t for group in groups]).T
            unit, club = np.unravel_index(int(t.argmax()), t.shape)
            if t[unit, club] <= threshold:
                break
            groups[club] = np.append(groups[club], divergent[unit])
            divergent = np.delete(divergent, unit)
        return replace(
            self,
            groups=tuple(groups),
            divergent=divergent,
            cores=(),
            method=f"{self.method}, divergent units joined above {threshold:g}",
        )

    def transition_paths(self, *, within: bool = False) -> pd.DataFrame:
        """(T, N) paths relative to the mean of all units, or of the own club's with `within`; a column a unit."""
        values = self.transitions.values
        means = np.repeat(values.mean(axis=1)[:, None], self.transitions.N, axis=1)
        for group in self.groups if within else ():
            means[:, group] = values[:, group].mean(axis=1)[:, None]
        return pd.DataFrame(values / means, index=self.transitions.periods, columns=self.transitions.units)

    def club_paths(self) -> pd.DataFrame:
        """(T, clubs) mean of the relative paths of each club's members; a column a club.

        Raises
        ------
        NotDefinedError
            If there is no club.
        """
        if not self.groups:
            raise NotDefinedError("no club was found, and there is no path of one")
        paths = self.transition_paths().to_numpy()
        columns = [paths[:, group].mean(axis=1) for group in self.groups]
        numbers: Sequence[int] = range(1, len(self.groups) + 1)
        return pd.DataFrame(np.column_stack(columns), index=self.transitions.periods, columns=list(numbers))

    def __repr__(self) -> str:
        """The table and how it came about."""
        shown = self.table.to_string(index=False, float_format=lambda number: f"{number:.4g}")
        return f"{self.method}\n{shown}"


COLUMNS = ["club", "units", "beta", "se", "t", "p_value", "converges"]
