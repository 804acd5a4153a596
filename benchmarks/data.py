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


def staggered(units: int) -> pd.DataFrame:
    """Units in ten periods, three cohorts that are treated and one that never is (zero in `first`)."""
    rng = np.random.default_rng(0)
    unit, time = np.repeat(np.arange(units), 10), np.tile(np.arange(1, 11), units)
    cohort = rng.choice([4.0, 6.0, 8.0, np.nan], units, p=[0.2, 0.2, 0.2, 0.4])[unit]
    effect = np.where(time >= cohort, 1 + 0.3 * (time - cohort), 0.0)
    y = rng.normal(size=units)[unit] + 0.2 * time + effect + rng.normal(size=unit.size)
    first = np.where(np.isnan(cohort), 0, cohort).astype(int)
    return pd.DataFrame({"unit": unit, "time": time, "cohort": cohort, "first": first, "y": y})


def returns(assets: int) -> tuple[pd.DataFrame, pd.Series]:
    """Daily returns of assets and of their market over eight hundred days."""
    rng = np.random.default_rng(0)
    index = pd.bdate_range("2001-01-01", periods=800)
    market = rng.normal(0, 0.01, 800)
    table = 0.9 * market[:, None] + rng.normal(0, 0.015, (800, assets))
    names = [f"A{place}" for place in range(assets)]
    return pd.DataFrame(table, index=index, columns=names), pd.Series(market, index=index, name="market")
