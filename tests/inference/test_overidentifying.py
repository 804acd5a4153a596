"""Sargan's test and Hansen's J."""

import numpy as np
import pytest
from laws.members import COVARIANCES, EXAMPLES, panel
from numpy.testing import assert_allclose
from scipy.optimize import minimize

from econ import IV, OLS, Classical, Clustered, White, overidentification_test
from econ.errors import IdentificationError, NotDefinedError, OptionError

EVERY = [one for cls in COVARIANCES for one in EXAMPLES.get(cls, [])]
ONE = IV("y ~ x2 | f + t | x1 ~ z + x3", weights="w")
TWO = IV("y ~ x2 | x1 + lat ~ z + x3 + period + lon")


@pytest.mark.parametrize("covariance", EVERY, ids=repr)
def test_it_is_a_chi_squared_with_the_instruments_in_excess(covariance):
    test = overidentification_test(ONE.fit(panel()), covariance)
    assert test.statistic >= 0
    assert test.df == (1.0,)
    assert 0 <= test.p_value <= 1


def test_sargan_is_n_times_the_r_squared_of_the_residuals():
    data = panel()
    fit = TWO.fit(data)
    on_instruments = OLS("e ~ x2 + z + x3 + period + lon").fit(data.assign(e=fit.residuals))
    found = overidentification_test(fit, Classical())
    assert_allclose(found.statistic, fit.nobs * on_instruments.statistics["r2"], rtol=1e-8)
    assert "Sargan" in found.method


@pytest.mark.parametrize("by", [None, "f"])
def test_j_is_the_least_distance_of_the_moments_in_two_steps(by):
    data = panel()
    fit = TWO.fit(data)
    W = np.column_stack([np.ones(len(data)), data["x2"]])
    y, X, Z = (
        data[names] - W @ np.linalg.lstsq(W, data[names].to_numpy(float))[0]
        for names in (["y"], ["x1", "lat"], ["z", "x3", "period", "lon"])
    )
    y, X, Z = y.to_numpy()[:, 0], X.to_numpy(), Z.to_numpy()
    scores = Z * fit.residuals[:, None]
    sums = scores if by is None else np.array([scores[data[by] == g].sum(axis=0) for g in data[by].unique()])
    S = np.linalg.inv(sums.T @ sums)

    def distance(beta):
        g = Z.T @ (y - X @ (fit.params[-2:] + beta * fit.inference(White()).se[-2:]))
        return g @ S @ g

    least = minimize(distance, np.zeros(2), tol=1e-14).fun
    covariance = White("HC0") if by is None else Clustered(by, correction="CR0")
    assert_allclose(overidentification_test(fit, covariance).statistic, least, rtol=1e-6)


def test_small_sample_factors_divide_it_and_f_is_beside_it():
    fit = ONE.fit(panel())
    plain, clustered = (overidentification_test(fit, Clustered("f", correction=c)) for c in ("CR0", "CR1"))
    factor = Clustered("f").factor(OLS("y ~ x2 + z + x3 | f + t", weights="w").fit(panel()))
    assert_allclose(clustered.statistic * factor, plain.statistic, rtol=1e-10)
    assert clustered.details["p-value of F(1, 19)"] > clustered.p_value


def test_an_invalid_instrument_is_found():
    data = panel().assign(y=lambda table: table["y"] + table["x3"])
    assert overidentification_test(ONE.fit(data), White("HC0")).p_value < 1e-3
    assert overidentification_test(ONE.fit(panel()), White("HC0")).p_value > 0.05


@pytest.mark.parametrize(
    ("spec", "covariance", "error"),
    [
        (IV("y ~ x2 | x1 ~ z"), White(), IdentificationError),
        (OLS("y ~ x1"), White(), NotDefinedError),
        (ONE, White, OptionError),
    ],
)
def test_what_cannot_be_tested_is_refused(spec, covariance, error):
    with pytest.raises(error):
        overidentification_test(spec.fit(panel()), covariance)
