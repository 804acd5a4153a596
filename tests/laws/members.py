"""What the laws run over: every class found in a folder, and data on which all of them can be fitted."""

import dataclasses
import pkgutil
from importlib import import_module

import numpy as np
import pandas as pd

import econ.convergence.distances
import econ.estimators
import econ.inference
from econ import (
    IV,
    OLS,
    PPML,
    Bartlett,
    Between,
    BurdenShares,
    Classical,
    Clustered,
    Conley,
    CorrelatedRandomEffects,
    DriscollKraay,
    Dyadic,
    FirstDifference,
    FractionalLogit,
    Frequency,
    Heckman,
    Logit,
    MeanGroup,
    NeweyWest,
    Probit,
    RandomEffects,
    Tobit,
    TwoPart,
    White,
)
from econ.convergence import Aitchison, FingerKreinin, Hellinger, JensenShannon, Krugman, TotalVariation


def members(package, method):
    """Public classes with a method, defined in the modules of a package."""
    modules = [import_module(f"{package.__name__}.{found.name}") for found in pkgutil.iter_modules(package.__path__)]
    return [
        one
        for module in modules
        for one in vars(module).values()
        if isinstance(one, type) and one.__module__ == module.__name__ and one.__name__ in module.__all__
        if callable(getattr(one, method, None))
    ]


ESTIMATORS = members(econ.estimators, "fit")
COVARIANCES = members(econ.inference, "of")
DISTANCES = members(econ.convergence.distances, "between")

SPECS = {
    BurdenShares: [
        BurdenShares("part ~ x1 + x2", rescue="f"),  # shares in f: the laws leave out whole levels of f
        BurdenShares("part ~ x1 + C(s)", rescue="f", weights="level"),
    ],
    FractionalLogit: [FractionalLogit("s1 ~ x1 + x2"), FractionalLogit("s1 ~ x1 + i(s, ref='a')", weights="w")],
    Heckman: [
        Heckman("np.log(y) ~ x1 + x3", selection="d ~ x1 + x2"),
        Heckman("np.log(y) ~ x2", selection="d ~ x1 + x2", weights="w"),
    ],
    Logit: [
        Logit("d ~ x1 + x2"),
        Logit("d ~ x1 + x2", weights="w", offset="x3"),
        Logit("d ~ x1 + x2 + C(s)", weights=Frequency("count")),
        Logit("d ~ x1 + x2 | f"),
        Logit("d ~ x1 + C(s) | f", weights="level"),
    ],
    Probit: [Probit("d ~ x1 + x2"), Probit("d ~ x1 + x2", weights="w", offset="x3")],
    Tobit: [
        Tobit("c ~ x1 + x2"),
        Tobit("c ~ x1 + C(s)", lower=0.0, upper=1.5, weights="w"),
        Tobit("y ~ x1 + x2", lower=None, upper=4.0),
    ],
    TwoPart: [TwoPart("c ~ x1 + x2"), TwoPart("c ~ x1 + C(s)", weights="w")],
    Between: [Between("y ~ x1 + x2", unit="f"), Between("y ~ x1 + x2", unit="f", weights=Frequency("count"))],
    CorrelatedRandomEffects: [
        CorrelatedRandomEffects("y ~ x1 + x2", unit="f"),
        CorrelatedRandomEffects("y ~ x1 + C(t)", unit="f", weights="w"),
    ],
    FirstDifference: [
        FirstDifference("y ~ x1 + x2", unit="f", time="t"),
        FirstDifference("y ~ x1 + x2 | t", unit="f", time="t", weights="w"),
    ],
    MeanGroup: [
        MeanGroup("y ~ x1 + x2", unit="f"),
        MeanGroup("y ~ x1", unit="f", time="t", common_effects=True, weights="w"),
    ],
    RandomEffects: [RandomEffects("y ~ x1 + x2", unit="f"), RandomEffects("y ~ x1 + lat", unit="f", weights="w")],
    IV: [
        IV("y ~ x2 | x1 ~ z"),
        IV("y ~ x2 | f + t | x1 ~ z + x3", weights="w"),
        IV("y ~ 1 | g[x3] | x1 + x2 ~ z + i(s, ref='a')"),
    ],
    OLS: [
        OLS("y ~ x1 + x2"),
        OLS("y ~ x1 + x2 | f + t", weights="w"),
        OLS("y ~ x1 + x2 | g[x3] + t"),
        OLS("y ~ x1 + x2 + i(s, ref='a') | f", weights=Frequency("count")),
    ],
    PPML: [PPML("y ~ x1 + x2"), PPML("y ~ x1 + x2 | f + t", offset="x3"), PPML("y ~ x1 + x2 | g[x3]", weights="w")],
}
EXAMPLES = {
    Classical: [Classical()],
    Clustered: [
        Clustered("g"),
        Clustered("g", "t"),
        Clustered("g^t"),
        Clustered("g", correction="CR0"),
        Clustered("g", correction="CR2"),
        Clustered("g", "t", correction="CR2"),
        Clustered("g", correction="CR3"),
        Clustered("f", "t", correction="CR3"),
    ],
    Conley: [Conley("lat", "lon", cutoff_km=3000), Conley("lat", "lon", cutoff_km=9000, kernel=Bartlett(), time="t")],
    DriscollKraay: [DriscollKraay("t"), DriscollKraay("t", lags=3)],
    Dyadic: [Dyadic("f", "t"), Dyadic("f", "g", "t", correction="CR0")],
    NeweyWest: [NeweyWest("period"), NeweyWest("t", unit="f", lags=2)],
    White: [White("HC0"), White("HC1"), White("HC2"), White("HC3")],
}
DISTANCE_EXAMPLES = {
    Aitchison: Aitchison(),
    FingerKreinin: FingerKreinin(),
    Hellinger: Hellinger(),
    JensenShannon: JensenShannon(),
    Krugman: Krugman(),
    TotalVariation: TotalVariation(),
}


