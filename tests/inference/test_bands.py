"""Sup-t bands."""

import numpy as np
import pytest
from laws.members import panel
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from econ import OLS, PPML, Clustered, White, simultaneous_bands
from econ.errors import IdentificationError, NotDefinedError, OptionError
from econ.inference.bands import _critical_value


@pytest.mark.parametrize("df", [np.inf, 4.0])
def test_for_one_term_the_band_is_the_interval(df):
    critical, error = _critical_value(np.eye(1), df, 0.95, np.random.default_rng(0), 1000)
    assert_allclose(critical, stats.t(df).ppf(0.975), rtol=1e-9)
    assert error < 1e-9


@pytest.mark.parametrize("m", [2, 8, 25])
def test_for_independent_normals_it_is_sidaks_value(m):
    critical, error = _critical_value(np.eye(m), np.inf, 0.9, np.random.default_rng(1), 100_000)
    assert abs(critical - stats.norm.ppf(0.5 + 0.9 ** (1 / m) / 2)) < 4 * error
    assert error < 0.003


@pytest.mark.parametrize("df", [np.inf, 5.0])
def test_it_is_the_quantile_of_the_maximum(df):
    R = 0.6 ** np.abs(np.subtract.outer(range(6), range(6)))
    critical, error = _critical_value(R, df, 0.95, np.random.default_rng(2), 100_000)
    rng = np.random.default_rng(3)
    t = rng.multivariate_normal(np.zeros(6), R, 200_000)
    t /= 1 if np.isinf(df) else np.sqrt(rng.chisquare(df, (len(t), 1)) / df)
    assert_allclose((np.abs(t).max(axis=1) < critical).mean(), 0.95, atol=0.002)
    assert error < 0.003


def test_the_error_says_how_much_seeds_differ():
    R = np.full((4, 4), 0.3) + 0.7 * np.eye(4)
    found = [_critical_value(R, 7.0, 0.95, np.random.default_rng(seed), 5000) for seed in range(100)]
    criticals, errors = np.array(found).T
    assert_allclose(criticals.std(), errors.mean(), rtol=0.25)


def test_a_seed_gives_the_same_bands_which_contain_the_intervals():
    fit = PPML("y ~ x1 + x2").fit(panel())
    one, other = (simultaneous_bands(fit, Clustered("f"), terms=["x2", "x1"]) for _ in range(2))
    assert_array_equal(one.table, other.table)
    assert one.table["term"].tolist() == ["x2", "x1"]
    assert (one.table["low"] < one.table["pointwise_low"]).all()
    intervals = fit.inference(Clustered("f")).table.set_index("term").loc[["x2", "x1"]]
    assert_array_equal(one.table[["pointwise_low", "pointwise_high"]], intervals[["low", "high"]])
    assert_allclose(one.table["high"] - one.table["estimate"], one.critical_value * intervals["se"].to_numpy())
    assert "joint t with 19 degrees of freedom" in repr(one)


def test_terms_that_move_together_need_no_wider_band():
    fit = OLS("y ~ x1 + x2").fit(panel())
    twice = fit.combine(np.array([[0, 1, 0], [0, -2, 0]]), ["x1", "minus two x1"])
    bands = simultaneous_bands(twice, White(), reps=200_000)
    assert_allclose(bands.critical_value, stats.t(fit.df_resid).ppf(0.975), atol=4 * bands.error)


def test_degrees_of_freedom_that_differ_are_said():
    fit = OLS("y ~ x1 + x2").fit(panel())
    covariance = Clustered("g", correction="CR2")
    bands = simultaneous_bands(fit, covariance)
    assert bands.df == fit.inference(covariance).df.min()
    assert "degrees of freedom differ by term; the smallest is used for all" in repr(bands)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"terms": "x1"}, OptionError),
        ({"terms": []}, OptionError),
        ({"terms": ["x1", "x1"]}, OptionError),
        ({"terms": ["x9"]}, NotDefinedError),
        ({"level": 1.0}, OptionError),
        ({"reps": 10}, OptionError),
        ({"seed": -1}, OptionError),
        ({"seed": None}, OptionError),
    ],
)
def test_options_that_do_not_exist_are_refused(options, error):
    with pytest.raises(error):
        simultaneous_bands(OLS("y ~ x1 + x2").fit(panel()), White(), **options)


def test_a_standard_error_of_zero_is_named():
    fit = OLS("y ~ x1").fit(panel()).combine(np.array([[0.0, 1.0], [0.0, 0.0]]), ["x1", "nothing"])
    with pytest.raises(IdentificationError, match="error of nothing is 0"):
        simultaneous_bands(fit, White())
