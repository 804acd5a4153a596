"""Properties of every estimator that absorbs effects of any number."""

import numpy as np
import pandas as pd
import pytest
from laws.members import COVARIANCES, EXAMPLES, panel
from numpy.testing import assert_allclose, assert_array_equal

from econ import OLS, PPML, Classical, Clustered, White

FORMULAS = ["y ~ x1 + x2", "y ~ x1 + x2 | f", "y ~ x1 + x2 | f + t", "y ~ x1 + x2 | f + t + g^t"]
SLOPES = ["x1", "x2"]

every = pytest.mark.parametrize("estimator", [OLS, PPML], ids=lambda one: one.__name__)
formulas = pytest.mark.parametrize("formula", FORMULAS)


def slopes(estimates):
    return estimates.table.set_index("term").loc[SLOPES, ["estimate", "se"]].to_numpy()


@every
@formulas
def test_row_order_is_irrelevant(estimator, formula):
    data = panel()
    shuffled = data.sample(frac=1, random_state=1)
    one, other = (estimator(formula).fit(frame).inference(Clustered("g")) for frame in (data, shuffled))
    assert_allclose(slopes(one), slopes(other), rtol=1e-10)


@every
@formulas
def test_rescaling_a_regressor_rescales_its_coefficient(estimator, formula):
    data = panel()
    one, other = (
        estimator(formula).fit(frame).inference(White()) for frame in (data, data.assign(x1=data["x1"] * 1e6))
    )
    assert_allclose(slopes(one)[0], slopes(other)[0] * 1e6, rtol=1e-9)
    assert_allclose(slopes(one)[1], slopes(other)[1], rtol=1e-9)


@every
@formulas
def test_a_refit_is_bit_equal(estimator, formula):
    one, other = (estimator(formula).fit(panel()) for _ in range(2))
    assert_array_equal(one.params, other.params)
    assert_array_equal(one.influence, other.influence)


@every
@pytest.mark.parametrize(
    "covariance", [Classical(), White("HC1"), White("HC3"), Clustered("g", correction="CR0")], ids=repr
)
@pytest.mark.parametrize("effects", [("f",), ("f", "t"), ("f", "t", "g^t")], ids="+".join)
def test_absorbed_effects_equal_dummies(estimator, effects, covariance):
    data = panel().assign(gt=lambda frame: frame["g"] * 100 + frame["t"])
    dummies = pd.DataFrame(index=data.index)
    for effect in effects:
        found = pd.get_dummies(data[effect.replace("^", "")], prefix=effect.replace("^", ""), dtype=float).iloc[:, 1:]
        dummies = dummies.join(found)
    dummies = dummies.loc[:, independent(dummies)]
    wide = data.join(dummies)
    absorbed = estimator(f"y ~ x1 + x2 | {' + '.join(effects)}").fit(data)
    explicit = estimator(f"y ~ x1 + x2 + {' + '.join(dummies.columns)}").fit(wide)
    assert_allclose(absorbed.params, explicit.params[[explicit.position(name) for name in SLOPES]], rtol=1e-9)
    if absorbed.rank == explicit.rank:  # the count of redundant levels follows fixest, not the exact rank
        assert_allclose(slopes(absorbed.inference(covariance)), slopes(explicit.inference(covariance)), rtol=1e-8)
    assert_allclose(absorbed.leverage, explicit.leverage, rtol=1e-7)


def independent(dummies):
    """Columns that, with a constant, are not combinations of those before them."""
    X = np.column_stack([np.ones(len(dummies)), dummies.to_numpy()])
    ranks = [np.linalg.matrix_rank(X[:, : j + 1]) for j in range(X.shape[1])]
    return [ranks[j] > ranks[j - 1] for j in range(1, X.shape[1])]


@every
def test_clustering_by_row_equals_hc1(estimator):
    fit = estimator("y ~ x1 + x2").fit(panel())
    assert_allclose(fit.inference(Clustered("row")).covariance, fit.inference(White("HC1")).covariance, rtol=1e-10)


@every
@formulas
def test_a_duplicated_row_set_changes_what_it_must(estimator, formula):
    data = panel()
    one, two = estimator(formula).fit(data), estimator(formula).fit(pd.concat([data, data], ignore_index=True))
    assert two.nobs == 2 * one.nobs
    assert_allclose(two.params, one.params, rtol=1e-9)
    halved = one.inference(White("HC0")).covariance / 2
    assert_allclose(two.inference(White("HC0")).covariance, halved, rtol=1e-8, atol=1e-14)
    by_row = Clustered("row", correction="CR0")
    assert_allclose(two.inference(by_row).covariance, one.inference(by_row).covariance, rtol=1e-8, atol=1e-14)
    assert_allclose(two.leverage[: one.nobs], one.leverage / 2, rtol=1e-8)


@every
@formulas
def test_whole_weights_are_repeated_rows(estimator, formula):
    data = panel().assign(w=lambda frame: 1 + frame["row"] % 3)
    weighted = estimator(formula, weights="w").fit(data)
    repeated = estimator(formula).fit(data.loc[data.index.repeat(data["w"])].reset_index(drop=True))
    assert_allclose(weighted.params, repeated.params, rtol=1e-9)
    assert_allclose(weighted.influence.sum(axis=0), 0, atol=1e-8)


@every
@formulas
def test_equal_weights_change_nothing_but_the_scale(estimator, formula):
    data = panel().assign(w=7.0)
    one, other = estimator(formula).fit(data), estimator(formula, weights="w").fit(data)
    assert_allclose(slopes(one.inference(Clustered("g"))), slopes(other.inference(Clustered("g"))), rtol=1e-8)


@every
@formulas
def test_influence_sums_to_zero_and_predicts_leaving_a_row_out(estimator, formula):
    data = panel(units=60)
    fit = estimator(formula).fit(data)
    assert_allclose(fit.influence.sum(axis=0), 0, atol=1e-9)
    for row in (0, 17):
        moved = fit.params - estimator(formula).fit(data.drop(index=row)).params
        predicted = fit.influence[row] / (1 - fit.leverage[row])  # exact for least squares, close for likelihoods
        assert_allclose(moved, predicted, rtol=0.05, atol=0.02 * np.abs(fit.influence).max())


@every
@formulas
def test_rows_with_missing_values_are_counted_and_change_nothing(estimator, formula):
    data = panel()
    holes = pd.concat([data, data.head(3).assign(x1=np.nan), data.head(2).assign(y=np.nan)], ignore_index=True)
    one, other = estimator(formula).fit(data), estimator(formula).fit(holes)
    assert other.sample.dropped == {"missing y": 2, "missing x1": 3}
    assert len(other.sample.lost) == 5
    assert_array_equal(one.params, other.params)


@every
@formulas
@pytest.mark.parametrize("covariance", [one for cls in COVARIANCES for one in EXAMPLES.get(cls, [])], ids=repr)
def test_every_covariance_is_symmetric_and_semi_definite(estimator, formula, covariance):
    matrix = estimator(formula).fit(panel()).inference(covariance).covariance
    assert_allclose(matrix, matrix.T, rtol=1e-12, atol=1e-18)
    assert np.linalg.eigvalsh(matrix)[0] >= -1e-12 * np.abs(matrix).max()
