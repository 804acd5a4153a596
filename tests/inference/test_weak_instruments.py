"""First stages, effective F, conditional F and rank."""

import numpy as np
import pytest
from laws.members import COVARIANCES, EXAMPLES, panel
from numpy.testing import assert_allclose
from scipy.stats import ncx2

from econ import IV, OLS, Classical, Clustered, White, first_stage, wald_test
from econ.errors import IdentificationError, NotDefinedError, OptionError
from econ.inference.effective_f import critical_value, worst_ratio
from econ.inference.reduced_forms import reduced_forms

EVERY = [one for cls in COVARIANCES for one in EXAMPLES.get(cls, [])]
every = pytest.mark.parametrize("covariance", EVERY, ids=repr)
DEFINED = [one for one in EVERY if getattr(one, "columns", ()) != ("f", "g", "t")]  # a sum of seven ways is singular
ONE = IV("y ~ x2 | f + t | x1 ~ z + x3", weights="w")
TWO = IV("y ~ lat | x1 + x2 ~ z + x3 + t + i(s, ref='a')")


@pytest.mark.parametrize("covariance", DEFINED, ids=repr)
def test_a_first_stage_is_a_regression_of_its_own(covariance):
    data = panel()
    alone = OLS("x1 ~ x2 + z + x3 | f + t", weights="w").fit(data)
    stage = first_stage(ONE.fit(data), covariance).stages["x1"]
    expected = alone.inference(covariance).table
    assert stage.estimates.terms == alone.names
    assert_allclose(stage.estimates.table.iloc[:, 1:], expected.iloc[:, 1:], rtol=1e-8, atol=1e-12)
    test = wald_test(alone.combine(np.eye(3)[1:], ["z", "x3"]), covariance)
    assert_allclose([stage.excluded.statistic, *stage.excluded.df], [test.statistic, *test.df], rtol=1e-8)


def test_partial_r2_is_what_the_instruments_explain():
    data = panel()
    full, short = (OLS(f).fit(data) for f in ("x1 ~ x2 + z + x3 | f", "x1 ~ x2 | f"))
    found = first_stage(IV("y ~ x2 | f | x1 ~ z + x3").fit(data), White()).stages["x1"].partial_r2
    assert_allclose(found, 1 - full.residuals @ full.residuals / (short.residuals @ short.residuals), rtol=1e-10)


@every
def test_with_one_instrument_every_f_is_the_same_and_the_worst_bias_is_reached(covariance):
    stage = first_stage(IV("y ~ x2 | x1 ~ z").fit(panel()), covariance).stages["x1"]
    assert_allclose(stage.effective.statistic, stage.excluded.statistic, rtol=1e-9)
    assert_allclose(list(stage.effective.critical.values()), [37.42, 23.11, 15.06, 12.05], atol=0.005)
    assert_allclose(list(stage.effective.conservative.values()), list(stage.effective.critical.values()), rtol=1e-6)


def test_with_homoskedastic_errors_the_effective_f_is_f_and_its_degrees_are_the_instruments():
    stage = first_stage(IV("y ~ x2 | x1 ~ z + x3 + t").fit(panel()), Classical()).stages["x1"]
    assert_allclose(stage.effective.statistic, stage.excluded.statistic, rtol=1e-10)
    assert_allclose(stage.effective.conservative[0.1], ncx2.ppf(0.95, 3, 30) / 3, rtol=1e-8)


@pytest.mark.parametrize("covariance", DEFINED, ids=repr)
def test_conservative_values_are_never_smaller(covariance):
    effective = first_stage(ONE.fit(panel()), covariance).stages["x1"].effective
    assert all(effective.critical[tau] <= effective.conservative[tau] * (1 + 1e-9) for tau in effective.critical)


def test_the_worst_ratio_is_that_of_a_fine_grid():
    forms = reduced_forms(IV("y ~ 1 | x1 ~ z + x3 + t + lat").fit(panel()))
    W1, W2, both = (one.matrix for one in forms.uncertainties(Clustered("g")))
    W12 = (both - W1 - W2) / 2
    ratios = []
    for beta in np.tan(np.linspace(-1.5707, 1.5707, 20_001)):
        S12, S1 = W12 - beta * W2, W1 - 2 * beta * W12 + beta**2 * W2
        extremes = np.linalg.eigvalsh(S12)[[0, -1]]
        ratios.append(np.abs(np.trace(S12) - 2 * extremes).max() / np.sqrt(np.trace(S1) * np.trace(W2)))
    assert_allclose(worst_ratio(W1, W12, W2), max(ratios), rtol=1e-6)
    assert critical_value(W2, 10.0) > critical_value(W2, 5.0)


