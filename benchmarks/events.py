"""Event studies in panels and markets, with the peers beside them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from task import Task

from data import returns, staggered
from econ import Clustered, Rademacher, simultaneous_bands
from econ.event_study import CallawaySantAnna, Imputation, SunAbraham
from econ.markets import abnormal_returns

COLUMNS = {"outcome": "y", "unit": "unit", "time": "time", "cohort": "cohort"}
PEERS = {"outcome": "y", "unit": "unit", "time": "time", "first_treat": "first"}


def event_studies() -> Iterator[Task]:
    """Estimators of dynamic effects, and a market event study with all tests."""
    yield from group_time_effects()
    yield from long_panels()
    yield from markets()


def group_time_effects() -> Iterator[Task]:
    """Callaway-Sant'Anna from a table to simultaneous bands by 1,000 multiplier draws."""
    import diff_diff

    data = staggered(5_000)

    def ours() -> object:
        fit = CallawaySantAnna(**COLUMNS).fit(data)
        return simultaneous_bands(fit, Clustered("unit"), multiplier=Rademacher(), reps=1_000).table

    def theirs() -> object:
        model = diff_diff.CallawaySantAnna(control_group="never_treated", n_bootstrap=1_000, seed=1)
        return model.fit(data, **PEERS, aggregate="event_study").event_study_effects

    yield Task(
        "Callaway-Sant'Anna, 5,000 units × 10 periods, bands by 1,000 multiplier draws",
        ours,
        {"diff-diff": theirs},
        {"diff-diff": 0.5},
    )


def long_panels() -> Iterator[Task]:
    """Imputation and Sun-Abraham, clustered, from a table to printed effects."""
    import diff_diff
    import pyfixest

    small, large = staggered(5_000), staggered(50_000)
    options = {"yname": "y", "idname": "unit", "tname": "time", "gname": "first", "cluster": "unit"}

    def effects(spec: Imputation | SunAbraham, data: pd.DataFrame) -> str:
        return repr(spec.fit(data).inference(Clustered("unit")))

    yield Task(
        "imputation, 50,000 rows",
        lambda: effects(Imputation(**COLUMNS), small),
        {
            "pyfixest": lambda: repr(pyfixest.event_study(small, **options, estimator="did2s", att=True).tidy()),
            "diff-diff": lambda: diff_diff.ImputationDiD().fit(small, **PEERS, aggregate="event_study"),
        },
        {"pyfixest": 0.5},
        (5, 0),
    )
    yield Task(
        "imputation, 500,000 rows (pyfixest's did2s runs out of memory)",
        lambda: effects(Imputation(**COLUMNS), large),
        {"diff-diff": lambda: diff_diff.ImputationDiD().fit(large, **PEERS, aggregate="event_study")},
        {"diff-diff": 0.5},
        (5, 0),
    )
    yield Task(
        "Sun-Abraham, 500,000 rows",
        lambda: effects(SunAbraham(**COLUMNS), large),
        {
            "pyfixest": lambda: repr(
                pyfixest.event_study(large, **options, estimator="saturated", att=False).aggregate()
            ),
            "diff-diff": lambda: diff_diff.SunAbraham().fit(large, **PEERS),
        },
        {"pyfixest": 0.5},
        (5, 0),
    )


def markets() -> Iterator[Task]:
    """A thousand events with a market model over 250 days, and every test."""
    from event_study_toolkit.eventstudy import eventstudy

    table, market = returns(1_000)
    events = list(zip(table.columns, table.index[300 + np.arange(1_000) % 400], strict=True))
    numbered = table.rename_axis("date").set_axis(range(table.shape[1]), axis=1)
    long = numbered.melt(ignore_index=False, var_name="permno", value_name="ret_dlst_adj").reset_index()
    long = long.assign(vwretd=market.reindex(long["date"]).to_numpy(), permno=long["permno"].astype(int))
    dated = pd.DataFrame({"permno": range(len(events)), "EVT_DATE": [day for _, day in events], "all": 1})

    def ours() -> object:
        return abnormal_returns(table, market, events, estimation=(-260, -11), window=(-5, 5)).test(-5, 5)

    def theirs() -> object:
        return eventstudy(250, 5, -5, 5, long, dated, groups=["all"]).getFullSampleTestStatistic("market")

    yield Task(
        "market event study, 1,000 events × 250 days, thirteen tests (the peer has five)",
        ours,
        {"event-study-toolkit": theirs},
        {"event-study-toolkit": 0.1},
        (5, 0),
    )