def is_frozen(cls):
    return dataclasses.is_dataclass(cls) and cls.__dataclass_params__.frozen


def panel(seed=0, units=20, periods=9):
    """A panel with outcomes of every kind: positive `y`, binary `d`, share `s1`, censored `c`, shares of a `t`
    and, as `part`, of an `f`."""
    rng = np.random.default_rng(seed)
    n = units * periods
    f, t = np.repeat(np.arange(units), periods), np.tile(np.arange(periods), units)
    x1, x2 = rng.normal(size=n), rng.normal(size=n) + 0.1 * t
    y = np.exp(0.4 * x1 - 0.3 * x2 + 0.05 * f) * rng.gamma(3, 1 / 3, size=n)
    data = {
        "y": y,
        "x1": x1,
        "x2": x2,
        "f": f,
        "t": t,
        "g": f // 4,
        "row": np.arange(n),
        "period": np.arange(n),
        "w": rng.uniform(0.5, 2, size=n),
        "level": 1.0 + f % 3,
        "x3": rng.normal(size=n),
        "z": x1 + rng.normal(size=n),
        "s": rng.choice(list("abc"), n),
        "count": rng.integers(1, 4, n),
        "d": (0.7 * x1 - 0.4 * x2 + rng.logistic(size=n) > 0).astype(float),
        "s1": 1 / (1 + np.exp(-(0.5 * x1 - 0.2 * x2 + rng.normal(size=n)))),
        "c": np.maximum(0.5 + 0.8 * x1 - 0.5 * x2 + rng.normal(size=n), 0.0),
        "lat": rng.uniform(-60, 60, units)[f],
        "lon": rng.uniform(-180, 180, units)[f],
    }
    return pd.DataFrame(data).assign(
        share=lambda table: table["y"] / table.groupby("t")["y"].transform("sum"),
        part=lambda table: table["y"] / table.groupby("f")["y"].transform("sum"),
    )
