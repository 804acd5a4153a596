"""Student's t against scipy, and against what is known exactly."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats

from econ.t_distribution import t_below, t_quantile

degrees = st.one_of(st.floats(0.2, 50), st.floats(50, 1e7), st.just(np.inf))


@given(df=degrees, t=st.floats(1e-3, 40))
def test_tails_are_scipys(df, t):
    law = stats.norm if np.isinf(df) else stats.t(df)
    assert_allclose(t_below(np.array([df]), np.array([-t]))[0], law.cdf(-t), rtol=1e-9, atol=1e-280)
    assert_allclose(t_below(np.array([df]), np.array([t]))[0], law.cdf(t), rtol=1e-12)


@given(df=degrees, probability=st.floats(1e-6, 1 - 1e-6))
def test_a_quantile_is_where_the_probability_is(df, probability):
    value = t_quantile(np.array([df]), probability)[0]
    assert_allclose(t_below(np.array([df]), np.array([value]))[0], probability, rtol=1e-9)


@pytest.mark.parametrize("t", [1e-9, 1e-3, 0.5, 1.0, 3.0, 1e6])
def test_one_degree_of_freedom_is_cauchy(t):
    expected = np.arctan(1 / t) / np.pi
    assert_allclose(t_below(np.ones(1), np.array([-t]))[0], expected, rtol=1e-13)


@pytest.mark.parametrize("t", [1e-6, 0.7, 2.0, 50.0])
def test_two_degrees_of_freedom_have_a_closed_form(t):
    assert_allclose(t_below(np.full(1, 2.0), np.array([t]))[0], 0.5 + t / (2 * np.sqrt(2 + t**2)), rtol=1e-13)


def test_what_is_not_defined_is_missing():
    assert np.isnan(t_below(np.array([0.0, 3.0, -1.0]), np.array([1.0, np.nan, 1.0]))).all()
    assert np.isnan(t_quantile(np.array([0.0, np.nan]), 0.975)).all()
    assert t_below(np.array([3.0]), np.array([-np.inf]))[0] == 0
    assert t_quantile(np.array([3.0]), 0.5)[0] == 0
