"""Quantiles of tests of unit roots whose distribution has no formula."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from econ.compute.blocks import run_in_processes
from econ.convergence.cross_augmented import BOUNDS, cadf_statistics
from econ.convergence.quasi_differences import gls_detrended
from econ.convergence.unit_roots.lee_strazicich import smallest_over_dates
from econ.errors import OptionError
from econ.groups import Matrix, Vector

__all__ = ["unit_root_quantiles"]

LOW = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2)
PROBABILITIES = (*LOW, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999)
PERIODS = (20, 25, 30, 40, 50, 75, 100, 150, 200, 400)
BREAK_PERIODS = {1: (25, 30, 40, 50, 75, 100, 150), 2: (25, 30, 40, 50, 75, 100)}
PANEL_PERIODS = (15, 20, 30, 50, 70, 100, 200)
UNITS = (5, 10, 15, 20, 30, 50, 100)
DRAWS = {"df-gls": 200_000, "lee-strazicich 1": 40_000, "lee-strazicich 2": 10_000, "cips": 10_000}
BLOCK = 500
TRIM = 0.1


@dataclass(frozen=True)
class Block:
    """Some draws of the statistic of a test for one size of panel, with the seed that is theirs."""

    test: str
    terms: str
    breaks: int
    units: int
    periods: int
    draws: int
    seed: np.random.SeedSequence


def unit_root_quantiles(*, share: float = 1.0, seed: int = 0, say: Callable[[str], None] = print) -> pd.DataFrame:
    """Quantiles of statistics of random walks without lags.

    Parameters
    ----------
    share
        Of the draws of the full study: fewer for a trial.
    seed
        Draws of block i come from the i-th child of the seed, whatever the number of processes.
    say
        Told of each test.

    Returns
    -------
    DataFrame
        One row a test, size and probability: test, units, periods, probability, quantile.

    Raises
    ------
    OptionError
        If the share is not above zero.
    """
    if not isinstance(share, int | float) or not 0 < share <= 1:
        raise OptionError(f"share={share!r}: give a share of the draws, above zero and at most one")
    cells = list(_cells())
    sizes = [max(int(share * DRAWS[kind]) // BLOCK, 1) for kind, *_ in cells]
    seeds = iter(np.random.SeedSequence(seed).spawn(sum(sizes)))
    rows = []
    for (kind, name, terms, breaks, units, periods), count in zip(cells, sizes, strict=True):
        blocks = [Block(kind, terms, breaks, units, periods, BLOCK, next(seeds)) for _ in range(count)]
        drawn = np.concatenate(list(run_in_processes(statistics, blocks)))
        say(f"{name}, {units} units, {periods} periods")
        quantiles = np.quantile(drawn, PROBABILITIES)
        rows += [(name, units, periods, p, round(float(q), 4)) for p, q in zip(PROBABILITIES, quantiles, strict=True)]
    return pd.DataFrame(rows, columns=["test", "units", "periods", "probability", "quantile"])


def _cells() -> list[tuple[str, str, str, int, int, int]]:
    """Kind of test, its name, terms, breaks, units and periods."""
    gls = [("df-gls", f"df-gls {terms}", terms, 0, 1, T) for terms, T in product(("constant", "trend"), PERIODS)]
    breaks = [
        (f"lee-strazicich {count}", f"lee-strazicich {changes} {count}", changes, count, 1, T)
        for changes, count in product(("constant", "both"), BREAK_PERIODS)
        for T in BREAK_PERIODS[count]
    ]
    cips = [("cips", f"cips {terms}", terms, 0, N, T) for terms, N, T in product(BOUNDS, UNITS, PANEL_PERIODS)]
    return gls + breaks + cips


def statistics(block: Block) -> Vector:
    """(draws,) statistics of random walks."""
    generator = np.random.default_rng(block.seed)
    if block.test == "cips":
        return np.concatenate([_cips(generator, block) for _ in range(block.draws // 50)])
    Y = generator.standard_normal((block.periods, block.draws)).cumsum(axis=0)
    if block.test == "df-gls":
        return _dickey_fuller(gls_detrended(Y, block.terms))
    return smallest_over_dates(Y, block.terms, block.breaks, TRIM)


def _cips(generator: np.random.Generator, block: Block) -> Vector:
    """(50,) averages of truncated statistics."""
    Y = generator.standard_normal((50, block.periods, block.units)).cumsum(axis=1)
    return np.asarray(np.clip(cadf_statistics(Y, block.terms, 0), *BOUNDS[block.terms]).mean(axis=1))


def _dickey_fuller(Y: Matrix) -> Vector:
    """(B,) t statistics of the lagged level of (T, B) series, without terms and lags."""
    x, dy = Y[:-1], np.diff(Y, axis=0)
    squares = np.einsum("tb,tb->b", x, x)
    b = np.einsum("tb,tb->b", x, dy) / squares
    e = dy - b * x
    return np.asarray(b / np.sqrt(np.einsum("tb,tb->b", e, e) / (len(x) - 1) / squares))
