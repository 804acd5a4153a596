"""Fixed effects out of arrays."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from econ import OLS, PPML, White
from econ.absorb import Layout, Nothing, absorber
from econ.absorb.algebra import generalised_inverse
from econ.absorb.exact import Exact
from econ.absorb.iterative import Iterative
from econ.absorb.layout import EXACT_LEVELS
from econ.errors import NotDefinedError
from econ.groups import Effect, Groups, factorize


def effect(name, labels, slope=None):
    return Effect(name, factorize(name, labels), slope)


def dummies(effects):
    return np.hstack([np.eye(effect.count)[effect.codes] for effect in effects])


def effects_of(draw, n, count):
    columns = [draw(st.lists(st.integers(0, 4), min_size=n, max_size=n)) for _ in range(count)]
    return tuple(effect(str(place), np.array(column)) for place, column in enumerate(columns))


@settings(max_examples=50, deadline=None)
@given(data=st.data(), count=st.integers(1, 3), seed=st.integers(0, 1000))
def test_residuals_and_leverage_are_those_of_the_dummies(data, count, seed):
    effects = effects_of(data.draw, 30, count)
    rng = np.random.default_rng(seed)
    V, w = rng.normal(size=(30, 2)), rng.uniform(0.1, 3, size=30)
    D, root = dummies(effects), np.sqrt(w)[:, None]
    projection = (root * D) @ np.linalg.pinv(root * D)
    out = absorber(Layout(effects), w)
    assert isinstance(out, Exact)
    assert_allclose(out.residualize(V), V - (projection @ (root * V)) / root, atol=1e-9)
    assert_allclose(out.leverage(), np.diag(projection), atol=1e-9)


@settings(max_examples=30, deadline=None)
@given(data=st.data(), seed=st.integers(0, 1000))
def test_coefficients_by_effect_add_up_to_what_is_absorbed(data, seed):
    first, second = effects_of(data.draw, 30, 2)
    rng = np.random.default_rng(seed)
    V, w, x, z = rng.normal(size=(30, 1)), rng.uniform(0.1, 3, size=30), rng.normal(size=30) + 5, rng.normal(size=30)
    sloped = Effect("0[x]", first.groups, x), Effect("0[z]", first.groups, z)
    effects = (sloped[1], second, first, Effect("1[z]", second.groups, z), sloped[0])
    out = Exact(Layout(effects), w)
    residual, coefficients = out.split(V)
    assert_allclose(added(effects, out.by_effect(coefficients[:, 0])), (V - residual)[:, 0], atol=1e-7)


def added(effects, levels):
    found = zip(effects, levels, strict=True)
    return sum(own[effect.codes] * (1 if effect.slope is None else effect.slope) for effect, own in found)


def test_coefficients_by_effect_of_the_iterative_solver_add_up_too():
    rng = np.random.default_rng(0)
    effects = (effect("a", rng.integers(0, 9, 300)), effect("b", rng.integers(0, 5, 300), rng.normal(size=300)))
    out, V = Iterative(Layout(effects), rng.uniform(0.5, 2, 300)), np.asfortranarray(rng.normal(size=(300, 1)))
    residual, coefficients = out.split(V)
    assert_allclose(added(effects, out.by_effect(coefficients[:, 0])), (V - residual)[:, 0], atol=1e-10)
    assert Nothing().by_effect(np.zeros(0)) == ()


def test_the_iterative_solver_agrees_with_the_exact_one():
    rng = np.random.default_rng(5)
    n = 4000
    effects = (
        effect("a", rng.integers(0, 300, n)),
        effect("b", rng.integers(0, 200, n)),
        effect("c", rng.integers(0, 9, n)),
    )
    V, w = rng.normal(size=(n, 3)), rng.uniform(0.5, 2, n)
    exact = absorber(Layout(effects), w)
    assert_allclose(Iterative(Layout(effects), w).residualize(V), exact.residualize(V), atol=1e-9)


def test_many_levels_are_absorbed_iteratively_and_have_no_leverage():
    rng = np.random.default_rng(6)
    levels, n = EXACT_LEVELS + 500, 20_000
    data = pd.DataFrame({"a": rng.integers(0, levels, n), "b": rng.integers(0, levels, n), "x": rng.normal(size=n)})
    data["y"] = (
        2 * data["x"] + rng.normal(size=levels)[data["a"]] + rng.normal(size=levels)[data["b"]] + rng.normal(size=n)
    )
    fit = OLS("y ~ x | a + b").fit(data)
    assert abs(fit.params[0] - 2) < 5 * fit.inference(White()).se[0]
    with pytest.raises(NotDefinedError, match="HC3"):
        fit.inference(White("HC3"))
    counts = data.assign(y=rng.poisson(np.exp(0.2 * data["x"])))
    assert abs(PPML("y ~ x | a + b").fit(counts).params[0] - 0.2) < 0.05


def test_nothing_absorbs_nothing():
    V = np.arange(6.0).reshape(3, 2)
    out = absorber(Layout(()), None)
    assert isinstance(out, Nothing)
    assert_allclose(out.residualize(V), V)
    assert_allclose(out.leverage(), 0)


@pytest.mark.parametrize("size", [5, 130])
def test_the_generalised_inverse_of_a_singular_matrix(size):
    A = np.random.default_rng(1).normal(size=(size, size // 2 + 1))
    S = A @ A.T
    G = generalised_inverse(S, np.sqrt(np.diag(S)))
    assert_allclose(S @ G @ S, S, atol=1e-10)
    assert_allclose(G, G.T)


def test_groups_know_what_nests_in_them():
    outer, inner = Groups("o", np.array([0, 0, 1, 1]), 2), Groups("i", np.array([0, 1, 2, 2]), 3)
    assert outer.nests(inner)
    assert not inner.nests(outer)