@pytest.mark.parametrize("covariance", DEFINED, ids=repr)
def test_units_of_columns_change_nothing(covariance):
    data = panel()
    scaled = data.assign(y=data["y"] * 1e5, x1=data["x1"] * 1e-4, z=data["z"] * 1e3)
    one, other = (first_stage(ONE.fit(frame), covariance).stages["x1"] for frame in (data, scaled))
    assert_allclose(other.effective.statistic, one.effective.statistic, rtol=1e-8)
    assert_allclose(other.effective.critical[0.1], one.effective.critical[0.1], rtol=1e-6)


@pytest.mark.parametrize(
    "covariance", [Classical(), White(), Clustered("f"), Clustered("f", correction="CR2")], ids=repr
)
def test_strength_beside_the_others_does_not_depend_on_how_the_endogenous_ones_are_written(covariance):
    data = panel()
    one = first_stage(TWO.fit(data), covariance)
    other = first_stage(TWO.fit(data.assign(x1=data["x1"] - 3 * data["x2"], z=data["z"] + data["x3"])), covariance)
    assert_allclose(other.rank.statistic, one.rank.statistic, rtol=1e-8)
    assert_allclose(other.stages["x1"].conditional.statistic, one.stages["x1"].conditional.statistic, rtol=1e-8)


def test_under_homoskedasticity_the_rank_test_is_the_smallest_eigenvalue():
    forms = reduced_forms(TWO.fit(panel()))
    P, S = forms.coefficients[:, 1:], forms.dispersion[1:, 1:]
    df = forms.fit(np.array([1.0, 0, 0])).df
    smallest = np.linalg.eigvals(np.linalg.solve(S, P.T @ P)).real.min() * df / len(forms.instruments)
    test = first_stage(TWO.fit(panel()), Classical()).rank
    assert_allclose(test.statistic, smallest, rtol=1e-9)
    assert "Cragg-Donald" in test.method


def test_the_conditional_f_holds_its_size_where_robust_errors_are_needed():
    rng, rejected, draws = np.random.default_rng(3), 0, 300
    data = panel()
    for _ in range(draws):
        scale = np.exp(0.8 * data["z"])
        moved = data.assign(x1=data["z"] + data["x3"] + scale * rng.normal(size=len(data)))
        moved["x2"] = 2 * (data["z"] + data["x3"]) + scale * rng.normal(size=len(data))
        fit = IV("y ~ 1 | x1 + x2 ~ z + x3 + t").fit(moved)
        rejected += first_stage(fit, White("HC0"), endogenous="x1").stages["x1"].conditional.p_value < 0.1
    assert 0.04 < rejected / draws < 0.18


def test_one_regressor_can_be_asked_for_and_everything_is_shown():
    found = first_stage(TWO.fit(panel()), Clustered("f"), endogenous="x2")
    assert list(found.stages) == ["x2"]
    for part in ("x2 ~ lat + z + x3 + t", "partial R²", "conditional F", "have rank 1", "clustered by f (CR1)"):
        assert part in repr(found)
    single = first_stage(ONE.fit(panel()), White())
    assert single.rank is None
    assert "needed for a bias of at most" in repr(single)


def test_auxiliary_regressions_can_be_fitted_again():
    forms = reduced_forms(ONE.fit(panel()))
    fit = forms.fit(np.array([1.0, -0.5]))
    assert fit.spec.formula == "y + -0.5 * x1 ~ x2 + z + x3 | f + t"
    assert_allclose(fit.spec.fit(panel()).params, fit.params, rtol=1e-12)


@pytest.mark.parametrize(
    ("spec", "options", "error"),
    [
        (OLS("y ~ x1"), {}, NotDefinedError),
        (ONE, {"endogenous": "x2"}, NotDefinedError),
        (ONE, {"covariance": White}, OptionError),
        (ONE, {"covariance": "HC1"}, OptionError),
        (IV("y ~ 1 | x1 ~ i(t, ref=0) + z"), {"covariance": Clustered("g")}, IdentificationError),
    ],
)
def test_what_cannot_be_tested_is_refused(spec, options, error):
    with pytest.raises(error):
        first_stage(spec.fit(panel()), options.pop("covariance", White()), **options)


def test_a_spec_is_no_fit_and_a_perfect_instrument_is_named():
    with pytest.raises(OptionError, match="no fit"):
        first_stage(ONE, White())
    data = panel().assign(copy=lambda table: 2 * table["x1"] + 1)
    with pytest.raises(IdentificationError, match="explain x1 without residual"):
        first_stage(IV("y ~ 1 | x1 ~ copy").fit(data), White())
