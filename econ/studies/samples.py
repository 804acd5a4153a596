"""Samples in which no effect exists, drawn anew for each replicate."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from econ.groups import Codes, Vector

__all__ = ["SAMPLES"]

ROWS = 20  # a cluster
DOMINANT = 0.5  # of the rows are in the first cluster
TREATED = 2
SHARED = 0.3  # of the variance of error and regressor is common to a cluster


def _shared(generator: np.random.Generator, group: Codes, count: int) -> Vector:
    """Unit-variance noise, part of it common to the group."""
    common = generator.normal(size=count)[group]
    noise: Vector = np.sqrt(SHARED) * common + np.sqrt(1 - SHARED) * generator.normal(size=group.size)
    return noise


def balanced(generator: np.random.Generator, clusters: int) -> pd.DataFrame:
    """Clusters of equal size, a regressor that varies within and between them."""
    group = np.repeat(np.arange(clusters), ROWS)
    return _table(generator, group, clusters, _shared(generator, group, clusters))


def dominant(generator: np.random.Generator, clusters: int) -> pd.DataFrame:
    """The same with half of the rows in one cluster."""
    rows = clusters * ROWS
    large = int(DOMINANT * rows)
    group = np.concatenate([np.zeros(large, dtype=np.intp), 1 + np.arange(rows - large) % (clusters - 1)])
    return _table(generator, group, clusters, _shared(generator, group, clusters))


def few_treated(generator: np.random.Generator, clusters: int) -> pd.DataFrame:
    """Clusters of equal size, two of which are treated as a whole."""
    group = np.repeat(np.arange(clusters), ROWS)
    treated = generator.permutation(clusters) < TREATED
    return _table(generator, group, clusters, treated[group].astype(np.float64))


def dyadic(generator: np.random.Generator, clusters: int) -> pd.DataFrame:
    """Every ordered pair of so many members, with a component of each member in regressor and error."""
    first, second = np.nonzero(~np.eye(clusters, dtype=bool))

    def noise() -> Vector:
        members = generator.normal(size=clusters)
        own = generator.normal(size=first.size)
        noise: Vector = np.sqrt(SHARED) * (members[first] + members[second]) + np.sqrt(1 - SHARED) * own
        return noise

    return pd.DataFrame({"y": noise(), "x": noise(), "group": first, "other": second})


def _table(generator: np.random.Generator, group: Codes, clusters: int, x: Vector) -> pd.DataFrame:
    return pd.DataFrame({"y": _shared(generator, group, clusters), "x": x, "group": group})


SAMPLES: dict[str, Callable[[np.random.Generator, int], pd.DataFrame]] = {
    "balanced": balanced,
    "one dominant cluster": dominant,
    "two treated clusters": few_treated,
    "dyads": dyadic,
}
