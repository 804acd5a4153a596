"""Ten thousand specifications, estimates without each cluster, and inference on all specifications together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from task import Task

from econ import OLS, Clustered
from econ.stability import Shuffle, Specifications, joint_test, leave_one_out, specification_curve

CONTROLS = tuple(f"c{place}" for place in range(12))


def stability() -> Iterator[Task]:
    """From a table to all estimates, errors and p-values."""
    data = table()
    yield ten_thousand(data)
    yield without_each_cluster(data)
    yield joint(data)


def table() -> pd.DataFrame:
    """Five thousand rows of fifty clusters, four outcomes, a treatment and twelve controls."""
    rng = np.random.default_rng(0)
    data = pd.DataFrame(rng.normal(size=(5_000, 12)), columns=list(CONTROLS))
    data["g"] = np.repeat(range(50), 100)
    data["x"] = rng.normal(size=5_000) + data["c0"]
    for place in range(4):
        data[f"y{place}"] = 0.1 * data["x"] + data[f"c{place}"] + rng.normal(size=5_000)
    return data


def grid(most: int, outcomes: int) -> Specifications:
    """Up to so many of the controls."""
    names = tuple(f"y{place}" for place in range(outcomes))
    return Specifications(names, ("x",), CONTROLS, covariance=Clustered("g"), most=most)


def ten_thousand(data: pd.DataFrame) -> Task:
    """Every specification is refitted by the others."""
    import pyfixest
    import statsmodels.formula.api as smf

    every = grid(6, 4)
    formulas = [one.formula for one in every]

    def statsmodels() -> object:
        options = {"cov_type": "cluster", "cov_kwds": {"groups": data["g"], "use_correction": True}}
        return [float(smf.ols(one, data).fit(**options).bse["x"]) for one in formulas]

    def fixest() -> object:
        return [float(pyfixest.feols(one, data, vcov={"CRV1": "g"}).se()["x"]) for one in formulas]

    return Task(
        f"{len(every):,} OLS specifications of twelve controls, 5,000 rows, clustered",
        lambda: specification_curve(every, data).table,
        {"pyfixest": fixest, "statsmodels": statsmodels},
        {"pyfixest": 1 / 20, "statsmodels": 1 / 100},
        runs=(5, 0),
    )


def without_each_cluster(data: pd.DataFrame) -> Task:
    """Fifty estimates, by algebra and by refits."""
    import pyfixest

    formula = f"y0 ~ x + {' + '.join(CONTROLS)}"

    def refits() -> object:
        return [float(pyfixest.feols(formula, data[data["g"] != g]).coef()["x"]) for g in range(50)]

    return Task(
        "estimates without each of 50 clusters, 5,000 rows, 13 regressors",
        lambda: leave_one_out(OLS(formula).fit(data), "x", Clustered("g"), by="g").table,
        {"pyfixest, refits": refits},
    )


def joint(data: pd.DataFrame) -> Task:
    """The treatment is permuted 500 times."""
    every = grid(4, 2)
    curve = specification_curve(every, data)
    return Task(
        f"joint inference, 500 permutations × {len(every):,} specifications",
        lambda: joint_test(curve, Shuffle(reps=500)).median.p_value,
        {},
        runs=(1, 0),
        limit=60,
    )
