"""P-values from simulated quantiles."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from econ.datasets import load
from econ.groups import Matrix, Vector

__all__ = ["simulated_p_value"]

TABLE = "unit_root_quantiles"


def simulated_p_value(test: str, statistic: float, *, periods: int, units: int = 1) -> tuple[float, tuple[str, ...]]:
    """Probability of a smaller statistic, and remarks.

    Quantiles are interpolated in the inverse of the numbers of periods and units; between them the normal deviate of
    the probability is linear in the statistic. Beyond the smallest and largest number those at the end are taken.

    Parameters
    ----------
    test
        Its name in the table.
    statistic, periods, units
        The statistic, and the size of the panel.
    """
    from scipy.special import ndtr, ndtri  # noqa: PLC0415 - keeps the import of the package light

    T, N, probabilities, quantiles = _quantiles(test)
    by_units = _between(1 / N, quantiles, 1 / units)
    row = _between(1 / T, by_units, 1 / periods)
    z = ndtri(probabilities)
    sizes = (("periods", periods, T), ("units", units, N))
    short = tuple(
        f"quantiles were simulated for {grid[0]:g} to {grid[-1]:g} {name}; those of the nearer end are taken"
        for name, size, grid in sizes
        if size < grid[0] or size > grid[-1]
    )
    low, high = row[0], row[-1]
    if low <= statistic <= high:
        return float(ndtr(np.interp(statistic, row, z))), short
    end = probabilities[0] if statistic < low else probabilities[-1]
    return float(end), (*short, f"the p-value is {end:g} or {'smaller' if statistic < low else 'larger'}")


def _between(grid: Vector, table: Matrix, at: float) -> Matrix:
    """Linear interpolation along the first axis of a table whose grid falls; constant beyond its ends."""
    at = float(np.clip(at, grid[-1], grid[0]))
    place = int(np.clip(np.searchsorted(-grid, -at) - 1, 0, max(len(grid) - 2, 0)))
    if len(grid) == 1:
        return np.asarray(table[0])
    share = (grid[place] - at) / (grid[place] - grid[place + 1])
    return np.asarray((1 - share) * table[place] + share * table[place + 1])


@cache
def _quantiles(test: str) -> tuple[Vector, Vector, Vector, Matrix]:
    """Periods (a,), units (b,), probabilities (c,), and quantiles (b, a, c) of a test."""
    rows: pd.DataFrame = load(TABLE)
    rows = rows[rows["test"] == test].sort_values(["units", "periods", "probability"])
    T, N, p = (np.unique(rows[name].to_numpy(dtype=np.float64)) for name in ("periods", "units", "probability"))
    return T, N, p, rows["quantile"].to_numpy(dtype=np.float64).reshape(N.size, T.size, p.size)
