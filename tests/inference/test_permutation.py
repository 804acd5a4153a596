"""Randomization tests and jackknives against estimating again."""

import numpy as np
import pytest
from laws.members import panel
from numpy.testing import assert_allclose

from econ import (
    IV,
    OLS,
    PPML,
    Clustered,
    Logit,
    MeanGroup,
    White,
    jackknife,
    randomization_test,
)
from econ.errors import DataError, IdentificationError, NotDefinedError, OptionError
from econ.inference.permutation import Projected, Refitted, _statistics


def treated(seed=0):
    rng = np.random.default_rng(seed)
    return panel().assign(
        treat=lambda frame: rng.integers(0, 2, len(frame)).astype(float),
        whole=lambda frame: (frame["g"] < 2).astype(float),
        dose=lambda frame: rng.normal(size=len(frame)),
    )


@pytest.mark.parametrize("formula", ["y ~ {} + x2", "y ~ {} + x2 | f + t", "y ~ {} | t[x3] + g"])
@pytest.mark.parametrize("weights", [None, "w"])
@pytest.mark.parametrize(
    "covariance", [None, White("HC0"), White("HC1"), Clustered("g"), Clustered("g", "t", semi_definite=False)], ids=repr
)
@pytest.mark.parametrize("term", ["treat", "dose"])
def test_projection_equals_estimating_again(formula, weights, covariance, term):
    data = treated()
    fit = OLS(formula.format(term), weights=weights).fit(data)
    fast = _statistics(fit, fit.design, term, covariance)
    slow = Refitted(fit, fit.design, term, covariance)
    assert isinstance(fast, Projected)
    rng = np.random.default_rng(1)
    D = np.column_stack([rng.permutation(data[term].to_numpy()) for _ in range(5)])
    with np.errstate(invalid="ignore"):
        ratio = fast.of(D) / slow.of(D)  # a factor for small samples is common to all
    assert_allclose(
        ratio[np.isfinite(ratio)], ratio[np.isfinite(ratio)][:1].repeat(np.isfinite(ratio).sum()), rtol=1e-7
    )


def test_estimators_without_a_projection_are_run_again():
    data = treated()
    for spec in (PPML("y ~ treat | f"), Logit("d ~ treat"), IV("y ~ treat | x1 ~ z")):
        assert 0 < randomization_test(spec.fit(data), "treat", reps=19).p_value <= 1


def test_a_strong_effect_is_found_and_none_is_not():
    data = treated().assign(y=lambda frame: frame["y"] + 5 * frame["treat"])
    fit = OLS("y ~ treat + dose").fit(data)
    assert randomization_test(fit, "treat", White(), reps=999).p_value == 1 / 1000
    assert randomization_test(fit, "dose", White(), reps=999).p_value > 0.01


def test_whole_units_are_assigned():
    fit = OLS("y ~ whole + x1").fit(treated())
    test = randomization_test(fit, "whole", by="g")
    assert test.details["assignments"] == 10  # two of five
    assert test.p_value * 10 == pytest.approx(round(test.p_value * 10))


@pytest.mark.parametrize(
    ("term", "arguments", "error", "named"),
    [
        ("x1", {"by": "f"}, DataError, "finer unit"),
        ("nope", {}, OptionError, "nope"),
        ("treat", {"reps": 0}, OptionError, "reps"),
        ("whole", {"strata": "g"}, IdentificationError, "nothing to permute"),
    ],
)
def test_what_cannot_be_permuted_is_named(term, arguments, error, named):
    with pytest.raises(error, match=named):
        randomization_test(OLS("y ~ treat + whole + x1").fit(treated()), term, **arguments)


def test_a_treatment_inside_another_term_is_refused():
    with pytest.raises(OptionError, match="treat:x1"):
        randomization_test(OLS("y ~ treat + treat:x1").fit(treated()), "treat")
    with pytest.raises(NotDefinedError, match="MeanGroup"):
        randomization_test(MeanGroup("y ~ x1", unit="f").fit(panel()), "x1")


@pytest.mark.parametrize("formula", ["y ~ x1 + x2", "y ~ x1 + x2 | g", "y ~ x1 + x2 | f + t"])
@pytest.mark.parametrize("weights", [None, "w"])
def test_the_jackknife_is_cr3(formula, weights):
    fit = OLS(formula, weights=weights).fit(panel())
    for by in ("g", "t"):
        assert_allclose(jackknife(fit, by).estimates.se, fit.inference(Clustered(by, correction="CR3")).se, rtol=1e-8)


def test_cr3_with_large_crossing_effects_is_the_jackknife():
    rng = np.random.default_rng(3)
    n = 6_000
    data = panel().sample(n, replace=True, random_state=1, ignore_index=True)
    data = data.assign(f=rng.integers(0, 900, n), part=rng.integers(0, 6, n), x1=rng.normal(size=n))
    fit = OLS("y ~ x1 + x2 | f + t", weights="w").fit(data)
    assert_allclose(
        jackknife(fit, "part").estimates.se, fit.inference(Clustered("part", correction="CR3")).se, rtol=1e-7
    )


def test_a_term_that_one_group_identifies_has_no_jackknife():
    data = panel().assign(only=lambda frame: (frame["g"] == 2).astype(float))
    fit = OLS("y ~ x1 + only").fit(data)
    with pytest.raises(NotDefinedError, match="g 2"):
        jackknife(fit, "g")
    with pytest.raises(NotDefinedError, match="'g'"):
        fit.inference(Clustered("g", correction="CR3"))
