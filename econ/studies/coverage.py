"""How often each method rejects a true hypothesis at 5 %: the study behind the advice on few clusters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from econ.compute.blocks import run_in_processes
from econ.errors import EconError, OptionError
from econ.estimators.ols import OLS
from econ.studies.methods import methods
from econ.studies.samples import SAMPLES

__all__ = ["CLUSTERS", "coverage"]

CLUSTERS = (6, 12, 20, 50)
DRAWS = 2_000
BLOCK = 100
LEVEL = 0.05
COLUMNS = ["sample", "clusters", "method", "draws", "rejected", "undefined"]


@dataclass(frozen=True)
class Block:
    """Some replicates of a cell, with the seed that is theirs."""

    sample: str
    clusters: int
    draws: int
    seed: np.random.SeedSequence


def coverage(
    *, draws: int = DRAWS, clusters: tuple[int, ...] = CLUSTERS, seed: int = 0, say: Callable[[str], None] = print
) -> pd.DataFrame:
    """Rejections of a true hypothesis at 5 %.

    Parameters
    ----------
    draws
        Replicates of each cell.
    clusters
        Numbers of clusters (of members, for dyads).
    seed
        Replicates of block i are drawn from the i-th child of the seed, whatever the number of processes.
    say
        Told of each cell.

    Returns
    -------
    DataFrame
        One row a sample, number of clusters and method: replicates, those rejected, those without a result.

    Raises
    ------
    OptionError
        If there are no draws.
    """
    if not isinstance(draws, int) or draws < 1:
        raise OptionError(f"draws={draws!r}: give a positive whole number")
    cells = list(product(SAMPLES, clusters))
    seeds = iter(np.random.SeedSequence(seed).spawn(len(cells) * -(-draws // BLOCK)))
    sizes = [min(BLOCK, draws - start) for start in range(0, draws, BLOCK)]
    blocks = [Block(sample, count, size, next(seeds)) for sample, count in cells for size in sizes]
    say(f"{len(cells)} cells of {draws:,} replicates")
    totals: Counter[tuple[str, int, str, str]] = Counter()
    for counts in run_in_processes(replicates, blocks):
        totals.update(counts)
    keys = dict.fromkeys((sample, count, method) for sample, count in cells for method in methods(sample))
    rows = [(*key, draws, totals[*key, "rejected"], totals[*key, "undefined"]) for key in keys]
    return pd.DataFrame(rows, columns=COLUMNS)


def replicates(block: Block) -> Counter[tuple[str, int, str, str]]:
    """Rejections and missing results of a block, by method."""
    counts: Counter[tuple[str, int, str, str]] = Counter()
    generator, tests = np.random.default_rng(block.seed), methods(block.sample)
    for _ in range(block.draws):
        fit = OLS("y ~ x").fit(SAMPLES[block.sample](generator, block.clusters))
        for name, p_value in tests.items():
            try:
                outcome = "rejected" if p_value(fit) <= LEVEL else "kept"
            except EconError:
                outcome = "undefined"
            counts[block.sample, block.clusters, name, outcome] += 1
    return counts
