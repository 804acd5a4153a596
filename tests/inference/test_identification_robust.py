"""Anderson-Rubin tests and their confidence sets."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws.members import COVARIANCES, EXAMPLES, panel
from numpy.testing import assert_allclose
from scipy.stats import f as f_distribution

from econ import IV, OLS, Classical, Clustered, White, anderson_rubin, wald_test
from econ.errors import IdentificationError, NotDefinedError, OptionError

EVERY = [one for cls in COVARIANCES for one in EXAMPLES.get(cls, [])]
SPECS = [
    IV("y ~ x2 | x1 ~ z"),
    IV("y ~ x2 | f + t | x1 ~ z + x3", weights="w"),
    IV("y ~ x2 | d ~ x3 + lat + i(s, ref='a')"),
]


def shape(found):
    return tuple(tuple(np.isfinite(pair)) for pair in found.confidence_set)


def contains(intervals, value):
    return any(low <= value <= high for low, high in intervals)


def assert_inverted(fit, covariance, level):
    """The set is that of a grid over the whole line, and its ends have just the critical p-value."""
    found = anderson_rubin(fit, covariance, level=level)
    ends = [end for pair in found.confidence_set for end in pair if np.isfinite(end)]
    for end in ends:
        assert_allclose(anderson_rubin(fit, covariance, null=end, level=None).p_value, 1 - level, rtol=1e-6)
    for value in fit.params[-1] + np.tan(np.linspace(-1.57, 1.57, 61)):
        if all(abs(value - end) > 1e-6 * (1 + abs(end)) for end in ends):
            p_value = anderson_rubin(fit, covariance, null=value, level=None).p_value
            assert contains(found.confidence_set, value) == (p_value >= 1 - level), value


@pytest.mark.parametrize("covariance", EVERY, ids=repr)
@pytest.mark.parametrize("spec", SPECS, ids=repr)
def test_the_set_holds_what_the_test_does_not_reject(spec, covariance):
    fit = spec.fit(panel())
    try:
        found = anderson_rubin(fit, covariance, level=0.9)
    except IdentificationError:
        assert hasattr(covariance, "semi_definite")  # a sum of several ways that is not positive definite
        return
    if any("positive" in remark for remark in found.remarks):
        assert hasattr(covariance, "semi_definite")
    else:
        assert_inverted(fit, covariance, 0.9)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.0, 1.5), st.sampled_from([0.3, 0.8, 0.95]), st.integers(1, 4))
def test_sets_of_every_shape_agree_with_a_grid(seed, strength, level, instruments):
    rng = np.random.default_rng(seed)
    Z, u, n = rng.normal(size=(40, instruments)), rng.normal(size=40), 40
    data = pd.DataFrame(Z, columns=[f"z{j}" for j in range(instruments)])
    data["x"] = strength * Z[:, 0] + u + 0.5 * rng.normal(size=n)
    data["y"] = data["x"] + 2 * u * (1 + np.abs(Z[:, -1])) + rng.normal(size=n)
    fit = IV("y ~ 1 | x ~ " + " + ".join(data.columns[:instruments])).fit(data)
    for covariance in (Classical(), White()):
        assert_inverted(fit, covariance, level)


@pytest.mark.parametrize("count", [1, 3, 12])
def test_under_homoskedasticity_the_ends_solve_a_quadratic(count):
    rng = np.random.default_rng(1)
    Z = rng.normal(size=(80, count))
    x = Z[:, 0] + rng.normal(size=80)
    y = 0.5 * x + rng.normal(size=80)
    data = pd.DataFrame(Z, columns=[f"z{j}" for j in range(count)]).assign(x=x, y=y)
    found = anderson_rubin(IV("y ~ 1 | x ~ " + " + ".join(data.columns[:count])).fit(data), Classical())
    Z, x, y = (column - column.mean(axis=0) for column in (Z, x, y))
    P = Z @ np.linalg.solve(Z.T @ Z, Z.T)
    k = f_distribution.ppf(0.95, count, 79 - count) * count / (79 - count)
    forms = [a @ P @ b - k * (a @ b - a @ P @ b) for a, b in ((x, x), (x, y), (y, y))]
    assert_allclose(found.confidence_set, [np.sort(np.roots([forms[0], -2 * forms[1], forms[2]]))], rtol=1e-9)


@pytest.mark.parametrize("covariance", [Classical(), White(), Clustered("f", correction="CR2")], ids=repr)
def test_a_coefficient_that_is_moved_or_rescaled_moves_the_set(covariance):
    data, spec = panel(), SPECS[1]
    one = anderson_rubin(spec.fit(data), covariance)
    moved = anderson_rubin(spec.fit(data.assign(y=data["y"] + 1e3 * data["x1"])), covariance, null=1e3)
    scaled = anderson_rubin(spec.fit(data.assign(x1=data["x1"] / 1e6)), covariance)
    assert_allclose(moved.confidence_set, np.array(one.confidence_set) + 1e3, rtol=1e-9)
    assert_allclose(moved.statistic, one.statistic, rtol=1e-8)
    assert_allclose(scaled.confidence_set, np.array(one.confidence_set) * 1e6, rtol=1e-8)


def test_the_estimate_is_in_the_set_where_no_instrument_is_in_excess():
    fit = SPECS[0].fit(panel())
    assert contains(anderson_rubin(fit, White(), level=0.01).confidence_set, fit.params[-1])
    assert_allclose(anderson_rubin(fit, White(), null=fit.params[-1]).statistic, 0, atol=1e-15)


def test_irrelevant_instruments_leave_the_whole_line_and_contradicting_ones_nothing():
    rng = np.random.default_rng(0)
    data = pd.DataFrame(rng.normal(size=(60, 4)), columns=list("yxzv"))
    weak = anderson_rubin(IV("y ~ 1 | x ~ z").fit(data), White())
    assert shape(weak) == ((False, False),)
    data["x"] += 5 * data["z"] + 5 * data["v"]
    data["y"] += 5 * data["z"] - 5 * data["v"]
    empty = anderson_rubin(IV("y ~ 1 | x ~ z + v").fit(data), White())
    assert empty.confidence_set == ()
    assert "empty" in repr(empty)


def test_it_holds_its_size_where_instruments_say_nothing():
    rng, rejected, draws = np.random.default_rng(5), 0, 400
    for _ in range(draws):
        z, u = rng.normal(size=(60, 3)), rng.normal(size=60)
        data = pd.DataFrame(z, columns=["z0", "z1", "z2"]).assign(x=u, y=u + rng.normal(size=60))
        fit = IV("y ~ 1 | x ~ z0 + z1 + z2").fit(data)
        rejected += anderson_rubin(fit, Classical(), level=None).p_value < 0.1
    assert 0.06 < rejected / draws < 0.145


@pytest.mark.parametrize("instruments", ["copy", "copy + z"])
def test_with_a_perfect_instrument_it_is_a_test_of_least_squares(instruments):
    data = panel().assign(copy=lambda table: 2 * table["x1"] + 1)
    fit = IV(f"y ~ x2 | x1 ~ {instruments}").fit(data)
    assert_inverted(fit, Classical(), 0.95)
    if instruments == "copy":
        own = OLS("y ~ x2 + x1").fit(data)
        at_end = anderson_rubin(fit, White(), level=0.9).confidence_set[0][0]
        assert_allclose(wald_test(own, White(), terms=["x1"], null=at_end).p_value, 0.1, rtol=1e-6)


def test_a_response_without_residual_is_named():
    data = panel().assign(exact=lambda table: 2 * table["x1"] - table["x2"])
    with pytest.raises(IdentificationError, match="exact"):
        anderson_rubin(IV("exact ~ x2 | x1 ~ z + x3").fit(data), White())


def test_several_coefficients_are_tested_jointly():
    data = panel()
    fit = IV("y ~ 1 | x1 + x2 ~ z + x3 + t").fit(data)
    found = anderson_rubin(fit, Clustered("f"), null=[0.5, -1])
    left = OLS("left ~ z + x3 + t").fit(data.assign(left=data["y"] - 0.5 * data["x1"] + data["x2"]))
    expected = wald_test(left, Clustered("f"), terms=["z", "x3", "t"])
    assert_allclose([found.statistic, found.p_value], [expected.statistic, expected.p_value], rtol=1e-9)
    assert found.title == "x1 = 0.5, x2 = -1"
    assert found.confidence_set == ()


def test_what_is_not_positive_definite_is_not_rejected_and_what_was_repaired_gives_no_set():
    spec = IV("y ~ 1 | x1 ~ z + x3")
    fit = spec.fit(panel(seed=2, units=5, periods=4))
    covariance = Clustered("f", "t")
    found = anderson_rubin(fit, covariance, level=0.5)
    assert any("not positive definite are in the confidence set" in remark for remark in found.remarks)
    with pytest.raises(IdentificationError):
        anderson_rubin(fit, covariance, null=sum(found.confidence_set[0]) / 2)
    repaired = anderson_rubin(spec.fit(panel(seed=0, units=5, periods=4)), covariance, level=0.5)
    assert repaired.confidence_set == ()
    assert any("no confidence set" in remark for remark in repaired.remarks)


@pytest.mark.parametrize(
    "options",
    [{"null": np.nan}, {"null": "a"}, {"null": [1.0, 2.0]}, {"level": 95}, {"level": 1.0}, {"level": "0.9"}],
    ids=repr,
)
def test_options_without_meaning_are_refused(options):
    with pytest.raises(OptionError):
        anderson_rubin(SPECS[0].fit(panel()), White(), **options)


def test_a_regression_without_instruments_is_refused():
    with pytest.raises(NotDefinedError, match="OLS has no instruments"):
        anderson_rubin(OLS("y ~ x1").fit(panel()), White())
    with pytest.raises(OptionError):
        anderson_rubin(SPECS[0].fit(panel()), White)


def test_more_instruments_than_clusters_are_refused():
    with pytest.raises(IdentificationError):
        anderson_rubin(IV("y ~ 1 | x1 ~ z + i(t, ref=0)").fit(panel()), Clustered("g"))


def test_a_fit_of_combinations_is_tested_by_its_design():
    fit = SPECS[0].fit(panel())
    combined = fit.combine(np.eye(3)[[2]], ["effect"])
    assert anderson_rubin(combined, White()) == anderson_rubin(replace(fit), White())
