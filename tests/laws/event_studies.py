"""What the laws of event studies run over: every estimator found in the folder, and a staggered panel."""

import numpy as np
import pandas as pd
from laws.members import members

import econ.event_study
from econ.event_study import TWFE, CallawaySantAnna, Imputation, LocalProjection, Stacked, SunAbraham
from econ.event_study.options import Options

EVENT_STUDIES = [one for one in members(econ.event_study, "fit") if issubclass(one, Options)]
COLUMNS = {"outcome": "y", "unit": "f", "time": "t", "cohort": "first"}

EVENT_SPECS = {
    TWFE: [
        TWFE(**COLUMNS),
        TWFE(**COLUMNS, controls="x", base="varying", window=(-3, 3), weights="w"),
        TWFE(**COLUMNS, window=(-2, 2), endpoints="binned"),
        TWFE(**COLUMNS, exposure="dose"),
    ],
    SunAbraham: [
        SunAbraham(**COLUMNS),
        SunAbraham(**COLUMNS, controls="x", base="varying", weights="w"),
        SunAbraham(**COLUMNS, comparison="notyet", anticipation=1, window=(-3, 2)),
    ],
    CallawaySantAnna: [
        CallawaySantAnna(**COLUMNS),
        CallawaySantAnna(**COLUMNS, controls="z", comparison="notyet", base="varying"),
        CallawaySantAnna(**COLUMNS, controls="z", adjustment="weighting", weights="level"),
        CallawaySantAnna(**{**COLUMNS, "unit": None}, controls="x", anticipation=1),
    ],
    Imputation: [
        Imputation(**COLUMNS),
        Imputation(**COLUMNS, controls="x", comparison="notyet", base="varying", weights="w"),
        Imputation(**{**COLUMNS, "unit": None}, window=(-2, 3)),
    ],
    Stacked: [
        Stacked(**COLUMNS),
        Stacked(**COLUMNS, weighting="variance", window=(-2, 2), controls="x", weights="w"),
        Stacked(**COLUMNS, exposure="dose", comparison="never"),
    ],
    LocalProjection: [
        LocalProjection(**COLUMNS),
        LocalProjection(**COLUMNS, weighting="variance", controls="z", window=(-3, 3), weights="level"),
        LocalProjection(**COLUMNS, exposure="dose", base="varying"),
    ],
}


def staggered(seed=0, units=60, periods=8, noise=1.0):
    """Units `f` in periods `t`; treated from `first` on (missing: never), with effects that differ by cohort."""
    rng = np.random.default_rng(seed)
    n = units * periods
    f, t = np.repeat(np.arange(units), periods), np.tile(2001 + np.arange(periods), units)
    first = np.array([2004.0, 2006.0, 2007.0, np.nan])[np.arange(units) % 4]
    since = t - first[f]
    x = rng.normal(size=n)
    effect = np.where(since >= 0, effects(first[f], since), 0.0)
    y = rng.normal(size=units)[f] + 0.2 * (t - 2001) ** 1.5 + effect + 0.4 * x + noise * rng.normal(size=n)
    table = {"y": y, "f": f, "t": t, "first": first[f], "x": x, "g": f % 12, "row": np.arange(n)}
    table |= {"w": rng.uniform(0.5, 2, n), "level": 1.0 + f % 3, "z": rng.normal(size=units)[f]}
    table |= {"dose": rng.uniform(0.5, 1.5, units)[f], "period": np.arange(n)}
    table |= {"lat": rng.uniform(-60, 60, units)[f], "lon": rng.uniform(-180, 180, units)[f]}
    return pd.DataFrame(table)


def effects(first, since):
    """The truth: early cohorts gain more, and more with time."""
    return np.where(first == 2004, 1.0 + 1.5 * since, 0.5 + 0.2 * since)
