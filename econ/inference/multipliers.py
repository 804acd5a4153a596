"""Random multipliers of clusters for bootstraps: mean zero, variance one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np

from econ.compute.blocks import run_blocks
from econ.errors import OptionError
from econ.groups import Codes, Matrix

__all__ = ["Draws", "Mammen", "Multiplier", "Rademacher", "Webb"]

BLOCK = 8_192  # draws; fixed, so that the results do not depend on the machine
MOST_NUMBERS = 2**21  # of a block: fewer draws where there are many clusters
Result = TypeVar("Result")


class Multiplier(Protocol):
    """A distribution of multipliers."""

    def draw(self, generator: np.random.Generator, clusters: int, reps: int) -> Matrix:
        """(clusters, reps) independent multipliers."""
        ...


@dataclass(frozen=True)
class Rademacher:
    """One or minus one with equal probability; enumerated where there are no more combinations than draws."""

    def draw(self, generator: np.random.Generator, clusters: int, reps: int) -> Matrix:
        """(clusters, reps) independent multipliers."""
        drawn = np.frombuffer(generator.bytes(-(-clusters * reps // 8)), dtype=np.uint8)
        bits = np.unpackbits(drawn)[: clusters * reps].reshape(clusters, reps).view(np.int8)
        bits *= 2
        bits -= 1
        return bits.astype(np.float64)


@dataclass(frozen=True)
class Webb:
    """Six points, plus and minus the roots of 1/2, 1 and 3/2: for fewer than a dozen clusters (Webb 2023)."""

    def draw(self, generator: np.random.Generator, clusters: int, reps: int) -> Matrix:
        """(clusters, reps) independent multipliers."""
        squares = np.array([0.5, 1.0, 1.5])
        points: Matrix = np.concatenate([-np.sqrt(squares), np.sqrt(squares)])
        drawn: Matrix = points[generator.integers(0, 6, (clusters, reps))]
        return drawn


@dataclass(frozen=True)
class Mammen:
    """Two points of the golden section, with third moment one (Mammen 1993)."""

    def draw(self, generator: np.random.Generator, clusters: int, reps: int) -> Matrix:
        """(clusters, reps) independent multipliers."""
        root = np.sqrt(5.0)
        low = generator.random((clusters, reps)) < (root + 1) / (2 * root)
        drawn: Matrix = np.where(low, (1 - root) / 2, (1 + root) / 2)
        return drawn


@dataclass(frozen=True)
class Draws:
    """Multipliers of some clusters, in blocks that are the same on every machine.

    Rademacher multipliers are enumerated where there are no more of their vectors than draws asked for.
    """

    clusters: int
    multiplier: Multiplier
    reps: int
    seed: int

    def __post_init__(self) -> None:
        if not isinstance(self.reps, int) or self.reps < 1:
            raise OptionError(f"reps={self.reps!r}: give a whole number of draws, such as 9999")
        if not isinstance(self.seed, int) or self.seed < 0:
            raise OptionError(f"seed={self.seed!r}: give a whole number of zero or more")
        if not callable(getattr(self.multiplier, "draw", None)) or isinstance(self.multiplier, type):
            raise OptionError(f"{self.multiplier!r} is no multiplier; give a value such as Rademacher() or Webb()")

    @property
    def exact(self) -> bool:
        """Whether all vectors are enumerated."""
        return isinstance(self.multiplier, Rademacher) and 2**self.clusters <= self.reps

    @property
    def label(self) -> str:
        """What is drawn, in words."""
        if self.exact:
            return f"all {2**self.clusters:,} vectors of signs"
        return f"{self.reps:,} draws of {type(self.multiplier).__name__} multipliers"

    def share(self, counts: list[tuple[int, int]]) -> float:
        """P-value from the draws beyond the data and those with a result; the data are one of random draws."""
        beyond, feasible = np.sum(counts, axis=0)
        data = 0 if self.exact else 1
        return float((beyond + data) / (feasible + data))

    def each(self, work: Callable[[Matrix], Result], *, symmetric: bool) -> list[Result]:
        """Results of some work on each block of draws, (clusters, draws), in their order.

        Where the opposite of a vector has the same result, only half of an enumeration is done.
        """
        if self.exact:
            numbers = np.arange(2 ** (self.clusters - symmetric))
            parts = np.split(numbers, range(BLOCK, numbers.size, BLOCK))
            return run_blocks(lambda part: work(signs(part, self.clusters)), parts)
        block = max(1, min(BLOCK, MOST_NUMBERS // self.clusters))
        sizes = [min(block, self.reps - start) for start in range(0, self.reps, block)]
        seeds = np.random.SeedSequence(self.seed).spawn(len(sizes))

        def drawn(block: tuple[int, np.random.SeedSequence]) -> Result:
            size, seed = block
            return work(self.multiplier.draw(np.random.default_rng(seed), self.clusters, size))

        return run_blocks(drawn, zip(sizes, seeds, strict=True))


def signs(numbers: Codes, clusters: int) -> Matrix:
    """(clusters, numbers) vectors of signs, the binary digits of their numbers; zero gives all ones."""
    digits = (numbers >> np.arange(clusters)[:, None]) & 1
    return np.asarray(1.0 - 2.0 * digits, dtype=np.float64)
