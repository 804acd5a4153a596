"""Average marginal effects."""

import numpy as np
import pandas as pd
import pytest
from laws.members import panel
from numpy.testing import assert_allclose

from econ import (
    IV,
    OLS,
    PPML,
    Classical,
    Clustered,
    Heckman,
    Logit,
    NeweyWest,
    White,
    marginal_effects,
    predict,
)
from econ.errors import DataError, EmptySampleError, FormulaError, MissingColumnError, NotDefinedError, OptionError

DATA = panel().assign(b=lambda table: (table["x3"] > 0.3).astype(int))
COVARIANCES = [Classical(), White("HC0"), White("HC1"), Clustered("g", correction="CR0"), NeweyWest("period", lags=2)]


def test_of_a_linear_model_they_are_its_coefficients_under_any_covariance():
    fit = OLS("y ~ x1 + x2 | f", weights="w").fit(DATA)
    effects = marginal_effects(fit)
    assert effects.names == fit.names
    assert_allclose(effects.params, fit.params, rtol=1e-13)
    for covariance in (*COVARIANCES, White("HC3"), Clustered("g", correction="CR2"), Clustered("g", correction="CR3")):
        assert_allclose(effects.inference(covariance).covariance, fit.inference(covariance).covariance, rtol=1e-9)


def test_a_column_counts_in_all_of_its_terms():
    fit = OLS("y ~ x1 + I(x1 ** 2) + np.log(w) + x1:w + C(s):x1").fit(DATA)
    b = dict(zip(fit.names, fit.params, strict=True))
    by_category = sum(b.get(f"C(s)[T.{s}]:x1", 0.0) * (DATA["s"] == s).mean() for s in "abc")
    x1 = b["x1"] + 2 * b["I(x1 ** 2)"] * DATA["x1"].mean() + b["x1:w"] * DATA["w"].mean() + by_category
    w = b["np.log(w)"] * (1 / DATA["w"]).mean() + b["x1:w"] * DATA["x1"].mean()
    assert_allclose(marginal_effects(fit, ["w", "x1"]).params, [w, x1], rtol=1e-10)


def test_categories_and_zeros_and_ones_are_changed_as_a_whole():
    fit = Logit("d ~ b * x1 + C(s)").fit(DATA)
    found = marginal_effects(fit, ["b", "s"])
    expected = [predict(fit, DATA.assign(b=1)) - predict(fit, DATA.assign(b=0))]
    expected += [predict(fit, DATA.assign(s=s)) - predict(fit, DATA.assign(s="a")) for s in "bc"]
    assert found.names == ("b", "s: b - a", "s: c - a")
    assert_allclose(found.params, [one.mean() for one in expected], rtol=1e-12)
    reference = marginal_effects(OLS("y ~ i(s, ref='b')").fit(DATA))
    assert reference.names == ("s: a - b", "s: c - b")


@pytest.mark.parametrize("covariance", COVARIANCES, ids=repr)
@pytest.mark.parametrize(
    ("absorbed", "dummies", "names"),
    [
        ("f + t", "C(f) + C(t)", ["x1", "x2", "b"]),
        ("g[x3] + t", "C(g) * x3 + C(t)", ["x1", "x3"]),
        ("g^t", "C(g):C(t)", ["x2"]),
    ],
)
def test_absorbed_effects_count_as_estimated(absorbed, dummies, names, covariance):
    """As dummies do, whose number these covariances count alike but for effects nested in clusters."""
    terms = "x1 + I(x2 ** 2) + x2" + (" + b:x1 + b" if "b" in names else "")
    for estimator in (OLS, PPML):
        fits = [estimator(f"y ~ {terms} {rest}", weights="w").fit(DATA) for rest in (f"| {absorbed}", f"+ {dummies}")]
        for data in (None, DATA[DATA["x1"] > 0]):
            one, other = (marginal_effects(fit, names, data=data) for fit in fits)
            assert_allclose(one.params, other.params, rtol=1e-8)
            assert_allclose(one.inference(covariance).se, other.inference(covariance).se, rtol=1e-6)


def test_a_part_of_the_rows_and_rows_that_cannot_be_predicted():
    fit = Logit("d ~ x1 + x2").fit(DATA)
    part = DATA.head(50).assign(x2=DATA["x2"].where(DATA["row"] > 9))
    found = marginal_effects(fit, data=part)
    assert found.statistics["rows_averaged"] == 40
    assert_allclose(found.params, marginal_effects(fit, data=DATA.iloc[10:50]).params, rtol=1e-12)
    with pytest.raises(EmptySampleError, match="none|any"):
        marginal_effects(fit, data=part.head(10))


