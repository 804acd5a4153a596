"""Two one-sided tests."""

import numpy as np
import pytest
from laws.members import panel
from numpy.testing import assert_allclose
from scipy import stats

from econ import OLS, PPML, Clustered, White, equivalence_test
from econ.errors import NotDefinedError, OptionError


@pytest.mark.parametrize("spec", [OLS("y ~ x1 + x2"), PPML("y ~ x1 + x2")], ids=repr)
def test_it_is_the_worse_of_two_one_sided_tests(spec):
    fit = spec.fit(panel())
    test = equivalence_test(fit, "x1", Clustered("f"), lower=-0.2, upper=0.9)
    b, se = fit.inference(Clustered("f")).row("x1")[["estimate", "se"]]
    each = stats.t(19).sf((b + 0.2) / se), stats.t(19).cdf((b - 0.9) / se)
    assert_allclose(test.p_value, max(each), rtol=1e-10)
    assert_allclose(list(test.details.values())[1:], each, rtol=1e-10)
    assert test.df == (19.0,)


@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
def test_it_rejects_where_the_interval_lies_within_the_bounds(level):
    fit = OLS("y ~ x1 + x2").fit(panel())
    rows = fit.inference(White(), level=2 * level - 1).row("x1")
    for low, high in ((0.0, 0.6), (rows["low"] - 1e-9, rows["high"] + 1e-9), (rows["low"] + 1e-9, 9.0)):
        test = equivalence_test(fit, "x1", White(), lower=low, upper=high, level=level)
        assert_allclose(test.confidence_set[0], rows[["low", "high"]].to_list(), rtol=1e-10)
        assert (test.p_value < 1 - level) == (low < rows["low"] and rows["high"] < high)


def test_one_bound_is_a_one_sided_test():
    fit = OLS("y ~ x1 + x2").fit(panel())
    row = fit.inference(White()).row("x1")
    test = equivalence_test(fit, "x1", White(), lower=0.0, upper=np.inf)
    assert_allclose(test.p_value, row["p_value"] / 2, rtol=1e-10)
    assert "x1 is not between 0 and inf" in repr(test)


@pytest.mark.parametrize(
    "options",
    [
        {"lower": 1, "upper": 0},
        {"lower": 0, "upper": 0},
        {"lower": np.nan, "upper": 1},
        {"lower": "0", "upper": 1},
        {"lower": -np.inf, "upper": np.inf},
        {"lower": 0, "upper": 1, "level": 0.5},
        {"lower": 0, "upper": 1, "level": 95},
    ],
)
def test_bounds_that_are_none_are_refused(options):
    with pytest.raises(OptionError):
        equivalence_test(OLS("y ~ x1").fit(panel()), "x1", White(), **options)


def test_a_term_that_does_not_exist_is_named():
    with pytest.raises(NotDefinedError, match="'x9'"):
        equivalence_test(OLS("y ~ x1").fit(panel()), "x9", White(), lower=0, upper=1)
