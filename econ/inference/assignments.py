"""Assignments of a treatment that might have been: permutations of whole units within strata."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import factorial, prod
from typing import TypeVar

import numpy as np

from econ.compute.blocks import run_blocks
from econ.errors import DataError, IdentificationError, OptionError
from econ.groups import Codes, Groups, Matrix, Vector
from econ.sample import Sample

__all__ = ["Assignments", "assignments"]

BLOCK = 512  # fixed, so that the results do not depend on the machine
TWO = 2
Result = TypeVar("Result")


@dataclass(frozen=True, eq=False)
class Assignments:
    """How a treatment was assigned.

    Attributes
    ----------
    treatment
        (u,) of each unit.
    rows
        (n,) unit of each row.
    strata
        For each stratum, its units; they exchange their treatments.
    reps, seed
        How many assignments to draw where they are not enumerated, and the seed.
    """

    treatment: Vector
    rows: Codes
    strata: tuple[Codes, ...]
    reps: int
    seed: int

    @cached_property
    def count(self) -> int:
        """Number of different assignments."""
        return prod(_arrangements(self.treatment[units]) for units in self.strata)

    @property
    def exact(self) -> bool:
        """Whether all assignments are enumerated."""
        return self.count <= self.reps

    def each(self, work: Callable[[Matrix], Result]) -> list[Result]:
        """Results of some work on blocks of assignments, (n, draws)."""
        if self.exact:
            every = self._every()
            return run_blocks(
                lambda start: work(self._of_rows(every[start : start + BLOCK])), range(0, len(every), BLOCK)
            )
        sizes = [min(BLOCK, self.reps - start) for start in range(0, self.reps, BLOCK)]
        seeds = np.random.SeedSequence(self.seed).spawn(len(sizes))

        def drawn(block: tuple[int, np.random.SeedSequence]) -> Result:
            size, seed = block
            return work(self._of_rows(self._draw(np.random.default_rng(seed), size)))

        return run_blocks(drawn, zip(sizes, seeds, strict=True))

    def _of_rows(self, of_units: Matrix) -> Matrix:
        table = of_units.T if self.rows.size == self.treatment.size else of_units.T[self.rows]
        return np.ascontiguousarray(table, dtype=np.float64)

    def _draw(self, generator: np.random.Generator, size: int) -> Matrix:
        if len(self.strata) == 1:
            keys = generator.integers(0, 2**32, (size, self.treatment.size), dtype=np.uint32)
            return _by_keys(self.treatment, keys)
        drawn = np.empty((size, self.treatment.size))
        for units in self.strata:
            keys = generator.integers(0, 2**32, (size, units.size), dtype=np.uint32)
            drawn[:, units] = _by_keys(self.treatment[units], keys)
        return drawn

    def _every(self) -> Matrix:
        of_strata = [list(_distinct(self.treatment[units])) for units in self.strata]
        every = np.empty((self.count, self.treatment.size))
        for place, chosen in enumerate(product(*of_strata)):
            for units, values in zip(self.strata, chosen, strict=True):
                every[place, units] = values
        return every


def assignments(
    sample: Sample, treatment: Vector, *, by: Groups | None, strata: Groups | None, reps: int, seed: int
) -> Assignments:
    """Assignments of a treatment (n,) to rows, or to whole units, within strata.

    Raises
    ------
    OptionError
        If reps or seed are no whole numbers.
    DataError
        If the treatment or the stratum differs within a unit.
    IdentificationError
        If there is only one assignment.
    """
    if not isinstance(reps, int) or reps < 1 or not isinstance(seed, int) or seed < 0:
        raise OptionError(f"reps={reps!r}, seed={seed!r}: give a positive and a non-negative whole number")
    rows = np.arange(treatment.size) if by is None else by.codes
    first = np.unique(rows, return_index=True)[1]
    _require_constant(sample, "the treatment", treatment, rows, first)
    labels = np.zeros(treatment.size, dtype=np.intp) if strata is None else strata.codes
    _require_constant(sample, "the stratum", labels, rows, first)
    groups = tuple(np.flatnonzero(labels[first] == stratum) for stratum in np.unique(labels))
    found = Assignments(treatment[first], rows, groups, reps, seed)
    if found.count == 1:
        raise IdentificationError("the treatment does not differ within any stratum; there is nothing to permute")
    return found


def _require_constant(sample: Sample, what: str, values: Vector | Codes, rows: Codes, first: Codes) -> None:
    wrong = np.flatnonzero(values != values[first][rows])
    if wrong.size:
        label = sample.labels[wrong[0]]
        raise DataError(f"{what} differs within the unit of row {label!r}; assign by a finer unit")


def _by_keys(values: Vector, keys: np.ndarray) -> Matrix:
    """(draws, u) values in the order of random keys."""
    levels, counts = np.unique(values, return_counts=True)
    if levels.size == TWO:  # the units with the smallest keys get one level: no full sort
        first = keys <= np.partition(keys, counts[0] - 1, axis=1)[:, [counts[0] - 1]]
        tied = np.flatnonzero(np.count_nonzero(first, axis=1) != counts[0])
        drawn = np.where(first, levels[0], levels[1])
        drawn[tied] = np.sort(values)[np.argsort(np.argsort(keys[tied], axis=1, kind="stable"), axis=1)]
        return np.asarray(drawn)
    return np.asarray(values[np.argsort(keys, axis=1, kind="stable")])


def _arrangements(values: Vector) -> int:
    counts = Counter(values.tolist()).values()
    return factorial(len(values)) // prod(factorial(count) for count in counts)


def _distinct(values: Vector) -> Iterator[list[float]]:
    """Every different order of some values."""
    return _orders(sorted(Counter(values.tolist()).items()))


def _orders(left: list[tuple[float, int]]) -> Iterator[list[float]]:
    if not left:
        yield []
    for place, (value, count) in enumerate(left):
        rest = [*left[:place], *([(value, count - 1)] if count > 1 else []), *left[place + 1 :]]
        for order in _orders(rest):
            yield [value, *order]