def test_a_column_that_moves_nothing_is_left_out_unless_it_is_asked_for():
    seen = DATA.assign(y=DATA["y"].where(DATA["d"] == 1))
    fit = Heckman("y ~ x1", selection="d ~ x1 + x2").fit(seen)
    assert marginal_effects(fit).names == ("x1",)
    assert marginal_effects(fit, ["x2"]).params == 0
    with pytest.raises(NotDefinedError, match="no column moves"):
        marginal_effects(OLS("y ~ 1").fit(DATA))


def test_the_offset_is_a_column_too():
    fit = PPML("y ~ x1", offset="x3").fit(DATA)
    assert_allclose(marginal_effects(fit, ["x3"]).params, fit.fitted.mean(), rtol=1e-8)


def test_endogenous_columns_have_effects():
    fit = IV("y ~ x2 | f | x1 ~ z").fit(DATA)
    found = marginal_effects(fit)
    assert found.names == ("x2", "x1")
    assert_allclose(found.inference(White("HC3")).se, fit.inference(White("HC3")).se, rtol=1e-9)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_the_scale_of_a_response_does_not_matter(scale):
    from econ import Tobit

    data = DATA.assign(c=DATA["c"] * scale)
    found = marginal_effects(Tobit("c ~ x1 + x2").fit(data)).inference(Classical())
    once = marginal_effects(Tobit("c ~ x1 + x2").fit(DATA)).inference(Classical())
    assert_allclose(found.params / scale, once.params, rtol=1e-6)
    assert_allclose(found.se / scale, once.se, rtol=1e-5)


@pytest.mark.parametrize("shift", [0.0, 2000.0])
def test_where_a_column_starts_does_not_matter(shift):
    """Steps are those of its spread, not of its level."""
    data = DATA.assign(x1=DATA["x1"] + shift)
    found = marginal_effects(OLS(f"y ~ np.exp(x1 - {shift}) + x2").fit(data))
    slope = OLS("y ~ np.exp(x1) + x2").fit(DATA).params[1] * np.exp(DATA["x1"]).mean()
    assert_allclose(found.params[0], slope, rtol=1e-8)


def test_effects_on_average_of_slopes_by_unit():
    fit = OLS("y ~ x1 | g[x3]").fit(DATA)
    dummies = OLS("y ~ x1 + C(g) * x3").fit(DATA)
    one, other = (marginal_effects(fit, ["x3"]).inference(White("HC0")) for fit in (fit, dummies))
    assert_allclose([one.params, one.se], [other.params, other.se], rtol=1e-9)
    flat = DATA.assign(x3=DATA["x3"].where(DATA["g"] != 2, 7.0))
    fit = OLS("y ~ x1 | g[x3]").fit(flat)
    with pytest.raises(NotDefinedError, match="leave open the effect of x3"):
        marginal_effects(fit, ["x3"])
    assert marginal_effects(fit, ["x3"], data=flat[flat["g"] != 2]).nobs == len(DATA)


def test_bad_input():
    fit = OLS("y ~ x1 + C(s) + C(x2 > 0) | f").fit(DATA)
    with pytest.raises(MissingColumnError, match="no term reads 'nothing'"):
        marginal_effects(fit, ["x1", "nothing"])
    with pytest.raises(OptionError, match="give a list"):
        marginal_effects(fit, "x1")
    with pytest.raises(OptionError, match="give a list"):
        marginal_effects(fit, [])
    with pytest.raises(NotDefinedError, match="by an expression"):
        marginal_effects(fit, ["x2"])
    with pytest.raises(NotDefinedError, match="is absorbed"):
        marginal_effects(OLS("y ~ x1 + f:x1 | f").fit(DATA), ["f"])
    with pytest.raises(DataError, match=r"no finite value when t changes in row 0 \(20 such rows\)"):
        marginal_effects(OLS("y ~ np.sqrt(t)").fit(DATA))
    with pytest.raises(FormulaError, match="extrapolation"):
        marginal_effects(OLS("y ~ bs(x1, df=4)").fit(DATA))
    with pytest.raises(NotDefinedError, match="needs leverages|HC3"):
        marginal_effects(PPML("y ~ x1 | f").fit(DATA)).inference(White("HC3"))


def test_numbers_of_every_type_are_columns():
    data = DATA.assign(k=(DATA["t"] + 1).astype("Int64"), yes=DATA["x3"] > 0)
    found = marginal_effects(OLS("y ~ np.log(k) + yes").fit(data))
    plain = marginal_effects(OLS("y ~ np.log(k) + yes").fit(data.astype({"k": float, "yes": float})))
    assert found.names == ("k", "yes")
    assert_allclose(found.params, plain.params, rtol=1e-12)
    assert isinstance(found.params, np.ndarray)
    assert isinstance(found.sample.data, pd.DataFrame)
