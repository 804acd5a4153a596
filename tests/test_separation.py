"""Rows that a Poisson model separates."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from econ import OLS, PPML, White
from econ.errors import EconError


def separated_rows(y, X):
    """Rows with y = 0 and some z = Xγ ≥ 0, z = 0 where y > 0, z > 0 here: one linear programme a row."""
    zero, found = y == 0, []
    for row in np.flatnonzero(zero):
        result = linprog(
            -X[row], A_ub=np.vstack([-X[zero], X[[row]]]), b_ub=np.r_[np.zeros(zero.sum()), 1.0],
            A_eq=X[~zero], b_eq=np.zeros((~zero).sum()), bounds=(None, None), method="highs",
        )  # fmt: skip
        if result.status == 0 and -result.fun > 0.5:
            found.append(row)
    return found


def dropped(fit):
    return sorted(row for drop in fit.sample.drops if drop.reason == "separated" for row in drop.rows)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), effects=st.sampled_from(["", "f", "f + t"]))
def test_the_rows_found_are_those_that_some_combination_separates(seed, effects):
    rng = np.random.default_rng(seed)
    n = 40
    data = pd.DataFrame(
        {
            "f": rng.integers(0, 5, n),
            "t": rng.integers(0, 4, n),
            "x1": rng.integers(-1, 2, n).astype(float),
            "x2": (rng.random(n) < 0.15).astype(float),
        }
    )
    data["y"] = rng.poisson(0.9, n) * (1 - data["x2"]) + 0.0
    dummies = [pd.get_dummies(data[name], dtype=float).to_numpy() for name in effects.split(" + ") if name]
    X = np.column_stack([np.ones(n), data["x1"], data["x2"], *dummies])
    formula = f"y ~ x1 + x2 | {effects}" if effects else "y ~ x1 + x2"
    expected = separated_rows(data["y"].to_numpy(), X)
    try:
        fit = PPML(formula).fit(data)
    except EconError:
        return  # too few rows, or a regressor that was collinear from the start
    singletons = [row for drop in fit.sample.drops if drop.reason == "singleton" for row in drop.rows]
    assert set(dropped(fit)) | set(singletons) >= set(expected)
    assert set(dropped(fit)) <= set(expected) | after_singletons(data, X, singletons)


def after_singletons(data, X, singletons):
    keep = np.setdiff1d(np.arange(len(data)), singletons)
    return {keep[row] for row in separated_rows(data["y"].to_numpy()[keep], X[keep])}


def test_a_regressor_that_only_separated_rows_identify_is_named():
    rng = np.random.default_rng(2)
    data = pd.DataFrame({"x": rng.normal(size=80), "d": (np.arange(80) < 6).astype(float)})
    data["y"] = rng.poisson(np.exp(0.3 * data["x"])) * (1 - data["d"])
    fit = PPML("y ~ x + d").fit(data)
    assert fit.omitted == ("d",)
    assert fit.names == ("Intercept", "x")
    assert fit.sample.dropped == {"separated": 6}
    rest = PPML("y ~ x").fit(data[data["d"] == 0])
    np.testing.assert_allclose(fit.params, rest.params, rtol=1e-10)
    assert "d" in fit.inference(White()).facts["regressors left out"]


def test_levels_without_a_positive_outcome_are_dropped_and_counted():
    rng = np.random.default_rng(4)
    data = pd.DataFrame({"x": rng.normal(size=90), "f": np.arange(90) % 9})
    data["y"] = rng.poisson(1.5, 90) * (data["f"] != 3)
    fit = PPML("y ~ x | f").fit(data)
    assert fit.sample.dropped == {"separated": 10}
    assert fit.absorbed == {"f": 8}


def test_zeros_alone_separate_nothing():
    rng = np.random.default_rng(5)
    data = pd.DataFrame({"x": rng.normal(size=300), "f": np.arange(300) % 10, "t": np.arange(300) % 7})
    data["y"] = rng.poisson(np.exp(-0.5 + 0.5 * data["x"]))
    assert (data["y"] == 0).mean() > 0.4
    assert PPML("y ~ x | f + t").fit(data).sample.dropped == {}


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_the_scale_of_a_regressor_does_not_matter(scale):
    rng = np.random.default_rng(7)
    data = pd.DataFrame(
        {"x": scale * rng.normal(size=200), "z": rng.normal(size=200), "d": (np.arange(200) % 20 == 0).astype(float)}
    )
    data["y"] = rng.poisson(1.0, 200) * (1 - data["d"])
    assert PPML("y ~ x + z + d").fit(data).sample.dropped == {"separated": 10}


def test_three_effects_are_searched_too():
    rng = np.random.default_rng(8)
    data = pd.DataFrame({name: rng.integers(0, 6, 400) for name in ("a", "b", "c")}).assign(x=rng.normal(size=400))
    data["d"] = ((data["a"] == 1) & (data["b"] == 2)).astype(float)
    data["y"] = rng.poisson(1.0, 400) * (1 - data["d"])
    fit = PPML("y ~ x + d | a + b + c").fit(data)
    assert fit.sample.dropped == {"separated": int(data["d"].sum())}
    assert fit.omitted == ("d",)


def test_least_squares_keeps_what_ppml_drops():
    data = pd.DataFrame({"y": [0.0, 0, 1, 2, 3, 1], "d": [1.0, 1, 0, 0, 0, 0], "x": [1.0, 2, 1, 3, 2, 5]})
    assert OLS("y ~ d + x").fit(data).nobs == 6
    assert PPML("y ~ d + x").fit(data).nobs == 4
