"""Properties that every estimator of the folder has."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from laws.claims import counts_missing, leaves_the_table_alone, survives_pickling
from laws.members import COVARIANCES, ESTIMATORS, EXAMPLES, SPECS, is_frozen, panel
from numpy.testing import assert_allclose, assert_array_equal

from econ import Clustered, White
from econ.errors import DataError, NotDefinedError

EVERY = [spec for cls in ESTIMATORS for spec in SPECS.get(cls, [])]
every = pytest.mark.parametrize("spec", EVERY, ids=repr)


def names_with(fit, text):
    return np.array([text in name for name in fit.names])


def test_every_member_has_an_example():
    assert not set(ESTIMATORS) - set(SPECS), "add a spec to tests/laws/members.py"


@every
def test_a_spec_is_frozen_and_varies_by_copy(spec):
    assert is_frozen(type(spec))
    with pytest.raises(FrozenInstanceError):
        spec.formula = "y ~ x2"
    assert replace(spec, formula="y ~ x2").formula == "y ~ x2"
    assert replace(spec) == spec
    assert hash(replace(spec)) == hash(spec)


@every
def test_a_refit_is_bit_equal(spec):
    one, other = (spec.fit(panel()) for _ in range(2))
    assert_array_equal(one.params, other.params)
    assert_array_equal(one.influence, other.influence)


@every
def test_row_order_is_irrelevant(spec):
    data = panel()
    one, other = (spec.fit(frame) for frame in (data, data.sample(frac=1, random_state=1)))
    assert_allclose(one.params, other.params, rtol=1e-7, atol=1e-9)
    assert_allclose(one.inference(White("HC0")).se, other.inference(White("HC0")).se, rtol=1e-6)


@every
def test_rescaling_a_regressor_rescales_its_coefficients(spec):
    data = panel()
    one, other = (spec.fit(frame) for frame in (data, data.assign(x1=data["x1"] * 1e3)))
    scale = np.where(names_with(one, "x1"), 1e3, 1.0)
    assert_allclose(one.params, other.params * scale, rtol=1e-6, atol=1e-8)
    assert_allclose(one.inference(White("HC0")).se, other.inference(White("HC0")).se * scale, rtol=1e-5)


@every
def test_the_influence_sums_to_zero(spec):
    fit = spec.fit(panel())
    assert fit.influence.shape == (fit.nobs, len(fit.names))
    assert_allclose(fit.influence.sum(axis=0), 0, atol=1e-6 * np.abs(fit.influence).max())


@every
def test_the_influence_predicts_what_leaving_a_unit_out_does(spec):
    """A unit, since pairs of differences and choice sets lose more than a row when a row goes."""
    if getattr(spec, "common_effects", False):
        pytest.skip("without a common shock averages by period are noise; the test of MeanGroup has shocks")
    data = panel(units=80)
    fit = spec.fit(data)
    units = fit.sample.data["f"].iloc[fit.sample.rows].to_numpy()
    for unit in (3, 41):
        moved = fit.params - spec.fit(data[data["f"] != unit]).params
        predicted = fit.influence[units == unit].sum(axis=0)
        assert_allclose(moved, predicted, rtol=0.25, atol=0.3 * fit.inference(Clustered("f")).se.max() / 9)


@every
def test_rows_with_missing_values_are_counted_and_change_nothing(spec):
    counts_missing(spec, panel(), "x1")


@every
def test_the_callers_table_is_neither_changed_nor_watched(spec):
    leaves_the_table_alone(spec, panel())


@every
def test_a_fit_survives_pickling(spec):
    survives_pickling(spec.fit(panel()))


@every
def test_a_combination_is_a_fit(spec):
    fit = spec.fit(panel())
    J = np.zeros((1, len(fit.names)))
    J[0, :2] = 1.0, -2.0
    combined = fit.combine(J, ["difference"])
    for covariance in (White("HC0"), Clustered("g"), Clustered("g", "t", semi_definite=False)):
        try:
            whole = fit.inference(covariance).covariance
        except NotDefinedError:
            continue
        expected = J @ whole @ J.T
        if expected[0, 0] < 0:  # as a difference of sums over clusters can be
            with pytest.raises(NotDefinedError, match="difference is negative"):
                combined.inference(covariance)
            continue
        assert_allclose(combined.inference(covariance).covariance, expected, rtol=1e-8)
    assert_allclose(combined.params, J @ fit.params)


@every
@pytest.mark.parametrize("covariance", [one for cls in COVARIANCES for one in EXAMPLES.get(cls, [])], ids=repr)
def test_every_covariance_is_semi_definite_or_says_what_is_missing(spec, covariance):
    fit = spec.fit(panel())
    try:
        matrix = fit.inference(covariance).covariance
    except (NotDefinedError, DataError) as error:
        assert type(spec).__name__ in str(error) or "row" in str(error) or "more than once" in str(error)
        return
    assert_allclose(matrix, matrix.T, rtol=1e-9, atol=1e-15 * np.abs(matrix).max())
    assert np.linalg.eigvalsh(matrix)[0] >= -1e-10 * np.abs(matrix).max()
