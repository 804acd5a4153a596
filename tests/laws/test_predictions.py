"""Properties of predictions and marginal effects, for every estimator of the folder that can predict."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from laws.members import ESTIMATORS, SPECS, panel
from numpy.testing import assert_allclose

from econ import Clustered, White, fixed_effects, marginal_effects, predict
from econ.errors import NotDefinedError

EVERY = [spec for cls in ESTIMATORS for spec in SPECS.get(cls, [])]


def can_predict(spec):
    """Whether it says what it expects of a row; conditional logit does not, and logit does."""
    try:
        return bool(spec.parts)
    except (AttributeError, NotDefinedError):
        return False


ABLE = [spec for spec in EVERY if can_predict(spec)]
able = pytest.mark.parametrize("spec", ABLE, ids=repr)


def flipped(fit, difference):
    """Average change of the prediction between x1 + difference and x1 - difference."""
    data = panel().iloc[fit.sample.rows]
    up, down = (predict(fit, data.assign(x1=data["x1"] + step)) for step in (difference, -difference))
    return ((up - down) / (2 * difference)).mean()


@pytest.mark.parametrize("spec", [spec for spec in EVERY if not can_predict(spec)], ids=repr)
@pytest.mark.parametrize("function", [predict, fixed_effects, marginal_effects])
def test_an_estimator_that_cannot_predict_says_so(spec, function):
    with pytest.raises(NotDefinedError, match=f"(?i){type(spec).__name__}"):
        function(spec.fit(panel()))


@able
def test_predictions_of_the_rows_used_are_what_was_fitted(spec):
    fit = spec.fit(panel())
    known = ~np.isnan(fit.fitted)
    assert_allclose(predict(fit).to_numpy()[fit.sample.rows][known], fit.fitted[known], rtol=1e-10, atol=1e-12)


@able
def test_a_row_is_predicted_by_itself(spec):
    fit = spec.fit(panel())
    some = panel().sample(n=20, random_state=2).drop(columns=["y", "d", "c", "s1"])
    assert_allclose(predict(fit, some), predict(fit)[some.index], rtol=1e-12)


@able
def test_rescaling_a_regressor_changes_no_prediction_and_rescales_its_effect(spec):
    data = panel()
    fits = spec.fit(data), spec.fit(data.assign(x1=data["x1"] * 1e3))
    assert_allclose(*(predict(fit, covariance=White("HC0")) for fit in fits), rtol=1e-4)
    one, other = (marginal_effects(fit) for fit in fits)
    scale = np.where(np.array(one.names) == "x1", 1e3, 1.0)
    assert_allclose(one.params, other.params * scale, rtol=1e-6)
    assert_allclose(one.inference(White("HC0")).se, other.inference(White("HC0")).se * scale, rtol=1e-5)


@able
def test_effects_are_average_changes_of_predictions(spec):
    if "x1" not in spec.formula:
        pytest.skip("its mean does not depend on x1")
    fit = spec.fit(panel())
    narrow, wide = flipped(fit, 1e-3), flipped(fit, 2e-3)
    assert_allclose(marginal_effects(fit, ["x1"]).params, (4 * narrow - wide) / 3, rtol=1e-7)


@able
def test_errors_are_those_of_the_delta_method(spec):
    """Without effects: by derivatives of what the estimator itself calls its mean."""
    fit = spec.fit(panel())
    if fit.effects:
        pytest.skip("what effects add depends on the parameters; the test of dummies covers it")
    some = panel().head(3)
    found = predict(fit, some, covariance=Clustered("g", correction="CR0"))
    by_hand = fit.transform(lambda params: means(fit, params, some), ["a", "b", "c"])
    assert_allclose(found["estimate"], by_hand.params, rtol=1e-10)
    assert_allclose(found["se"], by_hand.inference(Clustered("g", correction="CR0")).se, rtol=1e-7)
    if "x1" in spec.formula:
        effect = marginal_effects(fit, ["x1"], data=some).inference(Clustered("g", correction="CR0"))
        by_hand = fit.transform(lambda params: np.array([average_slope(fit, params, some)]), ["x1"])
        assert_allclose(effect.se, by_hand.inference(Clustered("g", correction="CR0")).se, rtol=1e-6)


def means(fit, params, data):
    """Expected responses at other parameters, with the columns of the design on a table."""
    from econ.design.terms import recipe

    X, start = [], 0
    for prefix, text in fit.spec.parts:
        one = recipe(text, fit.sample)
        names = [f"{prefix}{name}" for name in one.names]
        kept = [place for place, name in enumerate(names) if name in fit.names[start:]]
        X.append(np.column_stack([one.on(data)[place] for place in kept]))
        start += len(kept)
    offset = np.zeros(len(data)) if not getattr(fit.spec, "offset", None) else data[fit.spec.offset].to_numpy()
    return fit.spec.mean(params, tuple(X), offset)


def average_slope(fit, params, data):
    step = 1e-3
    slopes = []
    for size in (step, 2 * step):
        up, down = (means(fit, params, data.assign(x1=data["x1"] + sign * size)) for sign in (1, -1))
        slopes.append(((up - down) / (2 * size)).mean())
    return (4 * slopes[0] - slopes[1]) / 3


@able
def test_a_row_without_a_value_or_with_an_unknown_label_is_missing(spec):
    fit = spec.fit(panel())
    new = panel().head(4)
    new.loc[1, ["x1", "x2"]] = np.nan
    new["s"] = ["a", "a", "unknown", "a"]
    new.loc[3, ["f", "g", "t"]] = 10_000
    found = predict(fit, new, covariance=White("HC0"))
    assert found.index.equals(new.index)
    assert np.isfinite(found.loc[0].to_numpy()).all()
    assert found.loc[1].isna().all()
    assert found.loc[2].isna().all() == any("(s" in text for _, text in spec.parts)
    assert found.loc[3].isna().all() == bool(fit.effects)


@able
def test_combinations_of_parameters_predict_nothing(spec):
    fit = spec.fit(panel())
    for mapped in (fit.combine(2 * np.eye(len(fit.names)), fit.names), replace(fit, names=tuple("abcdefghij"))):
        with pytest.raises(NotDefinedError, match="parameters"):
            predict(mapped)


@pytest.mark.parametrize("spec", [spec for spec in ABLE if "|" in spec.formula], ids=repr)
def test_effects_recovered_add_up_to_the_index(spec):
    fit = spec.fit(panel())
    if not fit.effects:
        pytest.skip("instruments, and no effects")
    table = fixed_effects(fit)
    assert table.groupby("effect", sort=False)["level"].size().to_dict() == fit.absorbed
    data = panel().iloc[fit.sample.rows]
    total = np.zeros(fit.nobs)
    for effect in fit.effects:
        levels = table[table["effect"] == effect.name].set_index("level")["estimate"]
        total += data[effect.groups.name].map(levels).to_numpy() * (1 if effect.slope is None else effect.slope)
    terms = fit.design.X @ fit.params + (0 if fit.design.offset is None else fit.design.offset)
    assert_allclose(total + terms, fit.spec.link(fit.fitted), rtol=1e-9, atol=1e-9)
    assert pd.api.types.is_float_dtype(table["estimate"])
