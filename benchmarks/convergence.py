"""Convergence clubs, breaks and distances, with the peers beside them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from task import Task

from econ.breaks import BaiPerron
from econ.convergence import Aitchison, HodrickPrescott, JensenShannon, LogT, PhillipsSul, clubs, pairwise


def convergence() -> Iterator[Task]:
    """Clubs from a long table to merged clubs, breaks from a table to dates, and matrices of distances."""
    yield club_search()
    yield dates_of_breaks()
    yield from matrices()


def incomes() -> pd.DataFrame:
    """Fifty years of logarithms of 150 units in three groups, with noise that dies out."""
    rng = np.random.default_rng(0)
    years = np.arange(1, 51)
    growth = np.repeat([0.03, 0.02, 0.01], 50)[:, None]
    start = rng.uniform(-1, 1, 150)[:, None]
    y = 8 + growth * years + start / years**0.7 + 0.3 * rng.normal(size=(150, 50)) / years
    return pd.DataFrame({"unit": np.repeat(range(150), 50), "year": np.tile(years, 150), "y": y.ravel()})


def club_search() -> Task:
    """Trend, search and merger."""
    import convergence_clubs

    data = incomes()
    spec = LogT("y", unit="unit", time="year", trend=HodrickPrescott(400))

    def ours() -> object:
        return clubs(data, spec).merge(PhillipsSul()).table

    def theirs() -> object:
        wide = convergence_clubs.wide_panel(data, unit="unit", time="year", value="y")
        found = convergence_clubs.find_clubs(convergence_clubs.hp_filter(wide, lamb=400))
        return found.merge("PS").summary()

    return Task(
        "clubs of 150 units × 50 years: trend, search, merger",
        ours,
        {"convergence-clubs": theirs},
        {"convergence-clubs": 0.5},
    )


def dates_of_breaks() -> Task:
    """All numbers of breaks up to five, by dynamic programming."""
    import ruptures

    rng = np.random.default_rng(0)
    n = 500
    x = rng.normal(size=n)
    y = rng.normal(size=n) + np.repeat([0, 1, 0, 1, 0], 100) + 0.5 * x
    data = pd.DataFrame({"t": np.arange(n), "y": y, "x": x})
    spec = BaiPerron("y ~ x", time="t", trim=0.05, breaks=5)
    signal = np.column_stack([y, np.ones(n), x])

    def theirs() -> object:
        return ruptures.Dynp(model="linear", min_size=25, jump=1).fit(signal).predict(n_bkps=5)

    return Task(
        "Bai-Perron, 500 rows, two terms, five breaks",
        lambda: spec.find(data).dates,
        {"ruptures": theirs},
        runs=(5, 0),
        limit=0.2,
    )


def matrices() -> Iterator[Task]:
    """A thousand compositions of ten parts, each with each."""
    from scipy.spatial.distance import pdist, squareform

    shares = np.random.default_rng(0).dirichlet(np.ones(10), 1_000)
    logs = np.log(shares)
    centred = logs - logs.mean(axis=1, keepdims=True)
    yield Task(
        "Aitchison distances, 1,000 × 1,000 compositions of 10 parts",
        lambda: pairwise(shares, kind=Aitchison()),
        {"scipy pdist": lambda: squareform(pdist(centred))},
        limit=0.3,
    )
    yield Task(
        "Jensen-Shannon distances, the same",
        lambda: pairwise(shares, kind=JensenShannon()),
        {"scipy pdist": lambda: squareform(pdist(shares, "jensenshannon"))},
        limit=0.3,
    )
