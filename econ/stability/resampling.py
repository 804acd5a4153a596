"""Whole groups drawn with replacement."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from econ.compute.blocks import run_blocks
from econ.errors import OptionError
from econ.groups import Codes, Groups, Matrix, Vector

__all__ = ["CHUNK", "resampled"]

CHUNK = 16  # draws a thread; fixed, so that results do not depend on the machine
FEW = 2


def resampled(groups: Groups, reps: int, seed: int, work: Callable[[Codes], Vector]) -> Matrix:
    """(reps, m) what some work gives on the (G,) numbers of copies of each group, draw by draw.

    Raises
    ------
    OptionError
        If there is one group.
    """
    G = groups.count
    if G < FEW:
        raise OptionError(f"{groups.name!r} has one group, which would be drawn again and again; draw by smaller ones")
    sizes = [min(CHUNK, reps - start) for start in range(0, reps, CHUNK)]

    def several(block: tuple[int, np.random.SeedSequence]) -> Matrix:
        size, own = block
        chosen = np.random.default_rng(own).multinomial(G, np.full(G, 1 / G), size)
        return np.array([work(copies) for copies in chosen])

    blocks = zip(sizes, np.random.SeedSequence(seed).spawn(len(sizes)), strict=True)
    return np.concatenate(run_blocks(several, blocks))
