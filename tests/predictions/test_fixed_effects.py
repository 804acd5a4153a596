"""Absorbed effects, recovered."""

import numpy as np
import pandas as pd
import pytest
from laws.members import panel
from numpy.testing import assert_allclose

from econ import IV, OLS, PPML, fixed_effects
from econ.absorb.iterative import Iterative
from econ.errors import NotDefinedError

DATA = panel()


def levels(fit, effect):
    table = fixed_effects(fit)
    return table[table["effect"] == effect].set_index("level")["estimate"]


def test_the_truth_is_found():
    a, g = {"x": 3.0, "y": -1.0, "z": 10.0}, {1: 0.5, 2: -0.5}
    data = pd.DataFrame({"unit": np.repeat(list(a), 4), "time": [1, 2] * 6, "x": np.sin(np.arange(12.0))})
    data["y"] = data["x"] + data["unit"].map(a) + data["time"].map(g)
    data.loc[0, "y"] += 1e-9
    fit = OLS("y ~ x | unit + time").fit(data)
    assert_allclose(levels(fit, "unit"), list(a.values()), atol=1e-8)
    assert_allclose(levels(fit, "time"), list(g.values()), atol=1e-8)


@pytest.mark.parametrize("estimator", [OLS, PPML])
def test_levels_are_those_of_dummies(estimator):
    fit = estimator("y ~ x1 + x2 | g[x3] + t", weights="w").fit(DATA)
    dummies = estimator("y ~ x1 + x2 + C(g) * x3 + C(t)", weights="w").fit(DATA)
    found = dict(zip(dummies.names, dummies.params, strict=True))
    constants, slopes, times = levels(fit, "g"), levels(fit, "g[x3]"), levels(fit, "t")
    assert_allclose(slopes, [found["x3"] + found.get(f"C(g)[T.{g}]:x3", 0.0) for g in slopes.index], rtol=1e-7)
    assert_allclose(times - times[0], [found.get(f"C(t)[T.{t}]", 0.0) for t in times.index], rtol=1e-7, atol=1e-9)
    assert_allclose(constants - constants[0], [found.get(f"C(g)[T.{g}]", 0.0) for g in range(5)], rtol=1e-7, atol=1e-9)
    assert_allclose(constants[0] + times[0], found["Intercept"], rtol=1e-7)


def test_all_but_the_largest_effect_sum_to_zero_over_the_rows_of_each_connected_set():
    unequal = DATA[DATA["x1"] < DATA["t"] / 3]
    apart = pd.concat([unequal, panel(seed=3).assign(f=lambda t: t["f"] + 100, t=lambda t: t["t"] + 100)])
    fit = OLS("y ~ x1 | f + t").fit(apart.reset_index(drop=True))
    rows = fit.sample.column("t")
    sums = rows.map(levels(fit, "t")).groupby(rows >= 100).sum()
    assert_allclose(sums, 0, atol=1e-10)
    assert fixed_effects(fit).attrs["remarks"] == ()


def test_what_is_one_solution_of_several_is_said():
    flat = DATA.assign(x3=DATA["x3"].where(DATA["g"] != 2, 7.0))
    assert fixed_effects(OLS("y ~ x1 | g[x3]").fit(flat)).attrs["remarks"] == (
        "g: one solution of several for 1 of 5 levels",
        "g[x3]: one solution of several for 1 of 5 levels",
    )
    assert fixed_effects(OLS("y ~ x1 | f + t").fit(DATA)).attrs["remarks"] == ()
    assert fixed_effects(OLS("y ~ x1 | f + g^t").fit(DATA)).attrs["remarks"] == ()
    assert len(fixed_effects(OLS("y ~ x1 | f + t + g^t").fit(DATA)).attrs["remarks"]) == 3


def test_combinations_are_labelled_by_what_they_combine():
    assert levels(OLS("y ~ x1 | g^t").fit(DATA), "g^t").index[0] == (0, 0)
    assert levels(IV("y ~ 1 | s | x1 ~ z").fit(DATA), "s").index.tolist() == ["a", "b", "c"]


def test_many_levels_are_recovered_from_the_iterative_solver():
    rng = np.random.default_rng(0)
    n = 20_000
    data = pd.DataFrame({"a": rng.integers(0, 1500, n), "b": rng.integers(0, 1400, n), "x": rng.normal(size=n)})
    a, b = rng.normal(size=1500), rng.normal(size=1400)
    data["y"] = data["x"] + a[data["a"]] + b[data["b"]]
    data.loc[0, "y"] += 1e-9
    fit = OLS("y ~ x | a + b").fit(data)
    assert isinstance(fit.hat.absorber, Iterative)
    b -= b[data["b"]].mean()
    assert_allclose(levels(fit, "b"), b, atol=1e-7)


def test_a_fit_without_effects_has_none():
    with pytest.raises(NotDefinedError, match="absorbed no effects"):
        fixed_effects(OLS("y ~ x1").fit(DATA))
