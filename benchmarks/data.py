"""Tables that the tasks are measured on."""

from __future__ import annotations

import numpy as np
import pandas as pd


def panel(n: int) -> pd.DataFrame:
    """Rows in units and years, two regressors, a continuous outcome and a count."""
    rng = np.random.default_rng(1)
    unit, year = rng.integers(0, n // 20, n), rng.integers(0, 20, n)
    x1, x2 = rng.normal(size=n) + 0.1 * year, rng.normal(size=n)
    index = 0.3 * x1 - 0.2 * x2 + rng.normal(size=n // 20)[unit] * 0.3
    count = rng.poisson(np.exp(index))
    table = {"unit": unit, "year": year, "x1": x1, "x2": x2, "y": index + rng.normal(size=n), "c": count}
    return pd.DataFrame(table | {"region": unit % 20})


def clusters(count: int) -> pd.DataFrame:
    """Five thousand rows in some clusters, with regressors that share a component with the errors' clusters."""
    rng = np.random.default_rng(3)
    n = 5_000
    g = rng.integers(0, count, n)
    x = rng.normal(size=n) + rng.normal(size=count)[g]
    z1, z2 = rng.normal(size=n), rng.normal(size=n)
    y = 0.1 * x + z1 + rng.normal(size=count)[g] + rng.normal(size=n)
    assigned = rng.integers(0, 2, n).astype(np.float64)
    other = {"a": rng.integers(0, 20, n), "b": rng.integers(0, 10, n), "d": assigned}
    return pd.DataFrame({"g": g, "x": x, "z1": z1, "z2": z2, "y": y} | other)
